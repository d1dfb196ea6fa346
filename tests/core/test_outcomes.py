"""What became of suggestions, by the version that made them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core.events import Answered, AnyEvent, Feedback, PhaseRead, Suggested, Transcript, Unshown
from copilot.core.intervals import mean, share
from copilot.core.outcomes import Outcome, cases, changed, outcomes
from copilot.core.suggestions import Suggestion
from copilot.core.types import Heat, Phase
from tests.core.test_suggestions import card


def made(number: int, ref: str = "greet@1.0.0", **changes: Any) -> Suggestion:
    return msgspec.structs.replace(card(), id=f"s{number}", prompt=ref, text="one two three four", **changes)


def shown(number: int, ref: str = "greet@1.0.0", **changes: Any) -> Suggested:
    return Suggested(suggestion=made(number, ref, **changes), version="v")


def customer(text: str = "well") -> Transcript:
    return Transcript(utterance_id="u", revision=0, speaker="customer", text=text, start_ms=0, end_ms=1)


def phase(now: Phase, heat: Heat = 0) -> PhaseRead:
    return PhaseRead(
        phase=now,
        previous="venting",
        confidence=1,
        heard=False,
        heat=heat,
        emotion="neutral",
        cause="other",
        evidence=(),
        seq_of_turn=1,
        version="t",
    )


def told(number: int, verdict: Any, text: str | None = None) -> Feedback:
    return Feedback(suggestion_id=f"s{number}", verdict=verdict, text=text)


def result(*events: AnyEvent, name: str = "greet") -> list[Outcome]:
    return outcomes(cases("c", events), name)


def test_cards_are_counted_by_version() -> None:
    """Each version has its own line; silence, withdrawals and revisions are no further cards."""
    lines = result(
        shown(1),
        shown(1, revision=2),
        shown(2, "greet@2.0.0"),
        shown(3, silence="nothing_new"),
        shown(1, status="withdrawn"),
        shown(4, "other@1.0.0"),
    )
    assert [(line.prompt, line.arm, line.offered) for line in lines] == [
        ("greet@1.0.0", "shown", 1),
        ("greet@2.0.0", "shown", 1),
    ]


def test_feedback_counts_once_a_card() -> None:
    """Shown, used, said and dismissed are shares of the cards, however often they are told."""
    (line,) = result(
        shown(1),
        told(1, "shown"),
        told(1, "shown"),
        told(1, "used"),
        told(1, "said"),
        shown(2),
        told(2, "dismissed"),
        told(9, "used"),
    )
    assert (line.offered, line.shown.count, line.used.count, line.said.count, line.dismissed.count) == (
        2,
        1,
        1,
        1,
        1,
    )
    assert line.used.share == 0.5


def test_how_much_was_edited() -> None:
    """An edit counts by the share of words that were changed."""
    (line,) = result(shown(1), told(1, "edited", "one two three five"), shown(2))
    assert (line.edited.count, line.edited_by.mean) == (1, 0.25)
    assert changed("a b", "a b") == 0
    assert changed("a b", "c d") == 1


@pytest.mark.parametrize(
    ("after", "on", "back", "down", "up"),
    [
        ([customer(), phase("solving", 0)], 1, 0, 1, 0),
        ([customer(), phase("venting", 3)], 0, 1, 0, 1),
        ([customer()], 0, 0, 0, 0),
        ([customer(), shown(2), phase("solving")], 0, 0, 0, 0),
    ],
)
def test_what_the_phase_did_next(after: list[AnyEvent], on: int, back: int, down: int, up: int) -> None:
    """The phase right after the customer's next turn, against the one the card was made in."""
    first = result(phase("acknowledged", 2), shown(1), *after)[0]
    counts = (first.phase_on, first.phase_back, first.heat_down, first.heat_up)
    assert [count.count for count in counts] == [on, back, down, up]
    assert first.phase_on.of == 1


def test_without_a_next_turn_nothing_is_judged() -> None:
    """A card after which the customer said nothing has no next phase."""
    (line,) = result(shown(1), phase("closing"))
    assert line.phase_on.of == 0
    assert line.phase_on.share is None


def test_what_was_shown_to_nobody_stands_apart() -> None:
    """Held-out phrases and shadows have lines of their own; only the held-out ones are followed by what the
    customer did."""
    held = Unshown(suggestion=made(1, "phrasebook@1.0.0"), reason="holdout", version="v")
    shadow = Unshown(suggestion=made(2, "greet@2.0.0"), reason="shadow", refused="remedies", version="v")
    lines = result(held, shadow, customer(), phase("solving"), shown(3))
    assert [(line.arm, line.prompt, line.phase_on.of) for line in lines] == [
        ("shown", "greet@1.0.0", 0),
        ("holdout", "phrasebook@1.0.0", 1),
        ("shadow", "greet@2.0.0", 0),
    ]
    assert lines[2].refused.count == 1


def test_a_phrase_passed_over_counts_for_the_version_that_made_the_card() -> None:
    """What guards refused of the phrasebook is no card of its own: it marks the card that it was made for."""
    passed = Unshown(suggestion=made(1), reason="refused", refused="grounding", version="v")
    (line,) = result(shown(1), passed, shown(2))
    assert (line.offered, line.refused.count, line.refused.of) == (2, 1, 2)
    (other,) = result(shown(1, "greet@2.0.0"), passed)
    assert other.refused.count == 0


def test_what_cards_cost() -> None:
    """Tokens of a card's own calls, a shadow's aside."""
    call = Answered(
        suggestion_id="s1",
        prompt="greet@1.0.0",
        prompt_hash="h",
        request_hash="r",
        raw="",
        outcome="ok",
        tokens_in=90,
        tokens_out=10,
        version="v",
    )
    (line,) = result(shown(1), call, msgspec.structs.replace(call, arm="shadow"))
    assert line.tokens == 100


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share(pair: tuple[int, int]) -> None:
    """The share lies in its interval, the interval within 0 and 1, and more cases make it narrower."""
    count, of = pair
    few, many = share(count, of), share(count * 10, of * 10)
    assert few.low is not None
    assert few.high is not None
    assert few.share is not None
    assert 0 <= few.low <= few.share <= few.high <= 1
    assert many.low is not None
    assert many.high is not None
    assert many.high - many.low < few.high - few.low
    assert mean([1.0] * count + [0.0] * (of - count)).low == few.low


def test_a_known_interval() -> None:
    """Wilson's interval of 8 in 10."""
    assert (share(8, 10).low, share(8, 10).high) == (0.4902, 0.9433)
