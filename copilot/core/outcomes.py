"""What became of suggestions, by the version that made them: the fold of conversations' logs. Pure.

Held-out conversations are counted beside them, under `holdout`: their phrases were made and nobody saw them,
so what the phase did next there is what it does by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Literal

from msgspec import Struct

from copilot.core.events import (
    Answered,
    AnyEvent,
    Feedback,
    PhaseRead,
    Suggested,
    Transcript,
    Unshown,
)
from copilot.core.intervals import Mean, Share, mean, share
from copilot.core.suggestions import Suggestion
from copilot.core.types import PHASES, Heat, Phase

Arm = Literal["shown", "holdout", "shadow"]


class Case(Struct, kw_only=True):
    """One card. `edited` is the share of its words that the agent changed; `moved` what the phase did by the
    end of the customer's next turn (-1 back, 0, 1 on), `cooled` the same of the heat."""

    ref: str
    arm: Arm
    conversation: str
    phase: Phase
    heat: Heat
    shown: bool = False
    used: bool = False
    said: bool = False
    dismissed: bool = False
    edited: float | None = None
    moved: int | None = None
    cooled: int | None = None
    refused: bool = False
    tokens: int = 0


class Outcome(Struct, frozen=True, kw_only=True):
    """Of one version: shares are of `offered` cards, but for `seen`ones' phase, which needs a next turn of
    the customer's. `arm` tells what was shown from what was held out and from shadows. `tokens` are those of
    its calls, by card."""

    prompt: str
    arm: Arm
    conversations: int
    offered: int
    shown: Share
    used: Share
    said: Share
    dismissed: Share
    edited: Share
    edited_by: Mean
    phase_on: Share
    phase_back: Share
    heat_down: Share
    heat_up: Share
    refused: Share
    tokens: float | None


class Outcomes(Struct, frozen=True, kw_only=True):
    """Over so many conversations opened since then; not `complete` when there are more than were read."""

    name: str
    since_ms: int
    conversations: int
    complete: bool
    versions: tuple[Outcome, ...]


def cases(conversation: str, events: Iterable[AnyEvent]) -> list[Case]:
    """The cards of one conversation, in order, and what followed each."""
    made: dict[str, Case] = {}
    texts: dict[str, str] = {}
    phase: Phase = "venting"
    heat: Heat = 0
    waiting: list[Case] = []
    heard: list[Case] = []
    kept: list[Case] = []
    for event in events:
        match event:
            case PhaseRead():
                phase, heat = event.phase, event.heat
            case Transcript(speaker="customer", unmasked=False):
                # What they say next is the answer to what was on show; its phase is read right after it.
                heard, waiting = [*heard, *waiting], []
                continue
            case Suggested(suggestion=card) if _is_card(card):
                if card.id not in made:
                    made[card.id] = _case(card, "shown", conversation, phase, heat)
                    waiting.append(made[card.id])
                made[card.id].ref = card.prompt or ""
                texts[card.id] = card.text
            case Unshown(suggestion=card, reason="refused"):
                if card.id in made and made[card.id].ref == card.prompt:
                    made[card.id].refused = True
            case Unshown(suggestion=card, reason="shadow" | "holdout" as reason) if _is_card(card):
                case = _case(card, reason, conversation, phase, heat)
                case.refused = event.refused is not None
                kept.append(case)
                if reason == "holdout":
                    waiting.append(case)
            case Feedback() if event.suggestion_id in made:
                _noted(made[event.suggestion_id], event, texts[event.suggestion_id])
            case Answered() if event.suggestion_id in made and event.arm != "shadow":
                made[event.suggestion_id].tokens += (event.tokens_in or 0) + (event.tokens_out or 0)
                made[event.suggestion_id].refused |= bool(event.refusals)
            case _:
                pass
        _follow(heard, phase, heat)
        if not isinstance(event, PhaseRead):
            heard = []
    _follow(heard, phase, heat)
    return [*made.values(), *kept]


def _follow(heard: list[Case], phase: Phase, heat: Heat) -> None:
    for case in heard:
        case.moved = _sign(PHASES.index(phase) - PHASES.index(case.phase))
        case.cooled = _sign(case.heat - heat)


def outcomes(found: Iterable[Case], name: str) -> list[Outcome]:
    """By version of one prompt, what was shown first."""
    groups: Mapping[tuple[Arm, str], list[Case]] = defaultdict(list)
    for case in found:
        if case.ref.partition("@")[0] == name or (case.arm == "holdout" and case.ref):
            groups[case.arm, case.ref].append(case)
    order = ("shown", "holdout", "shadow")
    return [
        _outcome(ref, arm, groups[arm, ref])
        for arm, ref in sorted(groups, key=lambda group: (order.index(group[0]), group[1]))
    ]


def _outcome(ref: str, arm: Arm, group: list[Case]) -> Outcome:
    offered = len(group)
    followed = [case for case in group if case.moved is not None]

    def of_all(counted: Iterator[bool]) -> Share:
        return share(sum(counted), offered)

    def of_followed(counted: Iterator[bool]) -> Share:
        return share(sum(counted), len(followed))

    edits = [case.edited for case in group if case.edited is not None]
    tokens = [case.tokens for case in group if case.tokens]
    return Outcome(
        prompt=ref,
        arm=arm,
        conversations=len({case.conversation for case in group}),
        offered=offered,
        shown=of_all(case.shown for case in group),
        used=of_all(case.used for case in group),
        said=of_all(case.said for case in group),
        dismissed=of_all(case.dismissed for case in group),
        edited=share(len(edits), offered),
        edited_by=mean(edits),
        phase_on=of_followed(case.moved == 1 for case in followed),
        phase_back=of_followed(case.moved == -1 for case in followed),
        heat_down=of_followed(case.cooled == 1 for case in followed),
        heat_up=of_followed(case.cooled == -1 for case in followed),
        refused=of_all(case.refused for case in group),
        tokens=round(sum(tokens) / len(tokens), 1) if tokens else None,
    )


def _is_card(card: Suggestion) -> bool:
    return card.status == "final" and card.silence is None


def _case(card: Suggestion, arm: Arm, conversation: str, phase: Phase, heat: Heat) -> Case:
    return Case(ref=card.prompt or "", arm=arm, conversation=conversation, phase=phase, heat=heat)


def _noted(case: Case, feedback: Feedback, text: str) -> None:
    match feedback.verdict:
        case "shown":
            case.shown = True
        case "used":
            case.used = True
        case "said":
            case.said = True
        case "dismissed":
            case.dismissed = True
        case "edited":
            case.edited = changed(text, feedback.text or "")


def changed(before: str, after: str) -> float:
    """The share of words that differ, from 0 (the same) to 1 (nothing is left)."""
    one, other = before.lower().split(), after.lower().split()
    return round(1 - SequenceMatcher(None, one, other, autojunk=False).ratio(), 4)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
