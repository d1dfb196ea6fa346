"""What stands in a turn besides its plain words: cues, marks, length, what came before. Each has a name."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.lexicon import Hit, Lexicon
from copilot.core.memory import Memory
from copilot.core.types import Turn
from copilot.core.words import Words

_REACH = 3  # how far a negator stands before what it negates
_EDGE = 10
_ENDING = 30
_LONG = 16
_NAMED = 3
_REMEMBERED = 60
_TOLD = 4
_SHORT = 6
_PARTING = frozenset({"thanks", "bye", "done"})
# The look-behind comes after the first letter, so that the search skips to capitals.
_CAPITALS = re.compile(r"[A-Z](?<![#\[\w-].)[A-Z]{2,}(?![\w\]#-])", re.S)
_RESTS = ((1, "s:ends_hearing"), (6, "s:goes_on_briefly"), (15, "s:goes_on"))
_LENGTHS = ((1, "s:words1"), (3, "s:words3"), (8, "s:words8"), (20, "s:words20"), (45, "s:words45"))


class Language(NamedTuple):
    """The word lists of one language. `hot` are the customer's cues that say anger; `topics` those that say
    what it is about, which tells nothing of where the conversation goes: only that they stand counts."""

    customer: Lexicon
    agent: Lexicon
    negators: frozenset[str]
    negatable: frozenset[str]
    reporting: frozenset[str]
    quotable: frozenset[str]
    hot: frozenset[str]
    topics: frozenset[str]
    working: frozenset[str]
    hearing: frozenset[str]
    wrapping: frozenset[str]
    parting: frozenset[str]
    function_words: frozenset[str]


class Signals(NamedTuple):
    """A turn as the scores see it. `said` are its words without order; `hits` the cues that stand, with their
    places, `cues` without; `content` the words that carry something; `names` all signals."""

    words: Words
    said: frozenset[str]
    hits: list[Hit]
    cues: set[str]
    names: list[str]
    content: tuple[str, ...]

    @property
    def cued(self) -> tuple[str, ...]:
        """The cues that stand, each once, in the order in which they were said."""
        return tuple(dict.fromkeys([hit.cue for hit in self.hits]))

    @property
    def waits(self) -> bool:
        """Does the agent's turn end by asking for time to look?"""
        return "check" in self.cues and ("last:check" in self.names or "t:check" in self.names)


def read(turn: Turn, memory: Memory, language: Language) -> Signals:
    """All signals of a turn, given what came before it."""
    words = Words(turn.text)
    said = frozenset(words.norms)
    lexicon = language.customer if turn.speaker == "customer" else language.agent
    names: list[str] = []
    hits = _cues(words, lexicon, language, names)
    cues = {hit.cue for hit in hits}
    idle = language.function_words
    content = tuple([word for word in words.norms if word not in idle and len(word) > 2])
    _marks(words, names)
    if turn.speaker == "customer":
        _customer(memory, names)
        names.append(f"s:hot{min(len(cues & language.hot), 4)}")
        if _parts(cues, turn.text, language):
            names.append("s:only_parts")
        if len(words) <= _SHORT:
            then = "wait" if memory.waits else memory.act
            names.extend(f"short:{hit.cue}:{then}" for hit in hits if hit.cue not in language.topics)
    else:
        _agent(memory, content, names)
        _course(hits, len(words), language, names)
    _places(memory, turn.speaker, names)
    return Signals(words, said, hits, cues, names, content)


