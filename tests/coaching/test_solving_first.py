"""Starting the work while an upset customer has not been heard."""

from __future__ import annotations

import pytest

from copilot.coaching.solving_first import solving_first
from copilot.core.types import Act, Reading
from tests.coaching.turns import spoken

ANGRY = "Nobody came again and I sat there all day!"


@pytest.mark.parametrize(
    ("text", "act", "noted"),
    [
        ("Postcode?", "probe", True),
        ("I'm sorry. Postcode?", "probe", False),
        ("You sat there all day. Postcode?", "probe", False),
        ("Go on.", "listen", False),
    ],
)
def test_what_is_noted(text: str, act: Act, noted: bool) -> None:
    """Work without a word for it is noted; an apology or their own words come first, or it is no work."""
    said = spoken(text, ANGRY, before=Reading(heat=2), after=Reading(agent_act=act))
    assert (solving_first(said) is not None) == noted


@pytest.mark.parametrize(
    "before", [Reading(heat=1), Reading(heat=2, heard=True), Reading(heat=2, phase="solving")]
)
def test_only_while_it_matters(before: Reading) -> None:
    """Who is not angry, was heard, or is at work already, may be asked at once."""
    assert solving_first(spoken("Postcode?", ANGRY, before=before, after=Reading(agent_act="probe"))) is None
