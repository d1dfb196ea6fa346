"""The phrasebook: versioned phrases with their conditions, chosen by the state and filled with it."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, NamedTuple

import yaml
from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from copilot.core.situation import Situation
from copilot.core.slots import SLOTS, Slots
from copilot.core.types import Act, Cause, Channel, Draft, Emotion, Evidence, Heat, Moment, Phase
from copilot.core.wording import fill, slots_in
from copilot.errors import Misconfigured
from copilot.ports import Refusal
from copilot.shipped import read_yaml
from copilot.suggesters.tags import Tag, Tags

Check = Callable[[Draft, Moment], Refusal | None]
# What is left to check of a draft whose text is the same at every moment.
Standing = Callable[[Draft], Check]

_SLOT_WEIGHT = {
    "matter": 5,
    "thing": 5,
    "object": 5,
    "plight": 5,
    "clause": 6,
    "question": 7,
    "wish": 8,
    "interest": 8,
    "want": 12,
    "name": 1,
}
_OF_MATTER = frozenset({"matter", "thing", "object", "plight", "clause"})
_OTHER_SLOT = 2
# What became of an offer or a promise, and what was asked just now, matters more than what it is about.
_STRONG = frozenset(
    {
        "offer_open",
        "offer_accepted",
        "offer_refused",
        "promise_open",
        "abused_again",
        "asked_who",
        "asked_right",
        "worked",
        "lost",
        "fixed",
        "bare",
        "gave_data",
        "told_no",
        "told_wait",
        "sent_on",
    }
)
# What decides by itself, whatever it is about.
_OF_NOW = frozenset(
    {
        "puzzled",
        "calls_out",
        "asks_meaning",
        "small_talk",
        "interviewed",
        "waiting",
        "tries",
        "misread",
        "asked_leave",
        "may_hold",
        "loyal",
        "leaving",
        "bot",
        "connecting",
        "intruded",
        "wished_well",
        "self_blame",
    }
)
# What comes first of all: a phrase about the matter would pass them by.
_ASKED_OF_US = frozenset({"guards_data", "wants_contact"})
_FIRST_TAG = 40
_DECIDING_TAG, _SUBJECT_TAG, _STRONG_TAG, _TAG = 10, 11, 5, 2
# What only allows a phrase, and makes it no more specific.
_ALLOWING = frozenset({"findable", "told", "came_before", "insults_on", "unclear"})
_FALLBACKS: dict[Act, tuple[Act, ...]] = {
    "offer": ("expect", "act"),
    "alternative": ("expect", "escalate", "act"),
    "follow_up": ("expect",),
}
_MOST_ALTERNATIVES = 2
_TENSE = 2
_PAUSE = "After the question, wait two or three seconds."


class Phrase(BaseModel):
    """A phrase and when it may be said. What is not named does not matter; `heat` is from, to; `unspoken` are
    beginnings of words that nobody has said of late, so that nothing is asked that was told. Of equals the
    one with the lowest `order` comes first: an interview's next question, a repair's next step."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
    text: Annotated[str, Field(min_length=3, max_length=400)]
    phase: list[Phase] = []
    cause: list[Cause] = []
    emotion: list[Emotion] = []
    heat: Annotated[list[Annotated[int, Field(ge=0, le=3)]], Field(min_length=2, max_length=2)] | None = None
    channel: Channel | None = None
    tags: list[Tag] = []
    never: list[Tag] = []
    unspoken: list[Annotated[str, Field(pattern=r"^[a-z]{3,}$")]] = []
    order: Annotated[int, Field(ge=0)] = 0


