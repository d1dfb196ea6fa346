"""Made-up conversations with phone numbers, e-mail addresses, bank and national numbers, and look-alikes."""

from __future__ import annotations

import itertools
import random
from typing import Literal, NamedTuple

from copilot.core.types import Speaker
from evals.planting.numbers import tokens

Kind = Literal["phone", "email", "bank", "id", "address"]
# What is taken out unless a tenant says otherwise; addresses are planted by `evals.planting.addresses`.
KINDS: tuple[Kind, ...] = ("phone", "email", "bank", "id")


class Said(NamedTuple):
    """A fragment; `about` names the entity in it, 'other' a look-alike, '' talk."""

    speaker: Speaker
    text: str
    about: str = ""


class PersonalCall(NamedTuple):
    """A conversation with one entity: its kind, how it is said, and what must not be shown of it."""

    kind: Kind
    style: Literal["typed", "spoken"]
    secrets: tuple[str, ...]
    fragments: list[Said]


_TALK: tuple[tuple[Speaker, str], ...] = (
    ("customer", "Nobody told me anything and I had to chase it myself."),
    ("agent", "I can see why that is annoying, give me one moment."),
    ("customer", "I have been waiting at home for three weeks now."),
    ("agent", "Thank you, I will look into that at once."),
)
_OTHERS = (
    "My order {n8} never came.",
    "I paid 250 pounds for two of them.",
    "It was delivered at 5 on the 12th.",
    "The tracking number is {n10}.",
    "My phone is 3 years old and this is the second one.",
    "My bank says it went out 4 days ago.",
    "I sent an email at 9 and looked at it at 10.",
    "The invoice number is {n6}, dated 04/05/2026.",
    "I live at number 12 and work from nine to five.",
    "You have had my email for two weeks.",
)
_ASK: dict[str, tuple[str, ...]] = {
    "phone": (
        "What is the best phone number for you?",
        "Can I take a contact number?",
        "What number can I call you on?",
        "And your mobile number please?",
    ),
    "email": (
        "What is your email address?",
        "And which email should I send it to?",
        "Can I have your e-mail please?",
    ),
    "bank": (
        "Could you read me your IBAN?",
        "What are the sort code and account number?",
        "Your bank details?",
    ),
    "id": (
        "What is your social security number?",
        "Your national insurance number please?",
        "Can I have your passport number?",
    ),
}
_TELL: dict[str, tuple[str, ...]] = {
    "phone": ("You can call me on {}", "my phone number is {}", "my mobile number is {} by the way"),
    "email": ("my email is {}", "please write to {}", "my e-mail address is {} by the way"),
    "bank": ("my IBAN is {}", "my bank account number is {}", "the sort code and account number are {}"),
    "id": (
        "my social security number is {}",
        "my national insurance number is {}",
        "my passport number is {}",
    ),
}
_LEAD = ("", "", "it's ", "yes it's ", "sure, ", "okay so ", "erm ")
_FIRST = "jane omar priya tom agnes lukas marta chen fatima oskar".split()
_LAST = "novak byrne okafor lindqvist haddad marchetti osei tanaka whitlock varga".split()
_HOSTS = (
    "gmail.com",
    "outlook.com",
    "yahoo.co.uk",
    "bluefern.org",
    "hotmail.com",
    "icloud.com",
    "pinehill.net",
)
_SPOKEN = ("singly", "double four", "pairs", "fillers")
_TYPED = ("plain", "spaced", "dashed")


def _digits(rng: random.Random, size: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(size))


def _pieces(rng: random.Random, parts: list[str], joint: str, most: int) -> list[str]:
    """The parts joined into one to `most` stretches."""
    count = min(rng.choice((1, 1, 2, most)), len(parts))
    cuts = [0, *sorted(rng.sample(range(1, len(parts)), count - 1)), len(parts)]
    return [joint.join(parts[start:end]) for start, end in itertools.pairwise(cuts)]


def _number(rng: random.Random, digits: str, style: str) -> list[str]:
    if style == "spoken":
        parts, joint = tokens(rng, rng.choice(_SPOKEN), digits)
        return _pieces(rng, parts, joint, 3)
    parts, joint = tokens(rng, rng.choice(_TYPED), digits)
    return [joint.join(parts)]


