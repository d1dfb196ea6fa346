"""Plans how a conversation on file is sent: fragments, their times, and disorder by a seed. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal, NamedTuple

import msgspec
from msgspec import structs

from copilot.core.types import Channel, Fragment, Speaker
from copilot.ports import Redactor
from copilot.transcripts import Script, ScriptTurn

Style = Literal["messages", "growing"]
STYLES: tuple[Style, ...] = ("messages", "growing")

# A final that comes this much behind the latest one, by the conversation's own time, stands where it
# arrived; the design calls it 'a few seconds'.
WINDOW_MS = 5_000
_GAP_MS = 1_000
_BREATH_MS = 300
# A word of usual length; with the breaths that is about 150 words a minute aloud, and half of that typed.
_WORD_MS: dict[Channel, int] = {"voice": 340, "chat": 680}
_USUAL_LETTERS = 5


class Disorder(NamedTuple):
    """How badly a transport behaves. Shares are of all fragments for doubles, of utterances for the rest."""

    shuffle_ms: int = 3_000
    doubled: float = 0.05
    revised: float = 0.10
    backwards: float = 0.02
    late: float = 0.02
    late_ms: int = 60_000


class Step(NamedTuple):
    """What is sent at once, so many ms after the conversation began."""

    at_ms: int
    fragments: tuple[Fragment, ...]


class _Sent(NamedTuple):
    at_ms: int
    fragment: Fragment


def plan(script: Script, style: Style, disorder: Disorder | None = None, seed: int = 0) -> list[Step]:
    """The steps by which a conversation is sent, in order of time. The same arguments give the same steps.

    `messages` sends whole messages, `growing` also the partials before them, a word longer each time.
    """
    utterances = [_in_style(utterance, style) for utterance in _utterances(script)]
    if disorder is not None:
        chance = random.Random(f"{seed}/{style}/{script.id}")
        utterances = [_disturbed(utterance, disorder, chance) for utterance in utterances]
    sent = sorted((item for utterance in utterances for item in utterance), key=lambda item: item.at_ms)
    return [
        Step(at_ms, tuple(item.fragment for item in group))
        for at_ms, group in groupby(sent, key=lambda item: item.at_ms)
    ]


def as_json(fragment: Fragment) -> dict[str, Any]:
    """The body that the API takes: what is not known is left out."""
    body: dict[str, Any] = msgspec.to_builtins(fragment)
    return {name: value for name, value in body.items() if value is not None}


def opening(script: Script, conversation_id: str) -> dict[str, Any]:
    """The body that opens the conversation through the API."""
    context = script.context.model_dump(mode="json", exclude_none=True)
    body: dict[str, Any] = {"id": conversation_id, "channel": script.channel, "locale": script.locale}
    if script.agent:
        body["agent"] = script.agent
    if script.customer:
        body["customer"] = script.customer
    if context["facts"] or context["allowed_remedies"]:
        body["context"] = context
    return body


def outcome(steps: Sequence[Step]) -> list[Fragment]:
    """The transcript these steps lead to by the design's rule, told without the core's code.

    Utterances stand in the order in which their first final came; one that came late but within the window
    stands before the first that starts after it. Only a higher revision replaces a final.
    """
    standing: list[Fragment] = []
    latest_end = -1
    for fragment in (fragment for step in steps for fragment in step.fragments if fragment.final):
        known = next((i for i, f in enumerate(standing) if f.utterance_id == fragment.utterance_id), None)
        if known is not None:
            if fragment.revision > standing[known].revision:
                standing[known] = fragment
        elif latest_end - fragment.end_ms <= WINDOW_MS:
            later = (i for i, f in enumerate(standing) if f.start_ms > fragment.start_ms)
            standing.insert(next(later, len(standing)), fragment)
        else:
            standing.append(fragment)
        latest_end = max(latest_end, fragment.end_ms)
    return standing


def expected(
    script: Script, steps: Sequence[Step], redactor: Redactor, cleaned: Callable[[str], str] = str
) -> list[tuple[str, Speaker, str]]:
    """Utterance, speaker and text as `GET` must return them: the originals, redacted in the order in which
    they were said, standing in the order that the steps lead to. `cleaned` is what the API does first."""
    texts: dict[str, str] = {}
    for step in plan(script, "messages"):
        for said in step.fragments:
            redacted = redactor.take(said.utterance_id, said.speaker, cleaned(said.text))
            texts[said.utterance_id] = redacted.text
            texts |= {cleared.utterance_id: cleared.text for cleared in redacted.unmasked}
    texts |= {cleared.utterance_id: cleared.text for cleared in redactor.finish()}
    return [(f.utterance_id, f.speaker, texts[f.utterance_id]) for f in outcome(steps)]


def difference(
    want: Sequence[tuple[str, Speaker, str]], transcript: Sequence[Mapping[str, Any]]
) -> str | None:
    """The first place where a transcript that `GET` returned is not what it must be; None when it is."""
    got = [(said["utterance_id"], said["speaker"], said["text"]) for said in transcript]
    for place, (one, other) in enumerate(zip(want, got, strict=False)):
        if one != other:
            return f"utterance {place + 1}: expected {one}, got {other}"
    if len(want) != len(got):
        return f"expected {len(want)} utterances, got {len(got)}"
    return None


# --- the undisturbed plan -------------------------------------------------------------------------


def _utterances(script: Script) -> Iterator[list[_Sent]]:
    """Each utterance's fragments: the partials, then the final."""
    clock = 0
    for turn in script.turns:
        begin = clock + _GAP_MS if clock else 0
        for utterance in _as_planned(turn) if turn.plan else _derived(turn, script.channel, begin):
            yield utterance
            clock = max(clock, utterance[-1].fragment.end_ms)