class Page(BaseModel):
    """A file of the phrasebook: the phrases of one act."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    act: Act
    phrases: list[Phrase]


def load_phrasebook(
    root: Path, version: str | None = None, check: Check | None = None, standing: Standing | None = None
) -> Phrasebook:
    """Reads `root`/phrasebook/VERSION (the newest if none is named). Raises Misconfigured with the place.

    `check` judges a filled phrase before it is chosen, so that the next best one takes its place. `standing`
    makes the check of a phrase without slots, of which much is known beforehand; without it `check` judges
    those too.
    """
    folder = _folder(root, version)
    pages: list[Page] = []
    for file in sorted(folder.glob("*.yaml")):
        try:
            pages.append(Page.model_validate(read_yaml(file.read_bytes())))
        except (ValidationError, yaml.YAMLError) as error:
            raise Misconfigured(f"phrasebook {folder.name}, {file.name}: {error}") from error
    _verify(pages)
    entries = [_Entry(page.act, phrase) for page in pages for phrase in page.phrases]
    for entry in entries:
        entry.check = check if standing is None or entry.whole is None else standing(entry.draft(entry.whole))
    return Phrasebook(entries, folder.name, content_hash(root, folder.name))


def content_hash(root: Path, version: str | None = None) -> str:
    """SHA-256 of all pages of a version (the newest if none is named). Raises Misconfigured."""
    digest = hashlib.sha256()
    for file in sorted(_folder(root, version).glob("*.yaml")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _folder(root: Path, version: str | None) -> Path:
    folder = root / "phrasebook"
    if version is None:
        found = sorted((p.name for p in folder.glob("*.*.*")), key=lambda v: [int(n) for n in v.split(".")])
        if not found:
            raise Misconfigured(f"no phrasebook in {folder}")
        version = found[-1]
    if not any((folder / version).glob("*.yaml")):
        raise Misconfigured(f"no phrasebook {version} in {folder}")
    return folder / version


def _verify(pages: Sequence[Page]) -> None:
    seen: set[str] = set()
    for page in pages:
        for phrase in page.phrases:
            if phrase.id in seen:
                raise Misconfigured(f"phrase {phrase.id} stands twice")
            seen.add(phrase.id)
            if unknown := set(slots_in(phrase.text)) - SLOTS:
                raise Misconfigured(f"phrase {phrase.id}: unknown slot {', '.join(sorted(unknown))}")


class _Mood(NamedTuple):
    """What tells most phrases of an act apart, before any word is looked at."""

    act: Act
    phase: Phase
    channel: Channel
    heat: Heat
    cause: Cause
    emotion: Emotion


class _Entry:
    """A phrase with what its choice needs, worked out once. `whole` is its text where it has no slots."""

    __slots__ = (
        "act", "check", "id", "needs", "never", "order", "phrase", "tags", "unspoken", "weight", "whole"
    )  # fmt: skip

    def __init__(self, act: Act, phrase: Phrase) -> None:
        self.act = act
        self.phrase = phrase
        # At hand, for they are asked of a hundred phrases before one is said.
        self.id, self.order = phrase.id, phrase.order
        self.tags, self.never, self.unspoken = tuple(phrase.tags), tuple(phrase.never), tuple(phrase.unspoken)
        self.needs = frozenset(slots_in(phrase.text))
        self.whole = None if self.needs else fill(phrase.text, {})
        self.check: Check | None = None
        narrow = [phrase.phase, phrase.cause, phrase.emotion, phrase.heat, phrase.channel]
        self.weight = (
            sum(1 for condition in narrow if condition)
            + sum(map(_tag_weight, phrase.tags))
            + sum(_SLOT_WEIGHT.get(slot, _OTHER_SLOT) for slot in self.needs)
        )

    def text(self, slots: Slots) -> str:
        if self.whole is not None:
            return self.whole
        return fill(self.phrase.text, {need: slots[need] or "" for need in self.needs})

    def draft(self, text: str, why: str = "", evidence: tuple[Evidence, ...] = ()) -> Draft:
        return Draft(
            act=self.act,
            text=text,
            why=why,
            origin="phrasebook",
            phrase_id=self.phrase.id,
            evidence=evidence,
        )

    def may_fit(self, mood: _Mood) -> bool:
        phrase = self.phrase
        return (
            (not phrase.phase or mood.phase in phrase.phase)
            and phrase.channel in (None, mood.channel)
            and (phrase.heat is None or phrase.heat[0] <= mood.heat <= phrase.heat[1])
            and (not phrase.cause or mood.cause in phrase.cause)
            and (not phrase.emotion or mood.emotion in phrase.emotion)
        )

    def fits(self, tags: Tags, slots: Slots) -> bool:
        """Whether a phrase that may fit the mood does so now."""
        for tag in self.tags:
            if not tags[tag]:
                return False
        for tag in self.never:
            if tags[tag]:
                return False
        for need in self.needs:
            if slots[need] is None:
                return False
        return not self.unspoken or not tags.spoken(self.unspoken)


def _tag_weight(tag: Tag) -> int:
    if tag in _ALLOWING:
        return 0
    if tag in _ASKED_OF_US:
        return _FIRST_TAG
    if tag in _OF_NOW:
        return _DECIDING_TAG
    if tag.startswith("on_"):
        return _SUBJECT_TAG
    return _STRONG_TAG if tag in _STRONG else _TAG


def _by_weight(entries: Sequence[_Entry]) -> list[list[_Entry]]:
    """The entries, heaviest first, in groups of one weight."""
    ordered = sorted(entries, key=lambda entry: -entry.weight)
    return [list(group) for _, group in groupby(ordered, key=lambda entry: entry.weight)]


class Phrasebook:
    """A Suggester without a model: pure, at once, the same phrase for the same moment."""

    name = "phrasebook"

    def __init__(self, entries: Sequence[_Entry], version: str, content_hash: str) -> None:
        self.version = f"phrasebook@{version}"
        self.content_hash = content_hash
        self._entries = entries
        # The heaviest first, so that most need never be looked at; put together when a mood first comes.
        self._shelves: dict[_Mood, list[list[_Entry]]] = {}

    @property
    def phrases(self) -> tuple[tuple[Act, Phrase], ...]:
        return tuple((entry.act, entry.phrase) for entry in self._entries)

    async def suggest(self, moment: Moment) -> AsyncGenerator[Draft, None]:
        """The phrase; before it those that a check refused on the way, with its reason, for the record."""
        stopped: list[Draft] = []
        draft = self.choose(moment, stopped)
        for passed_over in stopped:
            yield passed_over
        if draft is not None:
            yield draft

    def choose(self, moment: Moment, stopped: list[Draft] | None = None) -> Draft | None:
        """The most specific phrase that fits and was not said lately; None if there is none. What the check
        refuses is added to `stopped`."""
        if not moment.opening.locale.lower().startswith("en"):
            return None
        situation = Situation(moment.reading, moment.turns, moment.opening)
        slots, tags = Slots(moment, situation), Tags(moment, situation)
        decision = moment.decision
        acts = dict.fromkeys((decision.act, *_FALLBACKS.get(decision.act, ()), *decision.good))
        for act in acts:
            drafts = _allowed(self._drafts(act, moment, tags, slots), stopped)
            first = next(drafts, None)
            if first is not None:
                return self._with_alternatives(first, drafts)
        return None

    def _drafts(self, act: Act, moment: Moment, tags: Tags, slots: Slots) -> Iterator[Draft]:
        """The phrases that fit, the most specific first; what the check refuses carries the refusal."""
        recent_ids = {phrase_id for _, phrase_id in moment.recent[-20:]}
        for equals in self._shelf(act, moment):
            fitting = [entry for entry in equals if entry.id not in recent_ids and entry.fits(tags, slots)]
            if len(fitting) > 1:
                fitting.sort(key=lambda entry: (entry.order, _lot(moment.seed, entry.id)))
            for entry in fitting:
                draft = _filled(entry, moment, slots)
                refusal = None if entry.check is None else entry.check(draft, moment)
                yield draft if refusal is None else replace(draft, refused=refusal)

    def _shelf(self, act: Act, moment: Moment) -> list[list[_Entry]]:
        """The act's phrases that may fit the mood, in groups of one weight."""
        reading, channel = moment.reading, moment.opening.channel
        mood = _Mood(act, reading.phase, channel, reading.heat, reading.cause, reading.emotion)
        shelf = self._shelves.get(mood)
        if shelf is None:
            entries = [entry for entry in self._entries if entry.act == act and entry.may_fit(mood)]
            shelf = self._shelves[mood] = _by_weight(entries)
        return shelf

    def _with_alternatives(self, draft: Draft, others: Iterator[Draft]) -> Draft:
        texts = dict.fromkeys((draft.text,))
        for other in others:
            texts[other.text] = None
            if len(texts) > _MOST_ALTERNATIVES:
                break
        return replace(
            draft,
            alternatives=tuple(texts)[1:],
            prompt=self.version,
            prompt_hash=self.content_hash,
        )


def _allowed(drafts: Iterator[Draft], stopped: list[Draft] | None) -> Iterator[Draft]:
    for draft in drafts:
        if draft.refused is None:
            yield draft
        elif stopped is not None:
            stopped.append(draft)


def _filled(entry: _Entry, moment: Moment, slots: Slots) -> Draft:
    evidence = moment.reading.evidence
    if entry.needs & _OF_MATTER and moment.reading.matter_evidence is not None:
        evidence = (*evidence, moment.reading.matter_evidence)
    text = entry.text(slots)
    return entry.draft(text, _why(text, moment), evidence)


def _why(text: str, moment: Moment) -> str:
    """The policy's reason; with a tense caller, a question wants a pause after it."""
    tense = moment.reading.heat >= _TENSE and moment.opening.channel == "voice"
    return f"{moment.decision.why} {_PAUSE}" if tense and "?" in text else moment.decision.why


def _lot(seed: str, phrase_id: str) -> bytes:
    """Decides between equals: stable for a moment, even over moments."""
    return hashlib.blake2b(f"{seed}\0{phrase_id}".encode(), digest_size=8).digest()
