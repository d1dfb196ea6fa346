"""Phone numbers: by their form alone where it is plain, by the words around them otherwise."""

from __future__ import annotations

import re

from copilot.redaction.numbers import Run

SHORTEST, WHOLE, LONGEST = 7, 10, 15
_AMERICAN = re.compile(r"(?:1[ .-])?\(?[2-9]\d{2}\)?[ .-]{1,2}[2-9]\d{2}[ .-]\d{4}")


def is_plain(low: str, run: Run) -> bool:
    """Whether a number looks like a phone's and like nothing else: '+44 …', '07…', '(555) 123-4567'."""
    size = len(run.digits)
    if run.start and low[run.start - 1] == "+":
        return 8 <= size <= LONGEST
    if run.digits.startswith("00") and not run.digits.startswith("000"):
        return 11 <= size <= LONGEST
    if run.digits[0] == "0":
        return 10 <= size <= 11
    return 10 <= size <= 11 and _AMERICAN.fullmatch(low, run.start, run.end) is not None


def whole(low: str, run: Run) -> tuple[int, int]:
    """Where a number begins and ends with the sign or bracket that belongs to it."""
    start, end = run.start, run.end
    if start and low[start - 1] in "+(":
        start -= 1
        if start and low[start - 1] == "+":
            start -= 1
    return start, end


def same(digits: str) -> str:
    """The digits by which a number is known again, with a country's code or without."""
    return digits.lstrip("0")[-WHOLE:] if len(digits) > SHORTEST else digits
