"""The table of next acts: its shape, its rows, and when it is silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from copilot.core.policy import TABLE, decide
from copilot.core.situation import Situation
from copilot.core.types import (
    ACTS,
    CAUSES,
    EMOTIONS,
    PHASES,
    Act,
    Context,
    Evidence,
    Fact,
    Offer,
    Opening,
    Phase,
    Promise,
    Question,
    Reading,
    Remedy,
    Turn,
)

MADE = Evidence(turn=1, quote="", start=0, end=0)
FACTS = Opening(context=Context(facts=(Fact(name="pump", value="P-7"),)))
REMEDIES = Opening(
    context=Context(allowed_remedies=(Remedy(kind="replacement"), Remedy(kind="credit", limit=10)))
)


def turns(*said: str, last: str = "customer") -> tuple[Turn, ...]:
    """The texts as turns in turn, the last by `last`."""
    other = {"customer": "agent", "agent": "customer"}
    speakers = [last if (len(said) - i) % 2 else other[last] for i in range(len(said))]
    return tuple(
        Turn(index=i, speaker=speaker, text=text)  # type: ignore[arg-type]
        for i, (speaker, text) in enumerate(zip(speakers, said, strict=True))
    )


def row_of(reading: Reading, *said: str, opening: Opening | None = None) -> str:
    return decide(reading, turns(*said), opening or Opening()).row


def test_the_table_is_whole() -> None:
    """Names are unique, reasons are sentences, good acts leave out the act, and the last row always holds."""
    assert len({row.name for row in TABLE}) == len(TABLE)
    for row in TABLE:
        assert row.why.endswith(".")
        assert row.why[0].isupper()
        assert row.act not in row.good
        assert len(set(row.good)) == len(row.good)
    assert TABLE[-1].when(Situation(Reading(), (), Opening()))


@pytest.mark.parametrize(
    ("row", "reading", "said"),
    [
        ("abuse-bare", Reading(heat=3), ["You useless idiot."]),
        ("abuse", Reading(heat=3), ["You idiots, the pump is broken and I told you already."]),
        ("abuse-again", Reading(heat=3, agent_act="boundary"),
         ["x", "Please keep it respectful.", "go to hell"]),
        ("vent-asks-again", Reading(heat=1, agent_act="inform"),
         ["x", "It opens on Monday.", "And is that the same for the other branch?"]),
        ("vent-steps", Reading(heat=2, agent_act="inform"),
         ["x", "Please restart the pump.", "It is still not working!"]),
        ("work-grants", Reading(phase="solving", agent_act="probe"),
         ["x", "May I put you on hold for two minutes?", "Yes"]),
        ("work-report", Reading(phase="solving", heat=1, cause="breakage", agent_act="probe"),
         ["x", "What happens when you press it?", "The lamp blinks, and then I get an error."]),
        ("work-waited", Reading(phase="solving", heat=1, cause="expectation", agent_act="inform"),
         ["x", "It left on Monday.", "And it is Friday."]),
        ("work-tense-data", Reading(phase="solving", heat=1, cause="money", agent_act="inform"),
         ["x", "I find nothing.", "Can you see it under AB-1234? I gave you that already."]),
        ("grief", Reading(phase="solving", agent_act="probe"),
         ["x", "Could you ask your uncle?", "He died in May."]),
        ("heard-again", Reading(phase="acknowledged", heat=1),
         ["x", "If there's one more of that I close this.", "Okay, sorry, that was too much."]),
        ("work-untold", Reading(phase="solving"), ["Um, it is a bit delicate."]),
        ("work-did", Reading(phase="solving", heat=1), ["x", "Set an alert for it.", "Done, set to 20."]),
        ("work-defies", Reading(phase="solving", heat=1, agent_act="inform"),
         ["x", "It is not in the system.", "The system. Listen to yourself!"]),
        ("work-more", Reading(phase="solving", agent_act="close"),
         ["x", "Is there anything else?", "Yes, there is."]),
        ("closing-upset", Reading(phase="closing", heat=1), ["What a pity, and nobody is listening."]),
        ("closing", Reading(phase="closing", heat=1, emotion="disappointment"),
         ["x", "y", "Fine. Tuesday then."]),
        ("closing-gives-up", Reading(phase="closing"), ["x", "Shall I try once more?", "No, forget it."]),
        ("closing-consents", Reading(phase="closing", emotion="relief", agent_act="inform"),
         ["x", "He rings first.", "What a relief. Yes, please do that. Thank you."]),
        ("abuse-again", Reading(heat=3, agent_act="disengage"),
         ["x", "I end it here. Goodbye.", "go to hell"]),
        ("closing-more", Reading(phase="closing"), ["x", "y", "I have another question."]),
        ("work-pushback", Reading(phase="solving"), ["x", "Your number?", "They should have that already."]),
        ("closing-asks", Reading(phase="closing"), ["bye", "Bye.", "When will the letter come?"]),
        ("closing", Reading(phase="closing", agent_act="close"),
         ["x", "Anything else?", "No, thanks, bye."]),
        ("vent-person", Reading(heat=2), ["x", "y", "Get me your supervisor."]),
        ("vent-let-down", Reading(heat=2), ["I've been a loyal customer for years, and now this!"]),
        ("vent-waited", Reading(heat=2, cause="expectation"), ["I've been waiting for three weeks!"]),
        ("vent-waited", Reading(heat=2, cause="expectation", phase="solving"),
         ["x", "y", "Still no answer after three weeks!"]),
        ("vent-heat", Reading(heat=2, cause="breakage"), ["It's leaked for three weeks!"]),
        ("vent-downcast", Reading(heat=1, emotion="fear"), ["x", "y", "z", "a", "It may flood the cellar."]),
        ("vent-burden", Reading(heat=1), ["My wedding is on Saturday, I'm desperate."]),
        ("vent-heat", Reading(heat=1), ["The pump leaks into the cellar."]),
        ("vent-untold", Reading(), ["Hello"]),
        ("vent-trouble", Reading(), ["The pump doesn't work."]),
        ("vent-calm", Reading(), ["I would like to return the two lamps from my order."]),
        ("heard", Reading(phase="acknowledged", heard=True), ["x", "I see.", "Yes."]),
        ("work-person", Reading(phase="solving"), ["x", "y", "Can I talk to a manager"]),
        ("work-agreed", Reading(phase="solving", agent_act="offer"), ["x", "A new one?", "Yes please."]),
        ("work-agreed", Reading(phase="solving", agent_act="offer"),
         ["x", "A new one?", "In time? Yes, please."]),
        ("work-relieved", Reading(phase="solving", emotion="relief"),
         ["x", "It's done.", "Oh good, thank you!"]),
        ("work-answer-tense", Reading(phase="solving", heat=1, agent_act="probe"),
         ["x", "Which?", "It's ACME-4711."]),
        ("work-lost", Reading(phase="solving", heat=1), ["x", "y", "I don't know how to open the valve."]),
        ("work-asks-tense", Reading(phase="solving", heat=1), ["x", "y", "And who opens it then?"]),
        ("work-tense", Reading(phase="solving", heat=1),
         ["x", "y", "The valve is shut, the pump runs dry."]),
        ("work-waits", Reading(phase="solving"), ["x", "Which?", "One moment, let me look."]),
        ("work-present", Reading(phase="solving"), ["x", "y", "I'm still here"]),
        ("work-more", Reading(phase="solving"), ["x", "y", "I have another question."]),
        ("work-asks", Reading(phase="solving"), ["x", "y", "Is the valve under the tank?"]),
        ("work-thanks", Reading(phase="solving", agent_act="inform"),
         ["x", "It's there.", "Great, thank you."]),
        ("work-when", Reading(phase="solving"), ["x", "y", "So when will it come?"]),
        ("heard-known", Reading(phase="acknowledged"), ["It's ACME-4711 and it leaks.", "I see.", "Yes."]),
        ("work-fixed", Reading(phase="solving", agent_act="inform"),
         ["x", "Turn it.", "It works now, it's fine."]),
        ("work-data", Reading(phase="solving", agent_act="probe"),
         ["x", "Which number?", "It's ACME-4711"]),
        ("work-yes", Reading(phase="solving", agent_act="probe"),
         ["x", "Shall we?", "Yes, it is the blue one"]),
        ("work-answer", Reading(phase="solving", agent_act="probe"), ["x", "Which one?", "The blue one"]),
        ("work-answer-even", Reading(phase="solving", heat=1, agent_act="probe"),
         ["x", "Since when?", "It must have begun on the first weekend of the month, as far as I know."]),
        ("work-doubt", Reading(phase="solving", heat=1), ["x", "y", "And if he doesn't come?"]),
        ("work-idle", Reading(phase="solving", agent_act="act"),
         ["x", "One moment, I'm looking.", "No problem."]),
        ("work-shown", Reading(phase="solving", agent_act="teach"),
         ["x", "Turn it left.", "It's turning now."]),
        ("work-agree", Reading(phase="solving", agent_act="act"), ["x", "I've ordered it.", "Okay."]),
        ("work-bare", Reading(phase="solving", agent_act="inform"), ["x", "It's the valve.", "I see."]),
        ("work", Reading(phase="solving", agent_act="inform"),
         ["x", "It's the valve.", "The tank is the blue one"]),
    ],
)  # fmt: skip
def test_each_row_has_its_moment(row: str, reading: Reading, said: list[str]) -> None:
    """A moment of a kind is decided by the row of that kind."""
    assert row_of(reading, *said) == row


def test_a_long_written_interview_comes_to_something() -> None:
    """After many answers in writing they are told what follows; by phone the next question comes."""
    reading = Reading(phase="solving", agent_act="probe")
    said = (*(["x", "y"] * 5), "The blue one")
    assert row_of(reading, *said, opening=Opening(channel="chat")) == "work-answered"
    assert row_of(reading, *said, opening=Opening(channel="voice")) == "work-answer"


def test_a_remedy_is_proposed_once_they_were_heard() -> None:
    """With a remedy allowed and the matter told, the heard customer gets one proposal."""
    reading = Reading(phase="acknowledged", heard=True)
    asked = ("It leaks.", "I'm sorry about the leak.", "Right. What can you do?")
    assert row_of(reading, *asked, opening=REMEDIES) == "heard-offer"
    assert row_of(reading, *asked) == "heard"


@pytest.mark.parametrize(
    ("row", "reading", "said"),
    [
        ("vent-mixed", Reading(heat=2, cause="miscommunication"),
         ["x", "y", "One says Monday, one says May!"]),
        ("vent-asks", Reading(), ["Hello, where is the label on the pump?"]),
        ("heard-asks", Reading(phase="acknowledged"), ["x", "I see.", "And where is the label?"]),
        ("heard-act", Reading(phase="acknowledged", agent_act="apologise"), ["x", "I'm sorry.", "Right."]),
        ("work-answer-known", Reading(phase="solving", heat=1, agent_act="probe", heard=True),
         ["x", "Which tank?", "No, only the small one, by the door."]),
        ("work-told", Reading(phase="solving", heat=1, agent_act="expect"),
         ["x", "On Friday.", "Friday, and a man has to carry it."]),
        ("work-tense-known", Reading(phase="solving", heat=1, agent_act="inform", heard=True),
         ["x", "It's shut.", "The valve is shut, the pump runs dry."]),
        ("work-done", Reading(phase="solving", agent_act="inform"),
         ["x", "It's the valve.", "So the tank is the blue one."]),
        ("work-answered-known", Reading(phase="solving", agent_act="probe"), ["x", "Which?", "The blue one"]),
    ],
)  # fmt: skip
def test_facts_let_the_agent_move_on(row: str, reading: Reading, said: list[str]) -> None:
    """Where the context gives facts, the next thing is said or done with them, sooner than without."""
    assert row_of(reading, *said, opening=FACTS) == row
    assert row_of(reading, *said) != row


def test_another_only_after_the_first_was_refused() -> None:
    """A refused offer brings the next remedy, as long as one is left."""
    refused = Offer(text="a replacement", outcome="refused", evidence=MADE)
    one = Reading(phase="solving", offers=(refused,), agent_act="offer")
    assert row_of(one, "x", "A new one?", "No.", opening=REMEDIES) == "work-refused"
    both = Reading(phase="solving", offers=(refused, refused), agent_act="offer")
    assert row_of(both, "x", "A new one?", "No.", opening=REMEDIES) != "work-refused"


def test_a_remedy_helps_where_the_state_of_things_does_not() -> None:
    """Somebody tense who was told how it stands gets one remedy, if one is allowed."""
    reading = Reading(phase="solving", heat=1, agent_act="inform")
    said = ("x", "It comes on Monday.", "Monday is no use to me.")
    assert row_of(reading, *said, opening=REMEDIES) == "work-tense-offer"
    assert row_of(reading, *said) == "work-tense"


def test_an_old_refusal_is_not_answered_again() -> None:
    """Once the agent went on to something else, a refusal of before brings no other remedy."""
    refused = Offer(text="a replacement", outcome="refused", evidence=MADE)
    said = ("x", "A new one?", "No.", "I'm looking it up.", "Good, the blue one.")
    later = Reading(phase="solving", offers=(refused,), agent_act="act")
    assert row_of(later, *said, opening=REMEDIES) != "work-refused"
    heard = Reading(phase="acknowledged", offers=(refused,), agent_act="apologise")
    assert row_of(heard, *said, opening=REMEDIES) == "heard-refused"


def test_no_phrase_while_the_agent_has_the_word() -> None:
    """After the agent's own turn the reason for silence is theirs, whatever the act would be."""
    decision = decide(Reading(), turns("It leaks.", "I see.", last="agent"), Opening())
    assert decision.silence == "agent_handles_it"


