"""Turns: who spoke, until the other did."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.turns import Turns

_utterances = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(["customer", "agent"]), st.text("ab ", max_size=5)),
    max_size=30,
)


@given(_utterances)
def test_turns_alternate_and_keep_every_word(said: list[tuple[int, str, str]]) -> None:
    """Speakers alternate, and every utterance's last text stands in exactly one turn."""
    turns = Turns()
    speaker_of: dict[int, str] = {}
    last: dict[int, str] = {}
    for number, speaker, text in said:
        speaker = speaker_of.setdefault(number, speaker)
        turns.take(str(number), speaker, text, 0, 100)  # type: ignore[arg-type]
        last[number] = text
    spoken = turns.all()
    assert all(a.speaker != b.speaker for a, b in itertools.pairwise(spoken))
    words = sorted(w for turn in spoken for w in turn.text.split())
    assert words == sorted(w for text in last.values() for w in text.split())
    assert [turn.index for turn in spoken] == list(range(len(spoken)))


def test_a_glimpse_keeps_nothing() -> None:
    """A partial is read at the end of its turn and leaves no trace."""
    turns = Turns()
    turns.take("a", "customer", "it is", 0, 100)
    assert turns.glimpse("customer", "late", 200).text == "it is late"
    assert turns.glimpse("agent", "oh", 200).index == 1
    assert [turn.text for turn in turns.all()] == ["it is"]


def test_a_revision_stays_where_it_was() -> None:
    """A revised utterance changes its own turn, however much was said since."""
    turns = Turns()
    turns.take("a", "customer", "my order [digits]", 0, 100)
    turns.take("b", "agent", "hm", 100, 200)
    assert turns.take("a", "customer", "my order 17", 0, 100).index == 0
    assert [turn.text for turn in turns.all()] == ["my order 17", "hm"]


def test_a_monologue_is_read_in_stretches() -> None:
    """A speaker whom nobody answers does not make one turn without end."""
    turns = Turns()
    for number in range(200):
        turns.take(str(number), "customer", "and still nobody has told me where it is", 0, 100)
    assert max(len(turn.text) for turn in turns.all()) < 2_000
    assert sum(turn.text.count("nobody") for turn in turns.all()) == 200
