"""The fold: the same log gives the same state, and what was decided stands."""

from __future__ import annotations

import msgspec
import pytest

from copilot.core.conversation import CARDS_REMEMBERED, Conversation, is_backchannel
from copilot.core.events import Opened, PhaseRead, Speech, Suggested, Transcript
from copilot.core.types import Opening
from tests.core.test_suggestions import card
from tests.fakes.parts import KeywordTracker


def said(text: str, n: int = 0, speaker: str = "customer") -> Transcript:
    return Transcript(
        utterance_id=f"u{n}",
        revision=0,
        speaker=speaker,
        text=text,
        start_ms=n,
        end_ms=n,  # type: ignore[arg-type]
    )


def fold(*events: object) -> Conversation:
    conversation = Conversation(KeywordTracker())
    for seq, event in enumerate(events, 1):
        conversation.apply(seq, seq * 10, event)  # type: ignore[arg-type]
    return conversation


def test_decided_phase_stands() -> None:
    """What the log says was decided is the state, whatever the tracker reads today."""
    decided = PhaseRead(
        phase="closing", previous="venting", confidence=0.7, heard=True, heat=1, emotion="relief",
        cause="money", evidence=(), seq_of_turn=2, version="older@1",
    )  # fmt: skip
    conversation = fold(Opened(opening=Opening()), said("nothing special"), decided)
    assert conversation.state().phase == "closing"
    assert conversation.reading.cause == "money"
    assert conversation.phase_change() is not None


def test_no_change_no_event() -> None:
    """A reading equal to the decided one is not decided again."""
    conversation = fold(Opened(opening=Opening()), said("hello"))
    change = conversation.phase_change()
    assert change is not None
    conversation.apply(3, 30, change)
    assert conversation.phase_change() is None


def test_recent_cards_are_bounded() -> None:
    """The last twenty phrases are remembered, silences are not."""
    made = [msgspec.structs.replace(card(), id=f"s{n}", text=f"t{n}") for n in range(1, 31)]
    silent = msgspec.structs.replace(card("listen", "customer_speaking"), id="s31")
    conversation = fold(
        Opened(opening=Opening()), *(Suggested(suggestion=s, version="1") for s in [*made, silent])
    )
    assert len(conversation.recent) == CARDS_REMEMBERED
    assert conversation.recent[-1][0] == "t30"
    assert conversation.cards == 31


def test_who_is_speaking() -> None:
    """Speech events say whether the customer's turn is open."""
    assert fold(Speech(speaker="customer", state="started")).speaking
    assert not fold(
        Speech(speaker="customer", state="started"), Speech(speaker="customer", state="ended")
    ).speaking


def test_unanswered_until_answered() -> None:
    """The customer's last words are unanswered until a card or a silence was decided for them."""
    conversation = fold(Opened(opening=Opening()), said("it is late"))
    assert conversation.unanswered()
    conversation.apply(
        3, 30, Suggested(suggestion=msgspec.structs.replace(card(), trigger_seq=2), version="1")
    )
    assert not conversation.unanswered()


@pytest.mark.parametrize(
    "text", ["[Music]", "(background noise)", "<unk> mm", "♪ ♪ la la la ♪", "[BLANK_AUDIO]"]
)
def test_noise_is_nothing_said(text: str) -> None:
    """What a recogniser writes where nobody speaks takes nobody's turn."""
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text", ["[email]", "(noise) hello", "♪ la la ♪ hello", "?", "music", "♪" * 5_000 + "x"]
)
def test_words_beside_noise_are_said(text: str) -> None:
    """A placeholder, a word beside noise, a lone question mark: somebody said something."""
    assert not is_backchannel(text)


def test_backchannels() -> None:
    """Sounds of listening are backchannels; a word that answers is none."""
    assert is_backchannel("Mm-hm. Uh huh,")
    assert not is_backchannel("yes")
    assert not is_backchannel("mm where is it")
