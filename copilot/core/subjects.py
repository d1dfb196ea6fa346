"""What kind of thing a customer's words are about: a delivery, a refund, a way in … each asks for its own
question and its own next step."""

from __future__ import annotations

from typing import Literal

from copilot.core.stems import AnyOf

Subject = Literal[
    "refund",
    "return",
    "cancelling",
    "delivery",
    "code",
    "access",
    "power",
    "charge",
    "line",
    "booking",
    "app",
    "trip",
    "staff",
    "payment",
    "mail",
    "call",
    "gesture",
    "ban",
    "damage",
    "repair",
    "claim",
    "update",
    "screen",
    "server",
    "crash",
    "file",
    "pairing",
]

_RIDE = r"(?:flights?|planes?|trains?|bus|coach|ferry)"
_HELD_UP = r"(?:late|delay\w*|cancel\w*|missed|stuck|waiting)"
# Read from the top: what is narrower stands first.
_WORDS: tuple[tuple[Subject, tuple[str, ...]], ...] = (
    (
        "staff",
        (
            r"(?:your|the|that|a) (?:\w+ )?(?:driver|colleague|staff|employee|rep|representative|crew"
            r"|salesman|cashier|waiter|waitress|receptionist|conductor|steward(?:ess)?)"
            r" (?:swore|shouted|hung up|laughed|ignored|refused|called|screamed|left me)",
            r"(?:driver|colleague|staff|employee|rep|representative|agent)\b[^.!?]{0,80}\b"
            r"(?:swore|swear(?:ing)?|fuck|shouted|shouting)",
            r"(?:rude|unprofessional|disrespectful|bad attitude|no manners|impolite)",
        ),
    ),
    (
        "ban",
        (
            r"(?:un)?bann?(?:ed|s)?",
            r"account (?:is |was |has been |got |been )*(?:\w+ )?suspended",
            r"accounts? (?:\w+ ){0,3}(?:blocked|frozen|restricted)",
            r"suspension|sanction(?:ed)?",
        ),
    ),
    (
        "call",
        (
            r"(?:no|never|[a-z]+n['’]?t|not|waiting for|await(?:ing)?) (?:\w+ ){0,2}?(?:call(?:ed|back|s)?)"
            r"(?: (?:me|us|back))*(?= *(?:[.!?,]|$|from|yet|still))",
        ),
    ),
    (
        "gesture",
        (
            r"compensat(?:e|es|ed|ion)",
            r"(?:goodwill|commercial) gesture",
            r"make (?:it |this |that )?up (?:for|to) (?:it|this|that|me|us|the)",
            r"(?:some|any|a) (?:discount|goodwill)",
        ),
    ),
    (
        "mail",
        (
            r"(?:i|we) (?:\w+ ){0,2}?(?:not|never|[a-z]+n['’]?t|no) (?:\w+ ){0,2}?"
            r"(?:receive|received|get|got|had|seen?) "
            r"(?:\w+ ){0,2}?(?:e-?mails?|confirmations?|link|text message|sms)",
            r"no (?:confirmation )?e-?mail",
        ),
    ),
    (
        "damage",
        (
            r"(?:arrived|came|delivered|turned up|was sent|got it) (?:\w+ )?"
            r"(?:broken|damaged|cracked|smashed|wet|open|scratched|dented|torn|rotten|stale|mouldy|moldy)",
            r"mou?ldy|rotten|stale|dented|scratched|smashed|shattered|soaked|drenched|in pieces",
            r"left (?:it |them )?(?:out )?in the (?:rain|wet|snow)",
        ),
    ),
    ("refund", (r"refund(?:ed|s)?", r"money back", r"reimburse(?:d|ment)?")),
    (
        "return",
        (
            r"(?:return(?:ing)?|send(?:ing)? back) (?:it|them|this|these|one|two|\d|the|my|an?)",
            r"send(?:ing)? (?:it|them|this|these|the \w+|my \w+) back",
            r"return label",
        ),
    ),
    (
        "trip",
        (
            rf"{_RIDE} (?:\w+ ){{0,4}}{_HELD_UP}",
            rf"{_HELD_UP} (?:\w+ ){{0,2}}{_RIDE}",
            r"(?:at|on) (?:the )?(?:\w+ )?(?:gate|runway|platform|tarmac)",
            r"(?:supposed|due) to (?:depart|take off|board)|boarding|standby|layover",
        ),
    ),
    (
        "cancelling",
        (
            r"(?<!you )cancel(?:ling|lation)?",
            # What others cancelled they do not want ended.
            r"(?:i|we)(?:['’]ve| have| had)? (?:\w+ )?cancell?ed",
            r"unsubscribe",
            r"close my account",
        ),
    ),
    (
        "delivery",
        (
            # 'the delivery man', 'delivery calls': somebody, and not what comes.
            r"deliver(?:y|ed|ies)(?! (?:calls?|man|men|guys?|drivers?|person|address|method))",
            r"parcels?",
            r"(?:the|my|our|a|this|that) package",
            r"ship(?:ment|ped)",
            r"courier",
            r"dispatch(?:ed)?",
            r"(?:not|[a-z]+n['’]?t|never|nothing has|yet to) arrived?",
        ),
    ),
    (
        "code",
        (r"(?:promo(?:tion(?:al)?)?|discount|voucher|gift|activation) ?(?:codes?|cards?)", r"coupons?"),
    ),
    (
        "access",
        (
            r"(?:log|sign)[ -]?in(?:to)?",
            r"pass ?words?",
            r"locked out",
            r"(?:get|getting) (?:back )?in(?:to)? my account",
            r"accounts? (?:\w+ ){0,3}(?:locked|hacked)",
        ),
    ),
    (
        "power",
        (
            r"(?:not|only|[a-z]+n['’]?t) charg(?:e|es|ing)",
            r"batter(?:y|ies)",
            r"(?:turn|switch|power)(?:s|ed|ing)? (?:itself )?o(?:n|ff)",
        ),
    ),
    (
        "charge",
        (
            r"overcharged|charged (?:me|my|us|for|twice|again)|(?:was|were|been|got|am) charged",
            r"charg(?:es|ing) (?:me|my|us)",
            r"(?:these|those|unauthori[sz]ed) charges?",
            r"(?:my|a|electricity|phone) bills?",
            r"billed",
            r"debited",
        ),
    ),
    (
        "payment",
        (
            r"(?:can['’]?t|cannot|couldn['’]?t|unable to|able to|let me|trying to) (?:\w+ )?"
            r"(?:pay|check ?out|purchase|buy|order|complete (?:the|my|a) (?:purchase|order|payment))",
            r"payment (?:\w+ ){0,2}?(?:fail(?:s|ed)?|declined|refused|rejected|go(?:es)? through)",
            r"card (?:\w+ ){0,2}?(?:declined|refused|rejected|not accepted)",
        ),
    ),
    (
        "claim",
        (r"(?:my|our|the|a|your|this) claim", r"claim (?:number|form)", r"adjust(?:e|o)r", r"assessor"),
    ),
    (
        "repair",
        (
            r"boiler",
            r"heating",
            r"hot water",
            r"engineers?",
            r"technicians?",
            r"plumber",
            r"repair(?:ed|s|man)?",
        ),
    ),
    ("server", (r"servers?", r"lag(?:s|gy|ging)?", r"connection (?:drops?|lost|fails?)")),
    ("pairing", (r"bluetooth", r"(?:un)?pair(?:ed|ing)?(?! of)")),
    (
        "line",
        (
            r"internet",
            r"wi-?fi",
            r"broadband",
            r"router",
            r"(?:mobile |cell(?:ular)? |phone |bad |no |poor |the )(?:signal|reception|network)",
            r"[2345]g(?: network)?",
        ),
    ),
    ("booking", (r"appointments?", r"bookings?", r"reservations?", r"(?:my|our) (?:flight|room)")),
    (
        "update",
        (
            r"(?:the|this|last|latest|new|newest|software|system|recent|your) updates?"
            r"(?! (?:on|about|from|regarding))",
            r"(?<!for )(?<!get )(?<!give )(?<!me )an update(?! (?:on|about|from|regarding|when))",
            r"firmware",
            r"since (?:i )?updat(?:ed|ing)",
        ),
    ),
    ("screen", (r"screens?", r"touch ?screen", r"display")),
    ("crash", (r"crash(?:es|ing)|crashed(?! and)", r"freez(?:es|ing)", r"fro(?:ze|zen)", r"black screen")),
    (
        "file",
        (
            r"(?:open|print|load|play|read|download|view) (?:the|my|this|that|a|an|any|some)"
            r" (?:\w+ )?(?:files?|books?|e-?books?|documents?|pages?|tickets?|pdf|course|videos?|films?)",
            r"downloads?|downloaded",
        ),
    ),
    ("app", (r"apps?", r"captchas?", r"web ?(?:site|page)s?", r"browsers?", r"error messages?")),
)
_SUBJECTS = tuple((subject, AnyOf(*words)) for subject, words in _WORDS)
# Most turns name none: one search for all of them, without regard to which, is a quarter of the work.
_ANY = AnyOf(*(word for _, words in _WORDS for word in words))


def subject_of(text: str) -> Subject | None:
    """The narrowest subject that a text names, if it names one."""
    if not _ANY.search(text):
        return None
    return next((subject for subject, words in _SUBJECTS if words.search(text)), None)
