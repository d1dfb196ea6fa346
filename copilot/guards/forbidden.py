"""Words that make a tense conversation worse, and those that a tenant does not want to hear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from copilot.core.types import Draft, Moment, Refusal

# What is said, and why not.
FORBIDDEN: tuple[tuple[str, str], ...] = (
    (r"(?:calm|settle|cool|simmer|quieten) (?:yourself )?down|stay calm|be calm|keep calm|please relax|just relax|"
     r"(?:need|try|have) to relax|^relax|take it easy|chill out|take a deep breath|breathe|lighten up|get over it",
     "tells them how to feel"),
    (r"(?:don't|do not|no need to|shouldn't|should not|no reason to|stop) (?:be |feel |being |get |getting )?(?:so |too )?"
     r"(?:angry|upset|mad|worked up|emotional|frustrated|dramatic|worry|worried|rude|shouting|yelling|panic|stress)",
     "tells them how to feel"),
    (r"overreact(?:ing|ed)?|hysterical|being (?:difficult|unreasonable|rude|aggressive|dramatic|emotional|silly)|"
     r"making a (?:fuss|scene)|not (?:that|such a) (?:bad|big)|(?:just|only) a (?:small|minor|little)|"
     r"no big deal|it's nothing", "makes their feeling small"),
    (r"polic(?:y|ies)|terms (?:and|&) conditions|rules are rules|(?:our|the|company) (?:rules?|procedures?|protocols?) "
     r"(?:is|are|says?|states?|requires?|prevents?|do(?:es)?n't|won't)|against (?:the|our) rules|that's (?:just )?(?:how|the way) (?:it|we|things)",
     "a rule is no reason"),
    (r"i (?:completely |totally |fully |truly |really |can |do |perfectly )*(?:understand|get|know|feel) "
     r"(?:exactly )?(?:how you (?:feel|must feel|are feeling)|your (?:frustrations?|anger|concerns?|feelings|pain|disappointment|situation))",
     "a worn phrase that nobody believes"),
    (r"sorry for (?:any|the) inconvenience|apologi[sz]e for (?:any|the) inconvenience|any inconvenience|"
     r"your (?:call|business|feedback) is (?:very )?(?:important|valued)|valued customer|kindly (?:be patient|wait|do the needful)|"
     r"do the needful|rest assured|bear with us while|have a (?:blessed|fabulous|fantastic) day",
     "a worn phrase that nobody believes"),
    (r"unfortunately[^.!?]*\b(?:can't|cannot|can not|unable|won't|not (?:possible|able|allowed|something)|no (?:way|refund|option)|"
     r"don't|isn't|impossible|nothing)|(?:there(?:'s| is) )?nothing (?:more |else |that |further )*(?:i|we) (?:can|could) do|"
     r"nothing (?:i|we) can do|my hands are tied|(?:that's|it's) (?:just )?(?:impossible|not possible|not my (?:job|problem|department|fault))|"
     r"not (?:my|our) (?:job|problem|department|fault|responsibility|issue)|you(?:'ll| will) (?:just |simply )?have to (?:wait|accept|live|deal|be patient)|"
     r"take it or leave it|(?:that|it) is what it is|too bad|tough luck",
     "says only what cannot be done"),
    (r"damn|hell|crap|shit\w*|fuck\w*|bloody|bastards?|idiots?|stupid|moron|shut up|bitch\w*|ass(?:hole)?|nonsense|ridiculous|dumb",
     "rude"),
    (r"^whatever|whatever(?=[.!,])|like i care|good luck with (?:that|it)|(?:you're|you are) lucky|"
     r"(?:go|feel free) (?:ahead and )?(?:elsewhere|to (?:leave|complain|go elsewhere))|suit yourself|with all due respect|to be honest|look, (?:you|i)|"
     r"listen, (?:you|i)|sweetheart|honey|darling|my dear|buddy", "belittles them"),
)  # fmt: skip
_RULES = tuple((re.compile(rf"(?<!\w)(?:{words})(?!\w)"), reason) for words, reason in FORBIDDEN)
# One pass decides that there is nothing; only then is it asked which rule it was.
_ANY = re.compile(r"(?<!\w)(?:" + "|".join(words for words, _ in FORBIDDEN) + r")(?!\w)")


def forbidding(words: Iterable[str] = ()) -> Callable[[Draft, Moment], Refusal | None]:
    """The rule with a tenant's own words added, which are taken literally, whole words, in any case."""
    own = [re.escape(word.strip().lower()) for word in words if word.strip()]
    tenant = re.compile(r"(?<!\w)(?:" + "|".join(own) + r")(?!\w)") if own else None

    def forbidden(draft: Draft, moment: Moment) -> Refusal | None:
        low = draft.text.lower().replace("’", "'")
        if tenant is not None and (found := tenant.search(low)):
            return Refusal("forbidden", f"a word the tenant does not want: {found[0]!r}")
        if _ANY.search(low):
            for rule, reason in _RULES:
                if found := rule.search(low):
                    return Refusal("forbidden", f"{reason}: {found[0]!r}")
        return None

    return forbidden
