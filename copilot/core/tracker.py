"""Reads a conversation turn by turn: phase, heat, emotion, cause, and what else the state says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

from msgspec.structs import replace

from copilot.core.lexicon import Lexicon
from copilot.core.matter import matter_in
from copilot.core.memory import Memory
from copilot.core.mentions import contacts_in, mentions_in
from copilot.core.offers import offered, settled
from copilot.core.patterns import Patterns, words_of
from copilot.core.phases import believe, likeliest
from copilot.core.promises import fulfilled, promised
from copilot.core.questions import answered, asked, without_echoes
from copilot.core.scoring import Scores
from copilot.core.signals import Language, Signals, read, remember
from copilot.core.tracking import Track
from copilot.core.types import (
    HEATS,
    PHASES,
    Act,
    Cause,
    Channel,
    Emotion,
    Evidence,
    Heat,
    Phase,
    Reading,
    Turn,
)
from copilot.core.words import Words

_QUOTES = 3
_TOLD = 80
_HEARING = frozenset({"heard", "empathy", "sorry_named", "own"})
_FOUL = frozenset({"insult", "swear"})
_PROMISING = frozenset({"promise", "callback", "done_act"})
_PROMISES = frozenset({"will", "ill", "well", "itll", "theyll", "youll"})
_OFFERING = frozenset({"offer_ask", "remedy", "confirm", "check"})
_HEARING_ACTS: frozenset[Act] = frozenset({"acknowledge", "empathise", "apologise"})
_ANCHORED = 0.9
FADING = 0.3


class Released(NamedTuple):
    """A release of the tracker as plain data: a language's cues and patterns, and the weights."""

    version: str
    cues: Mapping[str, Mapping[str, str]]
    patterns: Mapping[str, Any]
    weights: Mapping[str, Any]


