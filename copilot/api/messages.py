"""What goes over the WebSocket: the messages in, strict like bodies, and the answers out."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from pydantic import Field, TypeAdapter

from copilot.api.bodies import ID_PATTERN, Body, FeedbackBody, FragmentBody
from copilot.api.problems import Problem
from copilot.core.views import FragmentResult, StateView

Ref = Annotated[str, Field(max_length=128, description="Yours; comes back with the answer.")]


class FragmentMessage(FragmentBody):
    type: Literal["fragment"]
    ref: Ref | None = None


class FeedbackMessage(FeedbackBody):
    type: Literal["feedback"]
    suggestion_id: Annotated[str, Field(pattern=ID_PATTERN)]
    ref: Ref | None = None


class PingMessage(Body):
    type: Literal["ping"]
    ref: Ref | None = None


Message = FragmentMessage | FeedbackMessage | PingMessage


def messages() -> TypeAdapter[Message]:
    return TypeAdapter(Annotated[Message, Field(discriminator="type")])


class Ack(msgspec.Struct, frozen=True, kw_only=True, tag="ack", omit_defaults=True):
    """A fragment is on disk, or feedback is noted at `seq`."""

    ref: str | None = None
    result: FragmentResult | None = None
    state: StateView | None = None
    seq: int | None = None


class Trouble(msgspec.Struct, frozen=True, kw_only=True, tag="error", omit_defaults=True):
    """A message was refused; the connection stays."""

    ref: str | None = None
    utterance_id: str | None = None
    problem: Problem


class Pong(msgspec.Struct, frozen=True, kw_only=True, tag="pong", omit_defaults=True):
    ref: str | None = None
