"""Measures the tracker on labelled conversations: `python -m evals.tracking DATA [--out FILE]`."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from copilot.core.tracker import PhaseTracker
from copilot.core.types import PHASES, Turn
from copilot.transcripts import Labels, Script, load
from copilot.weights import load_tracker
from evals.learning.mishearing import misheard, plain
from evals.metrics.accuracy import accuracy, within
from evals.metrics.calibration import calibration_error, confident
from evals.metrics.changes import LATE, NEVER, noticed, share
from evals.metrics.f1 import f1, macro_f1, occurring, precision, recall
from evals.metrics.intervals import interval
from evals.metrics.tally import Tally, together

ROOT = Path("prompts")
OFTEN = 10
THANKS = 6
MISHEARD = 0.05


class Row(NamedTuple):
    """A line of the table: what it is, which tally it is taken from, how, and what is to be reached."""

    name: str
    tally: str
    score: Callable[[Tally], float]
    reach: str


ROWS = (
    Row("phase, macro-F1", "phase", lambda tally: macro_f1(tally, PHASES), "0.86"),
    Row("· venting", "phase", lambda tally: f1(tally, "venting"), "0.85"),
    Row("· acknowledged", "phase", lambda tally: f1(tally, "acknowledged"), "0.65"),
    Row("· solving", "phase", lambda tally: f1(tally, "solving"), "0.85"),
    Row("· closing", "phase", lambda tally: f1(tally, "closing"), "0.85"),
    Row("flare-ups, recall", "flare", lambda tally: recall(tally, True), "0.75"),
    Row("flare-ups, precision", "flare", lambda tally: precision(tally, True), "0.65"),
    Row("changes never noticed", "change", lambda tally: share(tally, NEVER), "≤ 0.10"),
    Row("changes noticed late", "change", lambda tally: share(tally, LATE), "≤ 0.10"),
    Row("heat, exact", "heat", accuracy, "0.75"),
    Row("heat, within one", "heat", lambda tally: within(tally, 1), "0.98"),
    Row("heat, angry or worse, F1", "angry", lambda tally: f1(tally, True), "0.80"),
    Row("emotion, macro-F1", "emotion", lambda tally: macro_f1(tally, occurring(tally, OFTEN)), "0.60"),
    Row("cause, accuracy", "cause", accuracy, "0.65"),
    Row("cause, macro-F1", "cause", lambda tally: macro_f1(tally, occurring(tally)), "0.45"),
    Row("act of the agent, accuracy", "act", accuracy, "0.70"),
    Row("calibration error", "confidence", calibration_error, "≤ 0.08"),
)
BY_SOURCE = (ROWS[0], ROWS[1], ROWS[3], ROWS[4], ROWS[5], ROWS[6], ROWS[9], ROWS[11], ROWS[15])

Heard = Callable[[str, str], str]


def as_sent(text: str, _: str) -> str:
    return text


def as_speech(text: str, _: str) -> str:
    return plain(text)


def as_misheard(text: str, seed: str) -> str:
    return misheard(plain(text), seed, MISHEARD)


def tallies(script: Script, tracker: PhaseTracker, heard: Heard = as_sent) -> dict[str, Tally]:
    """One conversation's counts, by what is scored."""
    found: dict[str, Tally] = {row.tally: Counter() for row in ROWS}
    track = tracker.start(script.channel)
    phases: list[tuple[str, str]] = []
    index = 0
    before: str = "venting"
    for turn in script.turns:
        if turn.speaker == "system":
            continue
        text = heard(turn.text, f"{script.id}/{turn.i}")
        track = tracker.advance(
            track, Turn(index=index, speaker="customer" if turn.speaker == "customer" else "agent", text=text)
        )
        index += 1
        labels, reading = turn.labels, track.reading
        if labels is None:
            continue
        phases.append((labels.phase, reading.phase))
        found["phase"][labels.phase, reading.phase] += 1
        found["confidence"][confident(reading.confidence, labels.phase == reading.phase)] += 1
        if turn.speaker == "agent":
            if labels.act is not None:
                found["act"][labels.act, reading.agent_act] += 1
        else:
            found["flare"][labels.phase == "venting" != before, reading.flare] += 1
            _mood(labels, reading.heat, reading.emotion, turn.text, found)
        before = labels.phase
    if script.cause is not None and index:
        found["cause"][script.cause, track.reading.cause] += 1
    found["change"] = noticed(phases, "venting")
    return found


