"""The patterns of a language find in a folded text what they find when they are compiled as they stand."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.patterns import Patterns
from copilot.core.words import folded
from copilot.weights import released

DATA = released(Path(__file__).parents[2] / "prompts").patterns
PATTERNS = Patterns(DATA)
NAMES = ("by", "promise", "promised_doing", "fulfilled", "offer", "taken", "declined", "asks", "amount")
WORDS = (
    "Yes", "no", "I", "don't want", "not good enough", "that's no use", "is fine", "would be great",
    "by Friday", "within two days", "we'll", "send", "WILL", "call you", "have sent", "shall I", "refund",
    "when is it", "can you", "$40", "40 €", "Done", "forget it", ".", "?", "(", "]",
)  # fmt: skip


def as_written(name: str) -> re.Pattern[str]:
    """The pattern of the file, minding no case, with `'` for every apostrophe and for none."""
    return re.compile(re.sub(r" \|(?=[\\(^])", "|", DATA[name]).replace("'", "['’`]?"), re.I)


@given(st.lists(st.sampled_from(WORDS), max_size=8))
def test_a_pattern_finds_what_it_says(words: list[str]) -> None:
    """That alternatives look for a word's edge together changes nothing of what is found, nor where."""
    text = " ".join(words)
    for name in NAMES:
        found = getattr(PATTERNS, name).search(folded(text))
        wanted = as_written(name).search(text)
        assert (found and found.span()) == (wanted and wanted.span()), name
