"""Nothing is said to be decided, granted or owed that neither the context nor the agent says is so."""

from __future__ import annotations

import re

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_DECIDED = (
    r"approved|granted|waived|cancell?ed|closed|written off|deleted|authori[sz]ed|verified|lifted|settled|"
    r"refunded|credited"
)
# What has happened, and not what somebody ruled.
_STATES = (
    r"repaired|fixed|restored|resolved|sorted(?: out)?|reconnected|(?:re)?activated|processed|completed?"
    r"|corrected"
    r"|removed|reversed|gone through|been done|wiped|cleared|unlocked|unblocked|paid"
)
_VERDICT = re.compile(
    rf"\b(?:is|are|'s|has been|have been)(?: now| already| hereby)? (?P<word>{_DECIDED}|gone)\b"
    rf"|\b(?:refund|claim|credit|request|compensation|replacement)s? (?P<short>approved|granted)\b"
    r"|\b(?:i|we)(?:'ll| will| can| just|'m| am| are|'re)*"
    r" (?P<deed>writ(?:e|ing) off|delet(?:e|ing)|wip(?:e|ing)|skip(?:ping)?|fir(?:e|ing))"
    r" (?:all |the |your |my |our |him|her|them)"
    r"|\bwe (?:(?:will |'ll )?pay (?:you|your|for)|owe you(?! (?:an? |some )?(?:\w+ )?(?:apology|explanation|"
    r"answer|better|call|update|thanks)))\b"
    r"|\bwe'll pay (?:you|your|for)\b"
    r"|\byes to (?P<all>everything|anything|all)\b"
    r"|(?:^|[,;] )you(?:'ll| will)? (?:get|receive) an? (?P<given>new|free|full)\b"
    r"|\bthat(?:'s| is) an? (?:\w+ )?(?P<gift>refund|replacement|upgrade|voucher) for you\b"
    r"|\b(?:transferring|connecting|putting|passing|forwarding) you (?:through |over |on )?to"
    r" (?:our|the|my) (?P<head>ceo|chief|chairman|chairwoman|president|board|owner|founder)\b"
    r"|\b(?:legally )?liable\b|\badmit (?:that|fault|liability)\b"
    rf"|\b(?:it|that|this|everything|all|your \w+|the \w+)(?:'s| is| are| has been| has)(?: now| all"
    rf"| just| already)*"
    rf" (?P<state>{_STATES})\b(?! (?:by|when|if|as soon|once|until))"
    r"|\b(?:an? |the |your )?(?P<who>\w+)(?:'s| is| are)(?: already| now| just)* (?:driving over"
    r"|on (?:his|her|their|its) way"
    r"|heading (?:over|to you)|coming (?:over|round) now)\b"
    r"|\byou(?:'re| are)(?: now)? (?:at the (?:top|front|head) of|first in|next in|jumping"
    r"|skipping) (?:the |our )?"
    r"(?:list|queue|line)?\b"
    r"|\b(?:definitely|certainly|surely) (?:fixed|solved|sorted|working|done|approved)\b"
)
# Without one of these no verdict is given.
_STEMS = (
    "approv", "grant", "waive", "cancel", "closed", "written off", "delet", "authori", "verif", "lifted",
    "settled", "refunded", "credited", "gone", "write off", "writing off", "wip", "skip", "fire ", "firing",
    "pay ", "owe you", "yes to", "get a", "receive a", "for you", "you to", "you through", "you over",
    "you on", "liable", "admit", "fixed", "solved", "sorted", "working", "done", "replacement",
    "repaired", "restored", "resolved", "connected", "activated", "processed", "complete", "corrected",
    "removed",
    "reversed", "through", "wiped", "cleared", "locked", "blocked", "paid", "driving", "way", "heading",
    "coming", "list",
    "queue", "line",
)  # fmt: skip
# What makes it somebody's account, a question, a condition or a denial, and no verdict.
_NOT_OURS = re.compile(
    r"\b(?:you(?:'ve| have|'re| are| were)?|they|it says|told|said|whether|if|once|until|when|after|before|"
    r"as soon as|not|isn't|aren't|hasn't|haven't|wasn't|never|no|why|how|so|check(?:ing)?|see(?:ing)?|sure|"
    r"sorry|ought|should|could|would|must|frustrat\w+|that)\b[^.!?]*$"
)
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_LATE = 200


def verdicts(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower().replace("’", "'")
    if not has_any(low, _STEMS):
        return None
    for sentence in _SENTENCE.finditer(low):
        said = sentence[0]
        if said.endswith("?"):
            continue
        for found in _VERDICT.finditer(said):
            if _NOT_OURS.search(said[: found.start()]):
                continue
            word = next(filter(None, found.groupdict().values()), found[0])
            if not _vouched(word.split()[0], moment):
                return Refusal("verdicts", f"nobody decided that: {found[0]!r}")
    return None


def _vouched(word: str, moment: Moment) -> bool:
    """The context or the agent says so, in this word or another form of it."""
    stem = word[: max(4, len(word) - 3)]
    context = moment.opening.context
    stated = (f"{fact.name} {fact.value}" for fact in context.facts)
    allowed = (f"{remedy.kind} {remedy.wording or ''}" for remedy in context.allowed_remedies)
    agent = (turn.text for turn in moment.turns[-_LATE:] if turn.speaker == "agent")
    return any(stem in text.lower() for texts in (stated, allowed, agent) for text in texts)