def _email(rng: random.Random, style: str) -> tuple[list[str], tuple[str, ...]]:
    first, last, host = rng.choice(_FIRST), rng.choice(_LAST), rng.choice(_HOSTS)
    year = rng.choice(("", "", _digits(rng, 2)))
    if style == "typed":
        joint = rng.choice((".", "_", "", "-"))
        return [f"{first}{joint}{last}{year}@{host}"], (first, last)
    name = rng.choice(
        (
            [first, "dot", last],
            [first, "underscore", last],
            [first + last],
            [*first, "dot", *last],
            [first, "dash", last],
            [first, last],
        )
    )
    digits = tokens(rng, "singly", year)[0] if year else []
    parts = [" ".join([*name, *digits]), "at " + " dot ".join(host.split("."))]
    secrets = (first, last, " ".join(first), " ".join(last), first + last)
    return ([" ".join(parts)] if rng.random() < 0.6 else parts), secrets


def _bank(rng: random.Random, style: str) -> list[str]:
    if style == "typed" and rng.random() < 0.5:
        body = "NWBK" + _digits(rng, 14)
        moved = "".join(str(int(c, 36)) for c in body + "GB")
        iban = f"GB{98 - int(moved + '00') % 97:02}{body}"
        if rng.random() < 0.3:  # misheard or mistyped
            iban = iban[:-1] + str((int(iban[-1]) + 1) % 10)
        return [" ".join(iban[at : at + 4] for at in range(0, len(iban), 4)) if rng.random() < 0.6 else iban]
    sort, account = _digits(rng, 6), _digits(rng, 8)
    if style == "typed":
        return [f"{sort[:2]}-{sort[2:4]}-{sort[4:]} {account}"]
    return [*_number(rng, sort, style), *_number(rng, account, style)]


def _national(rng: random.Random, style: str) -> list[str]:
    number = rng.choice("12345678") + _digits(rng, 1) + str(rng.randrange(1, 10)) + _digits(rng, 6)
    if style == "spoken":
        return _number(rng, number, style)
    letters = rng.choice(("AB", "JC", "SK"))
    return [rng.choice((f"{number[:3]}-{number[3:5]}-{number[5:]}", number, f"{letters}{number[:6]}C"))]


def conversation(rng: random.Random) -> PersonalCall:
    """One conversation: talk, look-alikes, and one entity asked for or told, in one piece or several."""
    kind: Kind = rng.choice(KINDS)
    style: Literal["typed", "spoken"] = rng.choice(("typed", "spoken"))
    secrets: tuple[str, ...] = ()
    if kind == "email":
        said, secrets = _email(rng, style)
    elif kind == "phone":
        number = rng.choice(
            ("07" + _digits(rng, 9), "02" + _digits(rng, 9), rng.choice("23456789") + _digits(rng, 9))
        )
        said = _number(rng, number, style)
    else:
        said = (_bank if kind == "bank" else _national)(rng, style)
    fragments: list[Said] = []

    def other() -> None:
        text = rng.choice(_OTHERS).format(
            n6=rng.choice("123456789") + _digits(rng, 5),
            n8=rng.choice("123456789") + _digits(rng, 7),
            n10=rng.choice("123456789") + _digits(rng, 9),
        )
        fragments.append(Said("customer", text, "other"))

    def talk() -> None:
        fragments.extend(Said(*rng.choice(_TALK)) for _ in range(rng.randrange(3)))

    talk()
    for _ in range(rng.randrange(3)):
        other()
    if len(said) == 1 and rng.random() < 0.4:
        fragments.append(Said("customer", rng.choice(_TELL[kind]).format(said[0]), kind))
    else:
        fragments.append(Said("agent", rng.choice(_ASK[kind])))
        for nth, part in enumerate(said):
            fragments.append(Said("customer", (rng.choice(_LEAD) if nth == 0 else "") + part, kind))
            if rng.random() < 0.4:
                fragments.append(Said("agent", rng.choice(("mm-hm", "okay", "go on", "got it"))))
    if rng.random() < 0.4:
        fragments.append(Said("agent", f"So that's {' '.join(said)}, is that right?", kind))
    talk()
    other()
    return PersonalCall(kind, style, secrets, fragments)
