"""Raw WebSocket frames after the groups of the Autobahn test suite: what goes on, what ends it and how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode: int, payload: bytes = b"", *, first: int = 0x80, masked: bool = True) -> bytes:
    """One frame of a client; `first` has the final and the reserved bits. The mask is four zeros."""
    size = len(payload)
    if size < 126:
        length, more = size, b""
    elif size < 65_536:
        length, more = 126, size.to_bytes(2, "big")
    else:
        length, more = 127, size.to_bytes(8, "big")
    mask = bytes(4) if masked else b""
    return bytes((first | opcode, length | (0x80 if masked else 0))) + more + mask + payload


def in_parts(payload: bytes, size: int, between: bytes = b"") -> bytes:
    """A text in frames of so many bytes, with something between them."""
    parts = [payload[at : at + size] for at in range(0, len(payload), size)]
    last = len(parts) - 1
    frames = [
        frame(0 if place else TEXT, part, first=0x80 if place == last else 0)
        for place, part in enumerate(parts)
    ]
    return between.join(frames)


class GoesOn(NamedTuple):
    """The connection stays: these payloads come back as pongs, and so many texts as answers."""

    name: str
    sent: bytes
    pongs: tuple[bytes, ...] = ()
    answers: int = 0


class Ends(NamedTuple):
    name: str
    sent: bytes
    code: int


def going_on() -> Iterator[GoesOn]:
    ask = b'{"type":"ping","ref":"r"}'
    for size in (0, 1, 124, 125, 126, 127, 128, 65_535, 65_536):
        yield GoesOn(f"1 a text of {size}", frame(TEXT, b"x" * size), answers=1)
    for size in (0, 1, 125):
        yield GoesOn(f"2 a ping of {size}", frame(PING, b"\xfe" * size), (b"\xfe" * size,))
        yield GoesOn(f"2 a pong of {size} that nobody asked for", frame(PONG, b"x" * size))
    ten = tuple(b"%d" % n for n in range(10))
    yield GoesOn("2 ten pings", b"".join(frame(PING, each) for each in ten), ten)
    for size in (1, 2, 7, 24):
        yield GoesOn(f"5 parts of {size}", in_parts(ask, size), answers=1)
        pings = (b"p",) * (-(-len(ask) // size) - 1)
        yield GoesOn(f"5 pings between parts of {size}", in_parts(ask, size, frame(PING, b"p")), pings, 1)
    yield GoesOn("5 empty parts", frame(TEXT, first=0) + frame(0, first=0) + frame(0, ask), answers=1)
    yield GoesOn("5 a pong between parts", in_parts(ask, 9, frame(PONG)), answers=1)
    for text in ("κόσμε", "\x00", "\u07ff\uffff", "\U0010ffff", "\ud7ff\ue000\ufffd", "𐀀 é ￾"):
        said = b'"' + text.encode() + b'"'
        yield GoesOn(f"6 {text!r}", frame(TEXT, said), answers=1)
        yield GoesOn(f"6 {text!r} byte by byte", in_parts(said, 1), answers=1)
    yield GoesOn("10 64 KiB in parts of 1300", in_parts(b"x" * 65_536, 1_300), answers=1)


# Autobahn's 6.6 to 6.21: cut short, overlong, beyond the last one, surrogates, bytes that never occur.
_NO_UTF8 = (
    "ce cebae1 80 bf 80bf c0 fe ff fefeffff c0af e080af f08080af f8808080af fc80808080af c1bf e09fbf "
    "f08fbfbf f887bfbfbf fc83bfbfbfbf c080 e08080 f0808080 eda080 edadbf edae80 edafbf edb080 edbfbf "
    "eda080edb080 f4908080 f5808080 f888808080"
).split()
_CUT_SHORT = {"ce", "cebae1"}


def ending() -> Iterator[Ends]:
    for bits in range(0x10, 0x80, 0x10):
        for opcode in (TEXT, PING, CLOSE):
            yield Ends(f"3 reserved bits {bits:#x} of {opcode}", frame(opcode, first=0x80 | bits), 1002)
    for opcode in (3, 4, 5, 6, 7, 0xB, 0xC, 0xD, 0xE, 0xF):
        yield Ends(f"4 opcode {opcode:#x}", frame(opcode), 1002)
        yield Ends(f"4 opcode {opcode:#x} with a payload", frame(opcode, b"x"), 1002)
    for opcode in (CLOSE, PING, PONG):
        yield Ends(f"5 a part of {opcode}", frame(opcode, first=0), 1002)
        yield Ends(f"2 a long {opcode}", frame(opcode, b"x" * 126), 1002)
    for first in (0, 0x80):
        yield Ends(f"5 a continuation of nothing {first:#x}", frame(0, b"{}", first=first), 1002)
    for opcode in (TEXT, BINARY):
        yield Ends(f"5 {opcode} within a message", frame(TEXT, b"{", first=0) + frame(opcode, b"}"), 1002)
    for opcode in (TEXT, PING, CLOSE):
        yield Ends(f"1 {opcode} without a mask", frame(opcode, masked=False), 1002)
    for code in _NO_UTF8:
        raw = bytes.fromhex(code)
        said = b"ok " + raw if code in _CUT_SHORT else b"ok " + raw + b" ko"
        yield Ends(f"6 {code}", frame(TEXT, said), 1007)
        yield Ends(f"6 {code} byte by byte", in_parts(said, 1), 1007)
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999):
        yield Ends(f"7 closed with {code}", _close(code), code)
    yield Ends("7 closed for a reason", _close(1000, "κόσμε".encode()), 1000)
    yield Ends("7 the longest reason", _close(1000, b"x" * 123), 1000)
    yield Ends("7 a close and more", _close(1000) + frame(TEXT, b"{}") + frame(PING), 1000)
    yield Ends("7 a close of one byte", frame(CLOSE, b"\x03"), 1002)
    yield Ends("7 a reason that is no UTF-8", _close(1000, b"\xce\xba\xe1\xbd"), 1007)
    for code in (0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999):
        yield Ends(f"7 a code that is none: {code}", _close(code), 1002)


def _close(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, code.to_bytes(2, "big") + reason)
