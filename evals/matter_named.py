"""How often a phrase that acknowledges or apologises names the customer's own matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from msgspec import convert
from msgspec.structs import replace

from copilot import guards
from copilot.core.policy import decide
from copilot.core.slots import slots
from copilot.core.types import Act, Context, Customer, Moment, Opening, Turn
from copilot.core.wording import slots_in
from copilot.ports import Tracker
from copilot.suggesters.phrasebook import Phrasebook, load_phrasebook
from copilot.transcripts import Script, load
from copilot.weights import load_tracker

ACTS: tuple[Act, ...] = ("acknowledge", "apologise")
_OF_MATTER = frozenset({"matter", "thing", "object", "plight", "clause"})
_WORD = re.compile(r"[a-z]{4,}")


class Shown(NamedTuple):
    """A phrase at a labelled decision point, and whether it names what they came about."""

    conversation: str
    act: Act
    text: str
    names: bool


def moments(script: Script, tracker: Tracker) -> Iterator[Moment]:
    """The labelled decision points of a conversation, as the phrasebook sees them; nothing is said twice."""
    opening = Opening(
        channel=script.channel,
        context=convert(script.context.model_dump(), Context),
        customer=Customer(name=None),
    )
    turns: list[Turn] = []
    track = tracker.start(script.channel)
    for scripted in script.turns:
        if scripted.speaker == "system":
            continue
        turn = Turn(index=len(turns), speaker=scripted.speaker, text=scripted.text)
        turns.append(turn)
        track = tracker.advance(track, turn)
        labels = scripted.labels
        if scripted.speaker == "customer" and labels is not None and labels.best is not None:
            said = tuple(turns)
            decision = decide(track.reading, said, opening)
            yield Moment(
                opening=opening,
                reading=track.reading,
                decision=decision,
                turns=said,
                trigger_seq=len(turns),
                seed=script.id,
            )


def shown(script: Script, tracker: Tracker, book: Phrasebook) -> Iterator[Shown]:
    recent: list[tuple[str, str | None]] = []
    templates = {phrase.id: phrase.text for _, phrase in book.phrases}
    for moment in moments(script, tracker):
        if moment.decision.silence is not None:
            continue
        at = replace(moment, recent=tuple(recent[-20:]))
        draft = book.choose(at)
        if draft is None:
            continue
        recent.append((draft.text, draft.phrase_id))
        if draft.act in ACTS:
            template = templates[draft.phrase_id or ""]
            yield Shown(script.id, draft.act, draft.text, names_matter(template, at))


def names_matter(template: str, moment: Moment) -> bool:
    """Does the phrase have a slot for the matter that is filled from the customer's own words?"""
    known = slots(moment)
    said = {
        word
        for turn in moment.turns
        if turn.speaker == "customer"
        for word in _WORD.findall(turn.text.lower())
    }
    named = [known[slot] for slot in slots_in(template) if slot in _OF_MATTER]
    return any(said & set(_WORD.findall(words.lower())) for words in named)


def main(
    data: Annotated[Path, typer.Argument(help="Labelled conversations.")],
    prompts: Annotated[Path, typer.Option(help="The folder of releases.")] = Path("prompts"),
) -> None:
    """Prints the share of acknowledging and apologising phrases that name the matter."""
    book = load_phrasebook(prompts, check=guards.check)
    tracker = load_tracker(prompts)
    found = [each for script in load(data) for each in shown(script, tracker, book)]
    named = sum(each.names for each in found)
    print(f"{len(found)} phrases acknowledge or apologise; {named / max(1, len(found)):.3f} name the matter")


if __name__ == "__main__":
    typer.run(main)
