"""Street addresses and British postcodes, for tenants that want them taken out."""

from __future__ import annotations

import re

_WAYS = (
    "street|st|road|rd|avenue|ave|lane|ln|drive|dr|close|court|ct|way|place|square|crescent|terrace|gardens|"
    "grove|boulevard|blvd|hill|mews|row|walk"
)
_NAME = r"(?!(?:weeks?|days?|hours?|minutes?|months?|years?|times?|people|of|in|on|to|from)\b)[a-z'’]{2,20}+"
_NUMBER = (
    r"(?:\d{1,5}+[a-z]?|(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|"
    r"oh|zero|and)[ -]){1,5}?)"
)
_STREET = re.compile(
    rf"(?:(?:flat|apartment|apt|unit|suite) \w{{1,6}},? )?(?<!\w){_NUMBER},? ?"
    rf"(?:{_NAME} ){{1,3}}?(?:{_WAYS})(?![^\W_])"
)
_POSTCODE = re.compile(r"(?<![^\W_])[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2}(?![^\W_])")


def find(low: str) -> list[tuple[int, int, str]]:
    """Start, end, and the address without what varies in writing."""
    found = [
        (*match.span(), "".join(c for c in match[0] if c.isalnum()))
        for pattern in (_STREET, _POSTCODE)
        for match in pattern.finditer(low)
    ]
    return sorted(found)
