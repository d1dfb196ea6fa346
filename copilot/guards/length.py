"""A phrase is short enough to be said in one breath, or read at one glance."""

from __future__ import annotations

import re

from copilot.core.types import Channel, Draft, Moment, Refusal

# The most words and sentences, by channel.
LIMITS: dict[Channel, tuple[int, int]] = {"voice": (35, 3), "chat": (60, 4)}
_TITLE = re.compile(r"\b(?:mrs?|ms|dr|prof|st|no|e\.g|i\.e|a\.m|p\.m)\.", re.I)


def length(draft: Draft, moment: Moment) -> Refusal | None:
    words, sentences = LIMITS[moment.opening.channel]
    text = draft.text
    count = len(text.split())
    if count > words:
        return Refusal("length", f"{count} words, {words} at most")
    ends = 1 + text.count(". ") + text.count("! ") + text.count("? ")
    if ends > sentences and (ends := ends - len(_TITLE.findall(text))) > sentences:
        return Refusal("length", f"{ends} sentences, {sentences} at most")
    return None
