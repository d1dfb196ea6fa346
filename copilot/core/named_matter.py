"""The matter as phrases name it: noun, plight, sentence; nothing where it would read wrong."""

from __future__ import annotations

import re

from copilot.core.clauses import clause
from copilot.core.situation import Situation
from copilot.core.things import named_thing
from copilot.core.topic import bare_thing, is_thing, topic
from copilot.core.types import Moment

_PLAIN = re.compile(r"[\w $€£%.,'’&/+-]+")
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|my|me|mine|we|our|us)\b", re.I)
# 'not being able to log in', 'having to wait': what happens to them, and not a thing.
_DOING = re.compile(r"(?:not |never |always |still )?\w+ing\b(?! (?:that|which|is|are|was)\b)", re.I)
# 'your refund' names a thing and no trouble.
_BARE = 2
# What they think of it is not its name.
_SCORN = re.compile(
    r"\b(?:annoying|stupid|damn(?:ed)?|bloody|terrible|ridiculous|awful|horrible|useless|crappy|garbage|goddamn"
    r"|fucking|shitty|lousy) ",
    re.I,
)
# A capitalised function word inside: two sentences run together.
_RUN_TOGETHER = re.compile(r"(?<=\w )(?:Is|It|The|And|But|That|In|We|You|They|Are|Do|Can|Why|How|What|If)\b")
_LONGEST_MATTER = 9
# 'the Undue charging': a capital that began their sentence.
_BEGUN = re.compile(r"^the [A-Z][a-z]+(?= [a-z])")
# What stands for something that was taken out cannot be said aloud.
_TAKEN_OUT = re.compile(
    r"\b(?:prs-?org|name-\w|alphanumericid|creditcard|phonenumber|deviceid|email|url)\b", re.I
)
# 'you 200 euro being taken', 'the card you cant': a sentence of its own, unless something leads over to it.
_STATES = re.compile(r"^you\b|\byou (?:can'?t|cannot|can|don'?t|\d)|\b(?:away|it) (?:from )?you\b", re.I)
_RELATIVE = re.compile(r"\b(?:that|which|who|what|how|why|when|where)\b", re.I)
# 'not being able to access': a deed without what it is done to.
_OPEN_END = re.compile(
    r"\b(?:access|use|open|get|have|hear|find|see|make|do|be|buy|complete|receive|enter|send|reach|the|a|to|of|with)$"
)
# 'the wrong town', 'not being able to even pay'.
_NO_MATTER = re.compile(r"^(?:the|a) wrong \w+$|\beven\b", re.I)
_ELSEWHERE = re.compile(r"\b(?:that|which) (?:is|are|was|were|says?|said) (?:in|on|at|here|there|\w+ \w+$)")


def matter(words: str | None) -> str | None:
    """The matter as it may stand inside a sentence: short, plain, and not in the first person."""
    if words is None:
        return None
    words = _BEGUN.sub(lambda found: found[0].lower(), _SCORN.sub("", words.strip(" .,!?;:")))
    if not words or len(words.split()) > _LONGEST_MATTER or not _PLAIN.fullmatch(words):
        return None
    unfit = (
        words[0].isupper()
        or words.startswith("no ")
        or _FIRST_PERSON.search(words)
        or _RUN_TOGETHER.search(words)
        or _TAKEN_OUT.search(words)
        or _OPEN_END.search(words)
        or _NO_MATTER.search(words)
        or (_STATES.search(words) and not _RELATIVE.search(words))
    )
    return None if unfit else words


def matters(moment: Moment, situation: Situation) -> dict[str, str | None]:
    """The matter in the forms that phrases take.

    `matter` reads after 'about' and 'deal with'; `thing` is a noun phrase, also the bare name of a thing;
    `object` is a thing with no trouble in its name, as after 'wrong with'; `plight` is what happens to
    them ('not being able to pay'); `clause` says either as a sentence ('you can't pay').
    """
    about = matter(moment.reading.matter)
    if about is not None and passing(about, moment):
        about = None
    named = topic(moment.turns)
    thing_named = bare_thing(named or "") or named_thing(situation)
    if about is None:
        return {"thing": named, "object": thing_named}
    stated = clause(about)
    if _DOING.match(about):
        return {"matter": None if stated else about, "plight": about, "clause": stated, "object": thing_named}
    return {
        "clause": stated,
        "matter": about if len(about.split()) > _BARE else None,
        "thing": about,
        "object": bare_thing(about) or thing_named,
    }


def passing(about: str, moment: Moment) -> bool:
    """'the wall', 'your clients that are in there': mentioned, but not as what they came for."""
    words = about.split()
    said = [turn.text.lower() for turn in moment.turns if turn.speaker == "customer"]
    if len(words) == _BARE and words[0] in ("the", "a", "an"):
        told_first = is_thing(words[1]) and any(words[1].lower() in text for text in said[:3])
        return not told_first and sum(words[1].lower() in text for text in said) < _BARE
    return bool(_ELSEWHERE.search(about))
