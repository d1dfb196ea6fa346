"""Erasure of a customer or of a whole tenant over the API, by a key whose scope is `admin`."""

from __future__ import annotations

from litestar import post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from copilot.api.answers import Answer
from copilot.api.calls import BODY, STORE
from copilot.api.contract import KEY, Call, Reply
from copilot.api.desk import Desk
from copilot.api.door import doer, principal_of
from copilot.api.reading import AnyRequest, body_of, parse

ERASE_ALL = Call(
    id="erase",
    tag="conversations",
    scope="admin",
    summary="Erase a customer, or all",
    description="`customer`: every conversation of your tenant in which a customer was ever named by this "
    "id. `tenant`: all of your tenant's conversations. Answered when nothing of them is in any file, also "
    "not of what was opened while it ran: it need not be repeated, and may be. What is opened after the "
    "answer stays. Their ids answer 410 from then on, also to what comes late. The server's log says that, "
    "when, by which key and how many, and not what. Keys, prompts and the count of tokens stay: no word of a "
    "conversation is in them. An id that is an e-mail address, a phone number or the like is masked before "
    "it is kept, and finds nobody: it is refused with 422.",
    body={"$ref": "#/components/schemas/ErasureBody"},
    body_examples={"a customer": {"customer": "cust-88"}, "all": {"tenant": True}},
    replies={
        200: (Reply(description="So many were erased.", schema="Erased", example={"conversations": 3}),)
    },
    problems=(*BODY, *STORE),
)


class Erasures:
    """The handler. A key erases in its own tenant alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> list[HTTPRouteHandler]:
        return [post("/v1/erasures", opt={KEY: ERASE_ALL}, status_code=200)(self.erase)]

    async def erase(self, request: AnyRequest) -> ASGIApp:
        desk, scope = self._desk, request.scope
        body = parse(await body_of(request, desk.limits), desk.adapters.erasure, desk.limits.json_depth)
        tenant, erasures = principal_of(scope).tenant, desk.engine.erasures
        customer = body.customer_id()
        if customer is None:
            erased = await erasures.of_tenant(tenant, doer(scope))
        else:
            erased = await erasures.of_customer(tenant, customer, doer(scope))
        return Answer.of({"conversations": erased})
