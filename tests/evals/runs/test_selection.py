"""Tests of which conversations a run is about."""

from __future__ import annotations

import pytest

from copilot.errors import Invalid, NotFound
from evals.runs.selection import select
from tests.fakes.evals import script

SCRIPTS = [
    script(id="a", tags=["abusive"]),
    script("chat", id="b", tags=["abusive", "sarcastic"]),
    script(id="c", tags=["sarcastic"]),
]


@pytest.mark.parametrize(
    ("subset", "ids"),
    [
        ([], "abc"),
        (["tag=abusive"], "ab"),
        (["tag=abusive", "channel=chat"], "b"),
        (["id=a", "id=c"], "ac"),
        (["trade=parcel"], "abc"),
    ],
)
def test_conditions_narrow_and_values_widen(subset: list[str], ids: str) -> None:
    """Every field has to match; of several values of a field, one has to."""
    assert "".join(one.id for one in select(SCRIPTS, subset)) == ids


def test_what_matches_nothing_is_told() -> None:
    """An unknown field is Invalid, a value that nothing has is NotFound."""
    for wrong in ("colour=red", "tag"):
        with pytest.raises(Invalid, match=wrong):
            select(SCRIPTS, [wrong])
    with pytest.raises(NotFound, match="tag=calm"):
        select(SCRIPTS, ["tag=calm"])
