"""Made-up conversations with a postal address, British or American, typed or spoken, and look-alikes."""

from __future__ import annotations

import random
from typing import Literal

from copilot.core.types import Speaker
from evals.planting.numbers import tokens
from evals.planting.personal import PersonalCall, Said
from evals.planting.spoken import ONES, TEENS

Style = Literal["typed", "spoken"]
_STREETS = (
    "maple", "bramley", "old mill", "oak hill", "st john's", "victoria", "kestrel", "lower farm", "ninth",
    "wetherby", "castle", "juniper", "harbour view", "prospect", "whitcombe", "elm", "northgate", "sycamore",
)  # fmt: skip
_WAYS = {
    "uk": "road street close lane avenue crescent terrace drive gardens way court place grove rise".split(),
    "us": "street avenue drive lane court boulevard parkway circle trail way road place".split(),
}
_SHORT = {"street": "St", "avenue": "Ave", "road": "Rd", "drive": "Dr", "boulevard": "Blvd", "lane": "Ln"}
_WAYLESS = ("willowbank", "the maltings", "fairview", "the old rectory", "orchard side")
_TOWNS = {
    "uk": ("Leeds", "Ashford", "Kendal", "Swansea"),
    "us": ("Springfield, IL", "Boise, ID", "Austin, TX", "Dayton, OH"),
}
_SAID_TOWNS = {
    "uk": ("leeds", "ashford", "kendal", "swansea"),
    "us": ("springfield illinois", "boise idaho", "austin texas", "dayton ohio"),
}
_OUTWARD = ("SW4", "LS11", "M1", "TN24", "EH3", "B15", "LA9", "W1K")
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
_SMALL = dict(enumerate([*ONES, *TEENS]))
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ASK = (
    "What's the address it should have gone to?",
    "Can I take the first line of your address and the postcode?",
    "Could you confirm your delivery address for me?",
    "And the full address with the zip code, please?",
    "Where do you live, so that I can send the engineer?",
)
_TELL = (
    "I live at {}",
    "my address is {}",
    "it was meant to go to {}",
    "the delivery address is {} and I was in all day",
    "send the engineer to {} please",
)
_LEAD = ("", "", "it's ", "yes it's ", "sure, ", "okay so ", "erm ", "that would be ")
_OTHERS = (
    "I waited 3 weeks on the road to nowhere with you.",
    "5 people in our street have the same fault.",
    "It is a 2 hour drive to your nearest place.",
    "You were 10 minutes away and drove past.",
    "I have two close friends who left you over this.",
    "One way or another I want it back.",
    "There were 4 of them in the court of the hotel.",
    "I paid 250 pounds for two of them.",
    "You have sent it to my old address twice.",
    "My order {n8} never came.",
    "The van was here for five minutes at a quarter to nine.",
    "I rang on the 12th and again at 5 that day.",
    "Three different drivers, three different stories.",
    "I need it by the 30th, a week before we move.",
)
_TALK: tuple[tuple[Speaker, str], ...] = (
    ("customer", "Nobody told me anything and I had to chase it myself."),
    ("agent", "I can see why that is annoying, give me one moment."),
    ("agent", "Thank you, I will look into that at once."),
)


