"""The cheap look before a longer search."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.core import customer_words, turn_words
from copilot.core.stems import AnyOf, has_any, stems_of

_LISTS = {
    name: words
    for module in (customer_words, turn_words)
    for name, words in vars(module).items()
    if isinstance(words, AnyOf)
}
_PATTERNS = [pattern for words in _LISTS.values() for pattern in words.patterns]


@given(st.text("abc ", max_size=20), st.lists(st.text("abc", min_size=1, max_size=3), max_size=4))
def test_it_tells_whether_one_stands_there(text: str, stems: list[str]) -> None:
    """A stem counts wherever in the text it stands; of none, none does."""
    assert has_any(text, stems) == any(stem in text for stem in stems)


@pytest.mark.parametrize(
    ("pattern", "stems"),
    [
        ("money back", ["money back"]),
        ("refund(?:ed|s)?", ["refund"]),
        ("parcels?", ["parcel"]),
        ("(?:my|our) (?:fault|mistake)", ["fault", "mistake"]),
        ("(?:my|our) (?:fault|it)", ["my", "our"]),
        ("still|yet(?: again)?", ["still", "yet"]),
        (r"(?:\w+ ){0,2}call(?! man)", ["call"]),
        (r"(?<!for )an update", ["an update"]),
        (r"e-?mail\.", ["mail."]),
        (r"(?:no|\w+) way", [" way"]),
        (r"[a-z]+|never", [""]),
        (r"(?:late)?", [""]),
        (r"(?:ha)+ ha{2}", ["ha"]),
    ],
)
def test_the_stems_of_a_pattern_are_what_must_stand(pattern: str, stems: list[str]) -> None:
    """Of the places where one of a few must stand, the one with the longest stems; none where none must."""
    assert sorted(stems_of(pattern)) == sorted(stems)


@given(st.data())
def test_what_holds_a_pattern_holds_a_stem_of_it(data: st.DataObject) -> None:
    """No text that one of the patterns stands in is passed over for want of a stem."""
    pattern = data.draw(st.sampled_from(_PATTERNS))
    text = data.draw(st.from_regex(rf"(?<!\w)(?:{pattern})(?!\w)"))
    assert has_any(text, stems_of(pattern)), (
        f"{pattern!r} stands in {text!r}, and none of {stems_of(pattern)}"
    )


@given(st.data())
def test_they_are_found_as_one_search_finds_them(data: st.DataObject) -> None:
    """A list of patterns stands in a text exactly where one search for all of them finds one, in any case."""
    name = data.draw(st.sampled_from(sorted(_LISTS)))
    words = _LISTS[name]
    once = re.compile(rf"(?<!\w)(?:{'|'.join(words.patterns)})(?!\w)", re.I)
    part = st.sampled_from(_PATTERNS).flatmap(
        lambda each: st.from_regex(each, fullmatch=True, alphabet=st.characters(codec="ascii"))
    )
    text = "".join(data.draw(st.lists(part | st.sampled_from([" ", "x", ". ", "A "]), max_size=5)))
    assert words.search(text) == (once.search(text) is not None), f"{name} in {text!r}"
    assert words.spans(text) == [found.span() for found in once.finditer(text)], f"{name} in {text!r}"


@pytest.mark.parametrize("name", sorted(_LISTS))
def test_they_are_written_in_lower_case(name: str) -> None:
    """What is searched for in folded text has no capital of its own."""
    plain = re.sub(r"\\.", "", "".join(_LISTS[name].patterns))
    assert plain == plain.lower()
