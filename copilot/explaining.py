"""Says turn by turn what the tracker saw in a conversation and why it moved, for people to argue with."""

from __future__ import annotations

from collections.abc import Iterator

from copilot.core.tracking import Track, Tracker
from copilot.core.types import Reading, Turn
from copilot.transcripts import Script, ScriptTurn

_WIDE = 100


def explain(script: Script, tracker: Tracker) -> Iterator[str]:
    """Plain lines: a head, a paragraph for each turn, and what the state says at the end."""
    yield f"{script.id}  {script.channel}  tracker {tracker.version}"
    track = tracker.start(script.channel)
    index = 0
    for spoken in script.turns:
        if spoken.speaker == "system":
            continue
        before = track
        turn = Turn(index=index, speaker=spoken.speaker, text=spoken.text)
        track = tracker.advance(before, turn)
        index += 1
        yield ""
        yield from _turn(turn, before, track)
        yield from _disagreement(spoken, track.reading)
    yield ""
    yield from _end(track.reading)


def _turn(turn: Turn, before: Track, after: Track) -> Iterator[str]:
    was, now = before.reading, after.reading
    text = turn.text if len(turn.text) <= _WIDE else turn.text[: _WIDE - 1] + "…"
    yield f"{turn.index:>3} {turn.speaker:<8} {text}"
    phase = now.phase if was.phase == now.phase else f"{was.phase} → {now.phase}"
    said = [f"{phase} ({now.confidence:.0%})"]
    if turn.speaker == "customer":
        said.append(f"heat {now.heat}, {now.emotion}")
        said.append(f"cause {now.cause}")
    else:
        said.append(f"act {now.agent_act}")
    if now.flare:
        said.append("flares up")
    if now.heard and not was.heard:
        said.append("is heard now")
    yield "    " + " · ".join(said)
    for evidence in now.evidence:
        why = "" if evidence.cue == "turn" else f" ({evidence.cue})"
        yield f"      because of “{evidence.quote}”{why}"


def _disagreement(spoken: ScriptTurn, reading: Reading) -> Iterator[str]:
    labels = spoken.labels
    if labels is None:
        return
    other: list[str] = []
    if labels.phase != reading.phase:
        other.append(labels.phase)
    if labels.heat is not None and labels.heat != reading.heat:
        other.append(f"heat {labels.heat}")
    if labels.emotion is not None and labels.emotion != reading.emotion:
        other.append(labels.emotion)
    if labels.act is not None and labels.act != reading.agent_act:
        other.append(f"act {labels.act}")
    if other:
        yield "      labelled " + ", ".join(other)


def _end(reading: Reading) -> Iterator[str]:
    yield f"matter: {reading.matter or '–'}"
    for kind, said in sorted(reading.mentions.items()):
        yield f"they said, {kind}: {said}"
    if reading.contacts is not None:
        yield f"earlier contacts: {reading.contacts}"
    for question in reading.questions:
        yield f"unanswered (turn {question.evidence.turn}): {question.text}"
    for promise in reading.promises:
        yield f"promised (turn {promise.evidence.turn}): {promise.text}" + (
            f" – {promise.by}" if promise.by else ""
        )
    for offer in reading.offers:
        yield f"offered (turn {offer.evidence.turn}), {offer.outcome}: {offer.text}"
