"""Social security and national insurance numbers that are known by their form alone."""

from __future__ import annotations

import re

_SOCIAL = re.compile(r"(?<![\d-])(?!000|666|9)\d{3}([ -])\d{2}\1\d{4}(?![\d-])")
_INSURANCE = re.compile(
    r"(?<![^\W_])[a-ceghj-prs-z][a-ceghj-npr-z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d](?![^\W_])"
)


def find(low: str) -> list[tuple[int, int, str]]:
    """Start, end, and the number's letters and digits."""
    found = []
    for pattern in (_SOCIAL, _INSURANCE):
        for match in pattern.finditer(low):
            found.append((*match.span(), "".join(c for c in match[0] if c.isalnum())))
    return sorted(found)
