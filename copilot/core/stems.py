"""Whether a text can hold what a longer search would look for: cheap to know, for most texts do not."""

from __future__ import annotations

from collections.abc import Iterable


def has_any(text: str, stems: Iterable[str]) -> bool:
    """Whether one of the stems stands in the text, wherever. Both are compared as they are."""
    # A loop: `any` over a generator costs twice as much, and this is asked some ten times of each phrase.
    for stem in stems:  # noqa: SIM110
        if stem in text:
            return True
    return False
