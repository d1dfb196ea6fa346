"""All that can be done with a tenant's prompts: look, compare, check, upload, release, take back."""

from __future__ import annotations

import asyncio
import difflib
import hashlib
from collections.abc import Callable, Iterator

from msgspec import Struct

from copilot.core.prompt_views import ChangeView, CheckView, PromptView, VersionView
from copilot.core.rollouts import NOTHING, Change, ChangeKind, Entry
from copilot.core.types import Moment
from copilot.errors import AppendConflict, Conflicting, Invalid, NotFound, StoreUnavailable, TooMany
from copilot.ports import Clock, PromptLog
from copilot.prompt_desk.checks import PromptChecks
from copilot.prompts import gate_reports
from copilot.prompts.gate_reports import Expected, Installed
from copilot.prompts.library import NAME, Prompt, PromptLibrary, parse, version_order
from copilot.prompts.rollouts import Rollouts, Shelf
from copilot.suggesters.asking import Request

MAX_UPLOADS = 200
_TRIES = 5


class Wish(Struct, frozen=True, kw_only=True):
    """A change that somebody asks for. `report` is the text of a gate report; a release without one needs a
    reason to `override` the gate, which is kept in the log."""

    kind: ChangeKind
    version: str | None = None
    share: float | None = None
    report: str | None = None
    override: str | None = None


