"""Capitals and letters one by one."""

from __future__ import annotations

import pytest

from copilot.core.types import Fact
from copilot.guards.shouting import shouting
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text", ["REFUND for you.", "It is URGENT, I see.", "Your code is F R E E T V.", "Say A-B-C-D-E."]
)
def test_refuses(text: str) -> None:
    """Nobody speaks in capitals or in single letters."""
    refusal = shouting(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "shouting"


@pytest.mark.parametrize(
    "text", ["I hear you.", "Your PIN and the IMEI, I see.", "It's a TV. I see a. b.", "A, B or C?"]
)
def test_lets_pass(text: str) -> None:
    """Short names in capitals are words."""
    assert shouting(draft(text), moment()) is None


def test_what_the_company_writes_so_passes() -> None:
    """A name in capitals among the facts, or one that the agent used, may be said."""
    facts = [Fact(name="parcel shop", value="HERMES 12")]
    assert shouting(draft("It lies at HERMES 12."), moment(facts=facts)) is None
    assert shouting(draft("So HERMES has it."), moment(turns=[("agent", "HERMES, is it?")])) is None
    assert shouting(draft("So HERMES has it."), moment(turns=[("customer", "HERMES!")])) is not None
