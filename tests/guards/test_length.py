"""The guard `length`: one breath in voice, one glance in chat."""

from __future__ import annotations

import pytest

from copilot.core.types import Channel
from copilot.guards.length import length
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    ("words", "channel", "fine"),
    [(35, "voice", True), (36, "voice", False), (60, "chat", True), (61, "chat", False)],
)
def test_words(words: int, channel: Channel, fine: bool) -> None:
    """A spoken phrase has 35 words at most, a written one 60."""
    text = " ".join(["word"] * words) + "."
    assert (length(draft(text), moment(channel=channel)) is None) is fine


@pytest.mark.parametrize(
    ("sentences", "channel", "fine"),
    [(3, "voice", True), (4, "voice", False), (4, "chat", True), (5, "chat", False)],
)
def test_sentences(sentences: int, channel: Channel, fine: bool) -> None:
    """A spoken phrase has three sentences at most, a written one four."""
    text = " ".join(["I hear you."] * sentences)
    assert (length(draft(text), moment(channel=channel)) is None) is fine


def test_a_title_ends_no_sentence() -> None:
    """'Mr. Reyes' is one person, not two sentences."""
    assert length(draft("Hello, Mr. Reyes. I see. I'm on it."), moment()) is None
