"""All operations of the API, as callers read of them."""

from __future__ import annotations

from typing import Any

from copilot import errors
from copilot.api import examples
from copilot.api.contract import Call, Parameter, Reply
from copilot.api.tickets import Kind
from copilot.errors import CopilotError

CONVERSATION = Parameter(
    name="conversation_id",
    place="path",
    schema={"type": "string", "pattern": "^[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,127}$"},
    description="The conversation's id.",
    required=True,
)
_SUGGESTION = Parameter(
    name="suggestion_id",
    place="path",
    schema={"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,128}$"},
    description="The suggestion's id.",
    required=True,
)
_EVENT_ID: dict[str, Any] = {"type": "string", "pattern": "^(0|[A-Za-z0-9]{1,64}\\.[0-9]{1,16})$"}
_AFTER = Parameter(
    name="after",
    place="query",
    schema=_EVENT_ID,
    description="Go on after this event id; `0` is the start. Without it: from now on.",
)
_LAST_EVENT_ID = Parameter(
    name="Last-Event-ID",
    place="header",
    schema={"type": "string"},
    description="As `after`, and stronger than it: what a reader that was cut off sends.",
)
ONE: tuple[type[CopilotError], ...] = (errors.NotFound, errors.Gone)
BODY: tuple[type[CopilotError], ...] = (
    errors.Malformed,
    errors.Invalid,
    errors.TooLarge,
    errors.UnsupportedMedia,
    errors.TooSlow,
)
STORE: tuple[type[CopilotError], ...] = (errors.StoreUnavailable, errors.Damaged)
# Whose browser an operation is for: the agent's panel, which has a ticket, the supervisor's page, or both.
_TICKET: frozenset[Kind] = frozenset({"ticket"})
_SESSION: frozenset[Kind] = frozenset({"session"})
_EITHER = _TICKET | _SESSION
NOTHING: dict[str, Any] = {"$ref": "#/components/schemas/NoBody"}


