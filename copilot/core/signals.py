"""What stands in a turn besides its plain words: cues, marks, length, repeats. Each signal has a name."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.lexicon import Hit, Lexicon
from copilot.core.memory import Memory
from copilot.core.types import Turn
from copilot.core.words import Words

_EDGE = 10
_ENDING = 30
_LONG = 16
_REPEATED = 3
_REMEMBERED = 60
_TOLD = 4
_SHORT = 6
_PARTING = frozenset({"thanks", "bye", "done"})
_CAPITALS = re.compile(r"(?<![#\[\w-])[A-Z]{2,}(?![\w\]#-])")
_STRETCHED = re.compile(r"([a-z])\1{3,}", re.I)
_LENGTHS = ((1, "s:words1"), (3, "s:words3"), (8, "s:words8"), (20, "s:words20"), (45, "s:words45"))


class Language(NamedTuple):
    """The word lists of one language. `hot` are the customer's cues that say anger."""

    customer: Lexicon
    agent: Lexicon
    negators: frozenset[str]
    negatable: frozenset[str]
    hot: frozenset[str]
    working: frozenset[str]
    hearing: frozenset[str]
    wrapping: frozenset[str]
    parting: frozenset[str]
    function_words: frozenset[str]


class Signals(NamedTuple):
    """A turn as the scores see it. `hits` are the cues that stand, with their places; `names` all signals."""

    words: Words
    hits: list[Hit]
    names: list[str]
    content: tuple[str, ...]

    @property
    def waits(self) -> bool:
        """Does the agent's turn end by asking for time to look?"""
        return "last:check" in self.names or "t:check" in self.names


def read(turn: Turn, memory: Memory, language: Language) -> Signals:
    """All signals of a turn, given what came before it."""
    words = Words(turn.text)
    lexicon = language.customer if turn.speaker == "customer" else language.agent
    names: list[str] = []
    hits = _cues(words, lexicon, language, names)
    content = tuple(word for word in words.norms if len(word) > 2 and word not in language.function_words)
    _marks(turn.text, len(words), names)
    if turn.speaker == "customer":
        _customer(memory, content, names)
        hot = len({hit.cue for hit in hits if hit.cue in language.hot})
        names.append(f"s:hot{min(hot, 4)}")
        if _parts(hits, turn.text, language):
            names.append("s:only_parts")
        if len(words) <= _SHORT:
            then = "wait" if memory.waits else memory.act
            names.extend(f"short:{hit.cue}:{then}" for hit in hits)
    else:
        _agent(memory, content, names)
        _course(hits, len(words), language, names)
    _places(memory, turn.speaker, names)
    return Signals(words, hits, names, content)


def _cues(words: Words, lexicon: Lexicon, language: Language, names: list[str]) -> list[Hit]:
    """Adds a name per cue (`c:`), per negated cue (`n:`), and per place: at the head, at the tail, many."""
    size = len(words)
    norms = words.norms
    counts: dict[str, int] = {}
    kept = []
    head, tail = set(), set()
    for hit in lexicon.find(words):
        cue = hit.cue
        if cue in language.negatable and _negated(norms, hit.first, language.negators):
            names.append("n:" + cue)
            continue
        kept.append(hit)
        counts[cue] = counts.get(cue, 0) + 1
        if size > _LONG:
            if hit.first < _EDGE:
                head.add(cue)
            if hit.last >= size - _EDGE:
                tail.add(cue)
    for cue, count in counts.items():
        names.append("c:" + cue)
        if count > 1:
            names.append("cc:" + cue)
    names.extend("h:" + cue for cue in sorted(head))
    names.extend("t:" + cue for cue in sorted(tail))
    if kept:
        names.append("first:" + kept[0].cue)
        names.append("last:" + kept[-1].cue)
    else:
        names.append("s:no_cue")
    return kept


def _negated(norms: list[str], first: int, negators: frozenset[str]) -> bool:
    return any(word in negators for word in norms[max(0, first - 3) : first])


def _marks(text: str, size: int, names: list[str]) -> None:
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
    if "..." in text or "…" in text:
        names.append("s:trails_off")
    capitals = _CAPITALS.findall(text)
    loud = sum(1 for word in capitals if len(word) > 2)
    if loud > 2 or (loud and loud * 2 >= size):
        names.append("s:shouts")
    elif loud:
        names.append("s:capitals")
    if _STRETCHED.search(text):
        names.append("s:stretched")


def _customer(memory: Memory, content: tuple[str, ...], names: list[str]) -> None:
    if memory.complaint and content:
        before = set(memory.complaint)
        again = sum(1 for word in set(content) if word in before)
        if again >= _REPEATED:
            names.append("s:repeats")
        if again * 2 >= len(content) and again > 1:
            names.append("s:mostly_repeats")
    names.append(f"after:{memory.act}")
    if memory.asked:
        names.append("s:was_asked")
    if memory.waits:
        names.append("s:was_told_to_wait")
    names.append(f"s:heat_before{memory.heat}")
    names.append(f"s:peak{memory.peak}")


def _agent(memory: Memory, content: tuple[str, ...], names: list[str]) -> None:
    before = set(memory.complaint)
    named = sum(1 for word in set(content) if word in before)
    if named:
        names.append("s:names_it" if named < _REPEATED else "s:names_it_well")
    names.append(f"s:heat_before{memory.heat}")
    names.append(f"after:{memory.act}")


def _parts(hits: list[Hit], text: str, language: Language) -> bool:
    """Nothing but thanks and goodbyes, however many words they take."""
    cues = {hit.cue for hit in hits}
    return not cues.isdisjoint(_PARTING) and cues <= language.parting and "?" not in text


def _course(hits: list[Hit], size: int, language: Language, names: list[str]) -> None:
    """What an agent's turn comes to, by the codebook's close calls: hearing that also works is work, and
    whatever went before, the turn that ends by wrapping up wraps up."""
    working = hearing = wrapping = False
    for hit in hits:
        if hit.cue in language.working:
            working = True
        elif hit.cue in language.hearing:
            hearing = True
        elif hit.cue in language.wrapping and hit.last >= size - _ENDING:
            wrapping = True
    if wrapping:
        names.append("s:wraps_up" if working else "s:only_wraps_up")
    elif hearing:
        names.append("s:hears_and_works" if working else "s:only_hears")
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
    return tuple(dict.fromkeys((*content, *memory.complaint)))[:_REMEMBERED]
