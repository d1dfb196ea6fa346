"""Cuts a turn's text into sentences by its punctuation; speech without any is one sentence."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"[^.!?\n]*(?:[.!?](?=\w)[^.!?\n]*)*[.!?]*")


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence stands in the text, its mark with it, without the spaces around."""
    found = []
    for match in _SENTENCE.finditer(text):
        start, end = match.span()
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            found.append((start, end))
    return found
