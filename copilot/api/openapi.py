"""The OpenAPI 3.1 document, made from the routes that there are, their contracts and the types themselves.

Not Litestar's generator: it describes what Litestar decodes, and bodies here are read by stricter rules than
its own; the schemas come from the same pydantic models and msgspec structs that read and write the bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from pydantic.json_schema import models_json_schema

from copilot import errors
from copilot.api import bodies, examples
from copilot.api.contract import KEY, Call, Parameter, Reply
from copilot.api.keys import NewKey
from copilot.api.messages import FeedbackMessage, FragmentMessage, PingMessage
from copilot.api.problems import Problem, type_of
from copilot.core import events
from copilot.core.outcomes import Outcomes
from copilot.core.prompt_views import ChangeView, CheckView, PromptView, RenderView
from copilot.core.suggestions import Suggestion
from copilot.core.types import PHASES
from copilot.core.views import ConversationView, Explanation, Ingested
from copilot.errors import CopilotError
from copilot.ports import Listed

_TAGS = ("conversations", "streams", "suggestions", "prompts", "panel", "keys", "operation")
_REF = "#/components/schemas/{name}"
_BODIES = (
    bodies.OpenBody,
    bodies.PatchBody,
    bodies.FragmentBody,
    bodies.FeedbackBody,
    bodies.QuietBody,
    bodies.WrapUpBody,
    bodies.UploadBody,
    bodies.RenderBody,
    bodies.ChangeBody,
    bodies.KeyBody,
    bodies.RotationBody,
    bodies.ErasureBody,
    bodies.NoBody,
    FragmentMessage,
    FeedbackMessage,
    PingMessage,
)
_PUBLIC = (
    events.Transcript,
    events.PhaseRead,
    events.Suggested,
    events.Coached,
    events.WrapUp,
    events.WrapUpEdited,
    events.Ended,
)
_ANSWERS = (
    ConversationView,
    Ingested,
    Explanation,
    Suggestion,
    Listed,
    Problem,
    *_PUBLIC,
    PromptView,
    Outcomes,
    CheckView,
    RenderView,
    ChangeView,
    NewKey,
)
# What the walls before every operation can answer.
_EVERYWHERE: tuple[type[CopilotError], ...] = (
    errors.Malformed,
    errors.UriTooLong,
    errors.Misdirected,
    errors.HeadersTooLarge,
    CopilotError,
)
_KEYED: tuple[type[CopilotError], ...] = (
    errors.Unauthenticated,
    errors.Forbidden,
    errors.TooMany,
)


def document(routes: Iterable[Any], version: str) -> dict[str, Any]:
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]:
            call: Call | None = handler.opt.get(KEY)
            if call is None:
                continue
            methods = ("GET",) if call.websocket else handler.http_methods
            for method in methods:
                paths.setdefault(route.path_format, {})[method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "agent-copilot",
            "version": version,
            "description": "Listens to a difficult customer conversation while it happens and hands the "
            "human agent the next best phrase.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in _TAGS],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": _schemas(), "securitySchemes": _SECURITY},
    }


_SECURITY = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "acp_<id>_<secret>",
        "description": "From `agent-copilot keys create`. A server on loopback without keys needs none.",
    }
}


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.id,
        "tags": [call.tag],
        "summary": call.summary,
        "parameters": [_parameter(parameter) for parameter in call.parameters],
        "responses": _responses(call),
        "security": [{"key": []}] if call.scope else [],
    }
    if call.description:
        operation["description"] = call.description
    if call.scope:
        operation["x-scope"] = call.scope
    if call.also:
        operation["x-scope-also"] = list(call.also)
    if call.browser:
        operation["x-browser"] = sorted(call.browser)
    if call.websocket:
        operation["x-websocket"] = True
    if call.body is not None:
        media: dict[str, Any] = {"schema": call.body}
        if call.body_examples:
            media["examples"] = {name: {"value": value} for name, value in call.body_examples.items()}
        operation["requestBody"] = {
            "required": call.body_required,
            "content": {"application/json": media},
        }
    return operation


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.description,
        "schema": parameter.schema,
    }


def _responses(call: Call) -> dict[str, Any]:
    found = {str(status): _replies(replies) for status, replies in call.replies.items()}
    kinds = {*call.problems, *_EVERYWHERE, *(_KEYED if call.scope else ())}
    by_status: dict[int, list[type[CopilotError]]] = {}
    for kind in sorted(kinds, key=lambda kind: kind.slug):
        by_status.setdefault(kind.status, []).append(kind)
    for status, those in sorted(by_status.items()):
        found[str(status)] = _problem(status, those)
    return found


def _replies(replies: tuple[Reply, ...]) -> dict[str, Any]:
    response: dict[str, Any] = {"description": " / ".join(reply.description for reply in replies)}
    content = {}
    for reply in replies:
        if reply.schema is None:
            continue
        schema = {"$ref": _REF.format(name=reply.schema)} if isinstance(reply.schema, str) else reply.schema
        content[reply.media] = {"schema": schema}
        if reply.example is not None:
            content[reply.media]["example"] = reply.example
    if content:
        response["content"] = content
    return response


def _problem(status: int, kinds: list[type[CopilotError]]) -> dict[str, Any]:
    cases = {
        kind.slug: {
            "value": examples.PROBLEM
            if kind is errors.Invalid
            else {
                "type": type_of(kind),
                "title": kind.title,
                "status": status,
                "instance": examples.PROBLEM["instance"],
            }
        }
        for kind in kinds
    }
    response: dict[str, Any] = {
        "description": " / ".join(kind.title for kind in kinds),
        "content": {
            "application/problem+json": {"schema": {"$ref": _REF.format(name="Problem")}, "examples": cases}
        },
    }
    if any(kind.retry_after_s is not None for kind in kinds):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}
    if status == 429:
        response["headers"] |= {
            "RateLimit": {"schema": {"type": "string"}, "description": "The quota that is used up."},
            "RateLimit-Policy": {"schema": {"type": "string"}, "description": "What that quota is."},
        }
    if status == 401:
        response["headers"] = {"WWW-Authenticate": {"schema": {"type": "string"}}}
    return response


def _schemas() -> dict[str, Any]:
    _, sent = models_json_schema(
        [(model, "validation") for model in _BODIES], ref_template=_REF.format(name="{model}")
    )
    _, given = msgspec.json.schema_components(_ANSWERS, schema_hook=_anything, ref_template=_REF)
    named = {name: {"$ref": _REF.format(name=name)} for name in given}
    shown = [named[event.__name__] for event in _PUBLIC]
    numbered = {
        "type": "object",
        "properties": {"seq": {"type": "integer"}, "at_ms": {"type": "integer"}},
    }
    event = {"allOf": [{"oneOf": shown}, numbered]}
    return {
        **sent["$defs"],
        **given,
        "Phase": {"type": "string", "enum": list(PHASES)},
        "Page": _object(items={"type": "array", "items": named["Listed"]}, next_cursor=_OR_NULL),
        "Erased": _object(conversations={"type": "integer"}),
        "KeyList": _object(items={"type": "array", "items": named["KeyView"]}),
        "History": _object(
            items={"type": "array", "items": _object(id={"type": "string"}, data=event)},
            next={"type": "string"},
            more={"type": "boolean"},
        ),
        "StreamEvent": event,
        "FeedEvent": {"allOf": [event, _object(conversation={"type": "string"})]},
        "ProblemKind": _object(
            type={"type": "string"},
            title={"type": "string"},
            status={"type": "integer"},
            meaning={"type": "string"},
        ),
    }


def _anything(kind: type) -> dict[str, Any]:
    """The schema of a plain `object` in one of our types: any JSON value."""
    if kind is not object:
        raise NotImplementedError
    return {"description": "Any JSON value."}


_OR_NULL = {"anyOf": [{"type": "string"}, {"type": "null"}]}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
