"""A sentence of the customer record states nothing that neither the facts nor anybody said."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from copilot.core.sentences import sentences
from copilot.core.types import Draft, Moment, Refusal
from copilot.core.values import Value, values
from copilot.guards.grounding import Known, claimed_by, keys, keys_of_fact
from copilot.guards.markup_links import markup_links
from copilot.guards.personal_data import personal_data
from copilot.guards.verdicts import verdicts

_WORD = re.compile(r"[^\W\d_]+")
_CAPITAL = re.compile(r"\b[A-ZÀ-ÖØ-Þ][^\W\d_]*(?:['’-][^\W\d_]+)*")
# What only the customer said is told as theirs, and never as what the agent said or did.
_THEIRS = re.compile(r"\b(?:customer|caller|they|their|theirs|them)\b")
_AGENTS = re.compile(
    r"\b(?:agent|company|colleague|team|we)\b(?:\W+\w+){0,2}?\W+(?:promised|offered|confirmed|agreed|credited"
    r"|refunded|arranged|booked|granted|approved|said|told|explained|stated|gave|set|sent|paid|will)\b"
)
# A word at a sentence's start is capital anyway; followed by this it is somebody who does something.
_DOES = re.compile(
    r"\W+(?:[A-Z]|(?:said|told|called|promised|offered|agreed|asked|apologi[sz]ed|explained|wrote|refused"
    r"|confirmed|will|was|is|has|had|from|at)\b)"
)
_STARTS = frozenset(
    (
        "the a an it its they their there this that these those both each some one no none nobody "
        "nothing on in at after before when while although however later then finally first second third "
        "as by for from once since until what which who how why agent customer he she his her all any "
        "another everything someone somebody it's"
    ).split()
)
# Capital by grammar; days and months are judged as values.
_NO_NAMES = frozenset(
    (
        "i english monday tuesday wednesday thursday friday saturday sunday january february march april may "
        "june july august september october november december"
    ).split()
)
_LATE = 200


def ungrounded(text: str, moment: Moment, noted: Collection[str]) -> Refusal | None:
    """The first refusal of a sentence in it. `noted` are the texts of the draft that was counted from the
    log."""
    for start, end in sentences(text):
        sentence = text[start:end]
        draft = Draft(act="close", text=sentence, why="", origin="llm")
        refusal = (
            markup_links(draft, moment)
            or personal_data(draft, moment)
            or verdicts(draft, moment)
            or _values(sentence, moment, noted)
            or _names(sentence, moment, noted)
        )
        if refusal is not None:
            return refusal
    return None


def _values(sentence: str, moment: Moment, noted: Collection[str]) -> Refusal | None:
    stated = values(sentence)
    if not stated:
        return None
    low = sentence.lower().replace("’", "'")
    vouched, claimed = Known(_vouched(moment, noted)), Known(claimed_by(moment))
    for value in stated:
        if vouched.has(value) or (_as_theirs(low, value) and claimed.has(value)):
            continue
        return Refusal("grounding", f"{low[value.start : value.end]!r} was not said, or not by them")
    return None


def _as_theirs(low: str, value: Value) -> bool:
    return _THEIRS.search(low) is not None and _AGENTS.search(low[: value.start]) is None


def _vouched(moment: Moment, noted: Iterable[str]) -> Iterator[Iterable[str]]:
    """What the facts say, what was counted, what the agent said. A remedy that was allowed and not offered
    is no part of the story."""
    for fact in moment.opening.context.facts:
        yield keys_of_fact(fact)
    for text in noted:
        yield keys(text)
    for turn in reversed(moment.turns[-_LATE:]):
        if turn.speaker == "agent":
            yield keys(turn.text)


def _names(sentence: str, moment: Moment, noted: Collection[str]) -> Refusal | None:
    known: set[str] | None = None
    for hit in _CAPITAL.finditer(sentence):
        name = hit[0].lower().removesuffix("'s").removesuffix("’s")
        words = _WORD.findall(name)
        if _NO_NAMES.issuperset(words):
            continue
        acts = len(name) < len(hit[0]) or _DOES.match(sentence, hit.end())
        if hit.start() == 0 and (_STARTS.issuperset(words) or not acts):
            continue
        if known is None:
            known = _spoken(moment, noted)
        if not known.issuperset(words):
            return Refusal("grounding", f"nobody named {hit[0]!r}")
    return None


def _spoken(moment: Moment, noted: Iterable[str]) -> set[str]:
    opening = moment.opening
    texts = [
        *noted,
        opening.agent.name or "",
        opening.customer.name or "",
        *(f"{fact.name} {fact.value}" for fact in opening.context.facts),
        *(turn.text for turn in moment.turns),
    ]
    return {word for text in texts for word in _WORD.findall(text.lower())}
