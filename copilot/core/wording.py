"""How what is known at a moment is worded, so that it reads right where a phrase names it."""

from __future__ import annotations

import re

from copilot.core.types import Fact, Moment, Remedy

_SLOT = re.compile(r"\{(\w+)\}")
_PERSON_NAME = re.compile(r"[^\W\d_]+(?:[.'’ -]{1,2}[^\W\d_]+)*\.?")
# What stands where a name is missing.
_NOBODY = frozenset(
    {"guest", "customer", "user", "visitor", "anonymous", "unknown", "client", "caller", "none", "test"}
)
_TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "madam"})
_PLAIN = re.compile(r"[\w $€£%.,'’&/+-]+")
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|i've|my|me|mine|we|our|us)\b", re.I)
_NUMBER_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
# How many turns back they are asked for what they said.
_LATE = 24
_MOST_MENTIONED = 5
_VERB = re.compile(
    r"(?:refund|replace|send|waive|credit|cancel|extend|upgrade|give|offer|remove|reverse|reship|resend"
    r"|repair|fix|exchange|reimburse|"
    r"apply|add|pay|book|arrange|set|put|move|reset|reopen|unlock|transfer|have|ship|cover)\b",
    re.I,
)
_OF_THE_PAST = re.compile(
    r"last|previous|missed|sent|since|was|earlier|created|opened|purchase|past|ordered|paid"
)
_APPOINTED = re.compile(r"visit|appointment|technician|engineer|slot")
_CLOCK_IN_DAY = re.compile(r"\b(?:between|from|at)\b")
_OF_NEXT_STEP = re.compile(
    r"callback|call_back|update|response|reply|answer|resolution|repair|delivery|eta|arriv|refund|review|"
    r"turnaround|appointment|slot|technician|engineer|visit|replacement|restor|next|follow|expected|sla|processing"
)
_PREPOSITION = re.compile(
    r"(?:within|by|on|in|before|at|until|after|tomorrow|today|tonight|this|next|later)\b", re.I
)
_SPAN = re.compile(
    r"(?:\d+|one|two|three|four|five|six|seven|ten|twelve|a|an)(?:\s*(?:-|–|to|or)\s*\w+)?\s+"
    r"(?:business |working )?(?:minute|hour|day|week|month)s?\b",
    re.I,
)
_SUFFERED_BEFORE = re.compile(
    r"\b(?:for|wait(?:ed|ing)?|been|took|takes|taken|already|after|since|spent|wasted|lost|almost|over"
    r"|nearly|than|another|last|past)"
    r"(?: (?:me|us|the|an?|about|almost|over|nearly|past|last|more|than|now|already|like|around|some|good"
    r"|whole|full|at|least)){0,3}\s*$",
    re.I,
)
_SUFFERED_AFTER = re.compile(
    r"\s*(?:now|already|(?:and|but|with) (?:still|no|nothing|nobody)|on hold|late|overdue|wait|without"
    r"|of (?:my|waiting)|trying|later)",
    re.I,
)
_LONG_AGO = re.compile(r"\bless than (?:an? )?\||\|\s*ago\b", re.I)
_TOLD = re.compile(
    r"\b(?:told|said|says?|promised|supposed|meant|scheduled|planned|due|expected|by|for|deliver(?:y|ed)?)\b[^.!?]*$",
    re.I,
)
_WEEKDAY = re.compile(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.I)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")
_CLOCK = re.compile(r"\d{1,2}(?::\d{2})?\s*(?:am|pm)?$", re.I)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
# A sentence does not begin with a figure.
_FIRST_NUMBER = re.compile(r"(^|[.!?] )([1-9]|10)(?= [a-z])")
_DETERMINERS = frozenset({"a", "an", "the", "your", "one", "two", "free", "our", "this", "half", "up"})
_NOUN = re.compile(
    r"(?:full |partial |store |account |bill |goodwill )?"
    r"(?:refund|replacement|credit|discount|voucher|upgrade|extension|waiver|repair|exchange|"
    r"reimbursement|compensation)(?:$| (?:of|for|to|on|within|at|up|with|as|by)\b)",
    re.I,
)
# A verb of its own, or somebody who acts: no noun phrase.
_CLAUSE = re.compile(
    r"\b(?:comes?|goes|is|are|will|gets?|we|you|i|it|they|can|has|have|does|stays?|arrives?)\b", re.I
)
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "CAD": "$", "AUD": "$"}


def slots_in(text: str) -> tuple[str, ...]:
    return tuple(_SLOT.findall(text))