def _body(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


OPEN = Call(
    id="openConversation",
    tag="conversations",
    scope="ingest",
    summary="Open a conversation",
    description="With an `id` of your own the call is safe to repeat: the same id and body again is the same "
    "conversation (200), another body is a 409.",
    body=_body("OpenBody"),
    body_examples={"phone": examples.OPEN_BODY, "least": {}},
    replies={
        201: (Reply(description="It is open.", schema="ConversationView", example=examples.VIEW),),
        200: (Reply(description="It was open already.", schema="ConversationView", example=examples.VIEW),),
    },
    problems=(*BODY, errors.Conflicting, errors.Gone, errors.Overloaded, *STORE),
)
PAGE = Call(
    id="listConversations",
    tag="conversations",
    scope="read",
    also=("supervise",),
    browser=_SESSION,
    summary="List conversations",
    description="Newest first. `next_cursor` leads to the next page with the same filters; null at the end.",
    parameters=(
        Parameter(
            name="status",
            place="query",
            schema={"type": "string", "enum": ["live", "closed", "all"], "default": "live"},
            description="Which ones.",
        ),
        Parameter(
            name="phase",
            place="query",
            schema={"$ref": "#/components/schemas/Phase"},
            description="Only those in this phase.",
        ),
        Parameter(
            name="min_heat",
            place="query",
            schema={"type": "integer", "minimum": 0, "maximum": 3, "default": 0},
            description="Only those at least this heated.",
        ),
        Parameter(
            name="cursor", place="query", schema={"type": "string"}, description="From the page before."
        ),
        Parameter(
            name="limit",
            place="query",
            schema={"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
            description="At most so many.",
        ),
    ),
    replies={200: (Reply(description="A page.", schema="Page", example=examples.PAGE),)},
    problems=(errors.Malformed, errors.Invalid, *STORE),
)
SHOW = Call(
    id="getConversation",
    tag="conversations",
    scope="read",
    also=("supervise",),
    browser=_EITHER,
    summary="The conversation as it stands now",
    description="State, redacted transcript, the suggestion on show, and the event id to stream on from.",
    parameters=(CONVERSATION,),
    replies={200: (Reply(description="As it stands.", schema="ConversationView", example=examples.VIEW),)},
    problems=(errors.Malformed, errors.Invalid, *ONE, *STORE),
)
CHANGE = Call(
    id="changeConversation",
    tag="conversations",
    scope="ingest",
    summary="Change what is known of it",
    description="Each part given replaces what was known: another agent after a transfer, a new fact.",
    parameters=(CONVERSATION,),
    body=_body("PatchBody"),
    body_examples={"transfer": examples.PATCH_BODY},
    replies={200: (Reply(description="As it stands.", schema="ConversationView", example=examples.VIEW),)},
    problems=(*BODY, *ONE, errors.Closed, *STORE),
)
INGEST = Call(
    id="sendFragments",
    tag="conversations",
    scope="ingest",
    quiet=True,
    hot=True,
    summary="Send what was said",
    description="One fragment or an array: all of them are taken or none. On disk before the answer, safe "
    "to repeat: what is there already is `duplicate`, what was overtaken is `stale` with the reason; the "
    "same utterance and revision with another text is a 409. Control and invisible characters and "
    "marks that turn the direction of text are dropped; line breaks become spaces.",
    parameters=(CONVERSATION,),
    body={
        "oneOf": [
            _body("FragmentBody"),
            {"type": "array", "items": _body("FragmentBody"), "minItems": 1, "maxItems": 500},
        ]
    },
    body_examples={"one": examples.FRAGMENT, "several": [examples.FRAGMENT, examples.FRAGMENT_AGENT]},
    replies={200: (Reply(description="On disk.", schema="Ingested", example=examples.INGESTED),)},
    problems=(*BODY, *ONE, errors.Conflicting, errors.Closed, *STORE),
)
HISTORY = Call(
    id="getHistory",
    tag="conversations",
    scope="read",
    also=("supervise",),
    browser=_EITHER,
    summary="The events so far",
    description="The same bytes as on the stream, a page at a time. An id of another epoch: from the start.",
    parameters=(
        CONVERSATION,
        Parameter(name="after", place="query", schema=_EVENT_ID, description="Only what came after."),
        Parameter(
            name="limit",
            place="query",
            schema={"type": "integer", "minimum": 1, "maximum": 1000, "default": 200},
            description="At most so many.",
        ),
    ),
    replies={200: (Reply(description="A page.", schema="History", example=examples.HISTORY),)},
    problems=(errors.Malformed, errors.Invalid, *ONE, *STORE),
)
CLOSE = Call(
    id="closeConversation",
    tag="conversations",
    scope="ingest",
    summary="Close it",
    description="Finals that come late are still taken for a minute. Closing again changes nothing.",
    parameters=(CONVERSATION,),
    body=NOTHING,
    body_required=False,
    replies={200: (Reply(description="Closed.", schema="ConversationView", example=examples.CLOSED_VIEW),)},
    problems=(*BODY, *ONE, *STORE),
)
ERASE = Call(
    id="eraseConversation",
    tag="conversations",
    scope="admin",
    summary="Erase it",
    description="Everything that was stored of it. Its id answers 410 from then on.",
    parameters=(CONVERSATION,),
    body=NOTHING,
    body_required=False,
    replies={204: (Reply(description="Erased."),)},
    problems=(*BODY, *ONE, *STORE),
)
EVENTS = Call(
    id="streamEvents",
    tag="streams",
    scope="read",
    also=("supervise",),
    browser=_EITHER,
    summary="What happens, as it happens",
    description=examples.EVENTS_TEXT,
    parameters=(CONVERSATION, _AFTER, _LAST_EVENT_ID),
    replies={
        200: (
            Reply(
                description="Server-sent events until `closed` or `goodbye`; a comment every 15 s when idle.",
                schema={"type": "string", "x-event-schema": {"$ref": "#/components/schemas/StreamEvent"}},
                example=examples.EVENTS_EXAMPLE,
                media="text/event-stream",
            ),
        )
    },
    problems=(errors.Malformed, errors.Invalid, errors.NotAcceptable, *ONE, errors.TooMany, *STORE),
)
FEED = Call(
    id="streamTenant",
    tag="streams",
    scope="supervise",
    browser=_SESSION,
    summary="Phase, heat and close of all conversations",
    description="For supervisors. Its event ids are its own; `reset` means: list the conversations anew.",
    parameters=(_AFTER, _LAST_EVENT_ID),
    replies={
        200: (
            Reply(
                description="Server-sent events `phase`, `closed`, `reset`, `goodbye`.",
                schema={"type": "string", "x-event-schema": {"$ref": "#/components/schemas/FeedEvent"}},
                example=examples.FEED_EXAMPLE,
                media="text/event-stream",
            ),
        )
    },
    problems=(errors.Malformed, errors.Invalid, errors.NotAcceptable, errors.TooMany, *STORE),
)
SOCKET = Call(
    id="connect",
    tag="streams",
    scope="read",
    websocket=True,
    summary="Both directions on one WebSocket",
    description=examples.SOCKET_TEXT,
    parameters=(CONVERSATION, _AFTER),
    replies={101: (Reply(description="The WebSocket is open."),)},
    problems=(errors.Malformed, errors.Invalid, *ONE, errors.TooMany, *STORE),
)
SUGGEST = Call(
    id="suggestNow",
    tag="suggestions",
    scope="read",
    browser=_TICKET,
    summary="A suggestion now",
    description="Because the agent asked. With `Accept: text/event-stream` it comes as it grows, as "
    "`suggestion` events that each hold the full text so far; the last one is `final`.",
    parameters=(CONVERSATION,),
    body=NOTHING,
    body_required=False,
    replies={
        200: (
            Reply(description="The suggestion.", schema="Suggestion", example=examples.SUGGESTION),
            Reply(
                description="The suggestion, growing.",
                schema={"type": "string", "x-event-schema": {"$ref": "#/components/schemas/StreamEvent"}},
                example=examples.SUGGEST_EXAMPLE,
                media="text/event-stream",
            ),
        ),
        204: (Reply(description="What happened meanwhile overtook it; ask again."),),
    },
    problems=(*BODY, *ONE, errors.Closed, errors.NotAcceptable, errors.TooMany, *STORE),
)
EXPLAIN = Call(
    id="explainSuggestion",
    tag="suggestions",
    scope="read",
    browser=_TICKET,
    summary="Why the agent saw it",
    description="Its revisions, all that was read and the quoted words that it rests on, the versions of "
    "what made it, the model's calls with the hash of the rendered prompt, tokens, times and the guards that "
    "refused something, and what the agent did with it. With the scope `prompts` also the model's raw words, "
    "why guards refused, and what a shadow version answered.",
    parameters=(CONVERSATION, _SUGGESTION),
    replies={200: (Reply(description="Why.", schema="Explanation", example=examples.EXPLANATION),)},
    problems=(errors.Malformed, errors.Invalid, *ONE, *STORE),
)
QUIET = Call(
    id="setQuiet",
    tag="suggestions",
    scope="feedback",
    browser=_TICKET,
    summary="Cards only on request",
    description="While it is quiet no card comes by itself, and what is on show goes; each silence says "
    "`quiet`. A suggestion on request is given as always.",
    parameters=(CONVERSATION,),
    body=_body("QuietBody"),
    body_examples={"quiet": {"quiet": True}},
    replies={200: (Reply(description="As it stands.", schema="ConversationView", example=examples.VIEW),)},
    problems=(*BODY, *ONE, errors.Closed, *STORE),
)
FEEDBACK = Call(
    id="sendFeedback",
    tag="suggestions",
    scope="feedback",
    browser=_TICKET,
    summary="What became of it",
    description="`edited` comes with the text that was said instead.",
    parameters=(CONVERSATION, _SUGGESTION),
    body=_body("FeedbackBody"),
    body_examples={"used": {"verdict": "used"}, "edited": examples.FEEDBACK_BODY},
    replies={
        201: (
            Reply(
                description="Noted.",
                schema={"type": "object", "properties": {"seq": {"type": "integer"}}, "required": ["seq"]},
                example={"seq": 9},
            ),
        )
    },
    problems=(*BODY, *ONE, *STORE),
)
