"""A conversation is explained turn by turn."""

from __future__ import annotations

from copilot.explaining import explain
from copilot.transcripts import Labels, Script, ScriptTurn
from tests.core.tracking_samples import tracker

SCRIPT = Script(
    id="x1",
    turns=(
        ScriptTurn(speaker="system", messages=("You are number 2 in the queue",)),
        ScriptTurn(
            speaker="customer",
            messages=("My kettle has been broken for two weeks!",),
            labels=Labels(phase="venting", heat=3),
        ),
        ScriptTurn(speaker="agent", messages=("Could I have your order number please?",)),
    ),
)


def test_each_turn_says_what_was_seen_and_why() -> None:
    """Moves, the quoted words and the labels that disagree stand with the turn."""
    said = "\n".join(explain(SCRIPT, tracker()))
    assert "venting → solving" in said
    assert "“Could I have”" in said
    assert "labelled heat 3" in said
    assert "they said, duration: for two weeks" in said
    assert "matter: your kettle" in said


def test_system_turns_are_left_out() -> None:
    """What the system says is no turn of the conversation."""
    assert "queue" not in "\n".join(explain(SCRIPT, tracker()))
