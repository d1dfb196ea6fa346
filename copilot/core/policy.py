"""What the next phrase has to do: one table, read from the top, the first row that holds decides."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from copilot.core.situation import Situation
from copilot.core.types import Act, Decision, Opening, Reading, Turn

VERSION = "policy-1"

When = Callable[[Situation], bool]


class Row(Struct, frozen=True):
    """A row: what must hold, the act, the acts that would also be right, and the reason shown to the agent."""

    name: str
    when: When
    act: Act
    good: tuple[Act, ...]
    why: str


# --- the conditions ---------------------------------------------------------------------------------


def venting(s: Situation) -> bool:
    return s.reading.phase == "venting"


def solving(s: Situation) -> bool:
    return s.reading.phase == "solving"


def acknowledged(s: Situation) -> bool:
    return s.reading.phase == "acknowledged"


def closing(s: Situation) -> bool:
    return s.reading.phase == "closing"


def civil(s: Situation) -> bool:
    return s.reading.heat == 0


def irritated(s: Situation) -> bool:
    return s.reading.heat >= 1


def angry(s: Situation) -> bool:
    return s.reading.heat >= 2


def abusive(s: Situation) -> bool:
    return s.reading.heat == 3


def asks(s: Situation) -> bool:
    return s.asks


def ends_asking(s: Situation) -> bool:
    return s.ends_asking


def answers(s: Situation) -> bool:
    """They give what the agent asked for."""
    return s.agent_asked and not s.ends_asking


def gives_data(s: Situation) -> bool:
    return s.data and not s.ends_asking


def can_offer(s: Situation) -> bool:
    return bool(s.opening.context.allowed_remedies)


def open_remedy(s: Situation) -> bool:
    return can_offer(s) and not s.reading.offers


def another_remedy(s: Situation) -> bool:
    return len(s.opening.context.allowed_remedies) > len(s.reading.offers)


def tells_nothing(s: Situation) -> bool:
    """A greeting, a name: the matter has not been told yet."""
    return s.greets or (s.words <= 3 and not s.trouble and not s.ends_asking)


def feels(*emotions: str) -> When:
    return lambda s: s.reading.emotion in emotions


def after(*acts: Act) -> When:
    return lambda s: s.agent_act in acts


def all_of(*conditions: When) -> When:
    return lambda s: all(condition(s) for condition in conditions)


def any_of(*conditions: When) -> When:
    return lambda s: any(condition(s) for condition in conditions)


def none_of(*conditions: When) -> When:
    return lambda s: not any(condition(s) for condition in conditions)


# --- the table --------------------------------------------------------------------------------------

TABLE: tuple[Row, ...] = (
    Row("abuse-again", all_of(abusive, lambda s: s.warned), "disengage", ("boundary", "acknowledge"),
        "The boundary was set and the abuse goes on: part politely."),
    Row("abuse", all_of(abusive, lambda s: s.insults, lambda s: not s.first), "boundary", ("acknowledge", "empathise"),
        "They insult you: name it once, calmly, and stay with the matter."),
    Row("abuse-first", abusive, "acknowledge", ("empathise", "apologise", "boundary"),
        "Very heated: show first that the problem itself was heard."),
    Row("closing-upset", all_of(closing, irritated), "apologise", ("empathise", "follow_up", "acknowledge"),
        "They leave dissatisfied: own it before you part."),
    Row("closing-open", all_of(closing, lambda s: s.agent_act in ("escalate", "expect", "apologise")), "close",
        ("follow_up", "expect", "confirm"), "They take the next step as agreed: say when it comes, and part well."),
    Row("closing", closing, "close", ("confirm", "follow_up"), "The matter is settled: wrap up warmly."),
    Row("vent-hello", all_of(venting, civil, tells_nothing, none_of(lambda s: s.agent_asked)), "invite", ("listen", "probe"),
        "They have not told it yet: invite them."),
    Row("vent-answer", all_of(venting, civil, answers, lambda s: s.words <= 8, none_of(lambda s: s.trouble)), "probe",
        ("act", "inform"), "They answer your question: go on with the next one."),
    Row("vent-person", all_of(venting, lambda s: s.wants_person), "acknowledge", ("escalate", "apologise", "empathise"),
        "They want somebody else: show that you heard why."),
    Row("vent-feeling", all_of(venting, angry, feels("disappointment", "anxiety", "fear", "embarrassment")), "empathise",
        ("acknowledge", "apologise"), "A strong feeling: name and accept it first."),
    Row("vent-late", all_of(venting, irritated, lambda s: s.reading.cause in ("expectation",)), "apologise",
        ("acknowledge", "empathise"), "It took too long: own that before anything else."),
    Row("vent-heat", all_of(venting, irritated), "acknowledge", ("apologise", "empathise"),
        "Nobody has shown yet that this was heard."),
    Row("vent-question", all_of(venting, ends_asking, none_of(lambda s: s.trouble)), "inform", ("probe", "act"),
        "A plain question: answer it."),
    Row("vent-calm-trouble", all_of(venting, lambda s: s.trouble), "acknowledge", ("probe", "apologise", "empathise"),
        "They have told the problem: show that you heard it."),
    Row("vent-calm", venting, "probe", ("acknowledge", "invite", "act"), "A calm request: find out what it takes."),
    Row("ack-next", acknowledged, "probe", ("act", "acknowledge"), "They were heard: start the work with one question."),
    Row("wait", all_of(solving, civil, lambda s: s.waits), "listen", ("acknowledge",), "They are looking for it: let them."),
    Row("wants-person", all_of(solving, lambda s: s.wants_person), "escalate", ("acknowledge", "act"),
        "They ask for somebody else: hand over with the story told."),
    Row("refused", all_of(solving, lambda s: s.refused_offer, another_remedy, can_offer), "alternative", ("acknowledge", "probe"),
        "They refused the offer: one other."),
    Row("accepted", all_of(solving, after("offer", "alternative"), lambda s: s.affirms), "act", ("confirm", "expect"),
        "They accept: do it and say so."),
    Row("solve-angry", all_of(solving, angry), "acknowledge", ("apologise", "act", "empathise"), "Still angry: acknowledge before you go on."),
    Row("solve-irritated-asks", all_of(solving, irritated, ends_asking), "inform", ("acknowledge", "apologise"),
        "They want a plain answer: give it, with a word for the trouble."),
    Row("solve-irritated", all_of(solving, irritated), "acknowledge", ("apologise", "act", "probe"),
        "Irritated and still with you: a word for it, then on."),
    Row("checks", all_of(solving, lambda s: s.checks), "inform", ("confirm",), "They check what was said: confirm it plainly."),
    Row("asks", all_of(solving, ends_asking), "inform", ("act", "probe"), "A question: answer it plainly."),
    Row("fixed", all_of(solving, lambda s: s.fixed), "confirm", ("close", "teach"), "It seems solved: check that it is."),
    Row("data", all_of(solving, answers, gives_data), "act", ("probe", "expect"), "They gave what you asked for: use it and say so."),
    Row("answer", all_of(solving, after("probe", "invite")), "probe", ("act", "inform"), "They answered: the next question toward the cause."),
    Row("agree", all_of(solving, lambda s: s.bare, after("act", "expect", "escalate")), "act", ("expect", "inform"),
        "They wait: say what you are doing."),
    Row("solve", solving, "act", ("inform", "probe"), "Go on with the work and say what you do."),
    Row("any", lambda s: True, "acknowledge", ("probe",), "Show that you heard."),
)  # fmt: skip


def decide(reading: Reading, turns: tuple[Turn, ...], opening: Opening) -> Decision:
    """What the agent should say next after the last turn; `silence` where saying nothing is right."""
    situation = Situation(reading, turns, opening)
    row = next(row for row in TABLE if row.when(situation))
    silence = None
    if situation.agent_last:
        silence = "agent_handles_it"
    elif row.act == "close" and situation.leaves and reading.agent_act == "close":
        silence = "customer_done"
    return Decision(act=row.act, why=row.why, row=row.name, good=row.good, silence=silence)
