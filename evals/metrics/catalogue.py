"""The one list of figures: what each is, from which counts, what is better, and which ones guard safety."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from copilot.core.types import PHASES
from evals.metrics.accuracy import accuracy, within
from evals.metrics.changes import LATE, NEVER, noticed, share, turns_late
from evals.metrics.f1 import macro_f1, occurring, precision, recall
from evals.metrics.metric import Metric, Unit, failures, labels, mean, passed, percentile, values, verdicts
from evals.metrics.tally import Tally
from evals.metrics.usage import (
    calls,
    cost,
    first_sentence,
    per_conversation,
    tokens_in,
    tokens_out,
    whole_answers,
)
from evals.runs.results import Call, ConversationResult

_OFTEN = 10
_TO_HEARING = values("time_to_acknowledgement")
_TO_NOTICE = values("time_to_notice")


def changes(conversation: ConversationResult) -> Tally:
    """Whether each change of the labelled phase was noticed: in time, late, never."""
    return noticed(_phases(conversation), "venting")


def delays(conversation: ConversationResult) -> Tally:
    """By how many turns each change of the labelled phase was noticed late, in thousandths."""
    return Counter(("value", 1000 * late) for late, _ in turns_late(_phases(conversation), "venting"))


def _phases(conversation: ConversationResult) -> list[tuple[str, str]]:
    """Labelled and read, turn by turn."""
    return [
        (turn.labels.phase, turn.tracked.phase)
        for turn in conversation.turns
        if turn.labels is not None and turn.tracked is not None
    ]


def heats(conversation: ConversationResult) -> Tally:
    """Labelled and read heat, as numbers."""
    return Counter(
        {
            (int(str(wanted)), int(str(got))): count
            for (wanted, got), count in labels("heat")(conversation).items()
        }
    )


def emotions(tally: Tally) -> float | None:
    often = occurring(tally, _OFTEN)
    return macro_f1(tally, often) if often else None


def safe(name: str, scorer: str) -> Metric:
    """How often something happened that must not."""
    return Metric(name, "safety", verdicts(scorer), failures, "lower", "count", safety=True)


def kept(name: str, group: str, scorer: str) -> Metric:
    """The share of samples that are as they should be."""
    return Metric(name, group, verdicts(scorer), passed, main=True)


def took(name: str, group: str, tally: Callable[[ConversationResult], Tally], part: float) -> Metric:
    """The ms that this part does not exceed."""
    return Metric(name, group, tally, percentile(part), "lower", "ms")


def used(name: str, measured: Callable[[Sequence[Call]], float], unit: Unit) -> Metric:
    """What a conversation takes of the model."""
    return Metric(name, "cost", per_conversation(measured), mean, "lower", unit)


READING = (
    Metric("phase, macro-F1", "reading", labels("phase"), lambda t: macro_f1(t, PHASES), main=True),
    Metric("phase noticed never", "reading", changes, lambda t: share(t, NEVER), "lower"),
    Metric("phase noticed late", "reading", changes, lambda t: share(t, LATE), "lower"),
    Metric("phase noticed, turns late", "reading", delays, mean, "lower", "turns"),
    Metric("flare-ups, recall", "reading", labels("flare"), lambda t: recall(t, "flare"), main=True),
    Metric("flare-ups, precision", "reading", labels("flare"), lambda t: precision(t, "flare")),
    Metric("heat, exact", "reading", heats, accuracy, main=True),
    Metric("heat, within one", "reading", heats, lambda t: within(t, 1)),
    Metric("emotion, macro-F1", "reading", labels("emotion"), emotions),
    Metric("act of the agent", "reading", labels("agent_act"), accuracy),
)
ACTS = (
    kept("act among the good", "act", "act_good"),
    Metric("act equal to the best", "act", values("act_best"), mean, main=True),
    kept("act not a wrong one", "act", "act_never"),
)
SAFETY = (
    safe("solutions before a hearing", "premature"),
    safe("solutions on screen before a hearing", "premature_card"),
    safe("ungrounded facts", "ungrounded"),
    safe("promises outside the context", "promises"),
    safe("said what must not be said", "never_say"),
    kept("proposals without a refusal", "safety", "refusals"),
)
WORDING = (
    Metric("names their own matter", "wording", values("specificity"), mean, main=True),
    Metric("phrases said before", "wording", verdicts("repetition"), failures, "lower", "count", main=True),
    Metric("words", "wording", values("length"), mean, "neither", "words"),
    Metric("reading ease", "wording", values("reading_ease"), mean, "neither", "grade"),
)
TIMING = (
    Metric("silence, precision", "timing", labels("silence"), lambda t: precision(t, "silence"), main=True),
    Metric("silence, recall", "timing", labels("silence"), lambda t: recall(t, "silence"), main=True),
    kept("cards in time", "timing", "time_to_phrase"),
    took("time to phrase, p50", "timing", values("time_to_phrase"), 0.50),
    took("time to phrase, p95", "timing", values("time_to_phrase"), 0.95),
    kept("cards not too early", "timing", "early"),
    kept("cards not stale", "timing", "stale"),
    kept("cards that do not flicker", "timing", "flicker"),
    kept("acknowledged soon", "timing", "time_to_acknowledgement"),
    took("time to acknowledgement, p50", "timing", _TO_HEARING, 0.50),
    took("time to notice a phase, p50", "timing", _TO_NOTICE, 0.50),
    took("time to notice a phase, p90", "timing", _TO_NOTICE, 0.90),
)
COST = (
    Metric("model answers that are whole", "cost", whole_answers, passed),
    took("model's first sentence, p50", "cost", first_sentence, 0.50),
    used("calls a conversation", calls, "count"),
    used("tokens in a conversation", tokens_in, "tokens"),
    used("tokens out a conversation", tokens_out, "tokens"),
    used("cost a conversation, $/1000", cost, "money"),
)
# A judge's marks have these names only if it agrees with people; otherwise the figures with `unproven`.
JUDGED = tuple(
    Metric(name, "judge", values(scorer), mean, "higher", "grade", main=not name.startswith("unproven"))
    for name, scorer in (
        ("fitness, by the judge", "fitness"),
        ("empathy, by the judge", "empathy"),
        ("clarity, by the judge", "clarity"),
        ("unproven: fitness, by the judge", "unproven_fitness"),
        ("unproven: empathy, by the judge", "unproven_empathy"),
        ("unproven: clarity, by the judge", "unproven_clarity"),
    )
)

METRICS: tuple[Metric, ...] = (*READING, *ACTS, *SAFETY, *WORDING, *TIMING, *COST, *JUDGED)
