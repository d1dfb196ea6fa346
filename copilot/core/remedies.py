"""Which remedies a text offers: refund, replacement …, told apart from those that it only mentions."""

from __future__ import annotations

import re
from typing import NamedTuple

from copilot.core.stems import has_any
from copilot.core.types import Remedy

# Kinds by the words for them. A modifier ('free', 'compensation') is no kind of its own beside another.
KINDS: dict[str, str] = {
    "refund": r"refund\w*|money back|reimburs\w+|pay (?:you )?(?:it |that |everything )?back|give (?:it"
    r"|that|the money) back|chargeback",
    "replacement": r"replace\w*|exchang\w+|swap\w*|(?:a |another )(?:brand )?new (?:one|unit|device|item"
    r"|card|phone|parcel)|another one|spare (?:one|\w+)(?= to you| over| out)|resend\w*|reship\w*|"
    r"send (?:you )?(?:out )?(?:a new|another|a fresh)\b",
    "credit": r"(?:store |account |bill |service |goodwill )?credits?(?! (?:card|score|check|report|rating"
    r"|union|limit))|credited",
    "discount": r"discount\w*|(?:\d+|ten|fifteen|twenty|thirty|fifty) ?(?:%|percent|per cent) (?:off"
    r"|reduction|discount)|(?:money|\d+) off|price reduction|reduced (?:price|rate)|half price|"
    r"(?:knock|take) (?:[\w$€£%.-]+ ){1,3}off (?:your|the|that|this|it)|knock \S+ off",
    "voucher": r"vouchers?|coupons?|gift cards?|promo(?:tion(?:al)?)? codes?",
    "compensation": r"compensat\w+|throw in|make (?:it|this|that) up to you|make up for (?:it|this|that"
    r"|the|your)|goodwill (?:gesture|payment)|make it up to you|bonus|extra points|reward points",
    "waiver": r"waiv\w+|take (?:the|that|your|this) (?:\w+ ){0,3}(?:fees?|charges?) off|take off (?:the"
    r"|that|your|this) (?:\w+ ){0,3}(?:fees?|charges?)|write (?:it|that|this) off|(?:cancel|drop|remove"
    r"|reverse|take off) (?:the|that|your|this|all) (?:\w+ ){0,2}(?:fees?|charges?)|fee (?:waiver"
    r"|reversal)",
    "free": r"free of charge|(?:for|completely) free|at no (?:extra |additional )?(?:cost|charge)"
    r"|no charge|on the house|complimentary|"
    r"free (?!to\b|time\b|of\b|up\b|feel\b)\w+|on us(?= as)",
    "upgrade": r"(?:free |complimentary )?upgrad(?:e|es|ed|ing)(?: you)?",
    "extension": r"(?:extra|additional|free) (?:day|week|month|year)s?|extend (?:your|the) \w+|extension",
    "expedite": r"(?:express|expedited|overnight|priority|next-day|same-day) (?:shipping|delivery"
    r"|replacement)|expedite\w*",
    "rebooking": r"rebook\w*|(?:a |an )?(?:later|earlier|different|another) (?:flight|train|appointment"
    r"|slot|booking)",
    "visit": r"(?:send|book|schedule|arrange) (?:you )?(?:a|an|our|another) (?:technician|engineer"
    r"|repair\w*|visit)|technician(?: visit)?|engineer visit|home visit",
}  # fmt: skip
MODIFIERS = frozenset({"free", "compensation", "expedite"})
_KIND = re.compile(
    r"(?<!\w)(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in KINDS.items()) + r")(?!\w)"
)
# Without one of these letters in it, no kind is named: cheap to know.
_STEMS = (
    "refund", "back", "reimburs", "replac", "exchang", "swap", "new", "another", "resend", "reship", "spare",
    "credit", "discount",
    "%", "percent", "per cent", "off", "reduc", "half price", "voucher", "coupon", "gift", "promo",
    "compensat", "goodwill",
    "make it up", "bonus", "points", "waiv", "fee", "charge", "free", "no cost", "no extra", "no addit",
    "house", "compliment",
    "upgrad", "extra", "addition", "exten", "express", "expedit", "overnight", "priority", "-day",
    "technician", "engineer",
    "repair", "visit", "throw in", "make up", "up to you", "rebook", "later", "earlier", "different",
)  # fmt: skip
_OFFERS = re.compile(
    r"\b(?:i|we)(?:'ll|'ve|'m|'re|'d| will| can| could| would| have| am| are| may| might| just| already)\b"
    r"|\b(?:i|we) (?:refund|replace|credit|waive|offer|give|send|issue|process|approve|arrange|apply|add"
    r"|book|upgrad|extend)\w*"
    r"|\blet me (?!check|see|look|find|ask|explain|tell|know|confirm|read|go|make|understand|get this|say)"
    r"|\b(?:you'll|you will|you can|you could|you may|you get|(?:you're|you are) (?:getting|due|owed))\b"
    r"|\b(?:how about|what about|would you (?:like|prefer|accept|be (?:happy|ok|okay))|would (?:an?|your"
    r"|the|it)|do you want|shall (?:i|we)|should (?:i|we)|"
    r"here's|here is|there's|entitled|eligible|qualify|have (?:it|that|this)|what i can do|on its way"
    r"|has been|is being|will be|was (?:issued|approved|processed)|"
    r"can be|is (?:possible|available|approved|included|yours)|happy to|enjoy|accept)\b"
    r"|^(?:an?|your|the|full|free)(?: [\w$€£%-]+){1,5}$"
)
_ONLY_MENTIONS = re.compile(
    r"\b(?:can't|cannot|can not|won't|not able|unable|couldn't|don't|do not|didn't|isn't|is not"
    r"|not (?:possible|available|yet)|no (?:refund|credit|discount|replacement))\b"
    r"|\b(?:whether|if (?:a|an|you|we|i|it|that|there|the)|find out|check(?:ing)?|look(?:ing)? (?:into|at"
    r"|up|for)|ask(?:ing|ed)? (?:about|for|if|whether)|see (?:if|whether|where|what)|"
    r"i can (?:hear|see)|deal(?:ing)? with|trouble with|sorry|apologi[sz]e|status of|what happened (?:to"
    r"|with)|where (?:your|the)|about (?:the|your|that|a)|chase|chasing|waiting for)\b"
    r"|\byou(?:'ve| have|'d|'re| are)? (?:ask(?:ed|ing)?|want(?:ed)?|said|say|told|mention\w*|request\w*"
    r"|need(?:ed)?|expect\w*|were (?:told|promised|offered|charged|expecting)|like to|"
    r"prefer|paid|been (?:told|promised|waiting|asking)|still waiting|waiting|looking for|hoping)\b"
)
# A question that puts a remedy before them: an offer, whatever else stands beside it.
_PUTS = re.compile(
    r"\b(?:would you (?:like|prefer|rather|accept|take)|do you want|shall i|how about|(?:it|that"
    r"|this)(?:'s| is) "
    r"(?:completely |all )?(?:free|complimentary|on the house|at no))\b"
)
_BREAK = re.compile(r"[.!?;:,](?=\s|$)|[–—]")
_SUBJECT = re.compile(r"\b(?:and|but|so|then)\s+(?=(?:i|we|you|let|would|shall|how)\b)")


