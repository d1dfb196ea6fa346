"""What an operation is, said once beside its handler: the door enforces it, the OpenAPI document shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from copilot.api.tickets import Kind
from copilot.errors import CopilotError
from copilot.ports import Scope

KEY = "call"


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter in the path, the query or a header."""

    name: str
    place: str
    schema: dict[str, Any]
    description: str
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A good answer: its schema, by name in the document or inline, and a real example."""

    description: str
    schema: str | dict[str, Any] | None = None
    example: Any = None
    media: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Call:
    """An operation. `scope` None means that it needs no key; `also` names scopes that will do instead;
    `browser` says whether a browser's ticket or session reaches it; `quiet` that its successes are counted,
    not logged: it is called many times a second, or by machines; `hot` that the door itself calls its
    handler, with the conversation's id: what Litestar does in between is a tenth of such a call."""

    id: str
    tag: str
    summary: str
    description: str = ""
    scope: Scope | None = None
    also: tuple[Scope, ...] = ()
    browser: frozenset[Kind] = frozenset()
    parameters: tuple[Parameter, ...] = ()
    body: dict[str, Any] | None = None
    body_required: bool = True
    body_examples: dict[str, Any] = field(default_factory=dict)
    replies: dict[int, tuple[Reply, ...]] = field(default_factory=dict)
    problems: tuple[type[CopilotError], ...] = ()
    websocket: bool = False
    quiet: bool = False
    hot: bool = False
