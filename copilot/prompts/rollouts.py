"""Which prompt each conversation gets: the shipped releases and the uploaded ones, under a tenant's own log.

The log is looked at again before a phrase is made, at most every `fresh_s`: what was released elsewhere
counts here without a restart, on every process that reads the same store.
"""

from __future__ import annotations

import structlog
from msgspec import Struct

from copilot.core.rollouts import NOTHING, Entry, Pinned, Rollout, after, held_out, takes_canary
from copilot.errors import CopilotError, Invalid, NotFound, TooLarge
from copilot.ports import Assignment, Clock, Key, PromptLog
from copilot.prompts.library import Prompt, PromptLibrary, parse

FRESH_S = 0.4


class Shelf(Struct):
    """What is known of one tenant's log: the state it leads to, the versions it brought, where it ends."""

    seq: int = 0
    looked: float = float("-inf")
    rollouts: dict[str, Rollout] = {}
    uploads: dict[str, Prompt] = {}

    def take(self, entry: Entry) -> None:
        change = entry.change
        self.seq = entry.seq
        self.rollouts[change.name] = after(self.rollouts.get(change.name, NOTHING), change)
        if change.kind == "upload" and change.content is not None:
            try:
                self.uploads[f"{change.name}@{change.version}"] = parse(change.content.encode())
            except (Invalid, TooLarge) as error:  # what an earlier version of this program still took
                _warn("upload_unreadable", change.name, change.version, error)


class Rollouts:
    """An Assigner for the prompt `default` ('name', or 'name@version' to pin what the installation sets
    live)."""

    def __init__(
        self, library: PromptLibrary, log: PromptLog, clock: Clock, default: str, *, fresh_s: float = FRESH_S
    ) -> None:
        """Raises Invalid, NotFound: no such default."""
        self._library = library
        self._log = log
        self._clock = clock
        self._default = library.get(default)
        self._fresh_s = fresh_s
        self._shelves: dict[str, Shelf] = {}

    @property
    def default(self) -> Prompt:
        """What is live where a tenant has released nothing."""
        return self._default

    async def shelf(self, tenant: str, *, fresh: bool = False) -> Shelf:
        """The state of a tenant's log; `fresh`: as it is now. Raises StoreUnavailable."""
        shelf = self._shelves.setdefault(tenant, Shelf())
        now = self._clock.monotonic()
        if fresh or now - shelf.looked >= self._fresh_s:
            for entry in await self._log.read(tenant, shelf.seq):
                # Another look may have been quicker.
                if entry.seq == shelf.seq + 1:
                    shelf.take(entry)
            shelf.looked = now
        return shelf

    async def assignment(self, key: Key) -> Assignment:
        try:
            shelf = await self.shelf(key.tenant)
        except CopilotError as error:
            shelf = self._shelves[key.tenant]
            _warn("prompt_log_unread", self._default.front.name, None, error)
        name = self._default.front.name
        rollout = shelf.rollouts.get(name, NOTHING)
        live = self._standing(shelf, name, rollout.live) or self._default.ref
        canary = None
        if takes_canary(rollout, key.tenant, name, key.id):
            canary = self._standing(shelf, name, rollout.canary)
        shadow = self._standing(shelf, name, rollout.shadow)
        chosen = canary or live
        return Assignment(
            prompt=chosen,
            arm="canary" if canary else "live",
            shadow=None if shadow == chosen else shadow,
            held_out=held_out(rollout, key.tenant, name, key.id),
        )

    def find(self, tenant: str, ref: str) -> Prompt:
        """A version by its name, out of what is known of the tenant; '' is the installation's own.
        Raises Invalid, NotFound."""
        if not ref:
            return self._default
        shelf = self._shelves.get(tenant)
        uploaded = shelf.uploads.get(ref) if shelf else None
        return uploaded or self._library.get(ref)

    def live(self, tenant: str, name: str) -> Prompt:
        """What a tenant has released under a name, else the installation's, out of what is known of the
        tenant. Raises NotFound."""
        shelf = self._shelves.get(tenant, Shelf())
        released = self._standing(shelf, name, shelf.rollouts.get(name, NOTHING).live)
        return self.find(tenant, released or name)

    def _standing(self, shelf: Shelf, name: str, pinned: Pinned | None) -> str | None:
        """The version's name, if its bytes are those that were released: others are never served as it."""
        if pinned is None:
            return None
        ref = f"{name}@{pinned.version}"
        try:
            prompt = shelf.uploads.get(ref) or self._library.get(ref)
        except NotFound as error:
            _warn("release_missing", name, pinned.version, error)
            return None
        if prompt.hash != pinned.hash:
            _warn("release_changed", name, pinned.version, None)
            return None
        return ref


def _warn(what: str, name: str, version: str | None, error: CopilotError | None) -> None:
    structlog.get_logger().error(what, prompt=name, version=version, reason=error and error.slug)
