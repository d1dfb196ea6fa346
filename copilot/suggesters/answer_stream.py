"""The model's JSON answer while it grows: a pushed reader of one object that gives out its strings early."""

from __future__ import annotations

import re
from enum import Enum, auto

from copilot.errors import ModelFailure

_SPACE = " \t\n\r"
_PLAIN = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]+')
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_HEX = frozenset("0123456789abcdefABCDEF")


class _At(Enum):
    START = auto()
    KEY_OR_END = auto()
    KEY = auto()
    IN_KEY = auto()
    COLON = auto()
    VALUE = auto()
    IN_STRING = auto()
    IN_OTHER = auto()
    COMMA_OR_END = auto()
    END = auto()


class AnswerStream:
    """Feed it text cut anywhere, also inside an escape or between the halves of a surrogate pair.

    `strings` holds the string values of the outermost object so far, decoded, and `closed` the keys whose
    value is whole. What comes out grows and is never taken back; a high surrogate waits for its low half.
    Values of other kinds are read over here: the whole answer is checked against its schema at the end.
    """

    def __init__(self) -> None:
        self.strings: dict[str, str] = {}
        self.closed: set[str] = set()
        self._at = _At.START
        self._key = ""
        self._seen: set[str] = set()
        self._pieces: list[str] = []
        self._escape = ""
        self._high = 0
        self._depth = 0
        self._quoted = False
        self._backslash = False

    @property
    def ended(self) -> bool:
        return self._at is _At.END

    def feed(self, text: str) -> None:
        """Raises ModelFailure('schema') as soon as it cannot be one JSON object any more."""
        position = 0
        while position < len(text):
            if self._at in (_At.IN_STRING, _At.IN_KEY):
                position = self._string(text, position)
            elif self._at is _At.IN_OTHER:
                position = self._other(text, position)
            else:
                self._between(text[position])
                position += 1
        if self._at is _At.IN_STRING:
            self._publish()

    def _between(self, char: str) -> None:
        if char in _SPACE:
            return
        match self._at, char:
            case _At.START, "{":
                self._at = _At.KEY_OR_END
            case ((_At.KEY_OR_END | _At.KEY), '"'):
                self._open(_At.IN_KEY)
            case ((_At.KEY_OR_END | _At.COMMA_OR_END), "}"):
                self._at = _At.END
            case _At.COLON, ":":
                self._at = _At.VALUE
            case _At.VALUE, '"':
                self._open(_At.IN_STRING)
            case _At.VALUE, _ if char not in ",:}]":
                self._at = _At.IN_OTHER
                self._depth = 1 if char in "{[" else 0
            case _At.COMMA_OR_END, ",":
                self._at = _At.KEY
            case _:
                raise ModelFailure("schema", "the answer is not one JSON object")

    def _open(self, at: _At) -> None:
        self._at = at
        self._pieces = []

    def _string(self, text: str, position: int) -> int:
        if self._escape:
            self._in_escape(text[position])
            return position + 1
        plain = _PLAIN.match(text, position)
        if plain:
            self._no_lone_half()
            self._pieces.append(plain[0])
            return plain.end()
        char = text[position]
        if char == "\\":
            self._escape = char
        elif char == '"':
            self._no_lone_half()
            self._close()
        else:
            raise ModelFailure("schema", "a raw control character or half a character in a string")
        return position + 1

    def _in_escape(self, char: str) -> None:
        self._escape += char
        if len(self._escape) == 2 and char != "u":
            self._no_lone_half()
            if char not in _ESCAPES:
                raise ModelFailure("schema", "an escape that JSON does not know")
            self._pieces.append(_ESCAPES[char])
            self._escape = ""
        elif len(self._escape) > 2 and char not in _HEX:
            raise ModelFailure("schema", "an escape that JSON does not know")
        elif len(self._escape) == 6:
            self._unit(int(self._escape[2:], 16))
            self._escape = ""

    def _unit(self, unit: int) -> None:
        if 0xDC00 <= unit <= 0xDFFF and self._high:
            self._pieces.append(chr(0x10000 + ((self._high - 0xD800) << 10) + (unit - 0xDC00)))
            self._high = 0
            return
        self._no_lone_half()
        if 0xD800 <= unit <= 0xDBFF:
            self._high = unit
        elif 0xDC00 <= unit <= 0xDFFF:
            raise ModelFailure("schema", "half a character in a string")
        else:
            self._pieces.append(chr(unit))

    def _no_lone_half(self) -> None:
        if self._high:
            raise ModelFailure("schema", "half a character in a string")

    def _close(self) -> None:
        if self._at is _At.IN_KEY:
            self._key = "".join(self._pieces)
            if self._key in self._seen:
                raise ModelFailure("schema", "the same key twice")
            self._seen.add(self._key)
            self._at = _At.COLON
            return
        self._publish()
        self.closed.add(self._key)
        self._at = _At.COMMA_OR_END

    def _publish(self) -> None:
        self._pieces = ["".join(self._pieces)]
        self.strings[self._key] = self._pieces[0]

    def _other(self, text: str, position: int) -> int:
        """A value that is no string: only its end matters here."""
        char = text[position]
        if self._quoted:
            if self._backslash:
                self._backslash = False
            elif char == "\\":
                self._backslash = True
            elif char == '"':
                self._quoted = False
        elif char == '"':
            self._quoted = True
        elif char in "{[":
            self._depth += 1
        elif char in "}]" and self._depth:
            self._depth -= 1
            if not self._depth:
                self._at = _At.COMMA_OR_END
        elif char in ",}" and not self._depth:
            self._at = _At.COMMA_OR_END
            return position
        return position + 1
