"""Server-sent events as they arrive, byte for byte after the WHATWG rules: chunks in, `data` out."""

from __future__ import annotations

from copilot.errors import ModelFailure

_BOM = b"\xef\xbb\xbf"


class SseReader:
    """Feed it chunks cut anywhere; it gives back the data of each event that is whole.

    An event counts once the blank line after it has arrived. Only `data` matters to a model's answer:
    comments and the other fields are read over.
    """

    def __init__(self, max_line: int = 64 * 1024) -> None:
        self._max_line = max_line
        self._line = bytearray()
        self._data: list[bytes] = []
        self._size = 0
        self._after_cr = False
        self._started = False

    def feed(self, chunk: bytes) -> list[str]:
        """Raises ModelFailure: `too_large` for a line or event without end, `protocol` for no UTF-8."""
        if b"\r" in chunk or self._after_cr:
            chunk = self._one_line_end(chunk)
        if b"\n" not in chunk:
            self._keep(chunk)
            return []
        *lines, rest = chunk.split(b"\n")
        if self._line:
            self._keep(lines[0])
            lines[0] = bytes(self._line)
            self._line.clear()
        events = [data for line in lines if (data := self._take(line)) is not None]
        self._keep(rest)
        return events

    def _one_line_end(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk.startswith(b"\n"):
            chunk = chunk[1:]
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _keep(self, part: bytes) -> None:
        self._line += part
        if len(self._line) > self._max_line:
            raise ModelFailure("too_large", "a line without end")

    def _take(self, line: bytes) -> str | None:
        if not self._started:
            self._started = True
            line = line.removeprefix(_BOM)
        if not line:
            return self._dispatch()
        if line.startswith(b"data:"):
            value = line[6:] if line[5:6] == b" " else line[5:]
        elif line == b"data":
            value = b""
        else:
            return None
        self._size += len(value) + 1
        if self._size > self._max_line:
            raise ModelFailure("too_large", "an event without end")
        self._data.append(value)
        return None

    def _dispatch(self) -> str | None:
        if not self._data:
            return None
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        self._data = []
        self._size = 0
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelFailure("protocol", "an event that is not UTF-8") from error
