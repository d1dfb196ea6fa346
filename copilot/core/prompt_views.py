"""What callers are shown of prompts: versions, what is in force, what a check found."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from copilot.core.rollouts import ChangeKind


class VersionView(Struct, frozen=True, kw_only=True):
    """A version there is. `locked` ones never change again: shipped ones under the lock, uploaded ones
    always."""

    version: str
    hash: str
    description: str
    source: Literal["shipped", "uploaded"]
    locked: bool


class PromptView(Struct, frozen=True, kw_only=True):
    """A prompt as a tenant has it. `live_by` says whether the tenant released it or the installation sets it
    live; `seq` is the last entry of the tenant's log."""

    name: str
    live: str
    live_by: Literal["release", "installation"]
    canary: str | None
    canary_share: float
    shadow: str | None
    holdout_share: float
    versions: tuple[VersionView, ...]
    seq: int


class Fault(Struct, frozen=True):
    """What is wrong with a version: the check that found it, and what it found."""

    check: str
    detail: str


class CheckView(Struct, frozen=True, kw_only=True):
    """A version held against all checks. `tokens` are those of the longest rendered sample, `fixed_tokens`
    what every request costs before anybody has said a word."""

    ref: str
    hash: str
    passed: bool
    problems: tuple[Fault, ...]
    samples: int
    tokens: int
    fixed_tokens: int
    budget_tokens: int


class MessageView(Struct, frozen=True):
    role: str
    content: str


class RenderView(Struct, frozen=True, kw_only=True):
    """A prompt filled in for one moment of a conversation: what would be sent to a model."""

    ref: str
    hash: str
    tokens: int
    request_hash: str
    messages: tuple[MessageView, ...]


class ChangeView(Struct, frozen=True, kw_only=True):
    """An entry of a tenant's log of releases; the text of an upload is left out."""

    seq: int
    at_ms: int
    kind: ChangeKind
    name: str
    version: str | None
    hash: str | None
    share: float | None
    report: str | None
    override: str | None
    by: str
