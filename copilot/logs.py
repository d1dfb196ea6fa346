"""Structured logs: one line an event on stderr, safe to read in a terminal, without a customer's words."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(level: str = "INFO", as_json: bool = True, stream: TextIO | None = None) -> None:
    """Sets up structlog and the standard library's logging for the whole process. Called once, by the app."""
    out = cast(TextIO, _Lossy(stream or sys.stderr))
    chain = _chain(as_json)
    structlog.configure(
        processors=chain,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Foreign(chain))
    # Libraries speak only up from a warning: at INFO a client or server logs whole URLs.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    """uvicorn takes a refused WebSocket, and a reader that was given up, for faults of the application."""
    return not record.getMessage().startswith("ASGI callable returned without completing")


def _chain(as_json: bool) -> list[Processor]:
    head: list[Processor] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level]
    head += [structlog.processors.TimeStamper(fmt="iso", utc=True), _without_words]
    return [*head, _json_line if as_json else _plain_line]


def _without_words(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An exception is told by its type and place: its message may quote what a customer said."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    if isinstance(raised, BaseException):
        raised = (type(raised), raised, raised.__traceback__)
    if isinstance(raised, tuple) and raised[0] is not None:
        event["exception"] = raised[0].__qualname__
        event["where"] = _where(raised)
    return event


def _where(raised: ExcInfo) -> list[str]:
    frames = traceback.extract_tb(raised[2])[-8:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


def _json_line(_logger: object, _method: str, event: EventDict) -> str:
    # ASCII only: line breaks, ANSI codes and characters that turn a line around all come out as escapes.
    return json.dumps({"event": event.pop("event", ""), **event}, ensure_ascii=True, default=str)


def _plain_line(_logger: object, _method: str, event: EventDict) -> str:
    stamp = str(event.pop("timestamp", ""))[11:19]
    level = str(event.pop("level", ""))
    words = [stamp, f"{level:<8}", _inert(event.pop("event", ""))]
    return " ".join(words + [f"{_inert(name)}={_inert(value)}" for name, value in event.items()])


def _inert(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class _Lossy:
    """Where the log cannot be written (a full disk, a reader that left) lines are lost, not requests."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._out.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._out.flush()


class _Foreign(logging.Formatter):
    """A record of the standard library, through the same chain."""

    def __init__(self, chain: list[Processor]) -> None:
        super().__init__()
        self._chain = chain

    def format(self, record: logging.LogRecord) -> str:
        event: Any = {"event": record.getMessage(), "logger": record.name}
        if record.exc_info:
            event["exc_info"] = record.exc_info
        for processor in self._chain:
            event = processor(None, record.levelname.lower(), event)
        return str(event)
