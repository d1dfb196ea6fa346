"""Amounts, days, times, links and ids come from the context or the agent; the customer's only as their claim."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from copilot.core.remedies import offered
from copilot.core.types import Draft, Fact, Moment, Refusal
from copilot.core.values import Value, plain, values
from copilot.guards.remedies import within

# What marks something as theirs: they said it, were told it, went through it.
_CLAIM = re.compile(
    r"\b(?:as )?you(?:'ve| have|'d| had|'re| are| also| just| already)*\s(?:said|say|saying|told|tell|mention(?:ed)?|describ\w+|explain\w*|wrote|write|"
    r"put it|report\w*|ask\w*|want\w*|were (?:told|promised|given|quoted|expecting|charged|billed|left|meant|supposed|without|waiting|on|cut)|been|waited|"
    r"wait|had|paid|ordered|bought|spent|called|contacted|planned|expected|tried|lost|needed|need|went|see|saw|noticed|received|got|booked|missed|gave)\b"
    r"|\byou(?:'ve| have) (?!my\b|our\b)\w+|\byour (?:words|account of it)\b|\bby your (?:account|count)\b|\bfrom what you\b"
)
_OURS = re.compile(
    r"\b(?:i|we)(?:'ll| will| can| could|'m going to|'re going to| am going to| shall)\b|\byou(?:'ll| will| can| should(?! have))\b|"
    r"\b(?:will|shall|going to|due|expect|arrives?|it'll|that'll|they'll|i see (?:that|here|a)|"
    r"our (?:system|records?)|on (?:file|record)|the system shows|i(?:'ve| have) (?:refunded|credited|booked|scheduled|arranged|set))\b"
)
_SENTENCE = re.compile(r"[^.!?]+(?:[.!?]+(?=\s|$)|[.](?=\d)|$)?")
# Said of the conversation itself, a relative day is no statement: 'is there anything else today?'
_LOOSE = frozenset(
    {"today", "this morning", "this afternoon", "this evening", "tonight", "yesterday", "this week"}
)
_HOLD = re.compile(
    r"\b(?:give me|allow me|bear with me|hold (?:on|the line)|back in|just|need|take(?:s)? me)\b"
)
_SHORT = frozenset({"1 min", "2 min", "3 min", "5 min", "0.5 min"})


def grounding(draft: Draft, moment: Moment) -> Refusal | None:
    stated = values(draft.text)
    if not stated:
        return None
    known: set[str] | None = None
    theirs: set[str] | None = None
    low = draft.text.lower().replace("’", "'")
    for value in stated:
        sentence = _around(low, value)
        if _says_nothing(value, sentence, low):
            continue
        if known is None:
            known = _vouched(moment)
        if _among(value, known) or _within_offer(value, draft, moment):
            continue
        if theirs is None:
            theirs = _claimed(moment)
        if _CLAIM.search(sentence) and not _OURS.search(_clause(low, value)) and _among(value, theirs):
            continue
        return Refusal(
            "grounding", f"{low[value.start : value.end]!r} is not in the context, nor said by the agent"
        )
    return None


def _around(low: str, value: Value) -> str:
    return next((s[0] for s in _SENTENCE.finditer(low) if s.start() <= value.start < s.end()), low)


def _clause(low: str, value: Value) -> str:
    """The part of the sentence, between commas, in which the value stands."""
    start = max(low.rfind(mark, 0, value.start) for mark in ",.!?;:") + 1
    ends = [place for mark in ",.!?;" if (place := low.find(mark, value.end)) >= 0]
    return low[start : min(ends, default=len(low))]


def _says_nothing(value: Value, sentence: str, low: str) -> bool:
    if value.kind == "relative" and value.key in _LOOSE:
        return not re.search(r"\b(?:will|'ll|by|before|until|going to|due|arrives?|expect)\b", sentence)
    if value.kind == "span":
        return value.key in _SHORT and _HOLD.search(sentence) is not None
    return value.kind == "handle" and value.key == "24/7"


def _among(value: Value, known: set[str]) -> bool:
    if value.key in known:
        return True
    if value.kind == "handle":
        return any(value.key in other or other in value.key for other in known if len(other) >= 4)
    if value.kind == "amount":
        return value.key.partition(" ")[0] in known
    if value.kind == "span":
        return value.key.removeprefix("business ") in known
    return False


def _within_offer(value: Value, draft: Draft, moment: Moment) -> bool:
    """An amount inside an offer is judged by the remedy's limit."""
    if value.kind not in ("amount", "percent") or not offered(draft.text):
        return False
    return any(within(value.key, remedy) for remedy in moment.opening.context.allowed_remedies)


def _vouched(moment: Moment) -> set[str]:
    context = moment.opening.context
    texts = [turn.text for turn in moment.turns if turn.speaker == "agent"]
    for remedy in context.allowed_remedies:
        texts += [remedy.wording or "", remedy.conditions or ""]
        if remedy.limit is not None:
            texts.append(f"{plain(remedy.limit)} {remedy.currency or remedy.unit or ''}")
    known = set(_keys(texts))
    for fact in context.facts:
        known.update(_keys_of_fact(fact))
    return known


def _keys_of_fact(fact: Fact) -> Iterator[str]:
    yield from _keys([str(fact.value)])
    if isinstance(fact.value, bool):
        return
    name = fact.name.lower().replace("_", " ").replace("-", " ")
    if isinstance(fact.value, int | float):
        number = plain(float(fact.value))
        yield number
        yield f"{number}%"
        yield from _keys([f"{number} {word}" for word in name.split()])
    elif fact.value:
        yield str(fact.value).lower()


def _claimed(moment: Moment) -> set[str]:
    said = [turn.text for turn in moment.turns if turn.speaker == "customer"]
    return set(_keys([*said, *moment.reading.mentions.values(), moment.reading.matter or ""]))


def _keys(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for value in values(text):
            yield value.key
            if value.kind == "handle":
                yield re.sub(r"\D", "", value.key) or value.key
