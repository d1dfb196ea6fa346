"""A phrase speaks to this customer: by their own name, in the second person, with no blank left to fill."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_CAPITAL = re.compile(r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'’]+")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|miss|mx|dr)\.? $")
_TITLES = frozenset(("mr", "mrs", "ms", "miss", "mx", "dr"))
_GREETS = re.compile(
    r"(?:^|[.!?,] )(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|(?:i'm |so "
    r"|very )*sorry|"
    r"welcome back|okay|ok|all right|right|yes|no|well|of course|sure|understood|listen|look|great"
    r"|perfect),? $"
)
_THIRD = re.compile(
    r"\b(?:the|this|that|our|your) (?:customer|caller|client|user|end user|buyer|shopper|guest)(?:'s)?\b"
    r"(?! (?:service|support|care|account|portal|number|team|department|relation|area|centre|center|id"
    r"|page|line|manual|guide|agreement|name|menu))"
    r"|^(?:he|she)(?:'s| is| was| has| wants| needs| says| feels)\b"
    r"|\b(?:he|she) (?:is|was|has) (?:angry|upset|frustrated|calling|complaining)\b"
)
_MARKS = (*"[{<#_$", "XXX", "TBD", "NAME", "CUSTOMER", "AGENT", "INSERT", "....")
_THIRD_WORDS = ("customer", "caller", "client", "user", "buyer", "shopper", "guest", "he ", "he's", "she's")
# What somebody else told the company is theirs, and no part of this conversation.
_THIRD_PARTY = re.compile(
    r"\b([A-Z][a-zà-öø-ÿ'’]+(?: [A-Z][a-zà-öø-ÿ'’]+)+)"
    r" (?:has |had )?(?:told|called|wrote to|informed|asked) (?:us|me)\b"
)
_BLANK = re.compile(
    r"\[[^\]]*\]|\{[^}]*\}|<[^>]+>|#\w+#|_{2,}|\b(?:XXX+|TBD|NAME|FIRSTNAME|CUSTOMER|AGENT|INSERT)\b"
    r"|\$\w+_|\.{4,}"
)
# Capitalised, and yet no name.
_COMMON = frozenset(
    (
        "um uh er erm ah oh hm mm "
        "i i'm i'll i've i'd there you please monday tuesday wednesday thursday friday saturday sunday"
        " january "
        "february march april may june july august september october november december english everyone all "
        "sir madam again that that's this it it's we we'll we've what so thanks today tomorrow christmas"
        " easter okay "
        "yes no then now right perfect good hi hello hey sure great understood sorry well absolutely"
        " certainly "
        "actually honestly exactly alright fine first next also still otherwise instead meanwhile"
        " however thank of "
        "once twice noted agreed done gladly sadly frankly naturally clearly lovely nice cool indeed and or"
        " but if when before after from with as your our let would could can"
    ).split()
)


def wrong_person(draft: Draft, moment: Moment) -> Refusal | None:
    text = draft.text
    if has_any(text, _MARKS) and _BLANK.search(text):
        return Refusal("wrong_person", "a blank is left to fill")
    low = text.lower()
    if has_any(low, _THIRD_WORDS) and _THIRD.search(low):
        return Refusal("wrong_person", "speaks of the customer, not to them")
    teller = _THIRD_PARTY.search(text)
    if teller is not None and not _vouched(teller[1], moment):
        return Refusal("wrong_person", f"tells what {teller[1]} said")
    own: set[str] | None = None
    for hit in _CAPITAL.finditer(text):
        name = hit[0].removesuffix("'s").removesuffix("’s").lower()
        if name in _COMMON or name in _TITLES or not (called := _called(text, low, hit)):
            continue
        if own is None:
            own = set(re.findall(r"[^\W\d_]+", (moment.opening.customer.name or "").lower()))
        if name in own or (called == "addressed" and _spoken_of(hit[0], moment)):
            continue
        return Refusal("wrong_person", f"calls them {hit[0]}")
    return None


def _called(text: str, low: str, hit: re.Match[str]) -> str | None:
    """How the name stands there: after a greeting or title, or set apart by commas."""
    before, after = low[: hit.start()], text[hit.end() : hit.end() + 1]
    if _TITLE.search(before[-6:]):
        return "greeted"
    if after not in ("", ",", ".", "!", "?", ";"):
        return None
    if _GREETS.search(before[-24:]):
        return "greeted"
    if before.endswith(", ") or (after == "," and (not before or before[-2:] in (". ", "! ", "? "))):
        return "addressed"
    return None


def _vouched(name: str, moment: Moment) -> bool:
    """The customer, somebody of the facts, or somebody whom the agent named."""
    stated = (str(fact.value) for fact in moment.opening.context.facts)
    said = (turn.text for turn in moment.turns if turn.speaker == "agent")
    return name in (moment.opening.customer.name or "") or any(
        name in text for texts in (stated, said) for text in texts
    )


def _spoken_of(name: str, moment: Moment) -> bool:
    """A place, a product, a colleague: somebody or something that is part of the story."""
    if name == (moment.opening.agent.name or "").split(" ")[0]:
        return True
    return any(name in turn.text for turn in moment.turns) or any(
        name in str(fact.value) for fact in moment.opening.context.facts
    )