def _mood(labels: Labels, heat: int, emotion: str, text: str, found: dict[str, Tally]) -> None:
    if labels.heat is not None:
        found["heat"][labels.heat, heat] += 1
        found["angry"][labels.heat >= 2, heat >= 2] += 1
    if labels.emotion is not None:
        # The codebook: thanks without more are relief or neutral, both count.
        bare_thanks = "thank" in text.lower() and len(text.split()) <= THANKS
        either = {labels.emotion, emotion} == {"relief", "neutral"} and bare_thanks
        found["emotion"][labels.emotion, labels.emotion if either else emotion] += 1


def measure(
    scripts: Sequence[Script], tracker: PhaseTracker, heard: Heard = as_sent
) -> list[dict[str, Tally]]:
    return [tallies(script, tracker, heard) for script in scripts]


def scores(measured: Sequence[dict[str, Tally]], rows: Sequence[Row] = ROWS) -> dict[str, float]:
    return {row.name: row.score(together(one[row.tally] for one in measured)) for row in rows}


class Cost(NamedTuple):
    """Microseconds of one core: the median of a final fragment and of a partial, the slowest of 200 words."""

    final: float
    partial: float
    long: float
    last: float


def cost(scripts: Sequence[Script], tracker: PhaseTracker) -> Cost:
    """`last` is the median final of the last quarter of long conversations: that of all, if nothing grows."""
    finals: list[float] = []
    partials: list[float] = []
    longs: list[float] = []
    lasts: list[float] = []
    for script in scripts:
        track = tracker.start(script.channel)
        texts = [(turn.speaker, turn.text) for turn in script.turns if turn.speaker != "system"]
        for index, (speaker, text) in enumerate(texts):
            words = text.split()
            whole = Turn(index=index, speaker="agent" if speaker == "agent" else "customer", text=text)
            half = replace(whole, text=" ".join(words[: len(words) // 2 + 1]), more=True)
            many = (words * (200 // max(len(words), 1) + 1))[:200]
            finals.append(_took(tracker, track, whole))
            partials.append(_took(tracker, track, half))
            longs.append(_took(tracker, track, replace(whole, text=" ".join(many))))
            if len(texts) >= 16 and index >= len(texts) * 3 // 4:
                lasts.append(finals[-1])
            track = tracker.advance(track, whole)
    return Cost(_at(finals, 0.5), _at(partials, 0.5), _at(longs, 0.99), _at(lasts or finals, 0.5))


def _took(tracker: PhaseTracker, track: Any, turn: Turn) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.thread_time_ns()
        tracker.advance(track, turn)
        best = min(best, (time.thread_time_ns() - started) / 1000)
    return best


def _at(values: list[float], part: float) -> float:
    return sorted(values)[int(len(values) * part)] if values else 0.0


def report(scripts: Sequence[Script], tracker: PhaseTracker, console: Console) -> dict[str, Any]:
    """Prints the tables and returns what they say."""
    measured = measure(scripts, tracker)
    whole = scores(measured)
    speech = scores(measure(scripts, tracker, as_speech))
    errors = scores(measure(scripts, tracker, as_misheard))
    spans = {row.name: interval([one[row.tally] for one in measured], row.score) for row in ROWS}
    table = Table(
        "what", "as sent", "95 %", "lower case", "misheard", "reach", title=f"{len(scripts)} conversations"
    )
    for row in ROWS:
        low, high = spans[row.name]
        table.add_row(
            row.name,
            f"{whole[row.name]:.3f}",
            f"{low:.2f}–{high:.2f}",
            f"{speech[row.name]:.3f}",
            f"{errors[row.name]:.3f}",
            row.reach,
        )
    console.print(table)
    sources = sorted({script.source or script.author for script in scripts})
    by_source = {}
    table = Table("what", *(source or "–" for source in sources), title="by source")
    for source in sources:
        chosen = [
            one
            for script, one in zip(scripts, measured, strict=True)
            if (script.source or script.author) == source
        ]
        by_source[source] = scores(chosen, BY_SOURCE)
    for row in BY_SOURCE:
        table.add_row(row.name, *(f"{by_source[source][row.name]:.2f}" for source in sources))
    console.print(table)
    took = cost(scripts, tracker)
    console.print(
        f"cost on one core: final p50 {took.final:.0f} µs (≤ 300), late in long ones {took.last:.0f} µs, "
        f"partial p50 {took.partial:.0f} µs (≤ 150), 200 words p99 {took.long / 1000:.2f} ms (≤ 1)"
    )
    return {
        "tracker": tracker.version,
        "conversations": len(scripts),
        "scores": whole,
        "intervals": spans,
        "lower_case": speech,
        "misheard": errors,
        "by_source": by_source,
        "cost_us": took._asdict(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path("build/tracking.json"))
    args = parser.parse_args()
    console = Console()
    scripts = load(args.data)
    result = report(scripts, load_tracker(ROOT), console)
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
