"""Reads a body the strict way: what is not JSON of the right shape is refused, with the place."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any, NoReturn, TypeVar

from litestar import Request
from pydantic import TypeAdapter, ValidationError

from copilot.api.limits import Limits
from copilot.errors import Invalid, Malformed, TooLarge, TooSlow, UnsupportedMedia

T = TypeVar("T")
AnyRequest = Request[Any, Any, Any]
Headers = dict[bytes, bytes]

# In the scope of a request that came in one piece: its body is there, and need not be waited for.
WHOLE = "copilot.whole"
# What may be named of an unknown field: a name, never a number or a sentence that strayed into a key.
_NAMEABLE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-")
_MOST_ERRORS = 20
# Of a body that is too large so much is read and thrown away; a larger one is cut off.
_READ_AWAY = 4_194_304


async def body_of(request: AnyRequest, limits: Limits, *, required: bool = True) -> bytes:
    """The raw body. Raises UnsupportedMedia, TooLarge, TooSlow, Malformed."""
    headers = dict(request.scope["headers"])  # raw: to wrap them costs more than all that is asked of them
    length = _announced(headers)
    if length is not None and length > limits.body_bytes:
        if length <= _READ_AWAY:
            await _read_away(request, limits)
        raise TooLarge(f"A body may have {limits.body_bytes} bytes.")
    if required or length or b"transfer-encoding" in headers:
        _check_media(headers)
    if WHOLE in request.scope:
        raw = await _receive_all(request, limits.body_bytes)
    else:
        raw = await _in_time(request, limits)
    if required and not raw:
        raise Malformed("A JSON body is needed.")
    return raw


async def _in_time(request: AnyRequest, limits: Limits) -> bytes:
    try:
        async with asyncio.timeout(limits.body_seconds):
            return await _receive_all(request, limits.body_bytes)
    except TimeoutError:
        raise TooSlow("The body did not arrive in time.") from None


async def _read_away(request: AnyRequest, limits: Limits) -> None:
    """Lets the sender finish: who is answered in the middle of sending may see a broken connection and no
    answer, as a proxy does."""
    with suppress(TimeoutError):
        async with asyncio.timeout(limits.body_seconds):
            while True:
                message = await request.receive()
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return


async def _receive_all(request: AnyRequest, most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise Malformed("The body ended early.")
        chunk: bytes = message.get("body", b"")  # type: ignore[assignment]
        if chunk:
            size += len(chunk)
            if size > most:
                raise TooLarge(f"A body may have {most} bytes.")
            chunks.append(chunk)
        if not message.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _announced(headers: Headers) -> int | None:
    value = headers.get(b"content-length")
    if value is None:
        return None
    if not value.isdigit():
        raise Malformed("Content-Length is not a number.")
    return int(value[:19])


def _check_media(headers: Headers) -> None:
    """JSON in UTF-8, not compressed: a small zip can hold a very large body."""
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise UnsupportedMedia("Send the body without a Content-Encoding.")
    media, _, parameters = headers.get(b"content-type", b"").partition(b";")
    if media.strip().lower() != b"application/json":
        raise UnsupportedMedia("Send Content-Type: application/json.")
    if parameters:
        for parameter in parameters.split(b";"):
            name, _, value = parameter.strip().partition(b"=")
            if name.lower() != b"charset" or value.strip(b'"').lower() not in (b"utf-8", b"utf8"):
                raise UnsupportedMedia("The only charset is utf-8.")


def parse(raw: bytes | str, adapter: TypeAdapter[T], depth: int) -> T:
    """Raises Malformed for what is no JSON, Invalid for JSON that is not what the schema asks for.

    Two passes: the standard library's parser sees doubled names and constants that JSON does not have,
    pydantic's own, strict as it is only from JSON, refuses lone surrogates and coerces nothing.
    """
    tree = _tree(raw)
    _check_depth(tree, depth)
    try:
        return adapter.validate_json(raw, strict=True)
    except ValidationError as error:
        raise _refusal(error) from None


def is_list(raw: bytes) -> bool:
    return raw.lstrip(b" \t\r\n")[:1] == b"["


def _tree(raw: bytes | str) -> object:
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        return _DECODER.decode(text)
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8.") from None
    except RecursionError:
        raise Malformed("The JSON is nested too deeply.") from None
    except json.JSONDecodeError as error:
        raise Malformed(f"Not JSON, at character {error.pos}.") from None
    except ValueError:
        raise Malformed("The JSON holds a number that is too long.") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("An object has the same name twice.")
    return found


def _no_constant(_: str) -> NoReturn:
    raise Malformed("NaN and Infinity are not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _check_depth(tree: object, most: int) -> None:
    level = [tree]
    for _ in range(most):
        level = [
            child
            for node in level
            if isinstance(node, (dict, list))
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise Malformed(f"The JSON is nested deeper than {most}.")


def _refusal(error: ValidationError) -> Malformed | Invalid:
    found = error.errors(include_input=False, include_url=False, include_context=False)
    if found[0]["type"] == "json_invalid":
        return Malformed("The JSON holds a broken character escape.")
    errors = [
        {"pointer": _pointer(e["loc"], e["type"]), "detail": _message(e["type"], e["msg"])}
        for e in found[:_MOST_ERRORS]
    ]
    more = len(found) - len(errors)
    detail = "The body is not what the schema asks for."
    return Invalid(detail + (f" {more} more errors are not listed." if more else ""), errors=errors)


def _pointer(place: tuple[int | str, ...], kind: str) -> str:
    """RFC 6901. The name of an unknown field is the caller's; it is told only if it looks like a name."""
    parts = [str(part) for part in place]
    if kind == "extra_forbidden" and not (len(parts[-1]) <= 40 and _NAMEABLE.issuperset(parts[-1])):
        parts[-1] = "?"
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


_TEXTS: dict[str, str] = {
    "extra_forbidden": "no such field",
    "missing": "is needed",
    "union_tag_invalid": "no such type of message",
    "union_tag_not_found": "is needed: type",
}


def _message(kind: str, message: str) -> str:
    return _TEXTS.get(kind) or message.removeprefix("Value error, ")