def test_no_phrase_after_the_last_goodbye() -> None:
    """When both have said goodbye there is nothing to add."""
    closing = Reading(phase="closing", agent_act="close")
    assert (
        decide(closing, turns("x", "Goodbye!", "Bye, have a nice day"), Opening()).silence == "customer_done"
    )
    parted = Reading(heat=3, agent_act="disengage")
    assert decide(parted, turns("x", "I end it here.", "idiots"), Opening()).silence == "customer_done"
    still = decide(closing, turns("x", "Anything else?", "Yes, when does it come?"), Opening())
    assert still.silence is None


CALM = Reading(phase="solving", agent_act="probe", heats=(0, 0, 0))
_ASKED = ("I'd like to change my plan.", "Sure. Which number is on the card?", "It says 4711 on it.")


def test_calm_work_in_the_agents_hands_needs_no_phrase() -> None:
    """Who calmly answers what the agent asked is the agent's to go on with; the act stays what it was."""
    decision = decide(CALM, turns("Hi.", "Hello!", *_ASKED), Opening())
    assert (decision.silence, decision.act) == ("in_hand", "act")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phase": "acknowledged"}, None),
        ({"heats": (0, 1, 0)}, None),
        ({"heats": (2, 0, 0)}, None),
        ({"heat": 1, "heats": (0, 0, 1)}, None),
        ({"promises": (Promise(text="I'll call", by="by noon", evidence=MADE),)}, None),
        ({"offers": (Offer(text="a voucher", outcome="open", evidence=MADE),)}, None),
        ({"offers": (Offer(text="a voucher", outcome="refused", evidence=MADE),)}, None),
        ({"questions": (Question(text="When?", evidence=MADE),)}, "And when will that be changed?"),
        ({}, "It still does not work."),
        ({}, "I already told you which one it is."),
        ({}, "What?"),
        ({}, "No, I won't give you that."),
        ({}, "I want my money back for this month."),
        ({}, "It says 4711, thank you."),
    ],
)
def test_a_moment_that_is_not_calm_or_wants_something_is_not_left_alone(
    changes: dict[str, object], said: str | None
) -> None:
    """Heat now or of late, something owed, asked twice, wrong, refused, demanded or thanked for: a phrase."""
    reading = replace(CALM, **changes)
    told = (*_ASKED[:2], said or _ASKED[2])
    assert decide(reading, turns("Hi.", "Hello!", *told), Opening()).silence is None


