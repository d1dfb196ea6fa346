"""Bank account numbers by their form: an IBAN is known by its country's length, right check digits or not."""

from __future__ import annotations

import re

# Misheard or mistyped ones are masked too; a country's length and ten digits are enough to know one.
_LENGTHS = {
    "ad": 24, "ae": 23, "al": 28, "at": 20, "az": 28, "ba": 20, "be": 16, "bg": 22, "bh": 22, "br": 29,
    "ch": 21, "cy": 28, "cz": 24, "de": 22, "dk": 18, "ee": 20, "es": 24, "fi": 18, "fr": 27, "gb": 22,
    "ge": 22, "gr": 27, "hr": 21, "hu": 28, "ie": 22, "il": 23, "is": 26, "it": 27, "kw": 30, "kz": 20,
    "lb": 28, "li": 21, "lt": 20, "lu": 20, "lv": 21, "mc": 27, "md": 24, "me": 22, "mk": 19, "mt": 31,
    "mu": 30, "nl": 18, "no": 15, "pk": 24, "pl": 28, "ps": 29, "pt": 25, "qa": 29, "ro": 24, "rs": 22,
    "sa": 24, "se": 24, "si": 19, "sk": 24, "sm": 27, "tn": 24, "tr": 26, "ua": 29, "vg": 24,
}  # fmt: skip
_HEAD = re.compile(r"(?<![^\W_])([a-z]{2})[ -]?(?=\d{2})")
_DIGITS = 10


def find(low: str) -> list[tuple[int, int, str]]:
    """The IBANs of a folded text: start, end, and the account's letters and digits."""
    found: list[tuple[int, int, str]] = []
    for match in _HEAD.finditer(low):
        size = _LENGTHS.get(match[1])
        if size is None or (found and match.start() < found[-1][1]):
            continue
        value, end = _read(low, match.start(), size)
        if len(value) == size and sum(map(str.isdigit, value)) >= _DIGITS:
            found.append((match.start(), end, value))
    return found


def _read(low: str, at: int, size: int) -> tuple[str, int]:
    """So many letters and digits from a place on, single spaces and dashes between them left out."""
    value: list[str] = []
    end = at
    for place in range(at, min(len(low), at + 2 * size)):
        char = low[place]
        if char.isascii() and char.isalnum():
            value.append(char)
            end = place + 1
            if len(value) == size:
                break
        elif char not in " -" or low[place - 1] in " -":
            break
    whole = end == len(low) or not low[end].isalnum()
    # Letters alone stand at the beginning, as the bank's code; later ones are words.
    words = any(part.isalpha() for part in re.split("[ -]", low[at:end])[3:])
    return ("".join(value) if whole and not words else "", end)
