"""The tags of a situation, by which the phrases of one act are told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from copilot.core import turn_words
from copilot.core.conditions import COMING, STORY
from copilot.core.customer_words import DEMAND, INSULT, REMEDY, TROUBLE
from copilot.core.situation import Situation
from copilot.core.subjects import subject_of
from copilot.core.types import Moment
from copilot.core.wording import next_remedy

Tag = Literal[
    "first_turn",
    "repeat_contact",
    "flare",
    "unheard",
    "asked",
    "wants_person",
    "legal",
    "waiting",
    "self_blame",
    "thanks",
    "leaves",
    "gives_up",
    "gave_data",
    "agreed",
    "denied",
    "fixed",
    "trouble",
    "after_question",
    "heard",
    "promise_open",
    "offer_open",
    "offer_refused",
    "offer_accepted",
    "abused_again",
    "conditions",
    "checks",
    "lost",
    "kept_waiting",
    "early",
    "identified",
    "parting",
    "tries",
    "bare",
    "greeting",
    "asks",
    "asked_who",
    "asked_right",
    "after_steps",
    "small_talk",
    "interviewed",
    "coming",
    "looking",
    "puzzled",
    "calls_out",
    "asks_meaning",
    "asks_when",
    "how_to",
    "worked",
    "asked_leave",
    "misread",
    "story",
    "may_hold",
    "refuses",
    "knows_error",
    "knows_since",
    "knows_tried",
    "knows_tool",
    "on_refund",
    "on_return",
    "on_cancelling",
    "on_delivery",
    "on_code",
    "on_access",
    "on_power",
    "on_charge",
    "on_line",
    "on_booking",
    "on_app",
    "on_trip",
    "on_staff",
    "on_payment",
    "on_mail",
    "on_call",
    "on_gesture",
    "on_ban",
    "on_damage",
    "on_repair",
    "on_claim",
    "on_update",
    "on_screen",
    "on_server",
    "on_crash",
    "on_file",
    "on_pairing",
    "on_quote",
    "told_no",
    "told_wait",
    "sent_on",
    "loyal",
    "leaving",
    "bot",
    "findable",
    "told",
    "connecting",
    "heard_out",
    "wished_well",
    "proposed",
    "intruded",
    "rules_out",
    "insulted",
    "insults_on",
    "has_said",
    "said_before",
    "came_before",
    "guards_data",
    "wants_contact",
    "unclear",
    "wishes",
    "whether_to",
    "asks_quote",
    "wants_call",
    "gave_name",
]

# How many turns back they are asked for what was said.
_LATE = 24
# In more words than these something was told.
_A_FEW = 8


def _customers(s: Situation) -> Iterator[str]:
    return (turn.text for turn in s.turns[-_LATE:] if turn.speaker == "customer")


def _earlier(s: Situation) -> Iterator[str]:
    """What they said before their last turn."""
    return (t.text for t in s.turns[-_LATE:] if t.speaker == "customer" and t.index < s.spoke_at)


def _insults_on(s: Situation) -> bool:
    """Not the first insult: one may be for the matter, a second is for the agent."""
    now = len(turn_words.SWEARS.findall(s.text)) > 1
    return now or any(INSULT.search(said) or turn_words.SWEARS.search(said) for said in _earlier(s))


def _guards(s: Situation) -> bool:
    """They would rather not tell, now or in what a bare 'okay' is for."""
    before = list(_earlier(s))[-1:] if s.bare else ()
    return any(map(turn_words.GUARDS.search, (s.text, *before)))


def _agent_has_them(s: Situation) -> bool:
    """The agent has looked them up, or says what stands there: there is something to open."""
    return any(turn.speaker == "agent" and turn_words.HAS_THEM.search(turn.text) for turn in s.turns[-_LATE:])


def _tells(said: str) -> bool:
    """Says what it is about."""
    return bool(TROUBLE.search(said) or REMEDY.search(said) or DEMAND.search(said) or subject_of(said))


_OF_WORDS: dict[Tag, Callable[[Situation], bool]] = {
    "first_turn": lambda s: s.first,
    "unheard": lambda s: s.unheard,
    "asked": lambda s: s.ends_asking,
    "wants_person": lambda s: s.wants_person,
    "legal": lambda s: s.legal,
    "waiting": lambda s: s.present or s.waits,
    "self_blame": lambda s: s.self_blame,
    "thanks": lambda s: s.thanks,
    "leaves": lambda s: s.leaves,
    "gives_up": lambda s: s.gives_up,
    "gave_data": lambda s: s.gives_data,
    "agreed": lambda s: s.agrees,
    "denied": lambda s: s.denies,
    "fixed": lambda s: s.fixed,
    "trouble": lambda s: s.trouble,
    "after_question": lambda s: s.agent_asked,
    "abused_again": lambda s: s.warned,
    "checks": lambda s: s.checks,
    "lost": lambda s: s.lost,
    "kept_waiting": lambda s: s.kept_waiting,
    "early": lambda s: s.early,
    "identified": lambda s: s.identified,
    "parting": lambda s: s.agent_act == "close",
    "tries": lambda s: s.tries,
    "bare": lambda s: s.bare,
    "greeting": lambda s: s.greets,
    "asks": lambda s: s.asks,
    "asked_who": lambda s: s.asked_who,
    "asked_right": lambda s: s.asked_right,
    "after_steps": lambda s: s.after_steps,
    "small_talk": lambda s: s.small_talk,
    "interviewed": lambda s: s.interviewed,
    "coming": lambda s: s.agent_act in COMING,
    "looking": lambda s: s.agent_looks,
    "puzzled": lambda s: s.puzzled,
    "calls_out": lambda s: s.calls_out,
    "asks_meaning": lambda s: s.asks_meaning,
    "asks_when": lambda s: s.asks_when,
    "how_to": lambda s: s.asks_how_to,
    "worked": lambda s: s.worked,
    "asked_leave": lambda s: s.asked_leave,
    "may_hold": lambda s: s.asked_to_hold,
    "refuses": lambda s: s.refuses,
    "story": lambda s: s.length > STORY,
    "misread": lambda s: s.misread,
    "knows_error": lambda s: s.spoken_of(turn_words.TELLS_ERROR),
    "knows_since": lambda s: s.spoken_of(turn_words.TELLS_SINCE),
    "knows_tried": lambda s: s.spoken_of(turn_words.TELLS_TRIED),
    "knows_tool": lambda s: s.spoken_of(turn_words.TELLS_TOOL),
    "on_quote": lambda s: s.spoken_of(turn_words.QUOTE),
    "told_no": lambda s: turn_words.TOLD_NO.search(s.answered),
    "told_wait": lambda s: turn_words.TOLD_WAIT.search(s.answered),
    "sent_on": lambda s: turn_words.SENT_ON.search(s.answered),
    "loyal": lambda s: turn_words.LOYAL.search(s.text),
    "leaving": lambda s: turn_words.LEAVING.search(s.text),
    "bot": lambda s: turn_words.BOT.search(s.text),
    "findable": lambda s: not s.early or s.identified or _agent_has_them(s),
    "told": lambda s: s.reading.matter is not None or any(map(_tells, _customers(s))),
    "connecting": lambda s: turn_words.CONNECTING.search(s.answered),
    "heard_out": lambda s: turn_words.PASSED_ON.search(s.answered),
    "proposed": lambda s: bool(turn_words.PROPOSES.search(s.answered)),
    "intruded": lambda s: any(map(turn_words.INTRUDED.search, _customers(s))),
    "rules_out": lambda s: turn_words.RULES_OUT.search(s.text),
    "wishes": lambda s: s.wish is not None or s.want is not None,
    "whether_to": lambda s: bool(
        turn_words.WHETHER_TO.search(s.text) and turn_words.REQUESTS.search(s.answered)
    ),
    "asks_quote": lambda s: s.asks and "quote" in s.text.lower(),
    "wants_call": lambda s: turn_words.WANTS_CALL.search(s.text),
    "gave_name": lambda s: bool(turn_words.GAVE_NAME.search(s.text)),
    "insulted": lambda s: s.insults or bool(turn_words.SWEARS.search(s.text)),
    "insults_on": _insults_on,
    "has_said": lambda s: any(len(said.split()) > _A_FEW for said in _earlier(s)),
    "said_before": lambda s: turn_words.SAID_BEFORE.search(s.text),
    "came_before": lambda s: turn_words.CAME_BEFORE.search(s.text),
    "guards_data": _guards,
    "wants_contact": lambda s: turn_words.WANTS_CONTACT.search(s.text),
    "unclear": lambda s: turn_words.UNCLEAR.search(s.text),
    "wished_well": lambda s: turn_words.WISHES.search(s.text),
}


class Tags(dict[Tag, bool]):
    """Whether each tag holds, by which phrases are told apart beyond phase, cause, emotion and heat; worked
    out when it is first asked for."""

    def __init__(self, moment: Moment, situation: Situation) -> None:
        reading = moment.reading
        outcomes = {offer.outcome for offer in reading.offers}
        remedy = next_remedy(moment)
        known: dict[Tag, bool] = {
            "repeat_contact": bool(reading.contacts),
            "flare": reading.flare,
            "heard": reading.heard,
            "promise_open": any(not promise.kept for promise in reading.promises),
            "offer_open": "open" in outcomes,
            "offer_refused": "refused" in outcomes,
            "offer_accepted": "accepted" in outcomes,
            "conditions": remedy is not None and bool(remedy.conditions),
        }
        super().__init__(known)
        self._situation = situation

    def __missing__(self, tag: Tag) -> bool:
        told = _OF_WORDS.get(tag)
        holds = self[tag] = told(self._situation) if told else tag == f"on_{self._situation.subject}"
        return holds

    def spoken(self, beginnings: Sequence[str]) -> bool:
        """Whether either side has said a word, of late, that begins so."""
        said = self._situation.said
        for beginning in beginnings:  # noqa: SIM110 - a generator would double the cost
            if " " + beginning in said:
                return True
        return False
