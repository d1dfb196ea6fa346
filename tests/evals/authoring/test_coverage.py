"""What a set of conversations covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import Misconfigured
from evals.authoring.coverage import NEEDS, coverage, read_needs
from tests.evals.checks.scripts import customer, script


def test_what_lacks_is_not_met() -> None:
    """A need counts the conversations with any of its tags, and turns by their labels."""
    found = coverage([script(customer(heat=2), tags=["urgent"], channel="voice")], read_needs())
    counts = {line.what: line.there for line in found}
    assert (counts["hurried"], counts["voice"], counts["chat"], counts["2"], counts["frustration"]) == (
        1,
        1,
        0,
        1,
        1,
    )
    assert not any(line.met for line in found)


@pytest.mark.parametrize(("text", "told"), [("a: [", "a"), ("trade: {x: 0}", "needs.yaml: .*")])
def test_a_file_of_needs_that_cannot_be_read_is_told(tmp_path: Path, text: str, told: str) -> None:
    """The file of needs is refused with the place."""
    (tmp_path / "needs.yaml").write_text(text)
    with pytest.raises(Misconfigured, match=told):
        read_needs(tmp_path / "needs.yaml")
    assert read_needs(NEEDS)