def fill(text: str, slots: dict[str, str]) -> str:
    """The phrase with its slots filled, its sentences begun with a capital. KeyError if one is missing."""
    filled = _SLOT.sub(lambda found: slots[found.group(1)], text)
    filled = re.sub(r"\s+", " ", filled).strip()
    filled = re.sub(r"\b([Aa])n? (?=(\w+))", lambda found: article(found[2], found[1]) + " ", filled)
    filled = _FIRST_NUMBER.sub(lambda found: found[1] + _NUMBER_WORDS[int(found[2])], filled)
    filled = re.sub(r"([.!?])(?:\1|[.,])(?=\s|$)", r"\1", filled)
    return re.sub(r"(^|[.!?] )([a-zà-ÿ])", lambda found: found[1] + found[2].upper(), filled)


def article(word: str, letter: str = "a") -> str:
    """'a' or 'an' for the word that follows, by its sound."""
    low = word.lower()
    if re.match(r"(?:hour|honest|honour|honor|heir)", low) or re.match(r"(?:8|11|18)(?!\d)|8\d", low):
        vowel = True
    elif re.match(r"(?:uni(?!n|m)|use|usu|eu|one|once|ubi|uti)", low):
        vowel = False
    else:
        vowel = low[:1] in "aeiou"
    return letter + ("n" if vowel else "")


def mentioned(kind: str, moment: Moment) -> str | None:
    """What they said of a kind, where it is plain and short enough to be said back."""
    said = moment.reading.mentions.get(kind, "").strip()
    return said if said and _PLAIN.fullmatch(said) and len(said.split()) <= _MOST_MENTIONED else None


def is_time(by: str | None) -> bool:
    """A time that can be said again: not 'as soon as I have this', nor what was over in two minutes."""
    if by is None or _PREPOSITION.match(by) is None:
        return False
    return _FIRST_PERSON.search(by) is None and re.search(r"second|minute|moment", by) is None


def first_name(name: str | None) -> str | None:
    """How one addresses them: the first name, or title and family name; None for what is no name."""
    if name is None or not _PERSON_NAME.fullmatch(name.strip()) or len(name) > 40:
        return None
    parts = name.split()
    if len(parts[0].rstrip(".")) < 2 or parts[0].lower() in _NOBODY:
        return None
    if parts[0].rstrip(".").lower() in _TITLES:
        return f"{parts[0]} {parts[-1]}" if len(parts) > 1 else None
    return parts[0][0].upper() + parts[0][1:] if len(parts[0]) > 1 else None


def wishes(wish: str | None) -> dict[str, str | None]:
    """What they want done, or what they want to hear about ('know more about credits')."""
    about = wish is not None and wish.startswith(("know ", "learn ", "understand ", "find out "))
    return {"interest": wish} if about else {"wish": wish}


def suffered(duration: str, moment: Moment) -> bool:
    """They speak of a time that they waited or put in, not of a contract's length or of how long ago."""
    for turn in moment.turns[-_LATE:]:
        place = turn.text.find(duration) if turn.speaker == "customer" else -1
        if place >= 0:
            before = turn.text[max(0, place - 30) : place]
            after = turn.text[place + len(duration) : place + len(duration) + 30]
            waited = _SUFFERED_BEFORE.search(before) or _SUFFERED_AFTER.match(after)
            return bool(waited) and not _LONG_AGO.search(f"{before}|{after}")
    return False


def promised_day(day: str, moment: Moment) -> bool:
    """They speak of a day that they were told, and not of any day."""
    for turn in moment.turns[-_LATE:]:
        place = turn.text.find(day) if turn.speaker == "customer" else -1
        if place >= 0 and _TOLD.search(turn.text[max(0, place - 60) : place]):
            return True
    return False


def capitalised_day(words: str) -> str:
    return " ".join(word.capitalize() if _WEEKDAY.match(word) else word for word in words.split())


def times(count: int | None) -> str | None:
    if count is None or not 1 <= count <= 10:
        return None
    return {1: "once", 2: "twice"}.get(count, f"{_NUMBER_WORDS[count]} times")


def ordinal(contacts: int | None) -> str | None:
    """Which contact this one is, after so many earlier ones."""
    return _ORDINALS[contacts] if contacts is not None and 1 <= contacts < len(_ORDINALS) else None


def promise_time(facts: tuple[Fact, ...]) -> str | None:
    """The time by which something happens next, where the context names one: 'by Friday'."""
    for fact in facts:
        name = re.sub(r"\W+", "_", fact.name.lower())
        if _OF_NEXT_STEP.search(name) and not _OF_THE_PAST.search(name):
            worded = as_time(str(fact.value).strip(), name)
            if worded:
                return worded
    return None


