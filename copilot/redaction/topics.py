"""The words that say what a number is: a phone's, a bank account's, a person's own, or a thing's."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Name = Literal["", "phone", "bank", "id", "email", "address", "other"]


class Topic(NamedTuple):
    """A place where a text starts to speak of something; `asks` when it is of the number itself."""

    start: int
    end: int
    name: Name
    asks: bool


_NO = r"(?:'s)? (?:numbers?|no|num|digits|details)\b"
_TOPICS = re.compile(
    r"(?P<mask>\[(?:card|code|expiry|digits|email|phone|bank|id|address)(?: \d)?\])|(?<![^\W_])(?:"
    r"(?P<phone>(?:(?:tele)?phone|mobile|cell(?: ?phone)?|contact|callback|call back|landline|home|work"
    rf"|whatsapp){_NO}"
    r"|(?:best |good |another )?number (?:for you|to (?:call|reach|ring|text)"
    r"|(?:we|i) can (?:call|reach|ring|text))"
    r"|(?:call|ring|reach|text|phone|contact) (?:me |you |us |him |her |them )?(?:back )?(?:on|at)\b"
    r"|what number (?:can|should|do)|(?:my|your) (?:number|mobile|cell) is\b)"
    r"|(?P<weakphone>(?:tele)?phone|mobile|cell|landline|whatsapp)\b"
    r"|(?P<email>e-?mails?(?: address(?:es)?)?\b)"
    r"|(?P<bank>sort code|iban|routing(?: number)?|swift(?: code)?|bic\b|bank account|bank details"
    r"|account and sort|account number (?:and|with) (?:the )?sort)"
    r"|(?P<weakbank>bank|building society|direct debit|bacs|account(?: number)?)\b"
    r"|(?P<id>social security|social insurance|ssn\b|national insurance|ni number|nino\b|passport"
    r"|driv(?:ing|er's|ers) licen[cs]e|licen[cs]e number|tax (?:id|number|reference)|tin\b"
    r"|nhs number|medicare|national id|identity (?:card|number)|id card)"
    r"|(?P<address>(?:home |postal |billing |delivery |street )?address|post ?code|zip(?: code)?"
    r"|where (?:do|does) (?:you|he|she|they) live|live at)\b"
    r"|(?P<other>orders?|reference|ref|tracking|consignment|shipment|delivery|parcel|invoice|receipt|tickets?|case"
    r"|booking|reservation|customer|member|membership|policy|claim|serial|model|part|product|item|flight|meter"
    r"|transaction|extension|employee|complaint|incident|registration|loyalty|cards?|cvv|cvc|visa"
    r"|mastercard|amex|security code|expir\w+|date|born|dob|birthday|amount|total|sku|subscription|voucher"
    r"|coupon|contract|imei"
    r"|version|year|room|page|line|step|batch)\b)"
)
_STARTS = """
    [ telephone phone mobile cell contact callback call landline home work whatsapp best good
    another number ring reach text what my your email emails e sort iban routing swift bic bank
    account building direct bacs social ssn national ni nino passport driving driver's drivers
    license licence tax tin nhs medicare identity id postal billing delivery street address post
    postcode zip order orders reference ref tracking consignment shipment parcel invoice receipt
    ticket tickets case booking reservation customer member membership policy claim serial model
    part product item flight meter transaction extension employee complaint incident registration
    loyalty where live card cards cvv cvc visa mastercard amex security date born dob birthday amount
    total sku subscription voucher coupon contract imei version year room page line step batch expires expiry
    expire expired expiration
""".split()
_FIRST = frozenset(_STARTS)
_WORDS = re.compile(r"[a-z']+|\[")
# What makes a text worth a look although it holds no number. Looking for each of these by itself is many
# times faster than one pattern for all of them.
_HINTS = tuple(
    """phone,mobile,cell,number,landline,contact,whatsapp,mail,iban,sort,routing,bank,swift,bic,building,debit,
    bacs,social,ssn,insurance,nino,passport,licen,tax,nhs,medicare,identity,id card,address,post,zip,live at,
    you live,call me,call you,ring me,ring you,reach me,reach you,text me""".replace("\n    ", "").split(",")
)


def present(low: str) -> bool:
    """Whether a folded text may ask for, or announce, what is looked for here."""
    for hint in _HINTS:  # noqa: SIM110 - a generator would double the cost on every fragment
        if hint in low:
            return True
    return False


def find(low: str) -> list[Topic]:
    """The topics of a folded text in order; placeholders are none."""
    found: list[Topic] = []
    reached = 0
    for word in _WORDS.finditer(low):
        if word.start() < reached or word[0] not in _FIRST:
            continue
        match = _TOPICS.match(low, word.start())
        if match is None:
            continue
        reached = match.end()
        name = str(match.lastgroup)
        if name != "mask":
            asks = not name.startswith("weak")
            found.append(Topic(*match.span(), name.removeprefix("weak"), asks))  # type: ignore[arg-type]
    return found