def _as_planned(turn: ScriptTurn) -> Iterator[list[_Sent]]:
    """The turn as its file plans it; it ends with the final of its last utterance."""
    numbers = sorted({planned.utterance for planned in turn.plan})
    for number in numbers:
        entries = [planned for planned in turn.plan if planned.utterance == number]
        start = min(entry.at_ms if entry.start_ms is None else entry.start_ms for entry in entries)
        yield [
            _Sent(
                entry.at_ms,
                Fragment(
                    utterance_id=_name(turn, number),
                    revision=entry.revision,
                    final=entry.final,
                    speaker=turn.speaker,
                    text=entry.text,
                    start_ms=start if entry.start_ms is None else entry.start_ms,
                    end_ms=max(start, entry.at_ms if entry.end_ms is None else entry.end_ms),
                    turn_end=number == numbers[-1] if entry.final else None,
                ),
            )
            for entry in entries
        ]


def _derived(turn: ScriptTurn, channel: Channel, begin: int) -> Iterator[list[_Sent]]:
    """The turn word by word at the channel's pace, or stretched to its own times where the file has them."""
    clock = begin if turn.start_ms is None else turn.start_ms
    messages = [_prefixes(message) for message in turn.messages]
    pace = float(_WORD_MS[channel])
    if turn.end_ms is not None:
        free = turn.end_ms - clock - _BREATH_MS * (len(messages) - 1)
        pace = max(1.0, free / max(1.0, sum(weight for words in messages for _, weight in words)))
    for number, words in enumerate(messages):
        start, utterance = clock, []
        for revision, (text, weight) in enumerate(words):
            clock += max(1, round(pace * weight))
            final = revision == len(words) - 1
            fragment = Fragment(
                utterance_id=_name(turn, number),
                revision=revision,
                final=final,
                speaker=turn.speaker,
                text=text,
                start_ms=start,
                end_ms=clock,
                turn_end=number == len(messages) - 1 if final else None,
            )
            utterance.append(_Sent(clock, fragment))
        yield utterance
        clock += _BREATH_MS


def _name(turn: ScriptTurn, number: int) -> str:
    return f"t{turn.i:03}-{number}"


def _prefixes(message: str) -> list[tuple[str, float]]:
    """The message as it grows, and how long each new word takes, in usual words."""
    words = list(re.finditer(r"\S+", message))
    grown = [(message[: word.end()], _weight(word.group())) for word in words]
    return [*grown[:-1], (message, grown[-1][1])] if grown else [(message, 1.0)]


def _weight(word: str) -> float:
    """Half of a word's time is the word, half its letters; the end of a sentence takes a breath."""
    pause = 0.75 if word[-1] in ".?!" else 0.25 if word[-1] in ",;:" else 0.0
    return 0.5 + 0.5 * len(word) / _USUAL_LETTERS + pause


def _in_style(utterance: list[_Sent], style: Style) -> list[_Sent]:
    if style == "growing":
        return utterance
    finals = [item for item in utterance if item.fragment.final]
    return [
        item._replace(fragment=structs.replace(item.fragment, revision=number))
        for number, item in enumerate(finals)
    ]


# --- disorder -------------------------------------------------------------------------------------


def _disturbed(utterance: list[_Sent], disorder: Disorder, chance: random.Random) -> list[_Sent]:
    """One utterance's fragments as a bad transport delivers them; the final keeps the true text."""
    if not utterance:
        return []
    items, slipped = list(utterance), None
    lot = chance.random()
    if lot < disorder.revised + disorder.backwards and items[-1].fragment.final:
        at_ms, final = items.pop()
        slip = structs.replace(final, text=_misheard(final.text, chance))
        true = structs.replace(final, revision=final.revision + 1)
        if lot < disorder.revised:
            items += [_Sent(at_ms, slip), _Sent(at_ms + chance.randint(100, 1_500), true)]
        else:
            items, slipped = [*items, _Sent(at_ms, true)], slip
    items = [item._replace(at_ms=item.at_ms + chance.randint(0, disorder.shuffle_ms)) for item in items]
    if chance.random() < disorder.late:
        items[-1] = items[-1]._replace(at_ms=items[-1].at_ms + disorder.late_ms)
    if slipped is not None:
        items.append(_Sent(items[-1].at_ms + chance.randint(1, disorder.shuffle_ms + 1), slipped))
    twice = [item for item in items if chance.random() < disorder.doubled]
    # Half of the doubles come in the same request, the others on their own.
    delays = [chance.randint(0, disorder.shuffle_ms) * chance.randint(0, 1) for _ in twice]
    return items + [
        _Sent(item.at_ms + delay, item.fragment) for item, delay in zip(twice, delays, strict=True)
    ]


def _misheard(text: str, chance: random.Random) -> str:
    """Another wording: a word is lost, or the only one is doubted."""
    words = text.split()
    if len(words) < 2:
        return f"{text}?"
    del words[chance.randrange(len(words))]
    return " ".join(words)
