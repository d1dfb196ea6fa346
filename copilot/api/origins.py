"""CORS: which pages of other origins may read answers. By a list, without cookies, and for nobody else."""

from __future__ import annotations

from copilot.api.answers import AnyScope, Headers

_METHODS = b"GET, POST, PUT, PATCH, DELETE"
_MAY_SEND = b"Authorization, Content-Type, Last-Event-ID"
_MAY_READ = b"Retry-After, X-Request-Id"
_REMEMBERED_S = b"600"


def granted(scope: AnyScope, known: frozenset[str]) -> Headers:
    """The headers that an answer to this request gets. Keys and tickets travel in a header of their own, so
    credentials, in the sense of CORS, are never allowed."""
    if not known:
        return ()
    varies = (b"vary", b"origin")
    origin = next((value for name, value in scope["headers"] if name == b"origin"), b"")
    if origin.decode("latin-1").lower() not in known:
        return (varies,)
    allowed = (varies, (b"access-control-allow-origin", origin))
    if scope["method"] != "OPTIONS":
        return (*allowed, (b"access-control-expose-headers", _MAY_READ))
    return (
        *allowed,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", _MAY_SEND),
        (b"access-control-max-age", _REMEMBERED_S),
    )