def as_time(value: str, name: str = "") -> str | None:
    if not value or not _PLAIN.fullmatch(value.replace(":", "")) or len(value.split()) > 7:
        return None
    if iso := _ISO_DATE.match(value):
        return f"by {_MONTHS[int(iso[2]) - 1]} {int(iso[3])}" if 1 <= int(iso[2]) <= 12 else None
    if _PREPOSITION.match(value):
        return value[0].lower() + value[1:]
    if _SPAN.match(value):
        return f"within {value}"
    if not value.isdigit():
        dated = _WEEKDAY.match(value) or value.split()[0] in _MONTHS or _CLOCK.match(value)
        if dated and (_CLOCK_IN_DAY.search(value) or _APPOINTED.search(name)):
            return f"on {value}" if not _CLOCK.match(value) else f"at {value}"
        return f"by {value}" if dated else None
    if unit := re.search(r"(minute|hour|day|week)s?(?:_|$)", name):
        return f"within {value} {unit[1]}{'' if value == '1' else 's'}"
    return None


def relevant_fact(facts: tuple[Fact, ...], moment: Moment) -> str | None:
    """The fact that the customer's last words ask about, as a clause: 'the return window is 30 days'."""
    if not facts:
        return None
    said = next((turn.text for turn in reversed(moment.turns) if turn.speaker == "customer"), "").lower()
    asked = set(re.findall(r"[a-z]{4,}", said))
    best: tuple[int, str] | None = None
    for fact in facts:
        words = re.sub(r"[\W_]+", " ", fact.name.lower()).strip()
        shared = len(asked & set(words.split()))
        value = str(fact.value).strip()
        plain = bool(_PLAIN.fullmatch(value.replace(":", ""))) and len(value.split()) <= 8
        if shared and plain and not isinstance(fact.value, bool) and (best is None or shared > best[0]):
            verb = "are" if words.endswith("s") and not words.endswith(("ss", "us")) else "is"
            best = (shared, f"the {words} {verb} {value}")
    return best[1] if best else None


# --- remedies ---------------------------------------------------------------------------------------


def next_remedy(moment: Moment) -> Remedy | None:
    """The first allowed remedy that was not proposed yet."""
    proposed = " ".join(offer.text.lower() for offer in moment.reading.offers)
    for remedy in moment.opening.context.allowed_remedies:
        if not _mentions(proposed, remedy):
            return remedy
    return None


def _mentions(text: str, remedy: Remedy) -> bool:
    if remedy.wording and remedy.wording.lower() in text:
        return True
    return any(word[:6] in text for word in re.findall(r"[a-z]{4,}", remedy.kind.lower().replace("_", " ")))


def remedy_noun(remedy: Remedy) -> str | None:
    """The remedy as a noun phrase; None where its wording is a deed ('waive the fee') or a whole clause."""
    if not remedy.wording:
        kind = remedy.kind.replace("_", " ").replace("-", " ").strip().lower()
        return f"{article(kind)} {kind}{_up_to(remedy)}"
    words = remedy.wording.strip(" .")
    words = words[0].lower() + words[1:] if words.split()[0] in ("A", "An", "The", "Your", "One") else words
    if _CLAUSE.search(words) or words.endswith("ed"):
        return None
    first = words.split()[0].lower()
    if first in _DETERMINERS or first[0].isdigit():
        return words
    return f"{article(words)} {words}" if _NOUN.match(words) else None


def remedy_deed(remedy: Remedy) -> str | None:
    """The remedy as what follows 'I can': 'offer you a refund', 'waive the late fee'; None for a clause."""
    noun = remedy_noun(remedy)
    if noun is not None:
        return f"offer you {noun}"
    words = (remedy.wording or "").strip(" .")
    deed = _VERB.match(words) and not _CLAUSE.search(words)
    return words[0].lower() + words[1:] if deed else None


def remedy_line(remedy: Remedy) -> str | None:
    """The wording as it stands, for a phrase that only announces it."""
    words = (remedy.wording or "").strip(" .")
    if not words:
        return None
    first = words.split()[0]
    return words if len(first) > 1 and first.isupper() else words[0].lower() + words[1:]


def _up_to(remedy: Remedy) -> str:
    if remedy.limit is None:
        return ""
    number = f"{remedy.limit:.2f}".removesuffix(".00")
    if remedy.currency:
        sign = _SIGNS.get(remedy.currency.upper())
        return f" of up to {sign}{number}" if sign else f" of up to {number} {remedy.currency.upper()}"
    if remedy.unit in ("percent", "%"):
        return f" of up to {number}%"
    return f" of up to {number} {remedy.unit}" if remedy.unit else ""


def remedy_terms(remedy: Remedy) -> str | None:
    """The condition as a clause that may follow the offer."""
    if not remedy.conditions:
        return None
    words = remedy.conditions.strip(" .")
    return words[0].lower() + words[1:] if words[:2].istitle() else words
