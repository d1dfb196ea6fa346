"""What the next phrase has to do: one table, read from the top, the first row that holds decides."""

from __future__ import annotations

from msgspec import Struct

from copilot.core.conditions import (
    COMING,
    Both,
    When,
    abusive,
    acknowledged,
    adrift,
    affirms,
    after,
    after_steps,
    agent_asked,
    agent_asks,
    agrees,
    ails,
    angry,
    answers,
    asked_enough,
    asks,
    asks_when,
    bare,
    bare_abuse,
    both,
    breaks,
    burdened,
    calm,
    calm_lately,
    can_offer,
    closing,
    complains,
    consents,
    defies,
    denies,
    did_it,
    doubts,
    downcast,
    early,
    either,
    ends_asking,
    first,
    fixed,
    gives_any_data,
    gives_data,
    gives_up,
    grants,
    grieves,
    heard,
    identified,
    idle,
    informed,
    insults,
    irritated,
    kept_waiting,
    late,
    let_down,
    long,
    looks,
    lost,
    mixed,
    more,
    not_come,
    owed,
    plainly_answers,
    present,
    pressing,
    protests,
    refused,
    regrets,
    relieved,
    short,
    shy,
    small_talk,
    sober,
    solving,
    story,
    symptom,
    takes_leave,
    thanks,
    told_no,
    tried,
    trouble,
    understands,
    unheard,
    unless,
    unsettled,
    untold,
    upset,
    venting,
    waits,
    wants_answer,
    wants_person,
    wants_remedy,
    warned,
    written,
)
from copilot.core.situation import Situation
from copilot.core.types import Act, Decision, Opening, Phase, Reading, Turn

VERSION = "policy-7"


class Row(Struct, frozen=True):
    """A row: what must hold, the act, what would also be right, and the reason shown."""

    name: str
    when: When
    act: Act
    good: tuple[Act, ...]
    why: str


