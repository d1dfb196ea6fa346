"""A turn's text as words: lower case, without apostrophes, placeholders by kind, offsets when asked for."""

from __future__ import annotations

import re
from itertools import islice

# One pass over the text: a masked thing, a word (with its apostrophes) or a number. Case is folded before.
_MASKED = r"#\w+#|\[[a-z_ ]+\d?\]|<\w+>|https?://\S+|(?:prs-org|name-[a-z])\b"
_WORD = re.compile(_MASKED + r"|[a-z]++['’`] ?(?:t|s|m|re|ve|ll|d|am)\b|[^\W_]++(?:['’`][^\W_]+)*")
# What the pattern finds in most texts, those in ASCII, can be had by splitting at whatever is no letter,
# number or apostrophe, in a quarter of the time, around whatever is masked.
_MASK = re.compile(_MASKED.replace("|h", "|(?<![a-z0-9])h").replace("|(?:p", "|(?<![a-z0-9])(?:p"))
_SPLITS = bytes(code if chr(code).isalnum() else 32 for code in range(128)).ljust(256)
_SIGNS = ("#", "[", "<", "http", "prs-", "name-")
_PARTED = re.compile(r"'(?:[' ]|[^\W_]+')")
_PLAIN = re.compile(r"[^\W_]+")
_JOINED = str.maketrans("", "", "'’` ")
# How a placeholder's own words name its kind; whatever else was masked is a thing.
_KINDS = (
    ("name", "<name>"),
    ("person", "<name>"),
    ("prs", "<org>"),
    ("org", "<org>"),
    ("mail", "<email>"),
    ("phone", "<phone>"),
    ("url", "<link>"),
    ("link", "<link>"),
    ("http", "<link>"),
    ("address", "<address>"),
    ("location", "<address>"),
    ("card", "<number>"),
    ("bank", "<number>"),
    ("number", "<number>"),
    ("digit", "<number>"),
    ("id", "<id>"),
    ("code", "<id>"),
    ("date", "<date>"),
    ("duration", "<date>"),
    ("money", "<amount>"),
)
# Placeholders that stand as bare words. Of the second kind only capitals tell them from the word itself.
_BARE = {"alphanumericid": "<id>", "phonenumber": "<phone>", "creditcard": "<number>", "deviceid": "<id>"}
_CAPITALS = {"EMAIL": "<email>", "URL": "<link>"}


class Words:
    """The words of one text in order; `folded` is the text in lower case, letter for letter. Offsets cost a
    second pass and are taken when first asked for."""

    __slots__ = ("_places", "_spans", "folded", "norms", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = folded(text)
        self._spans: list[tuple[int, int]] = []
        self._places = _WORD.finditer(self.folded)
        self.norms = _cut(self.folded)
        if any(text.count(word) > text.count(f"#{word}#") for word in _CAPITALS):
            for at, (start, end) in enumerate(self.spans):
                self.norms[at] = _CAPITALS.get(text[start:end], self.norms[at])

    def __len__(self) -> int:
        return len(self.norms)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """Where each word stands in the text."""
        return self._spans_to(len(self.norms))

    def _spans_to(self, count: int) -> list[tuple[int, int]]:
        """The places of at least so many words, found as far as they are asked for."""
        found = self._spans
        if len(found) < count:
            found.extend([match.span() for match in islice(self._places, count - len(found))])
        return found

    def quote(self, first: int, last: int) -> tuple[str, int, int]:
        """The text from word `first` to word `last`, both in it, with its offsets."""
        spans = self._spans_to(last + 1)
        start, end = spans[first][0], spans[last][1]
        return self.text[start:end], start, end


def folded(text: str) -> str:
    """The text in lower case, letter for letter: a search in it costs half of one that minds no case."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    # A letter that grows when it is folded would shift every offset after it.
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _cut(folded: str) -> list[str]:
    plain = folded if folded.isascii() and "`" not in folded else folded.replace("’", "'").replace("`", "'")
    masked = any(sign in plain for sign in _SIGNS)
    if ("'" in plain and _PARTED.search(plain)) or (masked and not plain.isascii()):
        found: list[str] = _WORD.findall(folded)
        return [word if word.isalpha() and word not in _BARE else _normal(word) for word in found]
    words: list[str] = []
    at = 0
    if masked:
        for mask in _MASK.finditer(plain):
            words += _split(plain[at : mask.start()])
            words.append(_normal(mask.group()))
            at = mask.end()
    words += _split(plain[at:])
    if _BARE.keys().isdisjoint(words):
        return words
    return [_BARE.get(word, word) for word in words]


def _split(plain: str) -> list[str]:
    if not plain.isascii():
        return _PLAIN.findall(plain.replace("'", ""))
    return plain.encode("ascii").translate(_SPLITS, b"'").decode("ascii").split()


def _normal(word: str) -> str:
    if word in _BARE:
        return _BARE[word]
    if word[0] in "#[<" or word.startswith(("prs-", "name-", "http")):
        return next((kind for part, kind in _KINDS if part in word), "<thing>")
    return word.translate(_JOINED)