class PhaseTracker:
    """A Tracker for one language. Compiles the word lists once; `advance` is pure."""

    def __init__(self, released: Released) -> None:
        self._version = released.version
        patterns = released.patterns
        numbers = words_of(patterns["numbers"])
        self._language = Language(
            customer=Lexicon(released.cues["customer"], numbers, patterns["ordinals"]),
            agent=Lexicon(released.cues["agent"], numbers),
            negators=words_of(patterns["negators"]),
            negatable=words_of(patterns["negatable"]),
            reporting=words_of(patterns["reporting"]),
            quotable=words_of(patterns["quotable"]),
            hot=words_of(patterns["hot"]),
            topics=words_of(patterns["topics"]),
            working=words_of(patterns["working"]),
            hearing=words_of(patterns["hearing"]),
            wrapping=words_of(patterns["wrapping"]),
            parting=words_of(patterns["parting"]),
            function_words=words_of(patterns["function_words"]),
        )
        self._patterns = Patterns(patterns)
        weights = released.weights
        self._customer = Scores(weights["customer"]["answers"], weights["customer"]["weights"])
        self._agent = Scores(weights["agent"]["answers"], weights["agent"]["weights"])

    @property
    def version(self) -> str:
        return self._version

    @property
    def language(self) -> Language:
        return self._language

    def start(self, channel: Channel) -> Track:
        return Track(reading=Reading(), memory=Memory(channel=channel))

    def advance(self, before: Track, turn: Turn) -> Track:
        memory = _anchored(cast(Memory, before.memory), before.reading.phase)
        signals = read(turn, memory, self._language)
        if turn.speaker == "customer":
            return self._customer_turn(before.reading, memory, turn, signals)
        return self._agent_turn(before.reading, memory, turn, signals)

    def _customer_turn(self, before: Reading, memory: Memory, turn: Turn, signals: Signals) -> Track:
        scores = self._customer
        sums = scores.score(signals.names, signals.words.norms)
        belief = believe(memory.belief, scores.part(sums, "to:"), scores.part(sums, "move:"), "customer")
        phase = likeliest(belief)
        heat = cast(Heat, int(scores.best(sums, "heat:")))
        causes = _added(memory.causes, sums, scores, memory.customer_turns)
        flare = phase == "venting" and before.phase != "venting"
        reading = replace(
            before,
            phase=phase,
            confidence=belief[PHASES.index(phase)],
            evidence=(),
            heard=before.heard and not flare,
            heat=heat,
            emotion=cast(Emotion, scores.best(sums, "emotion:")),
            cause=cast(Cause, scores.named("cause:")[causes.index(max(causes))]),
            flare=flare,
            heats=(*before.heats, heat)[-HEATS:],
        )
        if turn.more:
            return Track(reading=reading, memory=memory)
        evidence = self._evidence(scores, before.phase, phase, signals, turn)
        reading = self._told(reading, turn, signals, evidence, frozenset(memory.told))
        after = replace(
            memory,
            belief=belief,
            causes=causes,
            customer_turns=memory.customer_turns + 1,
            complaint=remember(signals.content, memory),
            heat=heat,
            peak=max(memory.peak, heat),
            flares=memory.flares + flare,
            customer_cues=signals.cued,
        )
        return Track(reading=reading, memory=after)

    def _told(
        self,
        reading: Reading,
        turn: Turn,
        signals: Signals,
        evidence: tuple[Evidence, ...],
        told: frozenset[str],
    ) -> Reading:
        """What a customer's turn says besides the mood; a partial is not asked for it. `told` are the words
        that the agent said last."""
        patterns = self._patterns
        matter = reading.matter, reading.matter_evidence
        if reading.matter is None and self._complains(signals):
            found = matter_in(turn, signals.said, patterns)
            if found is not None and not self._foul(found.phrase):
                matter = found.phrase, found.evidence
        earlier = contacts_in(signals.words, signals.hits, patterns)
        contacts = reading.contacts if earlier is None else max(earlier, reading.contacts or 0)
        questions = asked(turn, signals.said, patterns, reading.questions)
        return replace(
            reading,
            evidence=evidence,
            matter=matter[0],
            matter_evidence=matter[1],
            mentions=mentions_in(signals.words, signals.hits, patterns, reading.mentions),
            contacts=contacts,
            questions=without_echoes(questions, turn, patterns, frozenset(signals.content), told),
            offers=settled(turn, patterns, reading.offers),
        )

    def _complains(self, signals: Signals) -> bool:
        """Could a problem be told here? Most turns tell none, and need not be searched."""
        patterns = self._patterns
        return not (
            patterns.matter_words.isdisjoint(signals.said) and patterns.matter_cues.isdisjoint(signals.cues)
        )

    def _foul(self, phrase: str) -> bool:
        """Nobody wants to be quoted with an insult."""
        return any(hit.cue in _FOUL for hit in self._language.customer.find(Words(phrase)))

    def _agent_turn(self, before: Reading, memory: Memory, turn: Turn, signals: Signals) -> Track:
        scores = self._agent
        sums = scores.score(signals.names, signals.words.norms)
        belief = believe(memory.belief, scores.part(sums, "to:"), scores.part(sums, "move:"), "agent")
        phase = likeliest(belief)
        act = cast(Act, scores.best(sums, "act:"))
        heard = (
            before.heard
            or phase == "acknowledged"
            or act in _HEARING_ACTS
            or not _HEARING.isdisjoint(signals.cues)
            or ("sorry" in signals.cues and _names_it(signals))
        )
        reading = replace(
            before,
            phase=phase,
            confidence=belief[PHASES.index(phase)],
            evidence=(),
            heard=heard and memory.customer_turns > 0,
            agent_act=act,
            flare=False,
        )
        if turn.more:
            return Track(reading=reading, memory=memory)
        promises, offers, questions = reading.promises, reading.offers, reading.questions
        if promises:
            promises = fulfilled(turn, self._patterns, self._language.function_words, promises)
        if not (_PROMISING.isdisjoint(signals.cues) and _PROMISES.isdisjoint(signals.said)):
            promises = promised(turn, self._patterns, promises)
        if not _OFFERING.isdisjoint(signals.cues):
            offers = offered(turn, self._patterns, offers)
        waits = signals.waits
        if not waits:
            questions = answered(turn, act, frozenset(signals.content), questions)
        reading = replace(
            reading,
            evidence=self._evidence(scores, before.phase, phase, signals, turn),
            questions=questions,
            promises=promises,
            offers=offers,
        )
        after = replace(
            memory,
            belief=belief,
            agent_turns=memory.agent_turns + 1,
            act=act,
            told=signals.content[-_TOLD:],
            asked="s:question" in signals.names or act == "probe",
            waits=waits,
        )
        return Track(reading=reading, memory=after)

    @staticmethod
    def _evidence(
        scores: Scores, before: Phase, phase: Phase, signals: Signals, turn: Turn
    ) -> tuple[Evidence, ...]:
        """The cues that spoke most for the move, quoted; without any, the turn's first words."""
        arrival, move = f"to:{phase}", f"move:{before}>{phase}"
        spoke: dict[str, tuple[float, int, int]] = {}
        for hit in signals.hits:
            if hit.cue not in spoke:
                says = scores.says("c:" + hit.cue)
                spoke[hit.cue] = (says.get(arrival, 0.0) + says.get(move, 0.0), hit.first, hit.last)
        spoke = {cue: place for cue, place in spoke.items() if place[0] > 0}
        strongest = sorted(spoke.items(), key=lambda item: -item[1][0])[:_QUOTES]
        if not strongest and len(signals.words):
            strongest = [("turn", (0.0, 0, min(5, len(signals.words) - 1)))]
        quotes = []
        for cue, (_, first, last) in strongest:
            quote, start, end = signals.words.quote(first, last)
            quotes.append(Evidence(turn=turn.index, quote=quote, start=start, end=end, cue=cue))
        return tuple(quotes)


def _names_it(signals: Signals) -> bool:
    """Does the agent use the customer's own words for the problem?"""
    return "s:names_it" in signals.names or "s:names_it_well" in signals.names


def _anchored(memory: Memory, phase: Phase) -> Memory:
    """A decision that stands is never rewritten: where the log says another phase, belief follows the log."""
    if likeliest(memory.belief) == phase:
        return memory
    at = PHASES.index(phase)
    rest = sum(share for place, share in enumerate(memory.belief) if place != at) or 1.0
    belief = tuple(
        _ANCHORED if place == at else (1 - _ANCHORED) * share / rest
        for place, share in enumerate(memory.belief)
    )
    return replace(memory, belief=belief)


def _added(before: Sequence[float], sums: Sequence[float], scores: Scores, turns: int) -> tuple[float, ...]:
    """A conversation's cause is mostly in how it begins: later turns count less, and the bias counts once."""
    bias = scores.bias("cause:")
    share = 1.0 / (1.0 + FADING * turns)
    more = scores.part(sums, "cause:")
    return tuple(
        was + share * (score - level) for was, score, level in zip(before or bias, more, bias, strict=True)
    )