# fmt: off
TABLE: tuple[Row, ...] = (
    # Abuse: taken up while there is a complaint in it, named once, then parted from.
    Row("abuse-again",
        both(either(abusive, both(angry, insults)), either(warned, after("disengage", "close"))), "disengage",
        ("boundary", "acknowledge"), "The boundary is set, or you have parted: end it politely."),
    Row("abuse-bare", both(abusive, bare_abuse), "boundary", ("disengage", "acknowledge"),
        "Nothing here but abuse: name it once, calmly."),
    Row("abuse", abusive, "acknowledge", ("empathise", "apologise", "boundary"),
        "Very heated: show first that the problem itself was heard."),

    Row("grief", both(grieves, unless(closing)), "empathise", ("apologise", "acknowledge", "listen"),
        "Somebody has died: a word for that, before anything else."),

    # Closing.
    Row("closing-more", both(closing, more), "invite", ("listen",),
        "They have another question: let them ask."),
    Row("closing-upset", both(closing, irritated, unsettled, unless(thanks)), "apologise",
        ("empathise", "follow_up", "acknowledge"), "They leave dissatisfied: own it before you part."),
    Row("closing-gives-up", both(closing, gives_up, unless(thanks)), "apologise",
        ("empathise", "acknowledge", "follow_up"), "They give up: own that it came to this."),
    Row("closing-consents", both(closing, calm, consents, unless(after("close"))), "act",
        ("confirm", "close"), "They tell you to go on: do it and say so before you part."),
    Row("closing-asks", both(closing, asks), "expect", ("inform", "confirm", "follow_up"),
        "A last question about what comes next: say it plainly."),
    Row("closing-missing", both(closing, calm, not_come), "act", ("confirm", "close"),
        "Something is still missing: see to that before you part."),
    Row("closing-open", both(closing, after("escalate", "expect", "apologise", "follow_up")), "close",
        ("follow_up", "expect", "confirm"), "They take the next step as agreed: part well."),
    Row("closing", closing, "close", ("confirm", "follow_up"), "The matter is settled: wrap up warmly."),

    # Venting: heard before anything else.
    Row("vent-person", both(venting, irritated, wants_person, unless(first)), "escalate",
        ("acknowledge", "apologise", "empathise"), "They want somebody else: say that you heard why."),
    Row("vent-let-down", both(upset, let_down), "apologise", ("acknowledge", "empathise"),
        "We let them down: own that before anything else."),
    Row("vent-waited", both(upset, late, kept_waiting), "apologise", ("acknowledge", "empathise"),
        "We kept them waiting: own that first."),
    Row("vent-burden", both(upset, burdened, unless(story)), "empathise", ("acknowledge", "apologise"),
        "They say what it does to them: name and accept that first."),
    Row("vent-mixed", both(venting, angry, mixed, informed, unless(first)), "apologise",
        ("acknowledge", "empathise"), "They were told different things: own that first."),
    Row("vent-downcast", both(venting, irritated, downcast, unless(first)), "empathise",
        ("acknowledge", "apologise"), "They are not angry, they are low: name and accept that."),
    Row("vent-asks-again", both(venting, irritated, unless(angry), unless(first), ends_asking,
        unless(complains)), "inform", ("acknowledge", "apologise"),
        "Irritated, and a plain question with no complaint in it: a plain answer soothes."),
    Row("vent-steps", both(venting, irritated, after_steps, either(trouble, kept_waiting, unheard)),
        "apologise", ("acknowledge", "empathise"),
        "They did as they were told and it was no use: own that first."),
    Row("vent-heat", both(venting, irritated), "acknowledge", ("apologise", "empathise"),
        "Nobody has shown yet that this was heard."),
    Row("vent-untold", both(venting, untold, unless(after("probe"))), "invite", ("listen", "probe"),
        "They have not told it yet: invite them."),
    Row("vent-trouble", both(venting, trouble), "acknowledge", ("probe", "apologise", "empathise"),
        "They have told the problem: show that you heard it."),
    Row("vent-asks", both(venting, informed, asks), "inform", ("probe", "act"),
        "A calm question that can be answered: answer it."),
    Row("vent-calm", venting, "probe", ("acknowledge", "invite", "act"),
        "A calm request: find out what it takes."),

    # Heard, and the work can begin.
    Row("heard-again", both(acknowledged, warned, regrets), "acknowledge", ("inform", "empathise"),
        "They take their tone back: take that up kindly, then on."),
    Row("heard-refused", both(acknowledged, refused, can_offer), "alternative", ("acknowledge", "act"),
        "They were heard, and the first offer was refused: one other."),
    Row("heard-offer", both(acknowledged, can_offer, tried, wants_answer), "offer", ("act", "probe"),
        "They were heard and ask what you can do: propose one remedy."),
    Row("heard-known", both(acknowledged, identified), "act", ("probe", "inform"),
        "They were heard, and you have what you need to look: do it."),
    Row("heard-asks", both(acknowledged, informed, asks), "inform", ("act", "expect"),
        "They were heard and ask: answer what you can."),
    Row("heard-act", both(acknowledged, informed, either(after("apologise"), unless(early))), "act",
        ("inform", "probe"), "They were heard: say what you do about it now."),
    Row("heard-tense", both(acknowledged, irritated, unless(informed)), "acknowledge", ("probe", "act"),
        "They say it again although you spoke of it: take it up once more, in their words."),
    Row("heard", acknowledged, "probe", ("act", "acknowledge"),
        "They were heard: start the work with one question."),

    # The work, with somebody who is upset: a word for it, then on.
    Row("work-person", both(solving, wants_person), "escalate", ("acknowledge", "act"),
        "They ask for somebody else: hand over with the story told."),
    Row("work-agreed", both(solving, after("offer", "alternative"), agrees), "act", ("confirm", "expect"),
        "They accept: do it and say so."),
    Row("work-untold", both(solving, shy), "invite", ("listen", "acknowledge"),
        "They have not told it yet: invite them."),
    Row("work-greets", both(solving, calm, small_talk, early), "invite", ("probe", "listen"),
        "They answer your greeting: ask what brings them."),
    Row("work-thanks-early", both(solving, calm, short, thanks, looks, unless(after_steps)), "act",
        ("expect", "inform", "close"), "They thank you while you look: tell them what you are doing."),
    Row("work-relieved", both(solving, calm, relieved, thanks, unless(trouble)), "close",
        ("confirm", "follow_up", "act"), "They are relieved and thank you: see whether anything is open."),
    Row("work-thanks", both(solving, calm, thanks, unless(gives_data), unless(trouble), unless(asks)),
        "close", ("confirm", "follow_up", "expect"), "They thank you: see whether anything is open."),
    Row("work-consents", both(solving, short, consents), "act", ("confirm", "expect"),
        "They tell you to go on: do it and say so."),
    Row("work-grants", both(solving, short, grants), "act", ("expect", "inform"),
        "They let you: do it and say so."),
    Row("work-refused", both(solving, refused, can_offer), "alternative", ("acknowledge", "probe"),
        "They refused the offer: one other."),
    Row("work-idle-known", both(solving, idle, informed), "inform", ("act", "expect"),
        "They wait, and you have their case before you: tell them what you see."),
    Row("work-idle", both(solving, idle), "act", ("expect", "inform", "listen"),
        "They wait while you look: say what you are doing."),
    Row("work-angry-asks", both(solving, angry, ends_asking, unless(complains)), "inform",
        ("acknowledge", "act"), "Sharp, and a real question: a plain answer soothes more than a word."),
    Row("work-angry", both(solving, angry), "acknowledge", ("apologise", "act", "empathise"),
        "Still angry: acknowledge before you go on."),
    Row("work-answer-tense", both(solving, irritated, plainly_answers), "act", ("acknowledge", "probe"),
        "They gave what you asked for, not gladly: use it at once."),
    Row("work-answer-even", both(solving, irritated, agent_asks, unless(protests), unless(asks)), "act",
        ("acknowledge", "probe"), "They answered and did not complain anew: use it at once."),
    Row("work-answer-known", both(solving, irritated, informed, heard, agent_asks, unless(asks)), "act",
        ("inform", "acknowledge"), "They answered, and you have their case before you: use it at once."),
    Row("work-report", both(solving, irritated, unless(angry), breaks, trouble, sober,
        either(after_steps, agent_asked)), "probe", ("acknowledge", "act", "inform"),
        "They tell soberly what happens: the next question toward the cause."),
    Row("work-did", both(solving, did_it, unless(angry)), "confirm", ("close", "act"),
        "They tell you that it is done: say back where that leaves them."),
    Row("work-defies", both(solving, irritated, defies, unless(asks), unless(gives_data)), "acknowledge",
        ("apologise", "empathise"), "They will not have it: take that up before you do or offer anything."),
    Row("work-doubt", both(solving, doubts, unless(angry)), "confirm", ("expect", "inform", "follow_up"),
        "They fear that it will not come: say back what was agreed, and what if not."),
    Row("work-data-tense", both(solving, irritated, gives_data), "act", ("probe", "acknowledge"),
        "In the middle of their trouble they give you something to look up: use it at once."),
    Row("work-lost", both(solving, irritated, lost), "inform", ("acknowledge", "empathise"),
        "They do not know how to go on: tell them, one step at a time."),
    Row("work-waits", both(solving, waits, unless(angry)), "listen", ("acknowledge",),
        "They are looking for it: let them."),
    Row("work-when", both(solving, asks_when), "expect", ("inform", "acknowledge"),
        "They want a time: give the one that holds, or say when you will know."),
    Row("work-told", both(solving, irritated, informed, unless(asks), after(*COMING)), "confirm",
        ("expect", "follow_up"), "They were told what comes: say it back, with the time."),
    Row("work-unheard-known", both(solving, irritated, informed, unless(heard), unless(asks)), "inform",
        ("acknowledge", "expect"), "Nobody has shown yet that they heard this: a plain word, no solution."),
    Row("work-tense-offer", both(solving, irritated, can_offer, after("inform"), unless(asks)), "offer",
        ("inform", "act"), "They know how it stands, and it does not help them: propose one remedy."),
    Row("work-tense-known", both(solving, irritated, informed, unless(asks)), "act", ("inform", "expect"),
        "Heard already, and the facts are there: what helps now is a plain word about them."),
    Row("work-burden", both(solving, irritated, burdened), "empathise", ("acknowledge", "apologise"),
        "They say what it does to them: a word for that before you go on."),
    Row("work-asks-tense", both(solving, irritated, ends_asking, unless(complains)), "inform",
        ("acknowledge", "apologise"), "They want a plain answer: give it, with a word for the trouble."),
    Row("work-tense-asks", both(solving, irritated, informed, asks), "inform",
        ("acknowledge", "apologise"), "They complain and ask: answer it, with a word for the trouble."),
    Row("work-waited", both(solving, irritated, late, unless(denies), unless(wants_remedy)), "apologise",
        ("acknowledge", "act", "expect"),
        "The wait itself is their matter, and it goes on: own that, then on."),
    Row("work-tense-data", both(solving, irritated, gives_any_data), "act", ("acknowledge", "inform"),
        "They give you something to look up, and ask: use it at once."),
    Row("work-tense", both(solving, irritated), "acknowledge", ("apologise", "act", "probe"),
        "Irritated and still with you: a word for it, then on."),

    # The work, calmly.
    Row("work-present", both(solving, present), "probe", ("inform", "expect", "act"),
        "They are still there: go on, and say where you are."),
    Row("work-more", both(solving, more), "invite", ("listen",), "They have another question: let them ask."),
    Row("work-pushback", both(solving, unheard, unless(asks)), "acknowledge", ("inform", "apologise"),
        "They gave it before, or expect you to have it: show that you know."),
    Row("work-asks", both(solving, asks), "inform", ("act", "probe"), "A question: answer it plainly."),
    Row("work-fixed", both(solving, unless(answers), fixed), "confirm", ("close", "teach"),
        "It seems solved: check that it is."),
    Row("work-data", both(solving, either(answers, short), gives_data), "act", ("probe", "expect"),
        "They gave what you asked for: use it and say so."),
    Row("work-shown", both(solving, calm, unless(protests), after("teach", "confirm", "follow_up")),
        "confirm", ("close", "teach"), "They did as shown, or have what was agreed: check it."),
    Row("work-done-thanks", both(solving, calm, informed, thanks, unless(answers), unless(protests)),
        "close", ("confirm", "act"), "They thank you for it: see whether anything is open."),
    Row("work-done", both(solving, calm, informed, unless(answers), unless(protests)), "confirm",
        ("act", "close"), "They take what you said or did: say back where you stand."),
    Row("work-answered-known", both(solving, answers, informed, unless(symptom)), "act",
        ("inform", "confirm"), "They answered, and you have their case before you: use it and say so."),
    Row("work-tells", both(solving, long, unless(answers)), "acknowledge", ("probe", "act"),
        "They tell you more: show that it went in."),
    Row("work-yes", both(solving, answers, affirms, unless(bare)), "inform", ("act", "expect"),
        "They say yes, and how: tell them what comes of it."),
    Row("work-answered", both(solving, answers, asked_enough, written), "inform", ("act", "probe"),
        "They have answered a good deal: tell them what follows from it."),
    Row("work-answer", both(solving, answers), "probe", ("act", "inform"),
        "They answered: the next question toward the cause."),
    Row("work-agree", both(solving, short, unless(protests), after("act", "expect", "escalate")), "act",
        ("expect", "inform"), "They wait: say what you are doing."),
    Row("work-clear", both(solving, calm, short, understands), "confirm", ("close", "inform", "act"),
        "They have it: check that nothing is left open."),
    Row("work-bare", both(solving, bare), "inform", ("probe", "act", "confirm"),
        "They follow you so far: tell them the next thing."),
    Row("work", solving, "act", ("probe", "inform"), "Something new came up: take it on and say so."),
    Row("any", lambda s: True, "acknowledge", ("probe",), "Show that you heard."),
)
# fmt: on