@pytest.mark.parametrize("opening", [FACTS, REMEDIES])
def test_what_the_context_gives_is_spoken_of(opening: Opening) -> None:
    """With a fact or a remedy at hand a phrase has something to say, however calm it is."""
    assert decide(CALM, turns("Hi.", "Hello!", *_ASKED), opening).silence is None


def test_a_first_word_and_a_refusal_are_met() -> None:
    """They are spoken for when they first speak, and when the agent has just turned them down."""
    assert decide(replace(CALM, heats=(0,)), turns(_ASKED[2]), Opening()).silence is None
    refused = ("Hi.", "Unfortunately I can't change that. Which card is it?", "It is the blue one.")
    assert decide(CALM, turns("Hello!", "Hi.", *refused[1:]), Opening()).silence is None


@given(
    phase=st.sampled_from(PHASES),
    heat=st.sampled_from([0, 1, 2, 3]),
    emotion=st.sampled_from(EMOTIONS),
    cause=st.sampled_from(CAUSES),
    act=st.sampled_from([None, *ACTS]),
    said=st.lists(st.text(max_size=80), max_size=4),
)
def test_every_moment_is_decided_and_always_alike(
    phase: str, heat: int, emotion: str, cause: str, act: Act | None, said: list[str]
) -> None:
    """Any state and any words give a decision, the same ones the same: that of the first row that holds."""
    reading = Reading(phase=phase, heat=heat, emotion=emotion, cause=cause, agent_act=act)  # type: ignore[arg-type]
    first = decide(reading, turns(*said), Opening())
    assert first == decide(reading, turns(*said), Opening())
    situation = Situation(reading, turns(*said), Opening())
    assert first.row == next(row.name for row in TABLE if row.when(situation))
    assert first.act in ACTS


@pytest.mark.parametrize("phase", ["venting", "solving"])
@pytest.mark.parametrize("agent_act", ["inform", "act", "probe", "offer"])
def test_whoever_was_not_heard_is_offered_no_solution(phase: Phase, agent_act: Act) -> None:
    """With facts at hand and nobody's ear yet, an irritated turn that asks nothing gets no deed or offer."""
    both_given = Opening(
        context=Context(facts=FACTS.context.facts, allowed_remedies=(Remedy(kind="credit"),))
    )
    reading = Reading(phase=phase, heat=1, heard=False, agent_act=agent_act)
    said = turns("x", "It is on the list.", "And the one before you had a list as well, she read me hers.")
    assert decide(reading, said, both_given).act not in ("act", "offer", "alternative", "confirm", "close")


def test_the_first_word_of_a_symptom_is_not_yet_worked_on() -> None:
    """Facts alone do not make a bare 'it leaks' enough to act on: the next question comes first."""
    reading = Reading(phase="solving", agent_act="probe")
    assert row_of(reading, "pump", "What does it do?", "does not work", opening=FACTS) == "work-answer"
