"""A thread that sees the event loop stand still: it says where, and after long it gives the process up."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable

import structlog

_TICK_S = 0.25
_BLOCKED_S = 2.0
_FRAMES = 8


class Watchdog:
    """The loop beats; while it does not, the thread counts its own ticks.

    Not the time: where the whole process stood still (SIGSTOP, a machine that was suspended) the thread stood
    still too, and nothing is wrong with the loop. After `stuck_s` (0: never) `give_up` gets where it stands.
    """

    def __init__(self, give_up: Callable[[list[str]], None], *, stuck_s: float) -> None:
        self._give_up = give_up
        self._stuck_s = stuck_s
        self._beats = 0
        self._loop_thread = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Called on the loop's thread."""
        self._loop_thread = threading.get_ident()
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def beat(self) -> None:
        self._beats += 1

    def _run(self) -> None:
        seen, still_s = -1, 0.0
        while not self._over.wait(_TICK_S):
            beats = self._beats
            if beats != seen:
                seen, still_s = beats, 0.0
                continue
            before, still_s = still_s, still_s + _TICK_S
            if before < _BLOCKED_S <= still_s:
                structlog.get_logger("copilot").error("the event loop stands still", where=self._where())
            if self._stuck_s and still_s >= self._stuck_s:
                self._give_up(self._where())
                return

    def _where(self) -> list[str]:
        """The loop's innermost calls by file, line and name, as the log has an exception's."""
        frame = sys._current_frames().get(self._loop_thread)
        frames = traceback.extract_stack(frame)[-_FRAMES:] if frame else []
        return [f"{each.filename.rsplit('/', 1)[-1]}:{each.lineno} {each.name}" for each in frames]
