"""No phrase promises what nobody can keep: no guarantee, no certain outcome."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_PROMISE = re.compile(
    r"(?<!\w)(?:"
    r"(?:i|we)(?:'ll| will| can| do| hereby| personally| absolutely)* (?:promise|guarantee|swear|vow"
    r"|assure you|pledge)"
    r"|(?:you have|you've got|i give you) (?:my|our) (?:word|promise|guarantee|assurance)|(?:that's|it's"
    r"|this is|is|be) (?:a promise|guaranteed)"
    r"|guaranteed|(?:my|our) (?:promise|guarantee) (?:to|is|that)|on my (?:life|honou?r)|cross my heart"
    r"|hand on heart|every (?:penny|cent) (?:of it )?back"
    r"|(?:will|'ll) (?:definitely|certainly|surely|absolutely|undoubtedly|for sure|100%|most definitely"
    r"|always|never)(?! (?:try|look|check|see|ask|do my best|help|mark|note|pass))"
    r"|(?:definitely|certainly|absolutely|surely|undoubtedly|100%|for certain|of course) (?:will|get"
    r"|going to|be (?:fixed|resolved|solved|sorted|done|refunded|there|delivered))"
    r"|(?:never|not|won't|will not) (?:ever )?happen(?:s)? (?:to you )?again|(?:without|no) (?:a "
    r"|any )?(?:doubt|fail|question)|100 ?%|hundred percent|(?<!know )(?<!know that )for sure"
    r"|(?:it|this|that|everything|all|your (?:\w+ ){1,3}|the (?:\w+ ){1,3})(?:'ll| will"
    r"| is going to) (?:be |get |have been |all be )?(?:completely |fully |all )?(?:fixed|resolved|solved"
    r"|sorted(?: out)?|working|"
    r"fine|okay|ok|perfect|approved|refunded|restored|back to normal|taken care of|delivered|arrive|work)"
    r"|(?:i|we)(?:'ll| will| am going to|'m going to|'re going to"
    r"| are going to) (?:make sure (?:that )?(?:it|this|that|you|your|everything|the)\b|see to it|ensure"
    r"|fix (?:it|this|that|everything|your)|"
    r"solve (?:it|this|that|everything|your)|resolve (?:it|this|that|everything|your)|sort (?:it|this|that"
    r"|everything) out|get (?:it|this|that|everything) (?:fixed|sorted|resolved|solved|done|back|working)|"
    r"have (?:it|this|that|everything) (?:fixed|sorted|resolved|solved|working))"
    r"|you(?:'ll| will) (?:get|have|receive|see) (?:all )?(?:your|the) (?:money|refund|order|parcel"
    r"|package|account|access|delivery|replacement)"
    r"|you(?:'ll| will) never (?:have|need|see|hear)|(?:don't|no need to) worry|nothing to worry about"
    r"|in no time|i(?:'m| am) (?:certain|positive|convinced|confident) (?:that )?(?:it|this|that|the|your"
    r"|we|you|they|everything)\b|(?:there's|there is) no way (?:this|it|that)|leave it (?:all )?to me"
    r"|consider it (?:done|fixed|solved)|problem solved|trust me(?! to)"
    r")(?!\w)"
)
# Without one of these nothing is promised.
_STEMS = (
    "promise", "guarantee", "swear", "vow", "assure", "pledge", "word", "assurance", "life", "heart",
    "every ", "hono", "definitely",
    "certain", "surely", "absolutely", "undoubtedly", "sure", "100", "hundred", "again", "doubt",
    "without fail", "question",
    "will", "'ll", "going to", "worry", "in no time", "positive", "convinced", "confident", "no way",
    "leave it", "consider it", "problem solved", "trust me",
)  # fmt: skip
_DENIED = re.compile(
    r"\b(?:can't|cannot|can not|won't|will not|don't|do not|not able to|unable to|wouldn't|not going to"
    r"|never|didn't|rather than|instead of)\b[^.!?,;]*$"
)


def promises(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    for found in _PROMISE.finditer(low):
        before = low[max(0, found.start() - 40) : found.start()]
        claimed = re.search(
            r"\b(?:you were|you've been|they|somebody|someone|nobody can|no one can|whether|if)\s*\w*\s*$",
            before,
        )
        if not _DENIED.search(before) and not claimed:
            return Refusal("promises", f"nobody can promise that: {found[0]!r}")
    return None
