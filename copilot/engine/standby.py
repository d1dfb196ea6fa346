"""Who waits to take a log over folds it meanwhile, so that nobody has to wait for that afterwards.

What is folded ahead is a cache like every session: the log is asked again, for what has come since, when
somebody holds the conversation, and a log of another epoch makes it void.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from copilot.core.events import StoredEvent
from copilot.engine.sessions import Sessions
from copilot.errors import CopilotError
from copilot.ports import Key

# Between two looks at what is live. What comes in the last of them is little, and is read after the start.
_EVERY_S = 0.5


class Beside(Protocol):
    """The log of another process. Every call raises CopilotError."""

    def live(self) -> tuple[str, list[tuple[Key, int]]]: ...
    def read(self, key: Key, after: int) -> Sequence[StoredEvent]: ...
    def close(self) -> None: ...


class Standby:
    """Used by one thread, before the loop runs."""

    def __init__(
        self, log: Beside, sessions: Sessions, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._sessions = sessions
        self._monotonic = monotonic
        self._epoch = ""
        self._seen: dict[Key, int] = {}
        self._due: list[Key] = []
        self._looks_at = float("-inf")
        self._looks = 0

    @property
    def ready(self) -> bool:
        """Was all folded that stood there when it began? Something new there may always be."""
        return self._looks > 1 or (self._looks == 1 and not self._due)

    def step(self) -> bool:
        """Folds what one conversation has new; False when all was folded that the last look found."""
        if not self._due:
            self._look()
        if not self._due:
            return False
        key = self._due.pop()
        with suppress(CopilotError):  # whoever asks for it after the start is told
            after = self._sessions.foreseen(self._epoch, key)
            self._sessions.foresee(self._epoch, key, self._log.read(key, after))
        return True

    def end(self) -> None:
        """The log will be ours."""
        self._log.close()

    def _look(self) -> None:
        """What has changed, so that what was spoken into last is folded first."""
        now = self._monotonic()
        if now < self._looks_at:
            return
        self._looks_at = now + _EVERY_S
        self._looks += 1
        with suppress(CopilotError):  # no log yet, or one that the start will refuse
            epoch, live = self._log.live()
            seen = self._seen if epoch == self._epoch else {}
            changed = [(touched_ms, key) for key, touched_ms in live if seen.get(key) != touched_ms]
            self._epoch, self._seen = epoch, dict(live)
            self._due = [key for _, key in sorted(changed)]
