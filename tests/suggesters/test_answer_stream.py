"""Reading a JSON object while it grows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.errors import ModelFailure
from copilot.suggesters.answer_stream import AnswerStream

# No lone surrogates: JSON text in UTF-8 cannot say them, and an escape that does is refused.
_TEXT = st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from('"\\/{}[],:\n\t😀é ')))
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=6,
)
_OBJECTS = st.dictionaries(_TEXT, _VALUES, max_size=5)


def fed(text: str, sizes: list[int] | None = None) -> AnswerStream:
    stream, start = AnswerStream(), 0
    for size in sizes or []:
        stream.feed(text[start : start + size])
        start += size
    stream.feed(text[start:])
    return stream


@given(_OBJECTS, st.booleans(), st.sampled_from([None, 1]), st.lists(st.integers(1, 4), max_size=80))
def test_agrees_with_json(
    value: dict[str, Any], ascii_only: bool, indent: int | None, sizes: list[int]
) -> None:
    """The strings of the outermost object come out as json.loads has them, however the text was cut."""
    stream = fed(json.dumps(value, ensure_ascii=ascii_only, indent=indent), sizes)
    assert stream.ended
    assert stream.strings == {key: text for key, text in value.items() if isinstance(text, str)}
    assert stream.closed == set(stream.strings)


@given(_TEXT, st.booleans())
def test_what_came_out_is_never_taken_back(text: str, ascii_only: bool) -> None:
    """The value so far is a beginning of the whole value after each character, never half a character."""
    stream, before = AnswerStream(), ""
    for char in json.dumps({"phrase": text}, ensure_ascii=ascii_only):
        stream.feed(char)
        now = stream.strings.get("phrase", "")
        assert now.startswith(before)
        assert text.startswith(now)
        before = now
    assert before == text


def test_a_string_is_closed_only_at_its_quote() -> None:
    """The value shows early, and counts as whole only once its closing quote has come."""
    stream = AnswerStream()
    stream.feed('{"phrase": "I hear you')
    assert (stream.strings["phrase"], stream.closed, stream.ended) == ("I hear you", set(), False)
    stream.feed('"')
    assert (stream.closed, stream.ended) == ({"phrase"}, False)
    stream.feed("}")
    assert stream.ended


def test_inner_strings_are_not_the_answers() -> None:
    """A phrase inside another value is no phrase."""
    stream = fed('{"why": {"phrase": "no \\" }"}, "list": ["phrase", "}"], "phrase": "yes"}')
    assert stream.strings == {"phrase": "yes"}


@pytest.mark.parametrize(
    "text",
    [
        "Sure! Here",
        "[1]",
        '"text"',
        "```json",
        '{"a" "b"}',
        '{"a": "b" "c"}',
        '{"a": "b",}',
        '{,"a": 1}',
        '{"a": }',
        "{1: 2}",
        '{"a": "b"}}',
        '{"a": "b"} and more',
        '{"a": "\\x"}',
        '{"a": "\\u12g4"}',
        '{"a": "\\ud800"}',
        '{"a": "\\ud800x"}',
        '{"a": "\\ud800\\n"}',
        '{"a": "\\ud800\\ud800"}',
        '{"a": "\\udc00"}',
        '{"a": "line\nbreak"}',
        '{"a": "1", "a": "2"}',
    ],
)
@pytest.mark.parametrize("size", [1, 1000])
def test_what_cannot_be_an_object_ends_at_once(text: str, size: int) -> None:
    """The first character that no JSON object could have there is a failure."""
    with pytest.raises(ModelFailure) as caught:
        fed(text, [size] * len(text))
    assert caught.value.reason == "schema"
