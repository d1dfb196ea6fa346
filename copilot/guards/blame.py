"""No phrase puts the fault on the customer."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

# What may follow 'you should have' without blame: what they were entitled to.
_ENTITLED = (
    r"(?!had\b|been\b|got\b|gotten\b|received\b|heard\b|this\b|it\b|that\b|an?\b|any\b"
    r"|by\b|access\b|the\b|your\b)"
)
_DO = (
    r"(?:read|follow(?:ed)?|listen(?:ed|ing)?|provided?|check(?:ed)?|tell|told|mention(?:ed)?|enter(?:ed)?"
    r"|included?|"
    r"call(?:ed)?|notify|notified|let us|pay attention|understand|do (?:it|that|this|what)|updated?"
    r"|explain(?:ed)?|"
    r"cooperate|give me (?:enough|the)|cancel(?:led)?(?: it)? (?:in|on) time)"
)
# Each begins with 'you', so that the search finds its places fast.
_YOU = re.compile(
    r"you(?:"
    rf" (?:should|could|ought to|might|must)(?: really| just| simply)? ?have {_ENTITLED}\w+"
    r"| (?:shouldn't|should not)(?: really)? have (?!had to\b|been\b|to\b)\w+"
    r"| (?:failed|forgot|neglected|refused|omitted|missed)\b(?! out)"
    r"|(?:'ve| have) (?:failed|forgotten|neglected|misunderstood|misread|entered|made (?:a|the) mistake"
    r"|got it wrong|caused)"
    rf"| (?:didn't|did not|haven't|have not|don't|do not)(?: even| really| actually| properly"
    rf"| correctly)? {_DO}"
    r"| never (?:told|said|mentioned|called|asked|provided|gave|read|checked|updated|responded|replied"
    r"|confirmed|cancel\w+)"
    r"| (?:misunderstood|misread|misheard|(?:broke|damaged|caused)(?! nothing)"
    r"|mistyped|ignored|are to blame|got it wrong"
    r"|used it wrong|"
    r"did (?:it|this|that) wrong|put in the wrong|entered (?:the |an? )?(?:wrong|incorrect)|"
    r"gave (?:us|me) (?:the |an? )?(?:wrong|incorrect)|chose to|made (?:a|the) mistake|let it)"
    r"|(?:'re| are) (?:wrong|mistaken|confused|lying|to blame|the one who(?! pays?\b)|responsible)"
    r"|(?:'re| are) not (?:listening|making sense|reading|following|understanding|cooperating|"
    r"being (?:clear|honest|fair|reasonable|helpful))"
    r"| (?:typed|entered|clicked|chose|selected|changed|deleted|put|gave|set)\b[^.!?,;]{0,40} yourself"
    r"| locked yourself out| didn't (?:ask|say|order|choose|select|pay|book)\b(?! (?:to be|for this|for any))"
    r"| (?:clearly|obviously|apparently|must|evidently) (?:didn't|did not|don't|haven't|misunderstood"
    r"|missed|forgot|entered|"
    r"have (?:done|made|entered|forgotten|missed|misread|misunderstood|changed|deleted|clicked|typed|put))"
    r"| people\b| (?:have|need|ought) to (?:understand|realise|realize|listen|read|be (?:more|patient"
    r"|reasonable))"
    r"| (?:brought|did) this (?:on|to) yourself| (?:signed|agreed to|accepted|ticked)(?! up)\b"
    r"|r (?:own )?(?:fault|mistake|error|carelessness|negligence|oversight|misunderstanding|confusion"
    r"|failure)\b"
    r"|r (?:responsibility|job) to\b"
    r")(?!\w)"
)
_OTHER = re.compile(
    r"(?<!\w)(?:"
    r"user error|because of you|thanks to you|blame you|obviously you|clearly you|actually, you"
    r"|(?:that's|that is|it's|it is|this is|was) (?:entirely |completely |actually |really |just |all "
    r"|simply )?"
    r"(?:your|user|a user|customer|human)(?: own)? (?:fault|mistake|error|problem|responsibility|doing|job"
    r"|decision|choice)"
    r"|(?:as|like) i(?:'ve| have)? (?:already|just|clearly|repeatedly|previously)(?: \w+)? ?"
    r"(?:told|said|explained|mentioned|stated|informed|pointed|asked|wrote)"
    r"|(?:as|like) i (?:told|explained to|informed) you|like i said|as i said before"
    r"|i(?:'ve| have)? already (?:told|explained|said|asked(?! for)|answered)"
    r"|as (?:previously|already) (?:stated|mentioned|explained|said)|i told you(?: that| so|,| before"
    r"| already|\.)"
    r"|how many times|had you (?:only |just )?\w+[^.!?]*,|if [^.,!?]{0,40} had been [^.,!?]{0,40},"
    r"|(?:most|other|all (?:our )?other|many) (?:customers|people|users|callers|clients) "
    r"(?:manage|don't|do not|have no|can|find|get|understand|know)"
    r"|if you had (?:only |just |simply )?(?!any\b|a\b|an\b|the\b|it\b|to\b|that\b|this\b|questions?\b)\w+"
    r"|why (?:didn't|did not|wouldn't|don't|haven't|can't|couldn't) you|why did you (?:not|wait|do|go|buy"
    r"|sign|click)"
    r"|what did you do (?:to|wrong)|what have you done"
    r"|next time,? (?:please )?(?:read|check|be more|make sure|don't|remember|pay)|be more careful"
    r"|(?:someone|somebody|nobody|no one) else (?:has|had|complain\w*)"
    r"|it (?:works|worked) fine (?:for|on) (?:everyone|everybody|our)|that's what you (?:signed|agreed"
    r"|asked|get)"
    r"|(?:and|because|since) it was you(?! who (?:were|was|had|waited|lost|paid|noticed|told))"
    r"|that's what happens (?:when|if) you"
    r"|(?:blame|fault of) (?:the|my|another|our) (?:colleagues?|other department|courier|driver|warehouse)"
    r")(?!\w)"
)
# Without one of these there is nothing for the second search to find.
_STEMS = (
    "error", "of you", "to you", "blame", "obviously", "clearly", "actually", "that's", "that is", "it's",
    "it is",
    "this is", "was ", "as i", "like i", "already", "previously", "i told", "how many", "had you",
    "had been", "customers", "people", "users", "callers", "clients", "you had", "why d",
    "why w", "why h", "why c", "what did", "what have", "next time", "careful", "else", "fine", "fault",
)  # fmt: skip


# 'None of this is your fault' takes it off them.
_DENIED = re.compile(r"\b(?:not|none|never|isn't|wasn't|nothing|no)\b[^.!?]*$")


def blame(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    found = _YOU.search(low)
    if found is not None and _DENIED.search(low[: found.start()]):
        return None
    if found is None and has_any(low, _STEMS):
        found = _OTHER.search(low)
    return Refusal("blame", f"puts the fault on them: {found[0]!r}") if found else None
