"""The cheap look before a longer search."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.stems import has_any


@given(st.text("abc ", max_size=20), st.lists(st.text("abc", min_size=1, max_size=3), max_size=4))
def test_it_tells_whether_one_stands_there(text: str, stems: list[str]) -> None:
    """A stem counts wherever in the text it stands; of none, none does."""
    assert has_any(text, stems) == any(stem in text for stem in stems)
