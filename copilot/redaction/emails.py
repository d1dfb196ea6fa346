"""E-mail addresses: typed, said ('jane dot doe at gmail dot com'), spelled, and in parts once asked for."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.function_words import ENGLISH

_DOTS = r"(?:\.[\w-]{1,63}+| \. ?[\w-]{1,63}+| dot [\w-]{1,63}+)"
# With a space at the sign it may be somebody's handle: an address has a dot in its second part.
_TYPED = re.compile(
    rf"(?<![\w.+%'-])[\w.+%'-]{{1,64}}+"
    rf"(?:@[\w-]{{1,63}}+{_DOTS}{{0,4}}+| ?@ ?[\w-]{{1,63}}+{_DOTS}{{1,4}}+)"
)
_PROVIDERS = (
    "gmail|g mail|googlemail|hotmail|hot mail|outlook|yahoo|icloud|i cloud|protonmail|proton|aol|btinternet|"
    "live|msn|gmx|sky|mail"
)
_DOT = r"(?:\s(?:dot|point|period)\s|\s?\.\s?)"
_ENDS = "com|org|net|edu|gov|io|co|uk|us|ca|au|de|fr|es|it|nl|ie|eu|info|biz|me|in|ai|app|dev|email|mil"
_DOMAIN = (
    rf"(?:(?:{_PROVIDERS})\b(?:{_DOT}(?:{_ENDS})\b){{0,2}}+"
    rf"|(?:[\w-]{{1,63}}+\s){{1,8}}?(?:dot|point|period)\s[a-z]{{2,10}}(?:\s(?:dot|point|period)\s[a-z]{{2,3}})?\b"
    rf"|[\w-]{{1,63}}+\.(?:{_ENDS})(?:\.(?:{_ENDS}))?\b)"
)
_SAID = re.compile(rf"(?<![\w'])at(?: sign| symbol)?\s(?!(?:the|a|my|your|this|that|home|work)\s){_DOMAIN}")
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[._+@-]")
_JOINTS = frozenset("dot point period underscore dash hyphen minus plus at . _ + - @".split())
_STOPS = frozenset(
    """
    is it's its it my the a an e email emails mail address addresses to me us on yes yeah yep ok
    okay so and um uh er erm sure that that's thats you can reach use send sent write from with
    under i i'm we have has for please be was were hello hi no not this here get got will would
    should your their his her in by then contact confirmation account there which what read reading
    all lower case lowercase capital word thank thanks cheers great perfect fine good lovely works bye
    goodbye just now one second moment wait sorry pardon course right alright then let check know
    """.split()
)
# A sign of an address has letters or digits right at both sides; what stands between '#' or in brackets is
# somebody's stand-in for a word.
_INSIDE = re.compile(r"[^\W_].[^\W_]")
_BLANK = re.compile(r"[#\[<{]\w+[#\]>}]")
# An answer that is nothing but a name holds no other sign.
_PLAIN = re.compile(r"[\w\s'’.,!]{1,80}")
_SPOKEN_DOTS = frozenset(("dot", "point", "period"))
_NUMBERS = frozenset(
    """
    oh zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety double triple
    """.split()
)
_REACH = 14
_FEW = 4


class _Word(NamedTuple):
    text: str
    start: int
    end: int


def present(low: str) -> bool:
    """Whether a folded text may hold an address without anybody having asked for one."""
    return "@" in low or (" at " in f" {low}" and _SAID.search(low) is not None)


def find(low: str) -> list[tuple[int, int, str]]:
    """The addresses of a folded text: start, end, and the address as it would be typed."""
    found = [(m.start(), m.end(), _typed(m[0])) for m in _TYPED.finditer(low)] if "@" in low else []
    if " at " not in f" {low}":
        return found
    for match in _SAID.finditer(low):
        if any(start < match.end() and match.start() < end for start, end, _ in found):
            continue
        start = _begin(low, match.start())
        if start < match.start():
            found.append((start, match.end(), _typed(low[start : match.end()])))
    return sorted(found)


def _begin(low: str, at: int) -> int:
    """Where the part before the 'at' begins: names, letters and digits, what joins them, no other words."""
    words = [_Word(m[0], m.start(), m.end()) for m in _TOKEN.finditer(low, max(0, at - 160), at)][-_REACH:]
    start, plain = at, 0
    for place in range(len(words) - 1, -1, -1):
        word = words[place]
        joined = place + 1 < len(words) and words[place + 1].text in _JOINTS
        if word.text in _JOINTS or word.text in _NUMBERS or len(word.text) == 1 or word.text.isdigit():
            if word.text in (".", "-") and not joined and low[word.end : word.end + 1] == " ":
                break  # the end of a sentence
        elif word.text in _STOPS:
            break
        else:
            plain += not joined
            if plain > 2:
                break
        start = word.start
    return start


def parts(low: str, *, answer: bool) -> list[tuple[int, int]]:
    """Stretches that are part of an address, in a text that was asked for one or goes on with it.

    `answer` says that the whole text may be nothing but the name before the 'at'.
    """
    words = [_Word(m[0], m.start(), m.end()) for m in _TOKEN.finditer(low)]
    marked = [False] * len(words)
    for place, word in enumerate(words):
        if word.text in _JOINTS and _joins(low, words, place):
            for near in (place - 1, place, place + 1):
                if 0 <= near < len(words) and (words[near].text not in _STOPS or near == place):
                    marked[near] = True
        elif (word.text in _NUMBERS and place and marked[place - 1]) or (
            len(word.text) == 1 and _spelled(words, place)
        ):
            marked[place] = True
    if answer and not any(marked) and _PLAIN.fullmatch(low):
        for place in _name(words):
            marked[place] = True
    return _stretches(words, marked)


def _name(words: list[_Word]) -> range:
    """Where a bare name stands among words that only lead up to it: 'it's jane doe'."""
    names = [place for place, word in enumerate(words) if word.text not in _STOPS | _JOINTS]
    if not 0 < len(names) <= _FEW or names[-1] - names[0] >= len(names):
        return range(0)
    texts = {words[place].text for place in names}
    said = texts <= _NUMBERS or not ENGLISH.isdisjoint(texts)
    return range(0) if said else range(names[0], names[-1] + 1)


