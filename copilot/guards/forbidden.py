"""Words that make a tense conversation worse, and those that a tenant does not want to hear."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

Kind = Literal["feeling", "small", "policy", "worn", "cannot", "rude", "belittling"]


class _Rule(Struct, frozen=True):
    """`stems`: without one of them in it, a text cannot match; it spares the search."""

    kind: Kind
    reason: str
    stems: tuple[str, ...]
    words: re.Pattern[str]


def _rule(kind: Kind, reason: str, stems: str, *words: str) -> _Rule:
    return _Rule(
        kind, reason, tuple(stems.split(",")), re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)")
    )


_RULES = (
    _rule(
        "feeling",
        "tells them how to feel",
        "calm,down,relax,easy,chill,breath,lighten,get over,patient,patience,lose",
        r"(?:calm|settle|cool|simmer|quieten) (?:yourself )?down",
        r"(?:stay|be|keep|remain) calm|calm yourself",
        r"(?:please|just|to|and|try) relax",
        r"^relax",
        r"easy now|(?:don't|let's not|no need to) lose (?:our|your) (?:heads?|temper|cool)",
        r"take it easy|chill out|deep breath|breathe|lighten up|get over it",
        r"(?:be|more|little|bit) patient",
        r"(?:have|need|little|bit of|some) patience",
    ),
    _rule(
        "feeling",
        "tells them how to feel",
        "don't,do not,no need,should,no reason,stop",
        r"(?:don't|do not|no need to|shouldn't|should not|no reason to|stop) (?:be |feel |being |get "
        r"|getting )?(?:so |too )?"
        r"(?:angry|upset|mad|worked up|emotional|frustrated|dramatic|worry|worried|rude|shouting|yelling"
        r"|panic|stress)",
    ),
    _rule(
        "small",
        "makes their feeling small",
        "overreact,hysterical,being,making a,not ,just,only,no big deal,it's nothing",
        r"overreact(?:ing|ed)?|hysterical|making a (?:fuss|scene)|no big deal|(?<!that )it's nothing",
        r"being (?:(?:a )?(?:bit|little) |so |too |very )?(?:difficult|unreasonable|rude"
        r"|aggressive|dramatic|emotional|silly)",
        r"not (?:that|such a) (?:bad|big)",
        r"(?:just|only) a (?:small|minor|little)",
        r"it's (?:just|only) an? (?!few\b|moment\b|minute\b|question\b)\w+",
    ),
    _rule(
        "policy",
        "a rule is no reason",
        "polic,terms,rules,rule ,procedure,protocol,the way ,just how",
        r"(?:our|company|store|shop|return|returns|refund|standard|internal|strict) polic(?:y|ies)",
        r"(?:per|by|under|against|due to|because of|it's|that's|have|follow) (?:a |the "
        r"|this )?(?!your\b)(?:\w+ )?polic(?:y|ies)(?! (?:number|holder|document))",
        r"per (?:our|the|company|standard) (?:procedures?|rules|guidelines|regulations|process)",
        r"(?<!your )(?<!your home )(?<!your car )(?<!contents )(?<!insurance )polic(?:y|ies)"
        r" (?:is|are|says?|states?|that|prevents?"
        r"|requires?|doesn't|don't|won't|does)",
        r"terms (?:and|&) conditions|rules are rules|against (?:the|our) rules|(?:these"
        r"|those) are the rules|the rules (?:say|are)",
        r"(?:our|the|company) (?:rules?|procedures?|protocols?) "
        r"(?:is|are|says?|states?|requires?|prevents?|do(?:es)?n't|won't)",
        r"that's (?:just )?(?:how|the way) (?:it|we|things)",
    ),
    _rule(
        "worn",
        "a worn phrase that nobody believes",
        "how you,frustrat,anger,concern,feelings,pain,disappointment,situation",
        r"i (?:completely |totally |fully |truly |really |can |do |perfectly )*(?:understand|get|know"
        r"|feel) (?:exactly )?"
        r"(?:how you (?:feel|must feel|are feeling)|"
        r"your (?:frustrations?|anger|concerns?|feelings|pain|disappointment|situation))",
    ),
    _rule(
        "worn",
        "a worn phrase that nobody believes",
        "inconvenience,your call,your business,your feedback,valued,kindly,needful,rest assured,have a ",
        r"(?:any|the|this|your) inconvenience|valued customer|do the needful|rest assured",
        r"your (?:call|business|feedback) is (?:very )?(?:important|valued)",
        r"kindly (?:be patient|wait|note)",
        r"have a (?:blessed|fabulous|fantastic) day",
    ),
    _rule(
        "cannot",
        "says only what cannot be done",
        "unfortunately,nothing,hands are tied,impossible,not possible,not my,not our,have to,take it"
        " or,it is what,too bad,"
        "tough luck",
        r"unfortunately[^.!?]*\b(?:can't|cannot|can not|unable|won't|not (?:possible|able|allowed|something)|"
        r"no (?:way|refund|option)|don't|isn't|impossible|nothing)",
        r"(?:there(?:'s| is) )?nothing (?:more |else |that |further )*(?:i|we) (?:can|could) do"
        r"|my hands are tied",
        r"(?:that's|it's) (?:just )?(?:impossible|not possible)",
        r"not (?:my|our) (?:job|problem|department|fault|responsibility|issue)",
        r"you(?:'ll| will) (?:just |simply )?have to (?:wait|accept|live|deal|be patient)",
        r"take it or leave it|(?:that|it) is what it is|too bad|tough luck",
    ),
    _rule(
        "rude",
        "rude",
        "accent,english,understands you,understand you,damn,hell,crap,shit,fuck,bloody,bastard,idiot,"
        "stupid,moron,shut up,bitch,ass,nonsense,ridiculous,dumb",
        r"(?:with|through|despite|because of) your (?:accent|english)"
        r"|(?:nobody|no one|no-one) (?:can |could )?understands? you",
        r"damn|hell|crap|shit\w*|fuck\w*|bloody|bastards?|idiots?|stupid|morons?|shut up|bitch\w*"
        r"|ass(?:hole)?|nonsense|"
        r"ridiculous|dumb",
    ),
    _rule(
        "belittling",
        "belittles them",
        "better,whatever,like i care,good luck with,lucky,elsewhere,feel free to,suit yourself,respect,to be"
        " honest,look, ,listen, ,"
        "sweetheart,honey,darling,my dear,buddy",
        r"whatever(?=[.!,])|like i care|good luck with (?:that|it)|(?:you're|you are) lucky",
        r"(?:is|are) (?:the|a) better (?:company|provider|shop|store|bank|firm|airline)",
        r"(?:go|feel free to go|try) elsewhere|feel free to (?:leave|complain)|suit yourself"
        r"|with all due respect|to be honest",
        r"(?:look|listen), (?:you|i)|sweetheart|honey|darling|my dear|buddy",
    ),
)


def finds(kind: Kind, low: str) -> str | None:
    """The words of one kind in a text in lower case, or None."""
    for rule in _RULES:
        if rule.kind == kind and has_any(low, rule.stems) and (found := rule.words.search(low)):
            return found[0]
    return None


def forbidding(words: Iterable[str] = ()) -> Callable[[Draft, Moment], Refusal | None]:
    """The rule with a tenant's own words added, which are taken literally, whole words, in any case."""
    own = [re.escape(word.strip().lower()) for word in words if word.strip()]
    tenant = re.compile(r"(?<!\w)(?:" + "|".join(own) + r")(?!\w)") if own else None

    def forbidden(draft: Draft, moment: Moment) -> Refusal | None:
        low = draft.text.lower().replace("’", "'")
        if tenant is not None and (found := tenant.search(low)):
            return Refusal("forbidden", f"a word the tenant does not want: {found[0]!r}")
        for rule in _RULES:
            if has_any(low, rule.stems) and (found := rule.words.search(low)):
                return Refusal("forbidden", f"{rule.reason}: {found[0]!r}")
        return None

    return forbidden
