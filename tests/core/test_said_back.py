"""What they asked or want is said back from the agent's side, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.said_back import question_back, turned, want_back, wish_back


@pytest.mark.parametrize(
    ("asked", "back"),
    [
        ("Can I still send it back?", "whether you can still send it back"),
        ("And when will my kettle arrive?", "when your kettle will arrive"),
        ("How does it work?", "how it works"),
        ("Why did he say that?", "why he said that"),
        ("Why can't I open my account?", "why you can't open your account"),
        ("Where is my parcel?", "where your parcel is"),
        ("What's the status of my order?", "what the status of your order is"),
        ("How do I turn it off?", "how to turn it off"),
        ("What should I do now?", "what to do"),
        ("How come this keeps going wrong?", "why this keeps going wrong"),
        ("It is still not here When do I get it?", "when you get it"),
        ("So the plans are monthly, right?", "whether the plans are monthly"),
        ("How long do I have to wait for my lamp?", "how long you have to wait for your lamp"),
        ("Am I on the right list?", "whether you are on the right list"),
        ("Was I charged twice?", "whether you were charged twice"),
        ("Have you sent me the new one?", "whether we have sent you the new one"),
        ("Ok, is the lamp still available please?", "whether the lamp is still available"),
        ("When will it be here for order #NUMBER#?", "when it will be here"),
        ("When will it come to [address 1]?", "when it will come to the address you gave"),
    ],
)
def test_a_question_is_turned_round(asked: str, back: str) -> None:
    """A question becomes the clause that follows 'you want to know', its persons changed over."""
    assert question_back(asked) == back


@pytest.mark.parametrize(
    "asked",
    [
        "Are you kidding me?",
        "Why do you never listen?",
        "Are you there?",
        "Hello, how are you?",
        "Can you read?",
        "What do you mean?",
        "Really?",
        "Do it right now, finished?",
        "Which one, the red or the blue, and why?",
        "Does the lid fit my kettle?",
        "May I know who decides that?",
        "Is it #EMAIL#?",
    ],
)
def test_what_cannot_be_said_back_is_left(asked: str) -> None:
    """A reproach, a question about the agent, more than one thought or a name taken out is not said back."""
    assert question_back(asked) is None


@pytest.mark.parametrize(
    ("told", "wish"),
    [
        (
            "I'd like to return two items from my order with the number #NUMBER#.",
            "return two items from your order",
        ),
        ("Hello, can I change my address?", "change your address"),
        ("I want to keep the lamp because it is lovely.", "keep the lamp"),
        ("I need more information about your plans.", "find out more about our plans"),
        ("I want to move it to my card [card].", "move it to your card"),
        ("I'd like to swap [phone 1] for [phone 2].", None),
        ("I want to speak to somebody.", None),
        ("I'm angry because I want to buy a kettle today.", None),
        ("It leaks.", None),
    ],
)
def test_a_wish_is_the_deed_that_they_name(told: str, wish: str | None) -> None:
    """What they want to do is named as a deed from the agent's side; whom they want to reach is none."""
    assert wish_back(told) == wish


@pytest.mark.parametrize(
    ("told", "want"),
    [
        ("I don't want a voucher. I want my kettle back.", "your kettle back"),
        ("I WANT MY KETTLE BACK because it is mine", "your kettle back"),
        ("We need someone to look at our boiler.", "someone to look at your boiler"),
        ("I expect you to repair the lamp.", "us to repair the lamp"),
        ("I just want to know where my order is.", "to know where your order is"),
        ("All I want is an explanation.", "an explanation"),
        ("I'd like a new lid or I cancel.", "a new lid"),
        ("I want the kettle and the pump", "the kettle"),
        ("I need a minute.", None),
        ("I want a supervisor!", None),
        ("I need some help.", None),
        ("I don't want the lid.", None),
        ("I want you to listen to me.", None),
        ("I need the", None),
        ("It leaks.", None),
    ],
)
def test_a_want_is_the_thing_that_they_ask_for(told: str, want: str | None) -> None:
    """What they say they want is named from the agent's side; a person, a moment or mere help is none."""
    assert want_back(told) == want


@given(st.text(alphabet=st.sampled_from("iI youmewreacndsthldp'?#., "), max_size=60))
def test_nothing_said_back_speaks_as_the_customer(said: str) -> None:
    """Whatever they type, what is said back holds no 'I', 'my' or 'me', and no mark of a question."""
    for back in (question_back(said), wish_back(said), want_back(f"I want {said}")):
        if back is not None:
            assert not {"i", "my", "me", "am"} & set(back.lower().split())
            assert "?" not in back
            assert "#" not in back


def test_you_becomes_we_or_us() -> None:
    """'You' is the company: 'we' where it acts, 'us' where it is done to."""
    assert turned("what you sent me") == "what we sent you"
    assert turned("the form I gave you") == "the form you gave us"
