"""The operations on the server itself, as callers read of them: health, metrics, this document."""

from __future__ import annotations

from typing import Any

from copilot import errors
from copilot.api import examples
from copilot.api.contract import Call, Parameter, Reply

_OK: dict[str, Any] = {
    "type": "object",
    "properties": {"status": {"type": "string"}},
    "required": ["status"],
}
LIVE = Call(
    id="isLive",
    tag="operation",
    quiet=True,
    summary="Is the process alive?",
    replies={200: (Reply(description="Yes.", schema=_OK, example={"status": "live"}),)},
)
READY = Call(
    id="isReady",
    tag="operation",
    quiet=True,
    summary="Does it take new work?",
    description="503 while it starts, drains, or cannot reach its log.",
    replies={200: (Reply(description="Yes.", schema=_OK, example={"status": "ready"}),)},
    problems=(errors.Unavailable,),
)
METRICS = Call(
    id="metrics",
    tag="operation",
    quiet=True,
    summary="Prometheus metrics",
    replies={
        200: (
            Reply(
                description="The text format.",
                schema={"type": "string"},
                example='copilot_fragments_total{final="true",status="accepted"} 3.0\n',
                media="text/plain",
            ),
        )
    },
)
OPENAPI = Call(
    id="openapi",
    tag="operation",
    summary="This document",
    replies={200: (Reply(description="OpenAPI 3.1.", schema={"type": "object"}),)},
)
DOCS = Call(
    id="docs",
    tag="operation",
    summary="This document, to be read",
    replies={200: (Reply(description="A page.", schema={"type": "string"}, media="text/html"),)},
)
ASSET = Call(
    id="docsFile",
    tag="operation",
    summary="A file of that page",
    parameters=(
        Parameter(
            name="name",
            place="path",
            schema={"type": "string", "enum": ["docs.css", "docs.js"]},
            description="The file's name.",
            required=True,
        ),
    ),
    replies={
        200: (
            Reply(description="The style.", schema={"type": "string"}, media="text/css"),
            Reply(description="The script.", schema={"type": "string"}, media="text/javascript"),
        )
    },
    problems=(errors.NotFound,),
)
PROBLEM = Call(
    id="explainProblem",
    tag="operation",
    summary="What a problem type means",
    parameters=(
        Parameter(
            name="slug",
            place="path",
            schema={"type": "string"},
            description="The end of a problem's `type`.",
            required=True,
        ),
    ),
    replies={200: (Reply(description="Its meaning.", schema="ProblemKind", example=examples.PROBLEM_KIND),)},
    problems=(errors.NotFound,),
)
