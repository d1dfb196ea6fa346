"""The one exception tree: what leaves a module of ours is one of these, and says whose fault it was."""

from __future__ import annotations


class CopilotError(Exception):
    """Root of the tree. `slug` is the stable end of the problem type, `status` its HTTP status."""

    slug = "internal"
    status = 500
    title = "Internal error"
    retry_after_s: int | None = None

    def __init__(self, detail: str = "", *, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or []


# --- the caller's fault ---------------------------------------------------------------------------


class CallerError(CopilotError):
    """What was sent cannot be accepted; sending it again unchanged will not help."""

    slug, status, title = "bad-request", 400, "Bad request"


class Malformed(CallerError):
    slug, status, title = "malformed", 400, "Malformed request"


class Invalid(CallerError):
    """Well-formed, but not what the schema asks for; `errors` holds JSON pointers, never values."""

    slug, status, title = "invalid", 422, "Invalid request"


class Unauthenticated(CallerError):
    slug, status, title = "unauthenticated", 401, "Authentication required"


class Forbidden(CallerError):
    slug, status, title = "forbidden", 403, "Not allowed"


class NotFound(CallerError):
    """Absent, or another tenant's: the two are told apart nowhere."""

    slug, status, title = "not-found", 404, "Not found"


class Gone(CallerError):
    slug, status, title = "gone", 410, "Erased"


class Conflicting(CallerError):
    """The same name was used before for something else."""

    slug, status, title = "conflict", 409, "Conflict"


class Closed(Conflicting):
    slug, status, title = "conversation-closed", 409, "Conversation closed"


class TooLarge(CallerError):
    slug, status, title = "too-large", 413, "Too large"


class UnsupportedMedia(CallerError):
    slug, status, title = "unsupported-media-type", 415, "Unsupported media type"


class NotAcceptable(CallerError):
    slug, status, title = "not-acceptable", 406, "Not acceptable"


class MethodNotAllowed(CallerError):
    slug, status, title = "method-not-allowed", 405, "Method not allowed"


class TooSlow(CallerError):
    slug, status, title = "request-timeout", 408, "The request did not arrive in time"


class UriTooLong(CallerError):
    slug, status, title = "uri-too-long", 414, "URI too long"


class Misdirected(CallerError):
    """An open server on loopback answers only to local names."""

    slug, status, title = "misdirected", 421, "Misdirected request"


class HeadersTooLarge(CallerError):
    slug, status, title = "headers-too-large", 431, "Header fields too large"


class TooMany(CallerError):
    """Of streams, or of a quota: then `policy` names it as the RateLimit-Policy header does."""

    slug, status, title = "too-many-requests", 429, "Too many requests"
    retry_after_s = 1

    def __init__(self, detail: str = "", *, retry_after_s: int = 1, policy: str | None = None) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s
        self.policy = policy


# --- the operator's fault -------------------------------------------------------------------------


class Misconfigured(CopilotError):
    """Settings, prompt files or weights that cannot work; said in one line at start."""

    slug, status, title = "misconfigured", 500, "Misconfigured"


class Taken(Misconfigured):
    """The address or the log is another process's, which may let go of it."""


# --- the host's or a neighbour's fault ------------------------------------------------------------


class Unavailable(CopilotError):
    """Try again later: nothing was acknowledged."""

    slug, status, title = "unavailable", 503, "Unavailable"
    retry_after_s = 1


class StoreUnavailable(Unavailable):
    slug, title = "store-unavailable", "The log cannot be written or read now"


class Overloaded(Unavailable):
    """The server is behind with what it has, or short of memory: it takes no new conversation."""

    slug, title = "overloaded", "Too busy for a new conversation"
    retry_after_s = 2


class Full(Unavailable):
    """As many streams are open as there are descriptors or memory for: those that are open go on."""

    slug, title = "full", "No place for another stream"
    retry_after_s = 2


class Damaged(Unavailable):
    """Rows of this conversation do not match their checksums: it is quarantined, others go on."""

    slug, title = "damaged", "The log of this conversation is damaged"


class AppendConflict(CopilotError):
    """Compare-and-append found another tail. Never leaves the engine: it reads on and tries again."""

    slug = "append-conflict"

    def __init__(self, tail: int) -> None:
        super().__init__(f"tail is {tail}")
        self.tail = tail


class ModelFailure(CopilotError):
    """The model endpoint gave nothing usable. Never leaves the delivery: the phrasebook answers."""

    slug = "model-failure"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
