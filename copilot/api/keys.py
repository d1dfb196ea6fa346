"""A tenant's own keys over the API: made, listed, rotated and revoked by a key whose scope is `admin`."""

from __future__ import annotations

from litestar import delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.types import ASGIApp
from msgspec import Struct

from copilot.api import key_calls
from copilot.api.answers import Answer
from copilot.api.auth import new_key, rotated
from copilot.api.contract import KEY
from copilot.api.desk import Desk
from copilot.api.door import principal_of
from copilot.api.reading import AnyRequest, body_of, parse
from copilot.errors import Conflicting, NotFound
from copilot.ports import ApiKey, KeyStore, Scope

_DAY_MS = 86_400_000


class KeyView(Struct, frozen=True, kw_only=True):
    """A key without its secret, of which only a hash is kept. Times are wall-clock ms."""

    id: str
    name: str
    scopes: tuple[Scope, ...]
    created_ms: int
    expires_ms: int | None
    revoked_ms: int | None
    last_used_ms: int | None


class NewKey(Struct, frozen=True, kw_only=True):
    """A key that was just made: `secret` is the whole of it, and can be seen this once."""

    secret: str
    key: KeyView


class Keys:
    """Handlers over the key store. A key of one tenant sees and makes keys of that tenant alone."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._authenticator = desk.authenticator

    def routes(self) -> list[HTTPRouteHandler]:
        one = "/v1/keys/{key_id:str}"
        return [
            post("/v1/keys", opt={KEY: key_calls.CREATE})(self.create),
            get("/v1/keys", opt={KEY: key_calls.LIST})(self.show),
            post(f"{one}/rotate", opt={KEY: key_calls.ROTATE})(self.rotate),
            delete(one, opt={KEY: key_calls.REVOKE}, status_code=200)(self.revoke),
        ]

    async def create(self, request: AnyRequest) -> ASGIApp:
        desk, keys = self._desk, self._keys()
        body = parse(await body_of(request, desk.limits), desk.adapters.key, desk.limits.json_depth)
        now_ms = self._authenticator.now_ms()
        expires_ms = None if body.days is None else now_ms + body.days * _DAY_MS
        secret, key = new_key(
            principal_of(request.scope).tenant, body.title(), body.scopes, now_ms, expires_ms
        )
        keys.add(key)
        return Answer.of(NewKey(secret=secret, key=_view(key)), 201)

    async def show(self, request: AnyRequest) -> ASGIApp:
        self._desk.query(request)
        found = self._keys().all(principal_of(request.scope).tenant)
        return Answer.of({"items": [_view(key) for key in found]})

    async def rotate(self, request: AnyRequest, key_id: FromPath[str]) -> ASGIApp:
        """A new key in the old one's place, which is good for a while yet: nobody need be in time."""
        desk, keys = self._desk, self._keys()
        old = self._own(request, key_id)
        raw = await body_of(request, desk.limits, required=False)
        body = parse(raw or b"{}", desk.adapters.rotation, desk.limits.json_depth)
        now_ms = self._authenticator.now_ms()
        secret, key = rotated(old, now_ms)
        keys.add(key)
        keys.expire(old.id, now_ms + body.overlap_s * 1_000)
        return Answer.of(NewKey(secret=secret, key=_view(key)), 201)

    async def revoke(self, request: AnyRequest, key_id: FromPath[str]) -> ASGIApp:
        """At once, also for streams that are open by it. Again changes nothing."""
        key = self._own(request, key_id)
        self._keys().revoke(key.id, self._authenticator.now_ms())
        return Answer(b"", 204)

    def _keys(self) -> KeyStore:
        keys = self._authenticator.keys
        if keys is None:
            raise Conflicting("This server has no keys yet: make the first with `agent-copilot keys create`.")
        return keys

    def _own(self, request: AnyRequest, key_id: str) -> ApiKey:
        """Raises NotFound for another tenant's key as for one that is not there."""
        key = self._keys().find(key_id)
        if key is None or key.tenant != principal_of(request.scope).tenant:
            raise NotFound("No such key.")
        return key


def _view(key: ApiKey) -> KeyView:
    return KeyView(
        id=key.id,
        name=key.name,
        scopes=key.scopes,
        created_ms=key.created_ms,
        expires_ms=key.expires_ms,
        revoked_ms=key.revoked_ms,
        last_used_ms=key.last_used_ms,
    )
