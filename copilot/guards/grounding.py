"""Amounts, days, times, links and ids come from the context or the agent, or are marked as a claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from copilot.core.remedies import offered
from copilot.core.types import Draft, Fact, Moment, Refusal
from copilot.core.values import Value, plain, values
from copilot.guards.remedies import within

# What marks something as theirs: they said it, were told it, went through it.
_CLAIM = re.compile(
    r"\b(?:as )?you(?:'ve| have|'d| had|'re| are| also| just| already)*\s(?:said|say|saying|told|tell"
    r"|mention(?:ed)?|describ\w+|explain\w*|wrote|write|"
    r"put it|report\w*|ask\w*|want\w*|were (?:told|promised|given|quoted|expecting|charged|billed|left"
    r"|meant|supposed|without|waiting|on|cut)|been|waited|"
    r"wait|had|paid|ordered|bought|spent|called|contacted|planned|expected|tried|lost|needed|need|went|see"
    r"|saw|noticed|received|got|booked|missed|gave|rang|phoned|came|stood|sat|drove|signed|sent|stayed"
    r"|started"
    r"|opened|took|flew|left|rode)\b"
    r"|\byou(?:'ve| have) (?!my\b|our\b)\w+|\byour (?:words|account of it)\b|\bby your (?:account|count)\b"
    r"|\bfrom what you\b"
)
_OURS = re.compile(
    r"\b(?:i|we)(?:'ll| will| can(?! hear| see)|'m going to|'re going to| am going to| shall)\b"
    r"|\byou(?:'ll| will| can| should) (?:get|have|receive|see|be|expect|hear)\b|"
    r"\b(?:will|shall|going to|due|expect|arrives?|it'll|that'll|they'll|i see (?:that|here|a)|"
    r"our (?:system|records?)|on (?:file|record)|the system shows|i(?:'ve| have) (?:refunded|credited"
    r"|booked|scheduled|arranged|set))\b"
)
# As far back as a word grounds what is said now.
_LATE = 200
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+(?=\s|$)|[.](?=\d)|$)?")
_AHEAD = re.compile(r"\b(?:within|in|takes?|another|next|until|by|expect|due|arrives?|will|'ll|we|i|our)\b")
# Said of the conversation itself, a relative day is no statement: 'is there anything else today?'
_LOOSE = frozenset(
    {"today", "this morning", "this afternoon", "this evening", "tonight", "yesterday", "this week"}
)
_HOLD = re.compile(
    r"\b(?:give me|allow me|bear with me|hold (?:on|the line)|back in|just|need|take(?:s)? me)\b"
)
_SHORT = frozenset({"1 min", "2 min", "3 min", "5 min", "0.5 min"})


class Known:
    """Keys of values, read from one text after another and only as far as is asked."""

    def __init__(self, sources: Iterable[Iterable[str]]) -> None:
        self._rest = iter(sources)
        self._keys: set[str] = set()

    def has(self, value: Value) -> bool:
        while not _among(value, self._keys):
            more = next(self._rest, None)
            if more is None:
                return False
            self._keys.update(more)
        return True


def grounding(draft: Draft, moment: Moment) -> Refusal | None:
    stated = values(draft.text)
    if not stated:
        return None
    vouched, claimed = Known(_vouched(moment)), Known(claimed_by(moment))
    low = draft.text.lower().replace("’", "'")
    for value in stated:
        sentence = _around(low, value)
        if _says_nothing(value, sentence) or _names_matter(value, low, moment):
            continue
        theirs = _is_claim(value, sentence) and _OURS.search(_clause(low, value)) is None
        if theirs and claimed.has(value):
            continue
        if vouched.has(value) or _within_offer(value, draft, moment):
            continue
        return Refusal(
            "grounding", f"{low[value.start : value.end]!r} is not in the context, nor said by the agent"
        )
    return None


def _is_claim(value: Value, sentence: str) -> bool:
    """Marked as theirs; a time that has passed may also stand alone: 'two weeks without an answer'."""
    if _CLAIM.search(sentence):
        return True
    return value.kind == "span" and not _AHEAD.search(sentence)


def _around(low: str, value: Value) -> str:
    return next((s[0] for s in _SENTENCE.finditer(low) if s.start() <= value.start < s.end()), low)


def _clause(low: str, value: Value) -> str:
    """The part of the sentence, between commas, in which the value stands."""
    start = max(low.rfind(mark, 0, value.start) for mark in ",.!?;:") + 1
    ends = [place for mark in ",.!?;" if (place := low.find(mark, value.end)) >= 0]
    return low[start : min(ends, default=len(low))]


def _says_nothing(value: Value, sentence: str) -> bool:
    if value.kind == "relative" and value.key in _LOOSE:
        return not re.search(r"\b(?:will|'ll|by|before|until|going to|due|arrives?|expect)\b", sentence)
    if value.kind == "span":
        return value.key in _SHORT and _HOLD.search(sentence) is not None
    if value.kind == "count":
        return _CLAIM.search(sentence) is None  # 'tell it twice' states nothing about what was
    return value.kind == "handle" and value.key == "24/7"


def _names_matter(value: Value, low: str, moment: Moment) -> bool:
    """The value is part of the matter in the customer's words, named as what this is about."""
    matter = (moment.reading.matter or "").lower().replace("’", "'")
    place = low.find(matter) if matter else -1
    inside = 0 <= place <= value.start and value.end <= place + len(matter)
    return inside and low[:place].rstrip().endswith(("about", "with", "checking", "into"))


