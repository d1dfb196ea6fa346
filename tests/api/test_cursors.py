"""Cursors lead on in the list that they came from, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.api.bodies import CONVERSATION_ID_PATTERN
from copilot.api.cursors import read_cursor, write_cursor
from copilot.errors import Malformed

ids = st.from_regex(CONVERSATION_ID_PATTERN.replace("$", r"\Z"))


@given(ids, st.text())
def test_a_cursor_names_its_last_item(last_id: str, question: str) -> None:
    """What was written is read, for the same question."""
    assert read_cursor(write_cursor(last_id, question), question) == last_id


@given(ids)
def test_another_question_refuses_it(last_id: str) -> None:
    """A cursor of another tenant or filter is not one of ours."""
    with pytest.raises(Malformed):
        read_cursor(write_cursor(last_id, "a live"), "b live")


@given(st.text())
def test_made_up_cursors_are_malformed(cursor: str) -> None:
    """Whatever somebody makes up is refused, and breaks nothing."""
    with pytest.raises(Malformed):
        read_cursor(cursor, "a")