def _joins(low: str, words: list[_Word], place: int) -> bool:
    """Whether 'dot' and the like stand between two parts: a full stop and a plain 'at' do not."""
    word = words[place]
    if word.text == "-":
        return False  # 'mm-hm'
    if word.text in (".", "_", "+", "@"):
        inside = _INSIDE.fullmatch(low, max(0, word.start - 1), word.end + 1) is not None
        return inside and not _BLANK.match(low, low.rfind(" ", max(0, word.start - 80), word.start) + 1)
    if word.text != "at":
        near = {words[beside].text for beside in (place - 1, place + 1) if 0 <= beside < len(words)}
        return not near <= _NUMBERS  # 'four point three' is no address
    after = [near.text for near in words[place + 1 : place + 6]]
    if not after or after[0] in _PROVIDERS.split("|"):
        return bool(after)
    dots = (here for here, text in enumerate(after[:4]) if here and text in _SPOKEN_DOTS)
    return any(after[here + 1 : here + 2] and after[here + 1] not in _NUMBERS for here in dots)


def _spelled(words: list[_Word], place: int) -> bool:
    near = [word.text for word in words[max(0, place - 2) : place + 3]]
    return sum(len(text) == 1 and text.isalnum() for text in near) >= 3


def _stretches(words: list[_Word], marked: list[bool]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    last = False
    for word, is_part in zip(words, marked, strict=True):
        if is_part and last:
            found[-1] = (found[-1][0], word.end)
        elif is_part:
            found.append((word.start, word.end))
        last = is_part
    return found


def _typed(said: str) -> str:
    """An address as it would be typed: 'jane dot doe at gmail dot com' is jane.doe@gmail.com."""
    words = [_SIGNS.get(word, word) for word in _TOKEN.findall(said)]
    return "".join(words)


_SIGNS = {
    "dot": ".", "point": ".", "period": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-",
    "plus": "+", "at": "@", "sign": "", "symbol": "",
}  # fmt: skip
