"""Things: what a customer calls the thing that the subject is about."""

from __future__ import annotations

import pytest

from copilot.core.situation import Situation
from copilot.core.subjects import Subject
from copilot.core.things import named_thing, thing_of
from copilot.core.types import Opening, Reading
from tests.suggesters.moments import said


@pytest.mark.parametrize(
    ("subject", "told", "thing"),
    [
        ("delivery", "Where is my parcel?", "your parcel"),
        ("server", "That rotten server again", "the server"),
        ("server", "It's not the server", None),
        ("server", "I didn't say that it is my server", None),
        ("delivery", "Nothing has arrived", None),
        ("staff", "The driver shouted at me", None),
    ],
)
def test_the_thing_is_named_as_they_name_it(subject: Subject, told: str, thing: str | None) -> None:
    """Theirs is 'your', ours 'the'; what they say it is not is not named."""
    assert thing_of(subject, told) == thing


def test_the_last_name_for_it_counts() -> None:
    """What they called it last is what it is called now; without a subject nothing is named."""
    turns = (
        said("customer", "My parcel has not come."),
        said("agent", "Which one is it?", 1),
        said("customer", "The package that was never delivered.", 2),
    )
    assert named_thing(Situation(Reading(), turns, Opening())) == "the package"
    assert named_thing(Situation(Reading(), (said("customer", "Hm."),), Opening())) is None
