"""What a complaint is about, in one noun of theirs: said where the matter itself could not be made out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from copilot.core.customer_words import FEELING, KEPT_WAITING, TROUBLE, UNHEARD
from copilot.core.types import Turn

_WRONG = (TROUBLE, KEPT_WAITING, FEELING, UNHEARD)
# Things that customers come about. Said of the company's side as 'the', of theirs as 'your'.
_NOUNS = frozenset(
    """
    account aircraft airline app application appointment bag baggage bank battery bed bill bills boiler
    book booking broadband bus cable camera captcha car card cards chair charge charger charges claim
    coat coins computer connection console contract couch courier credit credits decision delivery
    deposit device discount document documents dress dresser driver e-book earbuds ebook engine engineer
    fee fees flight food fridge furniture game games headset hearing-aid heating hotel insurance
    internet invoice item items jacket kettle keyboard lamp laptop licence license limit limits loan
    login luggage machine meal membership meter mobile modem mouse network order orders outage oven
    package packs parcel parcels password payment payments phone players policy port portal ports
    premium prescription printer promotion quote reader receipt refund registration rent repair
    replacement report reservation reward rewards ring room rooms router screen seat seats server
    servers service shipment shoes shop signal sofa software speaker statement subscription suitcase
    system tablet tariff technician terminal ticket tickets toaster tracking train trains transaction
    transactions transfer trip tv update upgrade version visit voucher warranty washer watch water
    website wi-fi wifi
    """.split()
)
_OF = frozenset(("my", "our", "your", "the", "this", "that", "these", "those", "a", "an", "no", "any"))
# What is also a deed: 'it won't charge', 'to order'.
_DEEDS = frozenset("book charge deposit order repair transfer update upgrade visit".split())
_BEFORE_DEED = frozenset("t to not will can could would".split())
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*", re.I)
_SENTENCE = re.compile(r"[^.!?\n]+")
# What is said not to be it: 'I didn't say that it is the line'.
_NOT_IT = re.compile(
    r"\b(?:did(?:n['’]t| not) say|nothing to do with|(?:problem|issue|fault) (?:is|was)(?:n['’]t| not))\b",
    re.I,
)
_THEIRS = frozenset(("my", "our"))
# Before these a thing only says what kind of: 'the delivery driver', 'a card payment'.
_KINDS_OF = frozenset(
    """
    address addresses agent call calls centre center date dates department details device devices driver
    drivers guy guys holder line machine man men method name number numbers office page pages payment payments
    people person reader service shop store system team terminal time website
    """.split()
)
# What hardly names anything.
_VAGUE = frozenset("service services version visit bank policy portal".split())
# Named this near to what went wrong, in characters, a thing is what it is about.
_NEAR = 30
_ENOUGH = 3
# So many turns at either end are read: where it is first told, and where it stands.
_READ = 8


# 'the undue charging' has the trouble in its name.
_REMEDIES = "refunds?|replacement|compensation|credits?"
_OF_TROUBLE = re.compile(
    r"\b(?:no|not|\w+n['’]t|never|un(?!i)\w+|undue|wrong|broken|late|missing|delay\w*|lost|fail\w*|faulty|stolen"
    rf"|damaged|errors?|problems?|issues?|trouble|mistake|charging|bad|{_REMEDIES})\b",
    re.I,
)
_REMEDY = re.compile(rf"\b(?:{_REMEDIES})$", re.I)
_RELATED = re.compile(
    r" (?:that|which|who|where|when|with|for|from|on|in|of|at|by|being|not|never|to|and|or|is|are"
    r"|was|were|has|have|\w+n['’]t) "
)
_LONGEST_THING = 4
_NO_THINGS = frozenset("case time way day part side end question answer".split())


def topic(turns: Sequence[Turn]) -> str | None:
    """'your order', 'the server': the thing named most beside what went wrong, the first told if equal."""
    scores: dict[str, int] = {}
    theirs: set[str] = set()
    told = turns if len(turns) <= 2 * _READ else (*turns[:_READ], *turns[-_READ:])
    for turn in told:
        if turn.speaker != "customer":
            continue
        if _NOUNS.isdisjoint(_WORD.findall(turn.text.lower())):
            continue  # most turns, and cheap to know
        for sentence in _SENTENCE.findall(turn.text):
            named = _named(sentence)
            if not named or _NOT_IT.search(sentence):
                continue
            wrongs = [place for words in _WRONG for place in words.spans(sentence)]
            for noun, of, first, last in named:
                if of in ("any", "no"):
                    continue
                near = any(first - end < _NEAR and start - last < _NEAR for start, end in wrongs)
                scores[noun] = scores.get(noun, 0) + (_ENOUGH if near else 1)
                if of in _THEIRS:
                    theirs.add(noun)
    best = max(scores.items(), key=lambda item: item[1], default=("", 0))
    if best[1] < _ENOUGH:
        return None
    return f"{'your' if best[0] in theirs else 'the'} {best[0]}"


def _named(sentence: str) -> list[tuple[str, str, int, int]]:
    """The things named in a sentence: the noun, the word that says whose it is ('' if none), and where."""
    found: list[tuple[str, str, int, int]] = []
    of, since, before = "", 0, ""
    for word in _WORD.finditer(sentence):
        low = word[0].lower()
        deed = low in _DEEDS and before in _BEFORE_DEED
        before = low
        if found and low in _KINDS_OF and sentence[found[-1][3] : word.start()] == " ":
            found.pop()
        if low in _NOUNS and not deed and low not in _VAGUE:
            found.append((low, of, since if of else word.start(), word.end()))
        elif low == "washing" and of:
            continue  # 'my washing machine': the machine is theirs
        of, since = (low, word.start()) if low in _OF else ("", word.start())
    return found


def is_thing(noun: str) -> bool:
    """Whether customers come about such a thing."""
    return noun.lower() in _NOUNS - _VAGUE


def bare_thing(about: str) -> str | None:
    """The thing in a matter without what is wrong with it: 'the lamp' of 'the faulty lamp that dims'."""
    words = [word for word in _RELATED.split(about)[0].split() if not _OF_TROUBLE.fullmatch(word)]
    fits = (
        2 <= len(words) <= _LONGEST_THING
        and words[-1].lower() not in _NO_THINGS
        and words[0] in ("the", "your", "a", "an", "this")
    )
    if not fits or "wrong" in about.split() or not all(re.fullmatch(r"[\w'’-]*[^\W\d]+", w) for w in words):
        return None
    thing = " ".join(words)
    return None if _REMEDY.search(thing) else thing