class PromptDesk:
    """Every call names its tenant. Raises StoreUnavailable besides what it names."""

    def __init__(
        self,
        library: PromptLibrary,
        rollouts: Rollouts,
        log: PromptLog,
        clock: Clock,
        checks: PromptChecks,
        *,
        installed: Installed | None = None,
        lock: Callable[[str], None] | None = None,
    ) -> None:
        """`lock` puts a version on file under the lock when it is released. `installed` is what a gate has to
        have been run with."""
        self._library = library
        self._rollouts = rollouts
        self._log = log
        self._clock = clock
        self._checks = checks
        self._checking = asyncio.Lock()
        self._installed = installed or Installed()
        self._lock = lock

    # --- looking ----------------------------------------------------------------------------------

    async def all(self, tenant: str) -> list[PromptView]:
        shelf = await self._rollouts.shelf(tenant, fresh=True)
        names = {*self._library.names(), *(prompt.front.name for prompt in shelf.uploads.values())}
        return [self._view(shelf, name) for name in sorted(names)]

    async def one(self, tenant: str, name: str) -> PromptView:
        """Raises NotFound."""
        return self._view(await self._rollouts.shelf(tenant, fresh=True), name)

    async def get(self, tenant: str, ref: str) -> Prompt:
        """A version, or 'name' for the live one. Raises Invalid, NotFound."""
        shelf = await self._rollouts.shelf(tenant, fresh=True)
        if "@" not in ref:
            ref = f"{ref}@{self._view(shelf, ref).live}"
        return self._rollouts.find(tenant, ref)

    async def diff(self, tenant: str, before: str, after: str) -> list[str]:
        """The lines of a unified diff of two versions. Raises Invalid, NotFound."""
        one, other = await self.get(tenant, before), await self.get(tenant, after)
        return list(
            difflib.unified_diff(
                one.text.splitlines(), other.text.splitlines(), one.ref, other.ref, lineterm=""
            )
        )

    async def checked(self, prompt: Prompt) -> CheckView:
        """A version held against all checks, beside the loop: it takes a while, so one at a time."""
        async with self._checking:
            return await asyncio.to_thread(self._checks.check, prompt)

    async def rendered(self, prompt: Prompt, moment: Moment) -> Request:
        """What would be asked at this moment. Raises Invalid."""
        async with self._checking:
            return await asyncio.to_thread(self._checks.render, prompt, moment)

    async def changes(self, tenant: str, name: str) -> list[ChangeView]:
        """The entries of the tenant's log about one prompt, oldest first."""
        return [_shown(entry) for entry in await self._log.read(tenant) if entry.change.name == name]

    def _view(self, shelf: Shelf, name: str) -> PromptView:
        versions = {view.version: view for view in self._versions(shelf, name)}
        if not versions:
            raise NotFound(f"no prompt is called {name}" if NAME.fullmatch(name) else "no such prompt")
        rollout = shelf.rollouts.get(name, NOTHING)
        own = self._installed_version(name) or [*versions][-1]
        return PromptView(
            name=name,
            live=rollout.live.version if rollout.live else own,
            live_by="release" if rollout.live else "installation",
            canary=rollout.canary.version if rollout.canary else None,
            canary_share=rollout.canary_share,
            shadow=rollout.shadow.version if rollout.shadow else None,
            holdout_share=rollout.holdout_share,
            versions=tuple(sorted(versions.values(), key=lambda view: version_order(view.version))),
            seq=shelf.seq,
        )

    def _installed_version(self, name: str) -> str | None:
        """What is live where nobody has released one; None for a name that only uploads have."""
        default = self._rollouts.default.front
        if default.name == name:
            return default.version
        return self._library.live(name).front.version if name in self._library.names() else None

    def _versions(self, shelf: Shelf, name: str) -> Iterator[VersionView]:
        if name in self._library.names():
            for version in self._library.versions(name):
                ref = f"{name}@{version}"
                yield _version(self._library.get(ref), "shipped", self._library.is_locked(ref))
        for prompt in shelf.uploads.values():
            if prompt.front.name == name:
                yield _version(prompt, "uploaded", True)

    # --- changing ---------------------------------------------------------------------------------

    async def upload(self, tenant: str, text: str, by: str) -> tuple[VersionView, bool]:
        """A new version, kept as it is for good; the second value is True when it is new.
        Raises Invalid, TooLarge, Conflicting (this version has another text), TooMany."""
        prompt = parse(text.encode())
        self._insist(await self.checked(prompt))
        for _ in range(_TRIES):
            shelf = await self._rollouts.shelf(tenant, fresh=True)
            known = self._kept(shelf, prompt.ref)
            if (known and known.hash != prompt.hash) or self._contradicts_the_lock(prompt):
                raise Conflicting(f"{prompt.ref} is there with another text: make a new version")
            if known is not None:
                return _version(known, "uploaded" if prompt.ref in shelf.uploads else "shipped", True), False
            if await self._keep(tenant, shelf, prompt, by):
                return _version(prompt, "uploaded", True), True
        raise StoreUnavailable("other writers were always first")

    def _kept(self, shelf: Shelf, ref: str) -> Prompt | None:
        """The version, if every server that reads this tenant's log has it: as an upload, or as installed."""
        name, _, version = ref.partition("@")
        own = self._library.get(ref) if self._installed_version(name) == version else None
        return shelf.uploads.get(ref) or own

    async def _keep(self, tenant: str, shelf: Shelf, prompt: Prompt, by: str) -> bool:
        """Puts its text into the tenant's log; False when somebody else was first. Raises TooMany."""
        if len(shelf.uploads) >= MAX_UPLOADS:
            raise TooMany(f"at most {MAX_UPLOADS} versions can be uploaded")
        change = Change(
            kind="upload",
            name=prompt.front.name,
            by=by,
            version=prompt.front.version,
            hash=prompt.hash,
            content=prompt.text,
        )
        return await self._append(tenant, shelf, change)

    async def change(self, tenant: str, name: str, wish: Wish, by: str) -> PromptView:
        """Puts a change into the tenant's log; it is in force when this returns, elsewhere within a second.
        A version that only a folder has is kept in the log first, to the letter: another server, or one that
        started before it was written, answers with the same.
        Raises Invalid, NotFound, Conflicting, TooMany."""
        for _ in range(_TRIES):
            shelf = await self._rollouts.shelf(tenant, fresh=True)
            view = self._view(shelf, name)
            _shaped(wish)
            prompt = None if wish.version is None else self._rollouts.find(tenant, f"{name}@{wish.version}")
            report = await self._permitted(view, wish, prompt)
            if prompt is not None and self._kept(shelf, prompt.ref) is None:
                if not await self._keep(tenant, shelf, prompt, by):
                    continue
                shelf = await self._rollouts.shelf(tenant, fresh=True)
            change = Change(
                kind=wish.kind,
                name=name,
                by=by,
                version=wish.version,
                hash=None if prompt is None else prompt.hash,
                share=wish.share,
                report=report,
                override=wish.override,
            )
            if await self._append(tenant, shelf, change):
                return await self.one(tenant, name)
        raise StoreUnavailable("other writers were always first")

    async def _permitted(self, view: PromptView, wish: Wish, prompt: Prompt | None) -> str | None:
        """Raises Invalid, Conflicting, unless the change makes sense; the hash of the report it rests on."""
        if prompt is None:
            if wish.kind == "rollback" and view.canary is None and view.live_by == "installation":
                raise Conflicting("there is nothing to take back")
            return None
        if wish.kind != "release":
            if view.live == prompt.front.version:
                raise Conflicting(f"{prompt.ref} is live already")
            self._insist(await self.checked(prompt))
            return None
        self._insist(await self.checked(prompt))
        report = self._gated(prompt, wish)
        if self._lock is not None and self._is_draft_on_file(prompt):
            self._lock(prompt.ref)
        return report

    def _gated(self, prompt: Prompt, wish: Wish) -> str | None:
        if wish.report is None:
            if wish.override:
                return None
            raise Conflicting(
                f"to release {prompt.ref} give the report of its passed gate, or a reason to override it"
            )
        raw = wish.report.encode()
        gate_reports.verify(gate_reports.parse(raw), Expected(prompt.ref, prompt.hash, *self._installed))
        return hashlib.sha256(raw).hexdigest()

    def _insist(self, checked: CheckView) -> None:
        if not checked.passed:
            raise Invalid(
                f"{checked.ref} does not pass its checks: {checked.problems[0].detail}",
                errors=[
                    {"pointer": "", "detail": f"{each.check}: {each.detail}"} for each in checked.problems
                ],
            )

    def _is_draft_on_file(self, prompt: Prompt) -> bool:
        if self._library.is_locked(prompt.ref):
            return False
        try:
            return self._library.get(prompt.ref).hash == prompt.hash
        except NotFound:
            return False

    def _contradicts_the_lock(self, prompt: Prompt) -> bool:
        return self._library.is_locked(prompt.ref) and self._library.get(prompt.ref).hash != prompt.hash

    async def _append(self, tenant: str, shelf: Shelf, change: Change) -> bool:
        """False when somebody else was first."""
        try:
            await self._log.append(tenant, shelf.seq, change, self._clock.now_ms())
        except AppendConflict:
            return False
        await self._rollouts.shelf(tenant, fresh=True)
        return True


