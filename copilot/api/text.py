"""Takes out of a text what nobody says and what only misleads a reader, a model or a terminal."""

from __future__ import annotations

import re

# Line and paragraph breaks and tabs part words, so they become a space.
_BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")

# NUL and the other controls, soft hyphen, zero-width characters, marks that turn the direction of a line,
# invisible operators, the byte order mark, interlinear marks, and the tag and variation characters with which
# words are hidden from the eye and shown to a model.
_UNSPOKEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]+"
)


def spoken(text: str) -> str:
    """The text without them. What a person can hear or see stays as it was sent."""
    if text.isprintable() and text.isascii():
        return text
    return _UNSPOKEN.sub("", _BREAKS.sub(" ", text))
