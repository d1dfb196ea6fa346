"""The bodies that callers send: strict, nothing coerced; each turns itself into the core's words.

All are pydantic models. For the hot one, a fragment, msgspec would take 2.1 µs and pydantic takes 3.3 µs of a
request of some 250 µs; one validator with all errors at once and their places is worth that.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationInfo,
    field_validator,
    model_validator,
)

from copilot.api.text import spoken
from copilot.core.types import Agent, Channel, Context, Customer, Fact, Fragment, Opening, Remedy, Speaker
from copilot.ports import SCOPES, Scope

ID_PATTERN = r"^[A-Za-z0-9._:-]{1,128}$"
ID = re.compile(ID_PATTERN)
# A conversation's id stands in a path, where `.` and `..` mean something else: no dot in front.
CONVERSATION_ID_PATTERN = r"^[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,127}$"
CONVERSATION_ID = re.compile(CONVERSATION_ID_PATTERN)

MAX_TEXT = 8_000
_WEEK_MS = 7 * 24 * 3_600_000

Name = Annotated[str, Field(min_length=1, max_length=200)]
Line = Annotated[str, Field(max_length=500)]
# What a JSON reader of another language still holds exactly; an amount needs far less.
_EXACT = 2**53
Whole = Annotated[int, Field(ge=-_EXACT, le=_EXACT)]
Number = Annotated[float, Field(ge=-1e15, le=1e15, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Value = Annotated[str, Field(max_length=1_000)] | bool | Whole | Number
Millis = Annotated[int, Field(ge=0, le=_WEEK_MS)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FragmentBody(Body):
    """One piece of transcript. Times are ms since the conversation's start."""

    utterance_id: Annotated[str, Field(pattern=ID_PATTERN, description="Your name for the utterance.")]
    revision: Annotated[int, Field(ge=0, le=1_000_000_000, description="Grows with each new text of it.")] = 0
    final: Annotated[bool, Field(description="False while the recogniser may still change it.")] = True
    speaker: Speaker
    text: Annotated[str, Field(max_length=MAX_TEXT, description="Invisible characters are dropped.")]
    start_ms: Millis
    end_ms: Millis
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    turn_end: Annotated[
        bool | None,
        Field(description="True: the speaker's turn ends here. Absent: a pause or the channel says."),
    ] = None

    @field_validator("end_ms")
    @classmethod
    def _ordered(cls, end_ms: int, given: ValidationInfo) -> int:
        if end_ms < given.data.get("start_ms", 0):
            raise ValueError("end_ms is before start_ms")
        return end_ms

    def fragment(self) -> Fragment:
        return Fragment(
            utterance_id=self.utterance_id,
            revision=self.revision,
            final=self.final,
            speaker=self.speaker,
            text=spoken(self.text),
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            confidence=self.confidence,
            turn_end=self.turn_end,
        )


class FactBody(Body):
    """Something you vouch for; a phrase may state it as true."""

    name: Name
    value: Value


class RemedyBody(Body):
    """Something the agent may offer, up to `limit` in `currency` or `unit`."""

    kind: Name
    wording: Line | None = None
    limit: Amount | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    unit: Annotated[str, Field(max_length=40)] | None = None
    conditions: Line | None = None


class ContextBody(Body):
    facts: Annotated[list[FactBody], Field(max_length=100)] = []
    allowed_remedies: Annotated[list[RemedyBody], Field(max_length=50)] = []

    def context(self) -> Context:
        return Context(
            facts=tuple(Fact(name=spoken(f.name), value=_clean(f.value)) for f in self.facts),
            allowed_remedies=tuple(
                Remedy(
                    kind=spoken(r.kind),
                    wording=_clean_or_none(r.wording),
                    limit=r.limit,
                    currency=r.currency,
                    unit=_clean_or_none(r.unit),
                    conditions=_clean_or_none(r.conditions),
                )
                for r in self.allowed_remedies
            ),
        )


class PersonBody(Body):
    id: Annotated[str, Field(max_length=200)] | None = None
    name: Annotated[str, Field(max_length=200)] | None = None

    def agent(self) -> Agent:
        return Agent(id=_clean_or_none(self.id), name=_clean_or_none(self.name))

    def customer(self) -> Customer:
        return Customer(id=_clean_or_none(self.id), name=_clean_or_none(self.name))


