"""Nothing is said to be free, unowed or ended, in whatever words, that the context does not say is so."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_NEED = (
    r"(?:needn't|need not|don't (?:have|need) to|do not (?:have|need) to|won't (?:have|need) to|no need to)"
)
_WAIVES = re.compile(
    r"\bnothing (?:more |further |else |left |now |is |at all |'s )*(?:owing|owed|outstanding|due|to pay"
    r"|payable|to settle)\b"
    r"|\b(?:you|your account) (?:now )?(?:owes?|pays?) (?:us )?(?:nothing|zero|nought|not a (?:cent|penny"
    r"|thing))\b"
    r"|\b(?:you )?don't owe (?:us )?(?:anything|a thing|a (?:cent|penny))\b"
    rf"|\byou {_NEED} (?:pay|settle|return|send back)\b|\b{_NEED} pay\b"
    r"|\b(?:nobody|no one|we) (?:will|'ll|won't|will not)(?: not)? (?:be )?(?:pursu\w+|chas\w+|collect\w*"
    r"|charge) (?:you"
    r"|it|this|for)\b|\bnobody(?:'ll| will) (?:be )?(?:pursu|chas)ing\b"
    r"|\byou(?:'re| are)(?: now)? (?:free|welcome|able) to (?:leave|go|walk away|cancel|end)\b"
    r"|\b(?:contract|agreement|plan|subscription|fee|charge|bill|penalty|debt)\b[^.!?]{0,80} (?:falls? away"
    r"|is off|ends"
    r"|lapses|is over|is void|(?:is|are) (?:all )?wiped|comes? off|goes away|disappears?)\b"
    r"|\b(?:that|it|this)(?:'s| has| is)(?: just| now)? (?:come|coming|gone|taken|knocked) off\b"
    r"|\b(?:we|i)(?:'ll| will| can| could|'d| would)? (?:meet|cover|bear|pick up|absorb|stand"
    r"|foot) (?:all |any |your |the "
    r"|both |whatever )*(?:\w+ )?(?:costs?|bills?|expenses|loss(?:es)?|fees?|charges?|damage|taxi|hotel)\b"
    r"|\b(?:a |one |two |three |the |your )?(?:\w+ )?(?:months?|years?"
    r"|weeks?) (?:\w+ ){0,2}(?:you pay nothing|free|on us"
    r"|without paying)\b"
    r"|\b(?:noted|acknowledged|received) and (?:accepted|agreed|approved)\b"
)
_STEMS = (
    "nothing", "owe", "owing", "needn't", "need not", "to pay", "not have to", "n't have to",
    "n't need to", "no need",
    "pursu", "chas", "collect", "charge", "free to", "welcome", "able to", "away", "off", "ends", "lapses",
    "over",
    "void", "wiped", "disappear", "meet", "cover", "bear", "pick up", "absorb", "stand", "foot", "month",
    "year",
    "week", " and a",
)  # fmt: skip
_NOT_OURS = re.compile(
    r"\b(?:you(?:'ve| have| were|'d)? (?:said|told|been|want\w*|ask\w*|expect\w*|hop\w*)|whether|if|until"
    r"|when|not|can't"
    r"|cannot|why|how|they (?:said|told)|check|see)\b[^.!?]*$"
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


def waivers(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    for sentence in _SENTENCE.finditer(low):
        said = sentence[0]
        # A question offers, and is judged as an offer; a condition in front waives all the same.
        found = None if said.endswith("?") else _WAIVES.search(said)
        if found is not None and not _not_ours(said[: found.start()]) and not _stated(found[0], moment):
            return Refusal("waivers", f"gives away what the context does not: {found[0]!r}")
    return None


def _not_ours(before: str) -> bool:
    """Their account, a question, a denial; 'if it drops once more, ' makes a promise none the less."""
    clause = before.rpartition(",")[2] if re.match(r"\s*(?:if|when|should|once)\b", before) else before
    return _NOT_OURS.search(clause) is not None


def _stated(words: str, moment: Moment) -> bool:
    context = moment.opening.context
    stated = (
        *(f"{fact.name.replace('_', ' ')} {fact.value}" for fact in context.facts),
        *(f"{remedy.kind} {remedy.wording or ''}" for remedy in context.allowed_remedies),
        *(turn.text for turn in moment.turns[-200:] if turn.speaker == "agent"),
    )
    last = words.rsplit(None, 1)[-1]
    return any(words in text.lower() or (len(last) > 4 and last in text.lower()) for text in stated)
