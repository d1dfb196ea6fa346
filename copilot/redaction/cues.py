"""The words that say what a number is: a card, its code, its expiry, or something else altogether."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from copilot.redaction.numbers import Run

CueKind = Literal["card", "code", "expiry", "other", "mask"]

# A noun that a number of 6 to 12 digits belongs to; with 'number' and the like it asks for one.
_THINGS = (
    "orders?|reference|ref|tracking|consignment|shipment|delivery|parcel|phone|mobile|telephone|contact|"
    "callback|cell|landline|fax|account|acct|invoice|receipt|tickets?|case|booking|reservation|confirmation|"
    "customer|client|member|membership|policy|claim|serial|model|part|product|item|flight|meter|licence|"
    "license|passport|transaction|extension|employee|complaint|incident|registration|loyalty|home|work|office"
)
_CUES = re.compile(
    r"(?P<mask>\[(?:card|code|expiry|digits|(?:email|phone|bank|id|address)(?: \d)?)\])|\b(?:"
    r"(?P<code>(?:cvv|cvc|cvn|csc)2?|c[. ]{1,2}v[. ]{1,2}[vc]|security[\s-]{1,3}(?:code|number|digits)|"
    r"(?:verification|validation) (?:value|code)|card code|"
    r"(?:three|3|four|4)[\s-]{1,2}digits?(?: code| number)?(?: on the (?:back|front|card)| at the back)|"
    r"(?:three|3)[\s-]{1,2}digits?(?: code| number)?|(?:last )?(?:three|3) (?:numbers )?on the back|"
    r"(?:code|digits|numbers?) (?:on|at|from) the back|back of (?:the|your|my) card|signature strip|"
    r"pin(?: number| code)?)|"
    r"(?P<expiry>expir(?:es|e|y|ing|ation|ed)(?: date)?|exp(?: date)?|valid (?:until|thru|through|till|to)|"
    r"good (?:thru|through|until)|end date)|"
    r"(?P<strong>(?:card|visa|mastercard|amex|debit|credit)(?:'s)? (?:numbers?|no|num|details|digits)|"
    r"long (?:card )?(?:number|digits)|"
    r"(?:thirteen|fifteen|sixteen|nineteen|13|15|16|19)[\s-]{1,2}(?:digits?|numbers?)|"
    r"(?:number|digits|numbers) (?:on|across|off) (?:the|your|my) (?:front|card)|"
    r"front of (?:the|your|my) card)|"
    r"(?P<card>cards?|visa|master ?card|amex|american express|maestro|debit|credit card|discover card|"
    r"diners)|"
    rf"(?P<asked>(?:{_THINGS})(?:'s)? (?:numbers?|no|id|code|reference|ref)|date of birth|dob|post ?code|"
    r"zip(?: code)?|sort code|reference|ref|tracking|imei|iban|vin)|"
    rf"(?P<other>{_THINGS}|call|ring|reach|date|born|birthday|amount|total|sku|id|isbn|subscription|offer|voucher|"
    r"coupon|warranty|contract|plan|trial|quote|gift)"
    r")\b"
)


# Where a cue can start: a bare numeral only where it counts digits.
_WORDS = re.compile(r"(?:13|15|16|19|3|4)(?=[\s-]{1,2}(?:digit|number))|[a-z]+|\[")
_FIRST = (
    frozenset(
        re.findall(
            r"\S+",
            """
    [ cvv cvc cvn csc c security verification validation card three four last code digits numbers number
    back signature pin expires expire expiry expiring expiration expired exp valid good end visa
    mastercard amex debit credit long thirteen fifteen sixteen nineteen 13 15 16 19 3 4 front cards
    master american maestro discover diners date dob post postcode zip sort imei iban vin call ring
    reach born birthday amount total sku id isbn subscription offer voucher coupon warranty contract
    plan trial quote gift order
    """,
        )
    )
    | frozenset(_THINGS.replace("?", "").split("|"))
    | {"ticket"}
)
_COUNTED = re.compile(r"\d[\s-]{1,2}(?:digit|number)")
# How far a cue reaches, and how far before its cue a number may stand, in characters that are no number.
_REACH, _BEFORE = 100, 30


class Cue(NamedTuple):
    """A word or two that tell what a number near it is; `strong` ones speak of a number themselves."""

    start: int
    end: int
    kind: CueKind
    strong: bool


def find(low: str) -> list[Cue]:
    """The cues of a folded text in order. Placeholders are cues of the kind 'mask'."""
    cues: list[Cue] = []
    reached = 0
    for word in _WORDS.finditer(low):
        if word[0] not in _FIRST or word.start() < reached:
            continue
        match = _CUES.match(low, word.start())
        if match is None:
            continue
        name = match.lastgroup
        start, end = match.span()
        reached = end
        match name:
            case "strong":
                cues.append(Cue(start, end, "card", True))
            case "card":
                cues.append(Cue(start, end, "card", False))
            case "asked":
                cues.append(Cue(start, end, "other", True))
            case "other":
                cues.append(Cue(start, end, "other", False))
            case "mask":
                cues.append(Cue(start, end, "mask", low.startswith("[code]", start)))
            case "expiry":
                cues.append(Cue(start, end, "expiry", True))
            case _:
                cues.append(Cue(start, end, "code", True))
    return cues


def present(low: str, said: frozenset[str]) -> bool:
    """Whether a folded text, whose words are `said`, may hold a cue at all."""
    return not _FIRST.isdisjoint(said) or "[" in low or _COUNTED.search(low) is not None


def sweep(runs: list[Run], cues: list[Cue]) -> Iterator[tuple[int, Run | Cue]]:
    """Numbers and cues in order of place, each with the gap that lies before it.

    Gaps and not places measure how near a cue is, so that a masked text is read like the one it came from.
    """
    at = 0
    items: list[Run | Cue] = sorted([*runs, *cues], key=lambda item: item.start)
    for item in items:
        yield max(0, item.start - at), item
        at = max(at, item.end)


def outside(runs: list[Run], cues: list[Cue]) -> list[Run]:
    """The numbers that are not part of a cue ('the last three on the back')."""
    if not cues or not runs:
        return runs
    spans = iter(cues)
    cue: Cue | None = next(spans)
    kept = []
    for run in runs:
        while cue is not None and cue.end <= run.start:
            cue = next(spans, None)
        if cue is None or run.start < cue.start or run.end > cue.end:
            kept.append(run)
    return kept


def owners(runs: list[Run], cues: list[Cue]) -> list[Cue | None]:
    """For each number the cue that says what it is: the nearest before it, else one right after it."""
    owner: Cue | None = None
    distance = 0
    found: list[Cue | None] = []
    waiting = False
    for gap, item in sweep(runs, cues):
        distance += gap
        if isinstance(item, Run):
            found.append(owner if owner is not None and distance <= _REACH else None)
            waiting = found[-1] is None
            continue
        if waiting and gap <= _BEFORE and item.kind in ("card", "other"):
            found[-1] = item
        waiting = False
        if item.kind in ("card", "other"):
            owner, distance = item, 0
    return found
