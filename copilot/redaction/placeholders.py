"""What stands in the place of personal data: typed, and numbered by value within one conversation.

The same value gets the same placeholder, said in one piece or in parts. Values are not kept: a keyed hash of
each, and of its stretches of digits, under a key that is thrown away with the conversation's redactor.
"""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from typing import Literal

Kind = Literal["email", "phone", "bank", "id", "address"]
KINDS: tuple[Kind, ...] = ("email", "phone", "bank", "id", "address")

# One digit is all that `numbers` takes for a placeholder's own; what comes after goes without.
_MOST = 9
_SHORTEST, _LONGEST = 2, 6
_PLACED = re.compile(rf"\[({'|'.join(KINDS)}) ([1-{_MOST}])\]")


class Placeholders:
    """One conversation's placeholders."""

    def __init__(self) -> None:
        self._key = os.urandom(16)
        self._last: dict[Kind, int] = {}
        self._values: dict[bytes, int] = {}
        self._stretches: dict[bytes, int] = {}

    def recall(self, text: str) -> None:
        """Takes the placeholders of a stored text for used: their values are not known any more."""
        for kind in KINDS:
            for found, number in _PLACED.findall(text):
                if found == kind:
                    self._last[kind] = max(self._last.get(kind, 0), int(number))

    def number(self, kind: Kind, value: str) -> int:
        """The number of a whole value; a value that was not seen before gets the next one."""
        name = self._hash(kind, value)
        known = self._values.get(name)
        if known is None:
            known = self.part(kind, value) or self.next(kind)
            self.learn(kind, value, known)
        return known

    def next(self, kind: Kind) -> int:
        self._last[kind] = self._last.get(kind, 0) + 1
        return self._last[kind]

    def learn(self, kind: Kind, value: str, number: int) -> None:
        """This value has this number, and so have the stretches of its digits."""
        self._values[self._hash(kind, value)] = number
        if value.isdigit():
            for size in range(_SHORTEST, min(_LONGEST, len(value)) + 1):
                for at in range(len(value) - size + 1):
                    self._stretches.setdefault(self._hash(kind, value[at : at + size]), number)

    def part(self, kind: Kind, digits: str, stretch: int = _LONGEST) -> int:
        """The number of the value that these digits, or so many of them in a row, are a part of; else 0."""
        if not digits.isdigit() or len(digits) < _SHORTEST:
            return 0
        size = min(stretch, len(digits))
        for at in range(len(digits) - size + 1):
            known = self._stretches.get(self._hash(kind, digits[at : at + size]))
            if known:
                return known
        return 0

    def _hash(self, kind: str, value: str) -> bytes:
        return blake2b(
            f"{kind} {value}".encode("utf-8", "surrogatepass"), key=self._key, digest_size=8
        ).digest()


def label(kind: Kind, number: int) -> str:
    """'[phone 2]', and '[phone]' where there is no number for it."""
    return f"[{kind} {number}]" if 0 < number <= _MOST else f"[{kind}]"
