"""Signals: cues where they stand, marks, repeats, and what an agent's turn comes to."""

from __future__ import annotations

from copilot.core.memory import Memory
from copilot.core.signals import Signals, read, remember
from copilot.core.types import Turn
from tests.core.tracking_samples import tracker


def signals(speaker: str, text: str, memory: Memory | None = None) -> Signals:
    turn = Turn(index=0, speaker="agent" if speaker == "agent" else "customer", text=text)
    return read(turn, memory or Memory(), tracker().language)


def test_negated_cues_are_turned_round() -> None:
    """'not a problem' is no problem."""
    assert "n:failing" in signals("customer", "that is not a problem for me").names
    assert "c:failing" in signals("customer", "that is a problem for me").names


def test_marks_are_heard() -> None:
    """Capitals and marks in rows shout."""
    names = signals("customer", "WHY DOES NOBODY ANSWER?!! hello").names
    assert {"s:shouts", "s:bangs", "s:questions"} <= set(names)
    assert "s:shouts" not in signals("customer", "my order from IKEA").names


def test_an_agent_who_uses_the_customers_words_names_it() -> None:
    """The content words of the complaint come back in the agent's turn."""
    memory = Memory(complaint=("boiler", "leaking", "kitchen", "floor"))
    assert "s:names_it_well" in signals("agent", "the boiler is leaking on the kitchen floor", memory).names


def test_an_agents_turn_comes_to_one_thing() -> None:
    """Hearing alone, hearing with work, and wrapping up after work are told apart."""
    assert "s:only_hears" in signals("agent", "I am so sorry to hear that").names
    assert (
        "s:hears_and_works"
        in signals("agent", "I am so sorry to hear that. May I have your order number?").names
    )
    assert "s:wraps_up" in signals("agent", "I have sent it to you. Is there anything else?").names


def test_an_agent_who_heard_may_go_on() -> None:
    """How much follows the last words of hearing tells a mere apology from one that leads to more."""
    assert "s:ends_hearing" in signals("agent", "I am so sorry to hear that").names
    more = "I am so sorry to hear that, the amount is based on what was bought in the last eight weeks"
    assert "s:goes_on" in signals("agent", more).names


def test_an_agents_turn_knows_what_the_customer_said_last() -> None:
    """The cues of the customer's last turn are signals of the agent's, and of nobody else's."""
    memory = Memory(customer_cues=("thanks", "bye"))
    assert {"p:thanks", "p:bye"} <= set(signals("agent", "You are welcome", memory).names)
    assert not [name for name in signals("customer", "Hello", memory).names if name.startswith("p:")]


def test_asking_a_silent_customer_whether_they_are_there_wraps_nothing_up() -> None:
    """An idle notice keeps the contact open; a goodbye behind it closes it."""
    asked = signals("agent", "Are you still there? I have not heard from you for a while").names
    assert "c:idle" in asked
    assert "s:only_wraps_up" not in asked
    assert "s:only_wraps_up" in signals("agent", "I have not heard from you. Goodbye").names


def test_what_is_remembered_is_bounded() -> None:
    """However much was said, only the newest words are kept."""
    memory = Memory()
    for number in range(50):
        memory = Memory(complaint=remember((f"word{number}", f"other{number}"), memory))
    assert len(memory.complaint) <= 60
    assert "word49" in memory.complaint


def test_an_insult_that_is_reported_insults_nobody_here() -> None:
    """'He called me an idiot' is told of somebody else; 'you idiot' is not."""
    reported = signals("customer", "the driver called me an idiot at my own door").names
    assert "r:insult" in reported
    assert "c:insult" not in reported
    assert "c:insult" in signals("customer", "I called you yesterday and the day before, you idiot").names


def test_flare_ups_so_far_are_known() -> None:
    """A customer who flared up once, and one who did more often, are told apart from one who never did."""
    assert "s:flared" in signals("customer", "and now?", Memory(flares=1)).names
    assert "s:flared_often" in signals("customer", "and now?", Memory(flares=2)).names


def test_a_paraphrase_is_mostly_their_own_words() -> None:
    """An agent's turn of which half the words that tell something are the customer's."""
    memory = Memory(complaint=("boiler", "leaking", "kitchen", "floor"))
    assert "s:mostly_theirs" in signals("agent", "a leaking boiler on your kitchen floor", memory).names
    assert "s:mostly_theirs" not in signals("agent", "please send the order number first", memory).names
