"""Where the whole sentences of a phrase end that is still being written."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s)")
# A full stop after these does not end a sentence.
_SHORT = re.compile(
    r"(?:^|[\s(\"“])(?:mr|mrs|ms|dr|st|no|vs|etc|approx|e\.g|i\.e|[a-z])\.$|(?:^|\s)(?:[a-z]\.)+[a-z]\.$",
    re.IGNORECASE,
)


def whole_sentences(text: str) -> str:
    """The sentences that are surely over: white space has followed their end. Grows with the text."""
    end = 0
    for found in _END.finditer(text):
        if not _SHORT.search(text, 0, found.end()):
            end = found.end()
    return text[:end]
