"""What a caller wants back, and where a stream is to go on from, as the headers and the query say."""

from __future__ import annotations

from copilot.api.queries import Query
from copilot.api.reading import AnyRequest
from copilot.engine.readers import parse_event_id
from copilot.errors import Malformed, NotAcceptable


def accepts(request: AnyRequest, media: str) -> bool:
    """Does the Accept header take this media type? A caller that sends none takes all."""
    header = request.headers.get("accept")
    return header is None or _quality(header, media) > 0


def prefers(request: AnyRequest, media: str, default: str) -> bool:
    """Is `media` asked for by name, and at least as much as the default? Raises NotAcceptable."""
    header = request.headers.get("accept")
    if header is None:
        return False
    wanted, other = _quality(header, media), _quality(header, default)
    if not wanted and not other:
        raise NotAcceptable(f"There are {default} and {media}.")
    return bool(wanted) and wanted >= other and media in header.lower()


def _quality(header: str, media: str) -> float:
    """The weight that the most specific range fitting the type has; 0 when none fits."""
    main = media.partition("/")[0]
    ranks = {media: 3, f"{main}/*": 2, "*/*": 1}
    best, quality = 0, 0.0
    for part in header.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        rank = ranks.get(name, 0)
        if rank > best:
            best, quality = rank, _weight(parameters)
    return quality


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


def resume_from(request: AnyRequest, query: Query, start: str) -> str | None:
    """The event id to go on after: Last-Event-ID, else `after`; `after=0` is the start. Raises Malformed."""
    sent = request.headers.getall("last-event-id", [])
    if len(sent) > 1:
        raise Malformed("Send one Last-Event-ID.")
    if not sent and query.text("after") == "0":
        return start
    event_id = sent[0] if sent else query.text("after")
    if event_id is not None:
        parse_event_id(event_id)
    return event_id