def _shaped(wish: Wish) -> None:
    """Which fields go with which kind of change."""
    wrong = []
    if wish.kind == "upload":
        wrong.append("a version is uploaded with its text")
    if wish.kind == "release" and wish.version is None:
        wrong.append("a release names a version")
    if wish.kind in ("rollback", "holdout") and wish.version is not None:
        wrong.append(f"a {wish.kind} names no version")
    if wish.kind == "canary" and (wish.version is None) != (not wish.share):
        wrong.append("a canary names a version and a share; to end it, neither")
    if wish.kind == "holdout" and wish.share is None:
        wrong.append("a holdout names a share; 0 ends it")
    if wish.kind not in ("canary", "holdout") and wish.share is not None:
        wrong.append(f"a {wish.kind} has no share")
    if wish.share is not None and not 0 <= wish.share <= 1:
        wrong.append("a share is from 0 to 1")
    if wish.kind != "release" and (wish.report or wish.override):
        wrong.append("report and override go with a release")
    if wrong:
        raise Invalid("; ".join(wrong))


def _version(prompt: Prompt, source: str, locked: bool) -> VersionView:
    return VersionView(
        version=prompt.front.version,
        hash=prompt.hash,
        description=prompt.front.description,
        source="uploaded" if source == "uploaded" else "shipped",
        locked=locked,
    )


def _shown(entry: Entry) -> ChangeView:
    change = entry.change
    return ChangeView(
        seq=entry.seq,
        at_ms=entry.at_ms,
        kind=change.kind,
        name=change.name,
        version=change.version,
        hash=change.hash,
        share=change.share,
        report=change.report,
        override=change.override,
        by=change.by,
    )
