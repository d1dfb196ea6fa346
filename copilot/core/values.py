"""Amounts, days, times and handles in a text as values: '$40' and 'forty dollars' are one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from copilot.core.stems import has_any


class Value(NamedTuple):
    """`kind` is amount, percent, day, date, clock, span, count, relative or handle.

    `key` is what is compared: two ways of saying one value have one key.
    """

    kind: str
    key: str
    start: int
    end: int


_UNITS = {
    word: number
    for number, word in enumerate(
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
            "sixteen seventeen eighteen nineteen"
        ).split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_NUMBER_WORD = (
    r"(?:(?:" + "|".join((*_UNITS, *_TENS, "hundred", "thousand")) + r")(?:[ -](?:and[ -])?(?=[a-z])(?:"
    r"" + "|".join((*_UNITS, *_TENS, "hundred", "thousand")) + r"))*)"
)
_DIGITS = r"\d{1,3}(?:[, ]\d{3})+(?:\.\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_NUMBER = rf"(?:{_DIGITS}|{_NUMBER_WORD})"
_CURRENCIES = {
    "$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "quid": "GBP",
}  # fmt: skip
_AMOUNT = re.compile(
    rf"(?P<sign>[$€£])\s?(?P<after>{_DIGITS})(?P<k>k\b)?"
    rf"|\b(?P<code>usd|eur|gbp|cad|aud)\s?(?P<coded>{_DIGITS})"
    rf"|\b(?P<number>{_NUMBER})\s?(?P<word>[$€£]|(?:us )?(?:dollars?|bucks?|euros?|pounds?|quid|usd|eur"
    rf"|gbp|cad|aud)\b)"
    rf"|\b(?P<cents>{_NUMBER})\s?(?:cents?|pence)\b"
    rf"|\b(?P<percent>{_NUMBER})\s?(?:%|percent\b|per cent\b)",
)
_WEEKDAYS = {
    "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6, "sunday": 7,
}  # fmt: skip
_DAY = re.compile(r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b")
_MONTH = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"\b(?P<year>\d{4})-(?P<isomonth>\d{2})-(?P<isoday>\d{2})\b"
    + r"|\b" + _MONTH.format("m1") + r"\.?\s(?:the\s)?(?P<d1>\d{1,2})(?:st|nd|rd|th)?\b(?!\s?(?:%|am|pm|:))"
    + r"|\b(?:the\s)?(?P<d2>\d{1,2})(?:st|nd|rd|th)?\s(?:of\s)?" + _MONTH.format("m2") + r"\b"
    + r"|\b(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/\d{2,4})?\b(?![\d%])"
    + r"|\bthe\s(?P<nth>\d{1,2})(?:st|nd|rd|th)\b"
)  # fmt: skip
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>am|pm|a\.m\.|p\.m\.)(?!\w)"
    r"|\b(?P<h24>[01]?\d|2[0-3]):(?P<m24>[0-5]\d)\b"
    rf"|\b(?P<oclock>\d{{1,2}}|{_NUMBER_WORD})\so'?clock\b"
    r"|\b(?P<name>noon|midnight)\b"
    rf"|\b(?P<part>half|(?:a )?quarter|{_NUMBER}) (?P<side>past|to) (?P<near>\d{{1,2}}|{_NUMBER_WORD})\b"
    r"(?! (?:business|working|minute|hour|day|week|month|time|dollar|euro|pound|percent|people|of)|%)"
    r"|\b(?:at|by|until|till|before|after|from) (?P<bare>(?:one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|"
    r"twelve)|\d{1,2})(?=[.,;!?]|$| (?:today|tomorrow|tonight|on|in the|sharp|and|or)\b)"
)
# 'No way to start a week' names no time.
_SPAN = re.compile(
    r"(?<!start )(?<!spend )(?<!ruin )"
    rf"\b(?P<low>{_NUMBER}|an?|half an|a couple of|a few)(?:\s?(?:-|–|to|or|and)\s?(?P<high>{_NUMBER}))?[\s-]"
    r"(?P<business>(?:business|working|work)[\s-])?(?P<unit>second|minute|min|hour|hr|day|night|week|month"
    r"|year)s?\b"
)
_RELATIVE = re.compile(
    r"\b(?:(?:later |earlier )?today|tonight|tomorrow|yesterday|(?:this|next|coming) (?:morning|afternoon"
    r"|evening|"
    r"weekend|week|month|year)|the weekend|(?:the )?end of (?:the )?(?:today|day|business|week|month)"
    r"|overnight|end of play)\b"
)
_COUNT = re.compile(rf"\b(?P<twice>twice)\b|\b(?P<times>{_NUMBER}) times\b")
_HANDLE = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|co|uk"
    r"|de|eu|info|app|"
    r"shop|example|test|biz|us|me)(?:/\S*)?\b|\+?\d(?:[\d\s().-]{5,}\d)"
    r"|#?\b(?=[\w-]*\d)(?=[\w-]*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*\b|#\d+|\b\d{4,}\b"
)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|k|x|g|am|pm|min|mins|hrs?|h|d|s|gb|mb|kg|cm|mm|km)\b")
_MINUTES = {
    "second": 1 / 60, "minute": 1.0, "min": 1.0, "hour": 60.0, "hr": 60.0, "day": 1440.0, "night": 1440.0,
    "week": 10080.0, "month": 43200.0, "year": 525600.0,
}  # fmt: skip
_FIGURES = (*"0123456789$€£%@", "www.", ".com", ".net", ".org", ".io", ".co", ".uk", ".example")
_WORDS = re.compile(r"[a-z]+")
# A text without a figure and without one of these words states no value of the kind.
_MONEY_WORDS = frozenset(
    (
        "dollar dollars buck bucks euro euros pound pounds quid usd eur gbp cad aud cent cents pence percent"
    ).split()
)
_SPAN_WORDS = frozenset(f"{unit}{plural}" for unit in _MINUTES for plural in ("", "s"))
_CLOCK_WORDS = frozenset({"noon", "midnight", *_UNITS, *_TENS})
_DAY_WORDS = frozenset(f"{day}{plural}" for day in _WEEKDAYS for plural in ("", "s"))
_RELATIVE_WORDS = frozenset(
    (
        "today tonight tomorrow yesterday overnight morning afternoon evening weekend week month year"
        " day business "
        "play"
    ).split()
)
_COUNT_WORDS = frozenset(("twice", "times"))
_TELLING = _COUNT_WORDS | _MONEY_WORDS | _SPAN_WORDS | _CLOCK_WORDS | _DAY_WORDS | _RELATIVE_WORDS


def number(words: str) -> float | None:
    """'1,200.50', 'forty', 'two hundred and five' as a number."""
    words = words.strip().lower()
    if words[:1].isdigit():
        plain = words.replace(" ", "")
        if re.fullmatch(r"\d+,\d{1,2}", plain):
            plain = plain.replace(",", ".")
        return float(plain.replace(",", ""))
    total = current = 0
    for word in re.split(r"[ -]+", words):
        if word in _UNITS or word in _TENS:
            current += _UNITS.get(word) or _TENS.get(word, 0)
        elif word == "hundred":
            current = max(current, 1) * 100
        elif word == "thousand":
            total, current = total + max(current, 1) * 1000, 0
        elif word != "and":
            return None
    return float(total + current)


def plain(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def values(text: str) -> list[Value]:
    """Every value that the text states, in order. Cheap for a text that states none."""
    low = text.lower().replace("’", "'")
    figures = has_any(low, _FIGURES)
    words = frozenset(_WORDS.findall(low))
    if not figures and _TELLING.isdisjoint(words):
        return []
    taken: list[tuple[int, int]] = []
    found: list[Value] = []
    for reader, telling in _READERS:
        if not figures and telling.isdisjoint(words):
            continue
        for value in reader(low):
            if not any(value.start < end and start < value.end for start, end in taken):
                found.append(value)
        taken.extend((value.start, value.end) for value in found[len(taken) :])
    return sorted(found, key=lambda value: value.start)


def _amounts(low: str) -> Iterator[Value]:
    for hit in _AMOUNT.finditer(low):
        place = hit.start(), hit.end()
        if hit["percent"]:
            share = number(hit["percent"])
            yield Value("percent", f"{plain(share or 0)}%", *place)
            continue
        words = hit["after"] or hit["coded"] or hit["number"] or hit["cents"]
        value = number(words)
        if value is None:
            continue
        if hit["k"]:
            value *= 1000
        if hit["cents"]:
            value /= 100
        unit = (hit["sign"] or hit["code"] or hit["word"] or "").removeprefix("us ").strip()
        yield Value("amount", f"{plain(value)} {_CURRENCIES.get(unit, unit.upper())}".strip(), *place)


def _dates(low: str) -> Iterator[Value]:
    for hit in _DATE.finditer(low):
        if hit["year"]:
            month, day = int(hit["isomonth"]), int(hit["isoday"])
        elif hit["a"]:
            month, day = int(hit["a"]), int(hit["b"])
        elif hit["nth"]:
            yield Value("date", f"day {int(hit['nth'])}", hit.start(), hit.end())
            continue
        else:
            name, day = (hit["m1"], int(hit["d1"])) if hit["m1"] else (hit["m2"], int(hit["d2"]))
            month = _MONTHS.index(name[:3]) + 1
        yield Value("date", f"{month}-{day}", hit.start(), hit.end())


def _clocks(low: str) -> Iterator[Value]:
    for hit in _CLOCK.finditer(low):
        place = hit.start(), hit.end()
        if hit["name"]:
            key = "12:00" if hit["name"] == "noon" else "0:00"
        elif hit["oclock"]:
            key = f"{plain(number(hit['oclock']) or 0)}:00"
        elif hit["near"]:
            key = _told(hit["part"], hit["side"], int(number(hit["near"]) or 0))
        elif hit["bare"]:
            key = f"{plain(number(hit['bare']) or 0)}:00"
        elif hit["h24"]:
            key = f"{int(hit['h24'])}:{hit['m24']}"
        else:
            hour = int(hit["hour"]) % 12 + (12 if hit["half"].startswith("p") else 0)
            key = f"{hour}:{hit['minute'] or '00'}"
        yield Value("clock", key, *place)


def _told(part: str, side: str, hour: int) -> str:
    """'half past six', 'twenty to seven' as hour and minute."""
    minutes = 30 if part == "half" else 15 if part.endswith("quarter") else int(number(part) or 0)
    hour, minutes = (hour, minutes) if side == "past" else (hour - 1, 60 - minutes)
    return f"{hour}:{minutes:02d}"


def _spans(low: str) -> Iterator[Value]:
    for hit in _SPAN.finditer(low):
        business = "business " if hit["business"] else ""
        place = hit.start(), hit.end()
        if hit["low"] in ("a", "an") and hit["unit"] in ("second", "minute", "min"):
            continue  # 'give me a minute' is a way of speaking
        if hit["low"] == "one" and hit["unit"] in ("second", "minute", "min") and not hit["high"]:
            continue
        for words in (hit["low"], hit["high"]):
            if words is None:
                continue
            vague = {"a": 1.0, "an": 1.0, "half an": 0.5, "a couple of": 2.0, "a few": 3.0}
            amount = vague.get(words) or number(words) or 0.0
            yield Value("span", f"{business}{plain(amount * _MINUTES[hit['unit']])} min", *place)
            place = place[0], place[1]


def _counts(low: str) -> Iterator[Value]:
    for hit in _COUNT.finditer(low):
        times = 2.0 if hit["twice"] else number(hit["times"]) or 0.0
        yield Value("count", f"{plain(times)} times", hit.start(), hit.end())


def _days(low: str) -> Iterator[Value]:
    for hit in _DAY.finditer(low):
        yield Value("day", hit[1], hit.start(), hit.end())


def _relatives(low: str) -> Iterator[Value]:
    for hit in _RELATIVE.finditer(low):
        yield Value("relative", hit[0].removeprefix("later ").removeprefix("the "), hit.start(), hit.end())


def _handles(low: str) -> Iterator[Value]:
    for hit in _HANDLE.finditer(low):
        if _ORDINAL.fullmatch(hit[0]):
            continue
        digits = re.sub(r"\D", "", hit[0])
        letters = re.search(r"[a-z]", hit[0])
        key = hit[0].rstrip(".,!?)").removeprefix("https://").removeprefix("http://").removeprefix("www.")
        yield Value("handle", key.strip("#/") if letters else digits, hit.start(), hit.end())


_NONE: frozenset[str] = frozenset()
# Each reader with the words that call for it where the text has no figure; the first to claim a place has it.
_READERS = (
    (_amounts, _MONEY_WORDS),
    (_dates, _NONE),
    (_spans, _SPAN_WORDS),
    (_clocks, _CLOCK_WORDS),
    (_counts, _COUNT_WORDS),
    (_days, _DAY_WORDS),
    (_relatives, _RELATIVE_WORDS),
    (_handles, _NONE),
)
