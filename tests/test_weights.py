"""Releases of the tracker load whole, or say what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import Misconfigured
from copilot.shipped import shipped
from copilot.weights import load_tracker


def test_the_shipped_release_loads() -> None:
    """Its version names the tracker and the release."""
    assert load_tracker(shipped()).version == "tracker@1.0.0"


def test_a_release_that_is_not_there_says_so(tmp_path: Path) -> None:
    """A missing file is the operator's to mend."""
    with pytest.raises(Misconfigured):
        load_tracker(tmp_path)
