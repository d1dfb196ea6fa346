"""What the customer's last turn does, read from its words."""

from __future__ import annotations

import pytest

from copilot.core import turn_words
from copilot.core.situation import Situation
from copilot.core.types import Opening, Reading, Turn


def after(*said: tuple[str, str], reading: Reading | None = None) -> Situation:
    turns = tuple(
        Turn(index=i, speaker=speaker, text=text)  # type: ignore[arg-type]
        for i, (speaker, text) in enumerate(said)
    )
    return Situation(reading or Reading(), turns, Opening())


@pytest.mark.parametrize(
    ("text", "holds", "not_so"),
    [
        ("Where do I find the valve?", {"asks", "ends_asking", "lost"}, {"bare", "thanks"}),
        ("can you send the manual", {"asks"}, {"bare"}),
        ("How dare you? This is a joke!", {"feeling"}, {"asks"}),
        ("yes, that's right", {"bare", "affirms"}, {"asks", "denies"}),
        ("Okay, go ahead and book it", {"affirms"}, {"bare"}),
        ("No, I don't want a voucher.", {"denies", "wants_remedy"}, {"affirms"}),
        ("Thanks a lot, have a nice day!", {"thanks", "leaves"}, {"asks"}),
        ("one moment, let me look", {"waits"}, {"asks"}),
        ("hello, I'm still here", {"present"}, {"greets"}),
        ("Good morning!", {"greets"}, {"thanks"}),
        ("Get me your supervisor.", {"wants_person"}, {"thanks"}),
        ("I've already told you that the valve leaks.", {"unheard"}, {"thanks"}),
        ("The pump stopped working again.", {"trouble"}, {"fixed"}),
        ("It works now, everything is fine.", {"fixed"}, {"trouble"}),
        ("I've been waiting for three weeks.", {"kept_waiting"}, {"thanks"}),
        ("My wedding is on Saturday and I'm worried sick.", {"burdened"}, {"thanks"}),
        ("I've been a loyal customer for years.", {"let_down"}, {"thanks"}),
        ("it's under ACME-4711", {"gives_data"}, {"asks"}),
        ("I have one more question.", {"more"}, {"asks"}),
        ("So it ships tomorrow, right?", {"checks", "asks"}, {"bare"}),
        ("Forget it, I'm done.", {"gives_up"}, {"thanks"}),
        ("I feel so stupid, my mistake.", {"self_blame"}, {"insults"}),
        ("You are a useless idiot.", {"insults"}, {"asks"}),
        ("My lawyer will hear of this.", {"legal"}, {"thanks"}),
    ],
)
def test_words_show_what_a_turn_does(text: str, holds: set[str], not_so: set[str]) -> None:
    """Each property holds for a turn that does it, and not for one that does something else."""
    s = after(("customer", text))
    assert {name for name in holds if not getattr(s, name)} == set()
    assert {name for name in not_so if getattr(s, name)} == set()


def test_only_the_last_customer_turn_counts() -> None:
    """What was asked before is not asked now."""
    s = after(("customer", "Where is it?"), ("agent", "On its way."), ("customer", "Okay."))
    assert not s.asks
    assert s.answered == "On its way."


def test_a_boundary_that_was_set_is_remembered() -> None:
    """The agent's warning counts from any turn of theirs, by their words."""
    s = after(
        ("customer", "idiots"),
        ("agent", "I can't go on with that kind of language."),
        ("customer", "so what"),
        ("agent", "I'd like to help."),
        ("customer", "idiot"),
    )
    assert s.warned


@pytest.mark.parametrize(
    ("said", "tries"),
    [("ok, I'll try that", True), ("I'll give it a go tonight", True), ("I tried that. What now?", False)],
)
def test_who_goes_and_tries(said: str, tries: bool) -> None:
    """Who says that they will try it is told from who did."""
    assert after(("customer", said)).tries == tries


