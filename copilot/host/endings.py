"""How the process ends when it cannot go on: at once, with a line that says why, to be started anew.

What was acknowledged is on disk, so that an end at once is as safe as a crash, which is tried often. And it
is safer than going on: without memory a listener may have stopped to accept, or a thread have died with what
it owed.
"""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from typing import Any, NoReturn

import structlog

# As sysexits.h has it: an internal software error. A supervisor starts anew on anything but 0.
CODE = 70
_SHORT = frozenset({errno.ENOMEM, errno.ENOBUFS})


def end_at_once(why: str, **about: Any) -> NoReturn:
    """Nothing is flushed, nobody is waited for."""
    try:
        structlog.get_logger("copilot").critical("ends at once", why=why, **about)
    finally:
        os._exit(CODE)


def is_short_of_memory(error: BaseException | None) -> bool:
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in _SHORT)


def on_dead_thread(died: threading.ExceptHookArgs) -> None:
    """Whoever waits for a thread that is dead waits for ever: the log's writer owes acknowledgements."""
    end_at_once("a thread died", thread=died.thread and died.thread.name, exc_info=died.exc_value)


def on_stray_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The loop's handler of errors that nobody took: of a callback, a task, a connection's start.

    Short of memory, such an error may have left anything half done, the listener too, which then accepts
    nobody and says nothing. A request that finds no memory is refused by its handler, and does not come here.
    """
    error = context.get("exception")
    if is_short_of_memory(error):
        end_at_once("out of memory", exc_info=error)
    loop.default_exception_handler(context)
