"""Text as a recogniser hands it over: no capitals, no punctuation, and words misheard by a seed."""

from __future__ import annotations

import random
import re

_PLACEHOLDER = re.compile(
    r"#\w+#|\[[\w ]+\]|<\w+>|https?://\S+|\b(?:PRS-ORG|NAME-[A-Z]|EMAIL|URL|ALPHANUMERICID|PHONENUMBER|CREDITCARD)\b"
)
_PUNCTUATION = re.compile(r"[^\w\s'’#\[\]<>-]|(?<=\s)-(?=\s)")
_SOUND_ALIKES = {
    "to": "two", "too": "to", "two": "to", "for": "four", "four": "for", "there": "their", "their": "there",
    "your": "you're", "you're": "your", "its": "it's", "it's": "its", "here": "hear", "hear": "here",
    "no": "know", "know": "no", "right": "write", "write": "right", "wait": "weight", "week": "weak",
    "buy": "by", "by": "buy", "than": "then", "then": "than", "mail": "male", "hour": "our", "our": "hour",
    "see": "sea", "would": "wood", "not": "knot", "one": "won", "son": "sun", "sorry": "sari",
    "refund": "re fund", "order": "odor", "account": "a count", "charged": "charge", "paid": "pay",
    "bill": "build", "cancel": "council", "parcel": "partial", "delivery": "deliver e", "card": "car",
    "need": "knead", "i'm": "im", "can't": "can", "cannot": "can not", "won't": "want", "didn't": "did in",
    "don't": "dont", "are": "our", "and": "an", "the": "a", "is": "his", "email": "e mail", "fix": "fits",
    "late": "let", "please": "police", "thanks": "thank", "been": "being", "still": "steel",
    "waiting": "wading", "called": "cold", "call": "cool", "again": "a gain",
}  # fmt: skip


def plain(text: str) -> str:
    """Lower case, no punctuation; what was masked stays as it is."""
    pieces, at = [], 0
    for match in _PLACEHOLDER.finditer(text):
        pieces.append(_PUNCTUATION.sub(" ", text[at : match.start()]).lower())
        pieces.append(match.group())
        at = match.end()
    pieces.append(_PUNCTUATION.sub(" ", text[at:]).lower())
    return " ".join("".join(pieces).split())


def misheard(text: str, seed: str, rate: float = 0.05) -> str:
    """Each word is misheard with this chance: as a sound-alike, in two pieces, clipped, or not at all."""
    chance = random.Random(seed)
    heard = []
    for word in text.split():
        if chance.random() >= rate or _PLACEHOLDER.search(word):
            heard.append(word)
            continue
        bare = word.lower().strip(".,!?")
        kind = chance.choice(("alike", "drop", "split", "clip"))
        if kind == "drop":
            continue
        if kind == "alike" and bare in _SOUND_ALIKES:
            heard.append(_SOUND_ALIKES[bare])
        elif kind == "split" and len(bare) > 4:
            middle = chance.randint(2, len(bare) - 2)
            heard.extend((bare[:middle], bare[middle:]))
        else:
            heard.append(bare[:-1] if len(bare) > 2 else bare)
    return " ".join(heard) or text
