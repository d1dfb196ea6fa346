"""Which version of a prompt is in force: the fold of a tenant's own log of releases. Pure.

Shares are by conversation: its place between 0 and 1 is a hash of tenant, prompt and conversation, so the
same conversation always falls on the same side, and a share that grows keeps those it had.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

from msgspec import Struct, structs

ChangeKind = Literal["upload", "release", "canary", "shadow", "rollback", "holdout"]
Arm = Literal["live", "canary"]


class Change(Struct, frozen=True, kw_only=True):
    """One entry's content. `share` is of conversations, from 0 to 1; `hash` binds `version` to its bytes.

    `upload` bears the file's text in `content`. `canary` and `shadow` without a version end what runs.
    `release` names the `report` that it passed its gate by, or the reason to `override` it. `by` is who did
    it.
    """

    kind: ChangeKind
    name: str
    by: str
    version: str | None = None
    hash: str | None = None
    share: float | None = None
    content: str | None = None
    report: str | None = None
    override: str | None = None


class Entry(Struct, frozen=True):
    """A change as it stands in the log: numbered from 1 in each tenant's own log."""

    seq: int
    at_ms: int
    change: Change


class Pinned(Struct, frozen=True):
    """A version by its name and by its bytes."""

    version: str
    hash: str


class Rollout(Struct, frozen=True, kw_only=True):
    """What is in force of one prompt. `live` None: what the installation itself sets live. `earlier` are the
    versions that were live before, the last one newest, to go back to."""

    live: Pinned | None = None
    earlier: tuple[Pinned | None, ...] = ()
    canary: Pinned | None = None
    canary_share: float = 0.0
    shadow: Pinned | None = None
    holdout_share: float = 0.0


NOTHING = Rollout()


def folded(entries: Iterable[Entry], before: dict[str, Rollout] | None = None) -> dict[str, Rollout]:
    """The state by prompt name after these entries, in order."""
    rollouts = dict(before or {})
    for entry in entries:
        name = entry.change.name
        rollouts[name] = after(rollouts.get(name, NOTHING), entry.change)
    return rollouts


def after(rollout: Rollout, change: Change) -> Rollout:
    """A release ends the canary. A rollback ends a running canary; with none, the version before is live."""
    pinned = None
    if change.version is not None and change.hash is not None:
        pinned = Pinned(change.version, change.hash)
    match change.kind:
        case "release":
            kept = rollout.earlier if pinned == rollout.live else (*rollout.earlier, rollout.live)
            return structs.replace(rollout, live=pinned, earlier=kept, canary=None, canary_share=0.0)
        case "canary":
            share = change.share or 0.0
            going = pinned is not None and share > 0
            return structs.replace(
                rollout, canary=pinned if going else None, canary_share=share if going else 0.0
            )
        case "shadow":
            return structs.replace(rollout, shadow=pinned)
        case "holdout":
            return structs.replace(rollout, holdout_share=change.share or 0.0)
        case "rollback" if rollout.canary is not None:
            return structs.replace(rollout, canary=None, canary_share=0.0)
        case "rollback" if rollout.earlier:
            return structs.replace(rollout, live=rollout.earlier[-1], earlier=rollout.earlier[:-1])
        case _:
            return rollout


def place(tenant: str, name: str, conversation: str, purpose: str) -> float:
    """Where a conversation stands between 0 and 1; for each purpose anew, so that one share says nothing
    about the other."""
    told = "\x00".join((purpose, tenant, name, conversation))
    return int.from_bytes(sha256(told.encode()).digest()[:8], "big") / 2**64


def takes_canary(rollout: Rollout, tenant: str, name: str, conversation: str) -> bool:
    return place(tenant, name, conversation, "canary") < rollout.canary_share


def held_out(rollout: Rollout, tenant: str, name: str, conversation: str) -> bool:
    """Is this conversation one of those that get no suggestions, for comparison?"""
    return place(tenant, name, conversation, "holdout") < rollout.holdout_share