class OpenBody(Body):
    """What is known of a conversation when it opens."""

    id: Annotated[
        str | None,
        Field(
            pattern=CONVERSATION_ID_PATTERN,
            description="Your own name for it; the same again with the same body is the same conversation.",
        ),
    ] = None
    channel: Channel = "voice"
    locale: Annotated[str, Field(max_length=35, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    agent: PersonBody = PersonBody()
    customer: PersonBody = PersonBody()
    context: ContextBody = ContextBody()
    metadata: Annotated[
        dict[Annotated[str, Field(max_length=64)], Value | None],
        Field(max_length=32, description="Your own names and plain values; given back, never read."),
    ] = {}

    def opening(self) -> Opening:
        return Opening(
            channel=self.channel,
            locale=self.locale,
            agent=self.agent.agent(),
            customer=self.customer.customer(),
            context=self.context.context(),
            metadata={spoken(k): v if v is None else _clean(v) for k, v in self.metadata.items()},
        )


class PatchBody(Body):
    """The parts that changed; each one given replaces what was known."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    agent: PersonBody = PersonBody()
    customer: PersonBody = PersonBody()
    context: ContextBody = ContextBody()

    @model_validator(mode="after")
    def _something(self) -> PatchBody:
        if not self.model_fields_set:
            raise ValueError("give agent, customer or context")
        return self


class QuietBody(Body):
    """Whether cards come only when the agent asks."""

    quiet: bool


class FeedbackBody(Body):
    """What became of a suggestion. `text` is what was said instead, for `edited`."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"verdict": {"const": "edited"}}},
            "then": {"required": ["text"], "properties": {"text": {"type": "string"}}},
            "else": {"properties": {"text": {"type": "null"}}},
        }
    )

    verdict: Literal["shown", "used", "edited", "dismissed"]
    text: Annotated[str, Field(max_length=MAX_TEXT)] | None = None

    @model_validator(mode="after")
    def _edited_has_text(self) -> FeedbackBody:
        if (self.verdict == "edited") != (self.text is not None):
            raise ValueError("text goes with edited, and only with it")
        return self

    def said(self) -> str | None:
        return _clean_or_none(self.text)


class WrapUpBody(Body):
    """The agent's own text for the customer record, as it shall stand there."""

    text: Annotated[str, Field(max_length=20_000, description="Line breaks stay; invisible characters go.")]

    def said(self) -> str:
        return "\n".join(spoken(line) for line in self.text.splitlines())


class UploadBody(Body):
    """A version of a prompt: the text of its file."""

    text: Annotated[str, Field(min_length=1, max_length=65_536)]


_Version = Annotated[str, Field(pattern=r"^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$")]


class RenderBody(Body):
    """The conversation to render for, and the version; without one, the live one."""

    conversation: Annotated[str, Field(pattern=CONVERSATION_ID_PATTERN)]
    version: _Version | None = None


class ChangeBody(Body):
    """A change of what is in force."""

    kind: Literal["release", "canary", "shadow", "rollback", "holdout"]
    version: _Version | None = None
    share: (
        Annotated[
            float, Field(ge=0, le=1, allow_inf_nan=False, description="Of the conversations, from 0 to 1.")
        ]
        | None
    ) = None
    report: Annotated[str, Field(max_length=1_048_576, description="The text of a gate report.")] | None = (
        None
    )
    override: (
        Annotated[
            str, Field(min_length=3, max_length=500, description="Why it is released without a report.")
        ]
        | None
    ) = None


class KeyBody(Body):
    """A new key: what it is for, what it may do, and for how many days. Without `days` it does not end."""

    name: Annotated[str, Field(max_length=200)] = ""
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))]
    days: Annotated[int, Field(ge=1, le=3_650)] | None = None

    def title(self) -> str:
        return spoken(self.name)


class RotationBody(Body):
    """For how many seconds the old key stays good beside the new one."""

    overlap_s: Annotated[int, Field(ge=0, le=30 * 86_400)] = 3_600


class ErasureBody(Body):
    """Whose conversations are erased: those of one customer, by their id, or all of your tenant's."""

    customer: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    tenant: Literal[True] | None = None

    @model_validator(mode="after")
    def _one(self) -> ErasureBody:
        if (self.customer is None) == (self.tenant is None):
            raise ValueError("name a customer, or tenant: true")
        return self

    def customer_id(self) -> str | None:
        """As it was kept when it was sent with a conversation."""
        return _clean_or_none(self.customer)


class NoBody(Body):
    """Nothing, or an empty object."""


def _clean(value: str | bool | int | float) -> str | bool | int | float:
    return spoken(value) if isinstance(value, str) else value


def _clean_or_none(value: str | None) -> str | None:
    return None if value is None else spoken(value)


class Adapters:
    """The validators, compiled once for an application."""

    def __init__(self, fragments_per_request: int) -> None:
        batch = Annotated[list[FragmentBody], Field(min_length=1, max_length=fragments_per_request)]
        self.fragment: TypeAdapter[FragmentBody] = TypeAdapter(FragmentBody)
        self.fragments: TypeAdapter[list[FragmentBody]] = TypeAdapter(batch)
        self.opening: TypeAdapter[OpenBody] = TypeAdapter(OpenBody)
        self.quiet: TypeAdapter[QuietBody] = TypeAdapter(QuietBody)
        self.patch: TypeAdapter[PatchBody] = TypeAdapter(PatchBody)
        self.feedback: TypeAdapter[FeedbackBody] = TypeAdapter(FeedbackBody)
        self.wrap_up: TypeAdapter[WrapUpBody] = TypeAdapter(WrapUpBody)
        self.upload: TypeAdapter[UploadBody] = TypeAdapter(UploadBody)
        self.render: TypeAdapter[RenderBody] = TypeAdapter(RenderBody)
        self.change: TypeAdapter[ChangeBody] = TypeAdapter(ChangeBody)
        self.key: TypeAdapter[KeyBody] = TypeAdapter(KeyBody)
        self.rotation: TypeAdapter[RotationBody] = TypeAdapter(RotationBody)
        self.erasure: TypeAdapter[ErasureBody] = TypeAdapter(ErasureBody)
        self.nothing: TypeAdapter[NoBody] = TypeAdapter(NoBody)
