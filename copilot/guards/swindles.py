"""No phrase leads the customer where only a swindler would: away with money, in with strangers, silent."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_DEVICE = r"(?:computer|laptop|pc|phone|mobile|tablet|screen|device|machine|account|router)"
_MONEY = r"(?:money|savings|funds|cash|balance|deposit)"
_SWINDLE = re.compile(
    # Strangers let in.
    rf"\b(?:let|give|allow|grant) (?:him|her|them|me|us|someone|somebody|the \w+|my \w+)(?: \w+)?"
    rf" (?:on|onto|into|in to|access|control|remote)\b[^.!?]{{0,80}}\b{_DEVICE}\b"
    r"|\bany ?desk\b|\bteam ?viewer\b|\bremote (?:access|control|session|desktop)\b"
    rf"|\b(?:share|mirror) (?:your|the) {_DEVICE}\b|\bdownload (?:and|the|this|an?) [^.!?]{{0,80}}\bso (?:i"
    rf"|we|he|she|they)\b"
    # Money moved.
    rf"|\b(?:move|transfer|send|wire|withdraw|shift|put|take out) (?:all |some |any |of |your |the "
    rf"|over )*{_MONEY}\b"
    r"|\b(?:safe|secure|holding|new|different) account\b"
    r"|\b(?:buy|get|pick up|purchase|fetch) (?:\w+ ){0,4}cards?\b"
    r"|\b(?:numbers?|codes?|digits|strip) (?:on|off|from) the backs?\b|\bread (?:\w+ )?(?:out )?the backs?\b"
    r"|\b(?:bitcoin|crypto\w*|western union|moneygram)\b|\bpay (?:him|her|them) (?:first|now|and|before)\b"
    # Silence.
    r"|\b(?:keep|let's keep|leave) (?:this|it|that) (?:just )?(?:between (?:us|you and me|ourselves)|quiet"
    r"|a secret|to yourself)\b"
    r"|\b(?:don't|do not|no need to|needn't|never|not to|better not) (?:tell|mention|say|speak"
    r"|talk) [^.!?]{0,80}"
    r"\b(?:daughter|son|wife|husband|family|bank|police|anyone|anybody|nobody|grandson|granddaughter"
    r"|friends?)\b"
    # Strangers vouched for.
    r"|\b(?:he|she|they)(?:'s| is|'re| are) (?:one of (?:ours|us)|with us|from (?:us|our)|genuine"
    r"|legit\w*|real"
    r"|all right|alright|safe|to be trusted|trustworthy)\b(?![\w' ]*\?)"
    r"|\b(?:you can|please|do) trust (?:him|her|them|that)\b|\bdo (?:as|what|whatever) (?:he|she"
    r"|they) (?:ask|say|tell)s?\b"
    # A way out of this conversation.
    r"|\b(?:ring|call|dial|phone|text) (?:\w+ ){0,3}(?:oh|zero|nought|double|triple|plus)\b"
    r"|\b(?:sign|log) (?:back |in |on )+(?:again )?(?:at|on|through|via|over) (?!our\b|the app\b|your\b"
    r"|my\b|the\b)\w"
)
_STEMS = (
    "let ", "give", "allow", "grant", "desk", "viewer", "remote", "share", "mirror", "download", "move",
    "transfer",
    "send", "wire", "withdraw", "shift", "put ", "take out", "account", "card", "back", "coin", "crypto",
    "western",
    "moneygram", "pay ", "between", "quiet", "secret", "yourself", "tell", "mention", "say", "speak",
    "talk", "one of",
    "with us", "from", "genuine", "legit", "real", "right", "safe", "trust", "do as", "do what", "ring",
    "call", "dial",
    "phone", "text", "sign", "log",
)  # fmt: skip
# A warning names the same things.
_WARNS = re.compile(
    r"\b(?:don't|do not|never|please stop|nobody|no one|won't|wouldn't|not|without|instead of|did you"
    r"|have you"
    r"|were you|who|whoever|anyone who|if (?:anyone|somebody|someone))\b[^.!?]*$"
)
_QUIET = re.compile(r"^(?:don't|do not|no need|needn't|never|not to|better not)\b")


def swindles(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    for found in _SWINDLE.finditer(low):
        before = low[: found.start()]
        if _QUIET.search(found[0]) or not _WARNS.search(before):
            return Refusal("swindles", f"what a swindler would want: {found[0]!r}")
    return None
