"""How the adversary reads numbers: code of its own, so that the product's mistakes are not repeated."""

from __future__ import annotations

import re
import unicodedata

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TEENS = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["-", "-", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def digits_of(text: str) -> str:
    """The digits of a text with its number words turned into digits; its own code, not the product's."""
    out: list[str] = []
    times = 1
    previous = ""
    for word in re.findall(r"\d|[a-z]+", re.sub(r"\[[a-z]+(?: \d)?\]", " ", text.lower())):
        digits = str(unicodedata.digit(word)) if word.isdigit() else _VALUE.get(word, "")
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        elif word in ("thousand", "hundred"):
            out.append("" if previous == "thousand" else "00" if word == "hundred" else "")
        elif digits:
            if previous in TENS and len(digits) == 1 and digits != "0" and not word.isdigit():
                out[-1] = out[-1][:-1]
            out.append(digits * times)
            times = 1
        previous = word
    return "".join(out)


_VALUE = {
    "oh": "0",
    **{word: str(i) for i, word in enumerate(ONES)},
    **{word: str(10 + i) for i, word in enumerate(TEENS)},
    **{word: str(10 * i) for i, word in enumerate(TENS)},
}
