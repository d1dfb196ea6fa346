"""What an operator watches, as Prometheus metrics. No label holds an id, a tenant or a word of a customer."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_PHRASE = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)


class Metrics:
    """One set of metrics on a registry that is handed in; the engine and the API each call their part."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        self._fragments = Counter(
            "copilot_fragments", "Fragments by what became of them", ("status", "final"), registry=registry
        )
        self._suggestions = Counter(
            "copilot_suggestions", "Phrases decided, by origin and act", ("origin", "act"), registry=registry
        )
        self._phrase_seconds = Histogram(
            "copilot_phrase_seconds",
            "From the end of the turn to the phrase",
            ("origin",),
            buckets=_PHRASE,
            registry=registry,
        )
        self._silences = Counter(
            "copilot_silences", "Times nothing was said, by reason", ("reason",), registry=registry
        )
        self._model_errors = Counter(
            "copilot_model_errors",
            "Model calls without a usable answer, by reason",
            ("reason",),
            registry=registry,
        )
        self._tokens = Counter(
            "copilot_model_tokens",
            "Tokens of model calls: in (of them cached) and out, by what they were for",
            ("kind", "arm"),
            registry=registry,
        )
        self._refusals = Counter(
            "copilot_guard_refusals", "Phrases that a guard stopped, by rule", ("rule",), registry=registry
        )
        self._conflicts = Counter(
            "copilot_append_conflicts", "Appends that found another tail and went again", registry=registry
        )
        self._shed = Counter(
            "copilot_shed", "What was let go because the server is behind", ("what",), registry=registry
        )
        self._late = Gauge(
            "copilot_behind_seconds",
            "How late the event loop comes to its work, on average",
            registry=registry,
        )
        self._standstills = Counter(
            "copilot_standstills",
            "Times the event loop stood still for two seconds or more",
            registry=registry,
        )
        self._memory_left = Gauge(
            "copilot_memory_left_bytes",
            "Memory that may still be taken, by the narrowest limit",
            registry=registry,
        )
        self._streams = Gauge("copilot_open_streams", "Open streams by kind", ("kind",), registry=registry)
        self._dropped = Counter(
            "copilot_streams_ended",
            "Streams that the server ended, by reason",
            ("reason",),
            registry=registry,
        )
        self._request_seconds = Histogram(
            "copilot_request_seconds",
            "From a request to the start of its answer",
            ("method", "route", "status"),
            buckets=_FAST,
            registry=registry,
        )
        # To find a child by its labels costs more than to count: the hot ones are kept at hand.
        self._taken: dict[tuple[str, bool], Counter] = {}
        self._silent: dict[str, Counter] = {}
        self._requests: dict[tuple[str, str, int], Histogram] = {}

    def fragment(self, status: str, final: bool) -> None:
        name = (status, final)
        child = self._taken.get(name)
        if child is None:
            child = self._taken[name] = self._fragments.labels(status, "true" if final else "false")
        child.inc()

    def suggestion(self, origin: str, act: str, seconds: float) -> None:
        self._suggestions.labels(origin, act).inc()
        self._phrase_seconds.labels(origin).observe(seconds)

    def silence(self, reason: str) -> None:
        child = self._silent.get(reason)
        if child is None:
            child = self._silent[reason] = self._silences.labels(reason)
        child.inc()

    def model_error(self, reason: str) -> None:
        self._model_errors.labels(reason).inc()

    def refusal(self, rule: str) -> None:
        self._refusals.labels(rule).inc()

    def tokens(self, arm: str, tokens_in: int, tokens_cached: int, tokens_out: int) -> None:
        self._tokens.labels("in", arm).inc(tokens_in)
        self._tokens.labels("cached", arm).inc(tokens_cached)
        self._tokens.labels("out", arm).inc(tokens_out)

    def conflict(self) -> None:
        self._conflicts.inc()

    def shed(self, what: str) -> None:
        self._shed.labels(what).inc()

    def late(self, seconds: float) -> None:
        self._late.set(seconds)

    def standstill(self) -> None:
        self._standstills.inc()

    def memory_left(self, left: int) -> None:
        self._memory_left.set(left)

    def stream_opened(self, kind: str) -> None:
        self._streams.labels(kind).inc()

    def stream_closed(self, kind: str) -> None:
        self._streams.labels(kind).dec()

    def stream_dropped(self, reason: str) -> None:
        self._dropped.labels(reason).inc()

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        name = (method, route, status)
        child = self._requests.get(name)
        if child is None:
            child = self._requests[name] = self._request_seconds.labels(method, route, str(status))
        child.observe(seconds)

    def exposition(self) -> bytes:
        return generate_latest(self._registry)
