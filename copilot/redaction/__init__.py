"""Personal data is taken out before anything is stored, published, logged or sent to a model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection

from copilot.redaction import cards, codes, numbers, personal
from copilot.redaction.conversation import ConversationRedactor

__all__ = ["KINDS", "ConversationRedactor", "Kind", "fingerprint", "redact_text"]

Kind = Callable[[str], str]

# What is looked for, in this order: one kind of personal data a file, from text to masked text. Cards and
# their codes are followed through the conversation besides (`ConversationRedactor`), the others are not.
OTHERS: tuple[Kind, ...] = ()
KINDS: tuple[Kind, ...] = (cards.mask, codes.mask, *OTHERS)


def redact_text(text: str, kinds: Collection[personal.Kind] = personal.USUAL) -> str:
    """A text that stands alone (a name, a fact, feedback), masked. Again on the result changes nothing."""
    for mask in KINDS:
        text = mask(text)
    return personal.mask(text, kinds)


def fingerprint(text: str, salt: str) -> str:
    """A digest that tells a repeat from a conflict and depends on no digit of the text.

    Its readers see it: under a conversation's own `salt` (up to 64 characters of ASCII) a guessed text cannot
    be held against it.
    """
    plain = " ".join(numbers.masked(text).split())
    return hashlib.blake2b(
        plain.encode("utf-8", "surrogatepass"), digest_size=8, key=salt.encode("ascii")
    ).hexdigest()
