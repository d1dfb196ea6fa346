"""What was taken out of a text, named so that it can be said: '[phone 1]' is 'the phone number you gave'."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from copilot.core.types import Turn

# Each kind's noun, and the words that name it already where they stand before it: 'my card [card]'.
_NOUNS = {
    "card": ("card", "card cards visa mastercard amex number"),
    "code": ("code", "code cvv cvc pin"),
    "expiry": ("expiry date", "expiry date"),
    "digits": ("number", "number order account reference digits"),
    "phone": ("phone number", "phone mobile number cell landline"),
    "email": ("e-mail address", "email e-mail mail address"),
    "bank": ("account number", "account iban number"),
    "id": ("ID number", "id number ssn"),
    "address": ("address", "address"),
}
_NAMED = {kind: frozenset(words.split()) for kind, (_, words) in _NOUNS.items()}
_PLACED = re.compile(
    rf"(?:(?P<before>[\w'’-]+)(?P<comma>[,:]?) )?"
    rf"\[(?P<kind>{'|'.join(_NOUNS)})(?P<number> [1-9])?\](?P<after>,?)"
)
_WHOSE = frozenset("my your our his her their the this that same other new old which".split())
# 'My number is [phone 1]': the value itself is what is said, and no noun can stand for it.
_EQUALS = frozenset("is was are it's that's i's be been equals as named called".split())


def placeholders_in(turns: Iterable[Turn], speaker: str) -> frozenset[str]:
    """The placeholders in what one side said: '[card]', '[phone 1]'."""
    said = (turn.text for turn in turns if turn.speaker == speaker and "[" in turn.text)
    return frozenset(_bare(found) for text in said for found in _PLACED.finditer(text))


def worded(text: str, gave: str, known: Collection[str] | None = None) -> str:
    """The text with each placeholder as a noun: 'my card', 'the phone number you gave' (`gave`: by whom).

    With `known`, one that does not stand in it was never said by them, and stays. So does all, where one
    cannot be named (two numbers of a kind, the value itself): what is left with a placeholder cannot be said
    aloud.
    """
    if "[" not in text:
        return text
    found = list(_PLACED.finditer(text))
    kinds = [one["kind"] for one in found]
    if len({*kinds}) < len(kinds) or any((one["before"] or "").lower() in _EQUALS for one in found):
        return text
    if known is not None and any(_bare(one) not in known for one in found):
        return text
    return _PLACED.sub(lambda one: _noun(one, gave), text)


def _bare(found: re.Match[str]) -> str:
    return f"[{found['kind']}{found['number'] or ''}]"


def _noun(found: re.Match[str], gave: str) -> str:
    kind, before = found["kind"], found["before"]
    noun = _NOUNS[kind][0]
    if before is not None and before.lower() in _NAMED[kind]:
        return before if found["comma"] else before + found["after"]
    if before is not None and not found["comma"] and before.lower() in _WHOSE:
        return f"{before} {noun}{found['after']}"
    lead = "" if before is None else f"{before}{found['comma']} "
    article = "The" if before is None and found.start() == 0 else "the"
    told = f" {gave}" if found["number"] else ""
    return f"{lead}{article} {noun}{told}{found['after']}"
