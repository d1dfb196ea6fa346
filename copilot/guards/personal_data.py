"""A phrase says no personal data back, shows no trace of redaction, and asks for nothing secret."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_LONG_DIGITS = re.compile(r"\d(?:[\s().-]?\d){5,}")
_SPOKEN_DIGITS = re.compile(
    r"(?:\b(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[\s,-]*){6,}"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_DIGIT = re.compile(r"\d")
_MARKS = ("[", "#", "***", "xxxx", "█", "___")
_SECRETS = ("number", "cvv", "cvc", "code", " pin", "digits", "password", "ssn", "maiden")
_MASK = re.compile(r"\[[\w ./-]{2,}\]|#\w+#|\*{3,}|x{4,}|█|_{3,}", re.I)
_SECRET = re.compile(
    r"\b(?:(?:full|whole|complete|entire|long) (?:credit |debit |bank )?(?:card|account) number"
    r"|card number|cvv|cvc|"
    r"security code (?:on|from|of) (?:the|your) (?:back|card)|(?:your|the) (?:pin|password|passcode|"
    r"social security number|ssn|one-time code|verification code|mother's maiden name))\b"
)
# Without their names: what only they or their bank know, and what came to their phone a moment ago.
_PARAPHRASED = re.compile(
    r"\b(?:numbers?|digits?|codes?|characters|letters|figures)\b[^.!?]{0,40}\b(?:by text|in the (?:text"
    r"|message)"
    r"|(?:we|they|he|she|i|your bank|the bank) (?:just )?(?:sent|texted)|(?:came|come) (?:through|in|up)"
    r"|texted|just got"
    r"|just (?:arrived|received)|on your phone|under the strip|on the back|on the front of)\b"
    r"|\b(?:text|message|sms) (?:that )?(?:you(?:'ve)? just|just) (?:got|came|arrived|received|had|had)\b"
    r"|\b(?:mother|mum|mom|father|grandmother)(?:'s)? (?:maiden )?(?:name|surname)\b|\bmaiden name\b"
    r"|\b(?:who you bank with|where you bank|which bank|name of your bank|your bank details|online banking)\b"
    r"|\b(?:first pet|school you went|favourite teacher|town you were born)\b"
)
_SHOWN = (
    "text", "sent", "came", "come", "just", "phone", "strip", "on the", "mother", "mum", "mom", "father",
    "maiden",
    "bank", "pet", "school", "teacher", "born",
)  # fmt: skip
_ASKS = re.compile(
    r"\b(?:tell|give|send|read|share|say|type|enter|provide|confirm|spell|repeat|what(?:'s| is)|have|need"
    r"|get|pop|let me have|pass)\b"
)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2}$")


def personal_data(draft: Draft, moment: Moment) -> Refusal | None:
    text = draft.text
    facts = moment.opening.context.facts
    low = text.lower()
    if has_any(low, _MARKS) and _MASK.search(text):
        return Refusal("personal_data", "a trace of redaction")
    if "@" in text:
        for mail in _EMAIL.finditer(text):
            if not any(mail[0].rstrip(".").lower() in str(fact.value).lower() for fact in facts):
                return Refusal("personal_data", "an e-mail address that the context does not give")
    for run in _LONG_DIGITS.finditer(text) if _DIGIT.search(text) else ():
        digits = re.sub(r"\D", "", run[0])
        if _DATED.match(run[0]):
            continue
        if not any(digits in re.sub(r"\D", "", str(fact.value)) for fact in facts):
            return Refusal("personal_data", "a long number that the context does not give")
    if _SPOKEN_DIGITS.search(low):
        return Refusal("personal_data", "a long number, spelled out")
    if has_any(low, _SECRETS) and (secret := _SECRET.search(low)) and _asks(low, secret.start()):
        return Refusal("personal_data", f"asks for what must stay secret: {secret[0]}")
    if has_any(low, _SHOWN) and (hidden := _PARAPHRASED.search(low)) and _asks(low, hidden.start()):
        return Refusal("personal_data", f"asks for what must stay secret: {hidden[0]}")
    return None


def _asks(low: str, place: int) -> bool:
    """The sentence up to the secret asks for it, and does not say that it is not needed."""
    start = max(low.rfind(mark, 0, place) for mark in ".!?") + 1
    before = low[start:place]
    refuses = re.search(
        r"\b(?:never|don't|do not|not|no need|won't|without|reset|change|forgot|forgotten)\b", before
    )
    return refuses is None and _ASKS.search(before) is not None