def _cues(words: Words, lexicon: Lexicon, language: Language, names: list[str]) -> list[Hit]:
    """Adds a name per cue (`c:`), per negated cue (`n:`), per cue reported of somebody else (`r:`), and per
    place: at the head, at the tail, many. What it is about is in no place."""
    size = len(words)
    norms = words.norms
    negatable, negators, topics = language.negatable, language.negators, language.topics
    quotable, reporting = language.quotable, language.reporting
    counts: dict[str, int] = {}
    kept = []
    first, last = "", ""
    head, tail = set(), set()
    for hit in lexicon.find(words):
        cue = hit.cue
        if cue in negatable and not negators.isdisjoint(norms[max(0, hit.first - _REACH) : hit.first]):
            names.append("n:" + cue)
            continue
        if cue in quotable and not reporting.isdisjoint(norms[max(0, hit.first - _REACH) : hit.first]):
            names.append("r:" + cue)  # 'he called me an idiot' insults nobody here
            continue
        kept.append(hit)
        counts[cue] = counts.get(cue, 0) + 1
        if cue in topics:
            continue
        first, last = first or cue, cue
        if size > _LONG:
            if hit.first < _EDGE:
                head.add(cue)
            if hit.last >= size - _EDGE:
                tail.add(cue)
    for cue, count in counts.items():
        names.append("c:" + cue)
        if count > 1 and cue not in topics:
            names.append("cc:" + cue)
    names.extend("h:" + cue for cue in sorted(head))
    names.extend("t:" + cue for cue in sorted(tail))
    if first:
        names.append("first:" + first)
        names.append("last:" + last)
    if not counts:
        names.append("s:no_cue")
    return kept


def _marks(words: Words, names: list[str]) -> None:
    text, size = words.text, len(words)
    names.append(next((name for most, name in _LENGTHS if size <= most), "s:words_many"))
    if "?" in text:
        names.append("s:question")
        if "??" in text or "?!" in text or "!?" in text:
            names.append("s:questions")
        if text.rstrip().endswith("?"):
            names.append("s:ends_asking")
    if "!" in text:
        names.append("s:bang")
        if "!!" in text or text.count("!") > 2:
            names.append("s:bangs")
    loud = len(_CAPITALS.findall(text)) if text != words.folded else 0
    if loud > 2 or (loud and loud * 2 >= size):
        names.append("s:shouts")
    elif loud:
        names.append("s:capitals")


def _customer(memory: Memory, names: list[str]) -> None:
    names.append(f"after:{memory.act}")
    if memory.asked:
        names.append("s:was_asked")
    if memory.waits:
        names.append("s:was_told_to_wait")
    names.append(f"s:heat_before{memory.heat}")
    names.append(f"s:peak{memory.peak}")
    if memory.flares:
        names.append("s:flared" if memory.flares == 1 else "s:flared_often")


def _agent(memory: Memory, content: tuple[str, ...], names: list[str]) -> None:
    named = len(set(content).intersection(memory.complaint))
    if named:
        names.append("s:names_it" if named < _NAMED else "s:names_it_well")
        if named * 2 >= len(content) and named > 1:
            names.append("s:mostly_theirs")
    names.append(f"s:heat_before{memory.heat}")
    names.append(f"after:{memory.act}")
    names.extend(["p:" + cue for cue in memory.customer_cues])


def _parts(cues: set[str], text: str, language: Language) -> bool:
    """Nothing but thanks and goodbyes, however many words they take."""
    return not cues.isdisjoint(_PARTING) and cues <= language.parting and "?" not in text


def _course(hits: list[Hit], size: int, language: Language, names: list[str]) -> None:
    """What an agent's turn comes to, by the codebook's close calls: hearing that also works is work, and
    whatever went before, the turn that ends by wrapping up wraps up."""
    working = hearing = wrapping = False
    rest = size
    for hit in hits:
        if hit.cue in language.working:
            working = True
        elif hit.cue in language.hearing:
            hearing = True
            rest = min(rest, size - 1 - hit.last)
        elif hit.cue in language.wrapping and hit.last >= size - _ENDING:
            wrapping = True
    if wrapping:
        names.append("s:wraps_up" if working else "s:only_wraps_up")
    elif hearing:
        names.append("s:hears_and_works" if working else "s:only_hears")
        names.append(next((name for most, name in _RESTS if rest <= most), "s:goes_on_long"))
    elif working:
        names.append("s:only_works")
    if hearing and "c:correct_q" in names:
        names.append("s:asks_if_heard_right")


def _places(memory: Memory, speaker: str, names: list[str]) -> None:
    mine = memory.customer_turns if speaker == "customer" else memory.agent_turns
    names.append(f"s:turn{min(mine, 3)}")
    names.append("s:" + memory.channel)
    if len(memory.complaint) < _TOLD:
        names.append("s:nothing_told")


def remember(content: tuple[str, ...], memory: Memory) -> tuple[str, ...]:
    """The content words so far with this turn's, the newest kept."""
    return tuple(dict.fromkeys(content + memory.complaint))[:_REMEMBERED]