def _words(number: int) -> str:
    """A number below 200 as it is said."""
    if number >= 100:
        rest = f" and {_words(number - 100)}" if number > 100 else ""
        return f"a hundred{rest}"
    if number < 20:
        return _SMALL[number]
    tens = _TENS[number // 10 - 2]
    return tens if number % 10 == 0 else f"{tens} {_SMALL[number % 10]}"


def _house(rng: random.Random, style: Style) -> str:
    number = rng.randrange(1, 200)
    if style == "typed":
        return f"{number}{rng.choice(('', '', '', 'a', 'B'))}"
    return _words(number) + rng.choice(("", "", "", " a"))


def _street(rng: random.Random, land: str, style: Style) -> tuple[str, str]:
    """The first line, and the name in it."""
    house = _house(rng, style)
    if rng.random() < 0.1:
        name = rng.choice(_WAYLESS)
        line = f"{house} {name}"
    else:
        name, way = rng.choice(_STREETS), rng.choice(_WAYS[land])
        if style == "typed" and rng.random() < 0.3:
            way = _SHORT.get(way, way)
        line = f"{house} {name} {way}"
    flat = rng.choice(("flat", "apartment", "unit")) if rng.random() < 0.2 else ""
    if flat:
        inner = str(rng.randrange(1, 60)) if style == "typed" else _words(rng.randrange(1, 60))
        line = f"{flat} {inner}, {line}" if style == "typed" else f"{flat} {inner} {line}"
    return (line.title() if style == "typed" and rng.random() < 0.7 else line), name


def _code(rng: random.Random, land: str, style: Style) -> tuple[str, tuple[str, ...]]:
    """The postcode or zip as it is written or said, and what of its letters must not be shown."""
    if land == "us":
        digits = str(rng.randrange(10_000, 99_999))
        return (digits if style == "typed" else " ".join(tokens(rng, "singly", digits)[0])), ()
    outward, inward = rng.choice(_OUTWARD), rng.choice(_INWARD) + rng.choice(_INWARD)
    digit = rng.randrange(1, 10)
    if style == "typed":
        written = f"{outward}{rng.choice((' ', ' ', ''))}{digit}{inward}"
        return (written if rng.random() < 0.6 else written.lower()), (f"{digit}{inward}".lower(),)
    spelled = [_SMALL[int(c)] if c.isdigit() else c.lower() for c in f"{outward}{digit}"]
    last = f"double {inward[0].lower()}" if inward[0] == inward[1] else " ".join(inward.lower())
    return f"{' '.join(spelled)} {last}", (f" {last} ",)


def _pieces(rng: random.Random, style: Style) -> tuple[list[str], tuple[str, ...]]:
    land = rng.choice(("uk", "us"))
    if rng.random() < 0.05:
        box = rng.randrange(100, 9_999)
        said = (
            f"PO Box {box}" if style == "typed" else "p o box " + " ".join(tokens(rng, "singly", str(box))[0])
        )
        return [said], ()
    line, name = _street(rng, land, style)
    code, letters = _code(rng, land, style)
    town = rng.choice((_TOWNS if style == "typed" else _SAID_TOWNS)[land])
    if style == "typed":
        return [f"{line}, {town} {code}"], (name, *letters)
    pieces = [line, f"{town} {code}"] if rng.random() < 0.7 else [line, town, code]
    return ([" ".join(pieces)] if rng.random() < 0.4 else pieces), (name, *letters)


def conversation(rng: random.Random) -> PersonalCall:
    """One conversation: talk, look-alikes, and one address told or asked for, in one piece or several."""
    style: Style = rng.choice(("typed", "spoken"))
    said, secrets = _pieces(rng, style)
    fragments: list[Said] = []

    def other() -> None:
        number = rng.randrange(10_000_000, 99_999_999)
        fragments.append(Said("customer", rng.choice(_OTHERS).format(n8=number), "other"))

    for _ in range(rng.randrange(3)):
        fragments.append(Said(*rng.choice(_TALK)))
    for _ in range(rng.randrange(3)):
        other()
    if len(said) == 1 and rng.random() < 0.5:
        fragments.append(Said("customer", rng.choice(_TELL).format(said[0]), "address"))
    else:
        fragments.append(Said("agent", rng.choice(_ASK)))
        for nth, part in enumerate(said):
            fragments.append(Said("customer", (rng.choice(_LEAD) if nth == 0 else "") + part, "address"))
            if rng.random() < 0.4:
                fragments.append(Said("agent", rng.choice(("mm-hm", "okay", "go on", "got it"))))
    if rng.random() < 0.3:
        fragments.append(Said("agent", f"So that's {' '.join(said)}, is that right?", "address"))
    other()
    return PersonalCall("address", style, secrets, fragments)