def _among(value: Value, known: set[str]) -> bool:
    if value.key in known:
        return True
    if value.kind == "handle":
        return any(value.key in other or other in value.key for other in known if len(other) >= 4)
    if value.kind == "amount":
        return value.key.partition(" ")[0] in known
    if value.kind == "clock":
        hour, _, minute = value.key.partition(":")
        return any(f"{(int(hour) + half) % 24}:{minute}" in known for half in (0, 12))
    if value.kind == "span":
        return value.key.removeprefix("business ") in known
    return False


def _within_offer(value: Value, draft: Draft, moment: Moment) -> bool:
    """An amount inside an offer is judged by the remedy's limit."""
    if value.kind not in ("amount", "percent") or not offered(draft.text):
        return False
    return any(within(value.key, remedy) for remedy in moment.opening.context.allowed_remedies)


def _vouched(moment: Moment) -> Iterator[Iterable[str]]:
    """What the context says, then what the agent said, the newest first."""
    for fact in moment.opening.context.facts:
        yield keys_of_fact(fact)
    for remedy in moment.opening.context.allowed_remedies:
        yield keys(remedy.wording or "")
        yield keys(remedy.conditions or "")
        if remedy.limit is not None:
            yield keys(f"{plain(remedy.limit)} {remedy.currency or remedy.unit or ''}")
    for turn in reversed(moment.turns[-_LATE:]):
        if turn.speaker == "agent":
            yield keys(turn.text)


def claimed_by(moment: Moment) -> Iterator[Iterable[str]]:
    for said in moment.reading.mentions.values():
        yield keys(said)
    yield keys(moment.reading.matter or "")
    contacts = moment.reading.contacts or 0
    yield (f"{contacts} times", f"{contacts + 1} times")
    for turn in reversed(moment.turns[-_LATE:]):
        if turn.speaker == "customer":
            yield keys(turn.text)


def keys_of_fact(fact: Fact) -> Iterator[str]:
    yield from keys(str(fact.value))
    if isinstance(fact.value, bool):
        return
    name = fact.name.lower().replace("_", " ").replace("-", " ")
    if isinstance(fact.value, int | float):
        number = plain(float(fact.value))
        yield number
        yield f"{number}%"
        for word in name.split():
            yield from keys(f"{number} {word}")
    elif fact.value:
        yield str(fact.value).lower()


def keys(text: str) -> Iterator[str]:
    for value in values(text):
        yield value.key
        if value.kind == "handle":
            yield re.sub(r"\D", "", value.key) or value.key