@pytest.mark.parametrize(
    ("agent", "customer", "holds", "not_so"),
    [
        ("Could I have your email address?", "It's kim@mail.example", {"asked_who"}, {"after_steps"}),
        ("So the pump is the old one, right?", "Yes.", {"asked_right"}, {"asked_who"}),
        ("Please restart the pump and open the valve.", "Done that.", {"after_steps"}, {"asked_who"}),
        ("Hi, how are you today?", "I'm doing good.", {"small_talk"}, {"after_steps"}),
        ("I'm looking at it now, one moment.", "Hello?", {"calls_out", "agent_looks"}, {"puzzled"}),
        ("It is the stopcock.", "Huh?", {"puzzled"}, {"calls_out"}),
        ("It is the stopcock.", "What do you mean by stopcock?", {"asks_meaning"}, {"puzzled"}),
        ("Have you another hose?", "With that one it works fine.", {"worked"}, {"asks"}),
        ("Turn it to the left.", "Where can I see that?", {"asks_how_to"}, {"worked"}),
    ],
)
def test_what_the_agent_was_after_shows_in_both_turns(
    agent: str, customer: str, holds: set[str], not_so: set[str]
) -> None:
    """What was asked or told last, and how it was met, is read from the two last turns together."""
    reading = Reading(agent_act="act" if "looking" in agent else "probe")
    s = after(("customer", "The pump leaks."), ("agent", agent), ("customer", customer), reading=reading)
    assert {name for name in holds if not getattr(s, name)} == set()
    assert {name for name in not_so if getattr(s, name)} == set()


def test_an_aspect_is_spoken_of_by_either_side() -> None:
    """What one side has asked or the other has told is known, and nothing else is."""
    s = after(("customer", "It shows an error."), ("agent", "Since when?"), ("customer", "No idea."))
    assert s.spoken_of(turn_words.TELLS_ERROR)
    assert s.spoken_of(turn_words.TELLS_SINCE)
    assert not s.spoken_of(turn_words.TELLS_TRIED)


@pytest.mark.parametrize(
    ("agent", "customer", "holds"),
    [
        ("May I send you a text message?", "No.", {"asked_leave"}),
        ("Could you hold for a few minutes while I check?", "Yes.", {"asked_to_hold"}),
        ("The valve is sold out.", "You didn't understand me.", {"misread"}),
        ("I can refund it.", "I don't want a refund.", {"refuses"}),
    ],
)
def test_leave_and_refusal_are_read(agent: str, customer: str, holds: set[str]) -> None:
    """Leave that was asked for, a wait that was granted, a misreading and a refusal are each told apart."""
    s = after(("customer", "The pump leaks."), ("agent", agent), ("customer", customer))
    every = {"asked_leave", "asked_to_hold", "misread", "refuses"}
    assert {name for name in every if getattr(s, name)} == holds


def test_an_interview_goes_on_by_phone_until_all_is_asked() -> None:
    """Answers by phone are part of an interview, until the agent says that this was all."""
    asked = [
        ("customer", "Hello."),
        ("agent", "Your name?"),
        ("customer", "Kim."),
        ("agent", "Do you own it?"),
    ]
    turns = tuple(Turn(index=i, speaker=s, text=t) for i, (s, t) in enumerate([*asked, ("customer", "Yes.")]))  # type: ignore[arg-type]
    assert Situation(Reading(agent_act="probe"), turns, Opening(channel="voice")).interviewed
    assert not Situation(Reading(agent_act="probe"), turns, Opening(channel="chat")).interviewed
    last = Turn(index=3, speaker="agent", text="That is all the information I need. May I connect you?")
    over = (*turns[:3], last, turns[4])
    assert not Situation(Reading(agent_act="probe"), over, Opening(channel="voice")).interviewed


def test_only_the_end_of_an_endless_turn_is_looked_at() -> None:
    """What is looked for may take the square of a text's length: the last 2,000 characters count."""
    endless = "! " * 4_000 + "Where do I find the valve?"
    at = after(("agent", "? " * 4_000 + "Is it the left one?"), ("customer", endless))
    assert at.text.endswith("Where do I find the valve?")
    assert at.answered.endswith("Is it the left one?")
    assert at.ends_asking
    assert max(len(at.text), len(at.answered)) == 2_000