class Offered(NamedTuple):
    """A remedy that a clause offers."""

    kind: str
    words: str
    clause: str


def kinds_in(text: str) -> frozenset[str]:
    """Every kind of remedy that the text names, offered or not."""
    low = text.lower().replace("’", "'").replace("_", " ").replace("-", " ")
    return frozenset(hit.lastgroup for hit in _KIND.finditer(low) if hit.lastgroup)


def names_remedy(low: str) -> bool:
    return has_any(low, _STEMS)


def offered(text: str) -> list[Offered]:
    """The remedies that the text offers, in order; cheap for a text that names none."""
    low = text.lower().replace("’", "'")
    if not names_remedy(low) or not _KIND.search(low):
        return []
    found: list[Offered] = []
    for sentence in re.split(r"(?<=[.!?])\s+", low):
        offering = False
        for part in _BREAK.split(sentence):
            for clause in _SUBJECT.split(part):
                mentions = _ONLY_MENTIONS.search(clause) is not None
                offers = not mentions and (offering or _OFFERS.search(clause) is not None)
                offering = offers or _PUTS.search(clause) is not None
                if offering:
                    found.extend(
                        Offered(hit.lastgroup, hit[0], clause.strip())
                        for hit in _KIND.finditer(clause)
                        if hit.lastgroup
                    )
    return found


def kinds_of(remedy: Remedy) -> frozenset[str]:
    """The kinds that an allowed remedy covers, by its kind and wording."""
    words = (
        f"{remedy.kind.replace('_', ' ').replace('-', ' ')} . {remedy.wording or ''} . {remedy.unit or ''}"
    )
    found = kinds_in(words)
    if "callback" in words or "call back" in words:
        found -= {"replacement"}
    if "credit" in found and "bill" in words:
        found |= {"discount"}  # taken off the bill
    return found | {remedy.kind.lower()}
