"""The operations on prompts, as callers read of them."""

from __future__ import annotations

from typing import Any

from copilot import errors
from copilot.api import prompt_examples as examples
from copilot.api.contract import Call, Parameter, Reply
from copilot.errors import CopilotError

_NAME = Parameter(
    name="name",
    place="path",
    schema={"type": "string", "pattern": "^[a-z][a-z0-9-]{0,63}$"},
    description="The prompt's name.",
    required=True,
)
_VERSION = Parameter(
    name="version",
    place="path",
    schema={"type": "string", "pattern": "^[0-9]{1,6}\\.[0-9]{1,6}\\.[0-9]{1,6}$"},
    description="A version of it.",
    required=True,
)
_READ: tuple[type[CopilotError], ...] = (
    errors.Malformed,
    errors.Invalid,
    errors.NotFound,
    errors.StoreUnavailable,
)
_WRITE: tuple[type[CopilotError], ...] = (
    *_READ,
    errors.TooLarge,
    errors.UnsupportedMedia,
    errors.TooSlow,
    errors.Conflicting,
)


def _body(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(of: str) -> dict[str, Any]:
    items = {"type": "array", "items": _body(of)}
    return {"type": "object", "properties": {"items": items}, "required": ["items"]}


def _versioned(name: str, what: str) -> Parameter:
    return Parameter(
        name=name,
        place="query",
        schema={"type": "string", "pattern": _VERSION.schema["pattern"]},
        description=what,
        required=True,
    )


LIST = Call(
    id="listPrompts",
    tag="prompts",
    scope="prompts",
    summary="All prompts, their versions, what is in force",
    replies={
        200: (
            Reply(description="By name.", schema=_list("PromptView"), example={"items": [examples.PROMPT]}),
        )
    },
    problems=(errors.Malformed, errors.Invalid, errors.StoreUnavailable),
)
SHOW = Call(
    id="getPrompt",
    tag="prompts",
    scope="prompts",
    summary="A prompt's versions, and what is in force",
    parameters=(_NAME,),
    replies={200: (Reply(description="As it stands.", schema="PromptView", example=examples.PROMPT),)},
    problems=_READ,
)
TEXT = Call(
    id="getPromptVersion",
    tag="prompts",
    scope="prompts",
    summary="A version's text, byte for byte",
    parameters=(_NAME, _VERSION),
    replies={
        200: (
            Reply(
                description="The file.",
                schema={"type": "string"},
                example=examples.TEXT,
                media="text/plain",
            ),
        )
    },
    problems=_READ,
)
CHECK = Call(
    id="checkPromptVersion",
    tag="prompts",
    scope="prompts",
    summary="Check a version",
    description="Variables, token budget, schema of the answer, the transcript's fence, and the guards on "
    "the examples that the version names, on every moment of the conversations that the server ships.",
    parameters=(_NAME, _VERSION),
    replies={200: (Reply(description="What was found.", schema="CheckView", example=examples.CHECK),)},
    problems=_READ,
)
UPLOAD = Call(
    id="uploadPromptVersion",
    tag="prompts",
    scope="prompts",
    summary="Add a version",
    description="It is checked first, belongs to the key's tenant, is live nowhere, and can never be "
    "changed: the same text again is a 200, another text of the same version is a 409.",
    parameters=(_NAME,),
    body=_body("UploadBody"),
    body_examples={"a version": {"text": examples.TEXT}},
    replies={
        201: (Reply(description="Added.", schema="VersionView", example=examples.VERSION),),
        200: (Reply(description="It was there already.", schema="VersionView", example=examples.VERSION),),
    },
    problems=(*_WRITE, errors.TooMany),
)
RENDER = Call(
    id="renderPrompt",
    tag="prompts",
    scope="prompts",
    summary="What a model would be sent now",
    description="For a conversation of the tenant's, as it stands, redacted. Without a version: the live "
    "one.",
    parameters=(_NAME,),
    body=_body("RenderBody"),
    body_examples={"now": {"conversation": "call-4711"}},
    replies={200: (Reply(description="The messages.", schema="RenderView", example=examples.RENDER),)},
    problems=(*_WRITE, errors.Gone, errors.Damaged),
)
DIFF = Call(
    id="diffPrompt",
    tag="prompts",
    scope="prompts",
    summary="What differs between two versions",
    parameters=(_NAME, _versioned("from", "The one before."), _versioned("to", "The one after.")),
    replies={
        200: (
            Reply(
                description="A unified diff, line by line.",
                schema={
                    "type": "object",
                    "properties": {"lines": {"type": "array", "items": {"type": "string"}}},
                    "required": ["lines"],
                },
                example={"lines": ["--- next-phrase@1.0.0", "+++ next-phrase@1.1.0", "-old", "+new"]},
            ),
        )
    },
    problems=_READ,
)
OUTCOMES = Call(
    id="getPromptOutcomes",
    tag="prompts",
    scope="prompts",
    summary="What became of its suggestions",
    description="By version, with 95 % intervals (Wilson): shown, used, said, dismissed, edited and by how "
    "much, and what phase and heat did by the end of the customer's next turn. What was held out and what "
    "shadows answered stand apart.",
    parameters=(
        _NAME,
        Parameter(
            name="days",
            place="query",
            schema={"type": "integer", "minimum": 1, "maximum": 3650, "default": 30},
            description="Conversations opened in so many days.",
        ),
        Parameter(
            name="conversations",
            place="query",
            schema={"type": "integer", "minimum": 1, "maximum": 20000, "default": 1000},
            description="At most so many of them, the newest.",
        ),
    ),
    replies={200: (Reply(description="Counted.", schema="Outcomes", example=examples.OUTCOMES),)},
    problems=_READ,
)
CHANGES = Call(
    id="listPromptChanges",
    tag="prompts",
    scope="prompts",
    summary="Who changed what, and when",
    description="The tenant's own log, oldest first. Nothing in it is ever changed or taken away.",
    parameters=(_NAME,),
    replies={
        200: (
            Reply(description="The log.", schema=_list("ChangeView"), example={"items": [examples.CHANGE]}),
        )
    },
    problems=_READ,
)
CHANGE = Call(
    id="changePrompt",
    tag="prompts",
    scope="prompts",
    summary="Release, canary, shadow, rollback, holdout",
    description="In force when it is answered, and within a second on every process that reads the store. A "
    "`release` bears the text of its gate `report`, or a reason to `override` the gate, which the log "
    "keeps. A `canary` goes to a share of the conversations, always the same ones. A `shadow` is asked and "
    "shown to nobody. `canary` and `shadow` without a version end what runs. A `rollback` ends a running "
    "canary; with "
    "none, the version before is live again. A `holdout` leaves a share without suggestions, for comparison.",
    parameters=(_NAME,),
    body=_body("ChangeBody"),
    body_examples=examples.CHANGE_BODIES,
    replies={200: (Reply(description="In force.", schema="PromptView", example=examples.PROMPT),)},
    problems=_WRITE,
)
