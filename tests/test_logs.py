"""Log lines: one an event, inert, and without what an exception quotes."""

from __future__ import annotations

import errno
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from copilot import logs

NASTY = "a\nb\r\x1b[31mred\u202eback\u2028end"


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Where the lines go; afterwards everything is as it was."""
    root, uvicorn = logging.getLogger(), logging.getLogger("uvicorn.error")
    before = (root.handlers[:], root.level, uvicorn.filters[:])
    yield io.StringIO()
    structlog.reset_defaults()
    root.handlers[:], root.level, uvicorn.filters[:] = before
    logging.getLogger("uvicorn.access").disabled = False


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_json_line(out: io.StringIO) -> None:
    """Line breaks, ANSI codes and direction marks come out as escapes, in one line."""
    logs.configure("INFO", stream=out)
    structlog.get_logger().info("seen", **{"text\n": NASTY})
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().isascii()
    assert "\x1b" not in out.getvalue()
    assert lines(out)[0]["text\n"] == NASTY
    assert lines(out)[0]["level"] == "info"


def test_plain_lines_are_inert_too(out: io.StringIO) -> None:
    """What a person reads in a terminal cannot move the cursor or forge a second line."""
    logs.configure("INFO", as_json=False, stream=out)
    structlog.get_logger().warning(NASTY, who=NASTY)
    assert out.getvalue().count("\n") == 1
    assert out.getvalue()[:-1].isprintable()


@pytest.mark.parametrize("as_json", [True, False])
def test_an_exception_is_its_type_and_place(out: io.StringIO, as_json: bool) -> None:
    """What an exception says may be a customer's words: it is left out, whoever logs it."""
    logs.configure("INFO", as_json=as_json, stream=out)
    try:
        raise ValueError("SECRET words")
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
        structlog.get_logger().exception("failed")
        logging.getLogger("some.library").exception("it failed")
    assert "SECRET" not in out.getvalue()
    assert out.getvalue().count("ValueError") == 3
    assert out.getvalue().count("test_logs.py") == 3


def test_the_level_holds_and_libraries_whisper(out: io.StringIO) -> None:
    """Below the level nothing is written; of libraries only warnings are."""
    logs.configure("WARNING", stream=out)
    structlog.get_logger().info("not this")
    logging.getLogger("httpx2").info("GET /with/a/key")
    logging.getLogger("httpx2").warning("slow")
    logging.getLogger("uvicorn.error").error("ASGI callable returned without completing handshake.")
    assert [line["event"] for line in lines(out)] == ["slow"]


class Full(io.StringIO):
    """A log's file on a disk without room."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, "no space left")

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "no space left")


def test_a_log_that_cannot_be_written_fails_nobody(out: io.StringIO) -> None:
    """Its lines are lost; whoever logs goes on, through structlog and the standard library."""
    logs.configure(stream=Full())
    structlog.get_logger().info("one")
    logging.getLogger("another").warning("two")
