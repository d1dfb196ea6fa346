"""The operations behind the side panel and its pages, as callers read of them."""

from __future__ import annotations

from copilot import errors
from copilot.api import examples
from copilot.api.calls import BODY, CONVERSATION, NOTHING, ONE, STORE
from copilot.api.contract import Call, Parameter, Reply

_TICKET_EXAMPLE = {"ticket": "act_WyJ0aWNrZXQiLCJhYmMi", "expires_in": 300}

TICKET = Call(
    id="createTicket",
    tag="panel",
    scope="read",
    summary="A ticket for the agent's browser",
    description="For the back end of whoever embeds the panel. Good for a few minutes, for this conversation "
    "alone, in `Authorization: Bearer`: its streams, its reads, a suggestion now and, if the key has the "
    "scope `feedback`, what became of a phrase and the edits of its wrap-up. It sends no fragments and "
    "makes no tickets. It ends with its key. A stream that it opened ends with `goodbye` when it does: come "
    "back with a new ticket and `Last-Event-ID`.",
    parameters=(CONVERSATION,),
    body=NOTHING,
    body_required=False,
    replies={
        201: (
            Reply(
                description="The ticket, and for how many seconds from now it is good.",
                schema={
                    "type": "object",
                    "properties": {
                        "ticket": {"type": "string"},
                        "expires_in": {"type": "integer"},
                    },
                    "required": ["ticket", "expires_in"],
                },
                example=_TICKET_EXAMPLE,
            ),
        )
    },
    problems=(*BODY, *ONE, *STORE),
)
WRAP_UP = Call(
    id="editWrapUp",
    tag="panel",
    scope="feedback",
    browser=frozenset({"ticket"}),
    summary="Keep the agent's own text for the record",
    description="What the agent made of the draft in `wrap_up`. It is kept beside it, and no later draft "
    "replaces it. The same text again changes nothing; before the close it is a 409.",
    parameters=(CONVERSATION,),
    body={"$ref": "#/components/schemas/WrapUpBody"},
    body_examples={"text": {"text": "Parcel lost twice. Refunded; I call back on Friday."}},
    replies={200: (Reply(description="Kept.", schema="ConversationView", example=examples.CLOSED_VIEW),)},
    problems=(*BODY, *ONE, errors.Conflicting, *STORE),
)
SIGN_IN = Call(
    id="signIn",
    tag="panel",
    scope="supervise",
    summary="Begin a supervisor's session",
    description="Exchanges the key of this one request for a cookie that scripts cannot read, that other "
    "sites cannot send, and that is good for lists and streams alone: it changes nothing. It lasts a "
    "shift and ends with its key. A server without keys needs none and sets none.",
    body=NOTHING,
    body_required=False,
    replies={
        204: (
            Reply(
                description="Signed in.",
                headers={"Set-Cookie": "The session."},
            ),
        )
    },
    problems=BODY,
)
SIGN_OUT = Call(
    id="signOut",
    tag="panel",
    summary="End a supervisor's session in this browser",
    replies={204: (Reply(description="Signed out.", headers={"Set-Cookie": "Nothing, already over."}),)},
)


def _page(id: str, summary: str) -> Call:
    return Call(
        id=id,
        tag="panel",
        summary=summary,
        replies={200: (Reply(description="A page.", schema={"type": "string"}, media="text/html"),)},
    )


HOME = _page("home", "Where to go from here: the pages and the documentation")
PANEL = _page("panel", "The side panel for a conversation by its id, or for the newest")
DEMO = _page("panelDemo", "The demonstration: the panel beside a softphone to play with")
SUPERVISOR = _page("supervisor", "All live conversations, hottest first")
SCRIPTS = Call(
    id="panelDemoScripts",
    tag="panel",
    summary="The conversations that the demonstration plays",
    replies={
        200: (
            Reply(
                description="Each with its opening and, step by step, what is sent when.",
                schema={"type": "array", "items": {"type": "object"}},
            ),
        )
    },
)
FILE = Call(
    id="panelFile",
    tag="panel",
    summary="A file of the panel or its pages",
    description="`agent-copilot.js` is the component to embed, from any origin; `demo` is a page.",
    parameters=(
        Parameter(
            name="name",
            place="path",
            schema={"type": "string"},
            description="The file's name.",
            required=True,
        ),
    ),
    replies={
        200: tuple(
            Reply(description="The file.", schema={"type": "string"}, media=media)
            for media in ("text/javascript", "text/css", "text/plain", "image/svg+xml", "text/html")
        ),
        304: (Reply(description="As the caller has it."),),
    },
    problems=(errors.NotFound,),
)
