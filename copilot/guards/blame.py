"""No phrase puts the fault on the customer."""

from __future__ import annotations

import re

from copilot.core.types import Draft, Moment, Refusal

_BLAME = re.compile(
    r"(?<!\w)(?:"
    r"you (?:should|could|ought to|might|must)(?: really| just| simply)? ?have (?!had\b|been\b|got\b|gotten\b|received\b|heard\b|this\b|it\b|that\b|an?\b|"
    r"by\b|access\b|the\b)\w+|you (?:shouldn't|should not)(?: really)? have (?!had to\b|been\b|to\b)\w+"
    r"|you (?:failed|forgot|neglected|refused|omitted|missed)(?: to)?(?! out)\b"
    r"|you(?:'ve| have) (?:failed|forgotten|neglected|misunderstood|misread|entered|made (?:a|the) mistake|got it wrong|caused)"
    r"|you (?:didn't|did not|haven't|have not|don't|do not)(?: even| really| actually| properly| correctly)? (?:read|follow(?:ed)?|listen(?:ed|ing)?|"
    r"provide[d]?|check(?:ed)?|tell|told|mention(?:ed)?|entere?d?|include[d]?|call(?:ed)?|notify|notified|let us|pay attention|"
    r"understand|do (?:it|that|this|what)|update[d]?|cancel(?:led)?(?: it)? (?:in|on) time|give me (?:enough|the)|explain(?:ed)?|cooperate)"
    r"|you never (?:told|said|mentioned|called|asked|provided|gave|read|checked|updated|responded|replied|confirmed|cancel\w+)"
    r"|you (?:misunderstood|misread|misheard|broke|damaged|mistyped|ignored|caused|are to blame|got it wrong|did (?:it|this|that) wrong|used it wrong|put in the wrong|"
    r"entered (?:the |an? )?(?:wrong|incorrect)|gave (?:us|me) (?:the |an? )?(?:wrong|incorrect)|chose to|made (?:a|the) mistake|let it)"
    r"|you(?:'re| are) (?:wrong|mistaken|confused|lying|not listening|not making sense|not being (?:clear|honest|fair|reasonable|helpful)|to blame|the one who|"
    r"responsible|not (?:reading|following|understanding|cooperating))"
    r"|(?:that's|that is|it's|it is|this is|was) (?:entirely |completely |actually |really |just |all |simply )?(?:your|user|a user|customer|human)(?: own)? (?:fault|mistake|error|problem|responsibility|doing|job)"
    r"|your (?:own )?(?:fault|mistake|error|carelessness|negligence|oversight|misunderstanding|confusion|failure)"
    r"|user error|on your end, not|because of you|thanks to you|blame you"
    r"|(?:as|like) i(?:'ve| have)? (?:already|just|clearly|repeatedly|previously)(?: \w+)? ?(?:told|said|explained|mentioned|stated|informed|pointed|asked|wrote)"
    r"|(?:as|like) i (?:told|explained to|informed) you|like i said|i(?:'ve| have)? already (?:told|explained|said|asked|answered)|"
    r"as (?:previously|already) (?:stated|mentioned|explained|said)|i told you(?: that| so|,| before| already|\.)|how many times"
    r"|if you had (?:only |just |simply )?(?!any\b|a\b|an\b|the\b|it\b|to\b|that\b|this\b|questions?\b)\w+|had you (?:only |just )?\w+ed"
    r"|why (?:didn't|did not|wouldn't|don't|haven't|can't|couldn't) you|why did you (?:not|wait|do|go|buy|sign|click)|what did you do (?:to|wrong)|what have you done"
    r"|you (?:clearly|obviously|apparently|must|evidently) (?:didn't|did not|don't|haven't|have (?:done|made|entered|forgotten|missed|misread|misunderstood|changed|deleted|clicked|typed|put)|misunderstood|missed|forgot|entered)"
    r"|obviously you|clearly you|actually, you|you people|you (?:have|need|ought) to (?:understand|realise|realize|listen|be (?:more|patient|reasonable)|read)"
    r"|you (?:brought|did) this (?:on|to) yourself|next time,? (?:please )?(?:read|check|be more|make sure|don't|remember|pay)|be more careful"
    r"|(?:someone|somebody|nobody) else (?:has|had|complain\w*)|no one else (?:has|had|complain\w*)"
    r"|it (?:works|worked) fine (?:for|on) (?:everyone|everybody|our)|that's what you (?:signed|agreed|asked|get)|you (?:signed|agreed to|accepted|ticked)(?! up)"
    r"|(?:it|that) was your (?:decision|choice|job|responsibility)|your job to"
    r"|(?:blame|fault of) (?:the|my|another|our) (?:colleagues?|other department|courier|driver|warehouse)"
    r")(?!\w)"
)


def blame(draft: Draft, moment: Moment) -> Refusal | None:
    if found := _BLAME.search(draft.text.lower().replace("’", "'")):
        return Refusal("blame", f"puts the fault on them: {found[0]!r}")
    return None
