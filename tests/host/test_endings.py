"""The end of a process that cannot go on: at once, with its code and a line that says why."""

from __future__ import annotations

import asyncio
import errno
import subprocess
import sys

import pytest

from copilot.host.endings import CODE, is_short_of_memory, on_stray_error
from tests.wire.processes import ROOT, environment


def run(source: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", source],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=250,
    )


def test_the_end_is_at_once() -> None:
    """No handler, no clean-up, nobody waited for."""
    done = run(
        "import atexit; from copilot.host.endings import *\n"
        "atexit.register(print, 'late')\nend_at_once('why')"
    )
    assert done.returncode == CODE != 0
    assert "why" in done.stdout + done.stderr
    assert "late" not in done.stdout


def test_a_thread_that_dies_takes_the_process_with_it() -> None:
    """What waits for it would wait for ever."""
    done = run(
        "import threading; from copilot.host import endings\nthreading.excepthook = endings.on_dead_thread\n"
        "thread = threading.Thread(target=lambda: 1 / 0, name='writes')\nthread.start()\n"
        "thread.join()\nprint('on')"
    )
    assert done.returncode == CODE
    assert "writes" in done.stdout + done.stderr
    assert not done.stdout.endswith("on\n")


@pytest.mark.parametrize("error", ["MemoryError()", "OSError(12, 'no memory')"])
def test_a_stray_error_for_want_of_memory_ends_it(error: str) -> None:
    """Whoever raised it may have left anything half done."""
    done = run(
        "import asyncio; from copilot.host.endings import *\nloop = asyncio.new_event_loop()\n"
        f"on_stray_error(loop, {{'message': 'of a callback', 'exception': {error}}})"
    )
    assert done.returncode == CODE


async def test_other_stray_errors_are_told_as_ever(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of one connection is no reason to end."""
    on_stray_error(asyncio.get_running_loop(), {"message": "of a callback", "exception": ValueError("bad")})
    assert "of a callback" in caplog.text


def test_what_want_of_memory_is() -> None:
    """The system's way of saying it, and Python's."""
    assert is_short_of_memory(MemoryError())
    assert is_short_of_memory(OSError(errno.ENOBUFS, ""))
    assert not is_short_of_memory(OSError(errno.ENOSPC, ""))
    assert not is_short_of_memory(None)
