"""Prompts: look at versions, check and upload them, release them, take them back."""

from __future__ import annotations

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp

from copilot.api import prompt_calls as calls
from copilot.api.answers import Answer
from copilot.api.contract import KEY
from copilot.api.desk import Desk
from copilot.api.door import principal_of
from copilot.api.reading import AnyRequest, body_of, parse
from copilot.core.prompt_views import MessageView, RenderView
from copilot.errors import Invalid, NotFound
from copilot.prompt_desk.desk import PromptDesk, Wish
from copilot.prompts.library import NAME, VERSION
from copilot.prompts.library import parse as parse_prompt


class Prompts:
    """Handlers over what the desk holds, for keys with the scope `prompts`."""

    def __init__(self, desk: Desk, prompts: PromptDesk) -> None:
        self._desk = desk
        self._prompts = prompts

    def routes(self) -> list[HTTPRouteHandler]:
        one = "/v1/prompts/{name:str}"
        version = f"{one}/versions/{{version:str}}"
        return [
            get("/v1/prompts", opt={KEY: calls.LIST})(self.all),
            get(one, opt={KEY: calls.SHOW})(self.show),
            post(f"{one}/versions", opt={KEY: calls.UPLOAD})(self.upload),
            get(version, opt={KEY: calls.TEXT})(self.text),
            get(f"{version}/check", opt={KEY: calls.CHECK})(self.check),
            get(f"{one}/diff", opt={KEY: calls.DIFF})(self.diff),
            post(f"{one}/render", opt={KEY: calls.RENDER}, status_code=200)(self.render),
            get(f"{one}/outcomes", opt={KEY: calls.OUTCOMES})(self.outcomes),
            get(f"{one}/changes", opt={KEY: calls.CHANGES})(self.changes),
            post(f"{one}/changes", opt={KEY: calls.CHANGE}, status_code=200)(self.change),
        ]

    async def all(self, request: AnyRequest) -> ASGIApp:
        self._desk.query(request)
        return Answer.of({"items": await self._prompts.all(_tenant(request))})

    async def show(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        self._desk.query(request)
        return Answer.of(await self._prompts.one(_tenant(request), _named(name)))

    async def text(self, request: AnyRequest, name: FromPath[str], version: FromPath[str]) -> ASGIApp:
        self._desk.query(request)
        prompt = await self._prompts.get(_tenant(request), _ref(name, version))
        return Answer(prompt.text.encode(), media=b"text/plain; charset=utf-8")

    async def check(self, request: AnyRequest, name: FromPath[str], version: FromPath[str]) -> ASGIApp:
        self._desk.query(request)
        prompt = await self._prompts.get(_tenant(request), _ref(name, version))
        return Answer.of(await self._prompts.checked(prompt))

    async def diff(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        query = self._desk.query(request, "from", "to")
        before, after = query.text("from"), query.text("to")
        if before is None or after is None:
            raise Invalid("Query parameters from and to name the versions.")
        tenant = _tenant(request)
        lines = await self._prompts.diff(tenant, _ref(name, before), _ref(name, after))
        return Answer.of({"lines": lines})

    async def upload(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        desk = self._desk
        body = parse(await body_of(request, desk.limits), desk.adapters.upload, desk.limits.json_depth)
        if parse_prompt(body.text.encode()).front.name != _named(name):
            raise Invalid(
                "The text names another prompt.", errors=[{"pointer": "/text", "detail": "another name"}]
            )
        view, new = await self._prompts.upload(_tenant(request), body.text, _who(request))
        return Answer.of(view, 201 if new else 200)

    async def render(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        desk = self._desk
        body = parse(await body_of(request, desk.limits), desk.adapters.render, desk.limits.json_depth)
        ref = _named(name) if body.version is None else _ref(name, body.version)
        prompt = await self._prompts.get(_tenant(request), ref)
        moment = await desk.engine.moment(desk.key(request.scope, body.conversation))
        made = await self._prompts.rendered(prompt, moment)
        messages = tuple(MessageView(message.role, message.content) for message in made.messages)
        return Answer.of(
            RenderView(
                ref=prompt.ref,
                hash=prompt.hash,
                tokens=made.tokens,
                request_hash=made.hash,
                messages=messages,
            )
        )

    async def outcomes(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        query = self._desk.query(request, "days", "conversations")
        days = query.integer("days", 30, 1, 3_650)
        most = query.integer("conversations", 1_000, 1, 20_000)
        tenant = _tenant(request)
        found = await self._desk.engine.outcomes(tenant, _named(name), days, most)
        if not found.versions:  # also the phrasebook's cards are counted, which is no prompt
            await self._prompts.one(tenant, name)
        return Answer.of(found)

    async def changes(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        self._desk.query(request)
        tenant = _tenant(request)
        await self._prompts.one(tenant, _named(name))
        return Answer.of({"items": await self._prompts.changes(tenant, name)})

    async def change(self, request: AnyRequest, name: FromPath[str]) -> ASGIApp:
        desk = self._desk
        body = parse(await body_of(request, desk.limits), desk.adapters.change, desk.limits.json_depth)
        wish = Wish(
            kind=body.kind,
            version=body.version,
            share=body.share,
            report=body.report,
            override=body.override,
        )
        return Answer.of(await self._prompts.change(_tenant(request), _named(name), wish, _who(request)))


def _tenant(request: AnyRequest) -> str:
    return principal_of(request.scope).tenant


def _who(request: AnyRequest) -> str:
    key_id = principal_of(request.scope).key_id
    return "the open server" if key_id is None else f"key {key_id}"


def _named(name: str) -> str:
    if not NAME.fullmatch(name):
        raise NotFound("No such prompt.")
    return name


def _ref(name: str, version: str) -> str:
    if not VERSION.fullmatch(version):
        raise NotFound("No such version.")
    return f"{_named(name)}@{version}"