# Where saying nothing is right although something could be said: all of these hold. The work goes on calmly
# in the agent's hands, and the next word is a step of theirs or a fact that only their system knows.
IN_HAND: tuple[tuple[When, str], ...] = (
    (solving, "The work has begun and is not over."),
    (calm_lately, "No heat now or at their turn before, and no anger a few turns back."),
    (unless(first), "A first word is always met."),
    (unless(informed), "The context gives no fact that a phrase could use …"),
    (unless(can_offer), "… and no remedy that it could propose."),
    (unless(pressing), "They ask nothing anew that went unanswered, and hold nothing against anybody."),
    (unless(ails), "They tell of no trouble that a phrase would have to take up."),
    (unless(adrift), "They know how to go on, and whom they talk to."),
    (unless(owed), "No promise with a time is open, and no offer open or refused."),
    (unless(told_no), "They were refused nothing just now."),
    (unless(takes_leave), "They do not thank or take their leave: that wants an answer."),
)
IN_HAND_ACTS: frozenset[Act] = frozenset({"act", "inform", "probe"})


_OF_PHASE: dict[Phase, When] = {
    "venting": venting,
    "acknowledged": acknowledged,
    "solving": solving,
    "closing": closing,
}


def _rows_of(phase: Phase) -> tuple[Row, ...]:
    """The table without the rows that ask for another phase."""
    others = [when for of, when in _OF_PHASE.items() if of != phase]
    return tuple(
        row
        for row in TABLE
        if row.when not in others
        and not (isinstance(row.when, Both) and any(when in row.when.conditions for when in others))
    )


_ROWS = {phase: _rows_of(phase) for phase in _OF_PHASE}


def decide(reading: Reading, turns: tuple[Turn, ...], opening: Opening) -> Decision:
    """What the agent should say next after the last turn; `silence` where saying nothing is right."""
    situation = Situation(reading, turns, opening)
    row = next(row for row in _ROWS[reading.phase] if row.when(situation))
    silence = None
    if situation.agent_last:
        silence = "agent_handles_it"
    elif reading.agent_act == "disengage" or (row.act == "close" and situation.has_parted):
        silence = "customer_done"
    elif row.act in IN_HAND_ACTS and all(holds(situation) for holds, _ in IN_HAND):
        silence = "in_hand"
    return Decision(act=row.act, why=row.why, row=row.name, good=row.good, silence=silence)
