"""What every handler works with, handed in once when the application is made."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from copilot.api.auth import Authenticator
from copilot.api.bodies import CONVERSATION_ID, Adapters
from copilot.api.door import principal_of
from copilot.api.limits import Limits
from copilot.api.outlets import Gate
from copilot.api.queries import Query
from copilot.api.quotas import Quotas
from copilot.api.reading import AnyRequest
from copilot.api.sse import EventStream, Frame
from copilot.engine.coordinator import Engine
from copilot.errors import NotFound
from copilot.metrics import Metrics
from copilot.ports import Key

_FOR_THE_AGENT = frozenset({"coach"})


@dataclass(frozen=True)
class Desk:
    engine: Engine
    authenticator: Authenticator
    metrics: Metrics
    limits: Limits
    adapters: Adapters
    gate: Gate
    quotas: Quotas

    def key(self, scope: object, conversation_id: str) -> Key:
        """The conversation's name in the caller's own tenant. Raises NotFound for what cannot be an id."""
        if not CONVERSATION_ID.fullmatch(conversation_id):
            raise NotFound("No such conversation.")
        return Key(principal_of(scope).tenant, conversation_id)

    def hidden_from(self, scope: object) -> frozenset[str]:
        """The kinds of event that are not for this reader: notes on the agent's own turns are for the agent,
        and not for whoever reads along."""
        return frozenset() if "read" in principal_of(scope).scopes else _FOR_THE_AGENT

    def query(self, request: AnyRequest, *known: str) -> Query:
        return Query(request.scope["query_string"], frozenset(known))

    def event_stream(self, frames: AsyncGenerator[Frame], kind: str) -> EventStream:
        return EventStream(
            frames,
            kind=kind,
            gate=self.gate,
            authenticator=self.authenticator,
            limits=self.limits,
            metrics=self.metrics,
        )
