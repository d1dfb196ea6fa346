"""What a phrase must not do: one rule a file, one visible list, each refusal with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from copilot.core.types import Decision, Draft, Moment, Opening, Reading, Refusal
from copilot.guards.admissions import admissions
from copilot.guards.advice import advice
from copilot.guards.assent import assent
from copilot.guards.blame import blame
from copilot.guards.conditions import conditions
from copilot.guards.desk import desk
from copilot.guards.dictated import dictated
from copilot.guards.disparaging import disparaging
from copilot.guards.forbidden import forbidding
from copilot.guards.grounding import grounding
from copilot.guards.half_sentence import half_sentence
from copilot.guards.language import language
from copilot.guards.length import length
from copilot.guards.markup_links import markup_links
from copilot.guards.one_remedy import one_remedy
from copilot.guards.parting import parting
from copilot.guards.personal_data import personal_data
from copilot.guards.promises import promises
from copilot.guards.prompt_echo import echoing
from copilot.guards.remedies import remedies
from copilot.guards.repetition import repetition
from copilot.guards.shouting import shouting
from copilot.guards.skipped_checks import skipped_checks
from copilot.guards.sorry_but import sorry_but
from copilot.guards.swindles import swindles
from copilot.guards.verdicts import verdicts
from copilot.guards.waivers import waivers
from copilot.guards.wrong_person import wrong_person

Guard = Callable[[Draft, Moment], Refusal | None]


def guards(forbidden: Iterable[str] = (), canary: str | None = None) -> tuple[Guard, ...]:
    """The rules in the order in which they judge. A tenant's own forbidden words and the canary of a prompt
    are handed in."""
    return (
        half_sentence,
        markup_links,
        echoing(canary),
        language,
        length,
        shouting,
        personal_data,
        wrong_person,
        forbidding(forbidden),
        blame,
        sorry_but,
        promises,
        verdicts,
        waivers,
        admissions,
        advice,
        disparaging,
        desk,
        swindles,
        skipped_checks,
        assent,
        dictated,
        parting,
        one_remedy,
        remedies,
        conditions,
        grounding,
        repetition,
    )


GUARDS = guards()
# These refuse for what the moment is. To all the others it can only excuse what the words say.
_OF_THE_MOMENT = frozenset((length, parting, conditions, repetition, dictated))
_NOTHING_KNOWN = Moment(
    opening=Opening(),
    reading=Reading(),
    decision=Decision(act="listen", why="", row=""),
    turns=(),
    trigger_seq=0,
)


def check(draft: Draft, moment: Moment, guards: Sequence[Guard] = GUARDS) -> Refusal | None:
    """The first refusal of the text so far or of an alternative; None when all may be said."""
    for text in (draft.text, *draft.alternatives):
        judged = draft if text is draft.text else replace(draft, text=text, done=True)
        for guard in guards:
            refusal = guard(judged, moment)
            if refusal is not None:
                return refusal
    return None


def standing(draft: Draft, guards: Sequence[Guard] = GUARDS) -> tuple[Guard, ...]:
    """The guards that still have to judge a text that is the same at every moment: those that pass it where
    nothing is known that could excuse it need not be asked again."""
    return tuple(
        guard for guard in guards if guard in _OF_THE_MOMENT or guard(draft, _NOTHING_KNOWN) is not None
    )
