"""An apology stands for itself: no 'but' after 'sorry', no 'sorry if', no 'sorry you feel that way'."""

from __future__ import annotations

import re

from copilot.core.types import Draft, Moment, Refusal

_SORRY = re.compile(r"\b(?:sorry|apolog(?:ise|ize|ies|y)|regret)\b")
_BUT = re.compile(
    r"\b(?:sorry|apolog(?:ise|ize|ies|y)|regret)\b[^.!?]*[\s,;–—-](?:(?<!all )but(?! one)|however|though"
    r"|although|yet(?= (?:you|we|i|it|that|this|there))|only (?:that|it|we|i|there)(?:'s)?|except)\b"
    r"|\b(?:sorry|apolog(?:ise|ize|ies|y)|regret)\b[^.!?]*[.!?;]\s*(?:but|however|still,|though|that said"
    r"|having said)\b"
)
_HALF = re.compile(
    r"\b(?:sorry|apolog(?:ise|ize)) (?:if|in case)\b|\bsorry (?:that )?you(?:'re| are)? (?:feel(?:ing)?"
    r"|felt|think|thought|see it|took it|"
    r"misunderstood|got confused|were confused|believe|chose|find it|didn't)\b|\bsorry (?:for"
    r"|about) (?:your|the) (?:confusion|misunderstanding|feelings)\b"
)


def sorry_but(draft: Draft, moment: Moment) -> Refusal | None:
    low = draft.text.lower()
    if not _SORRY.search(low):
        return None
    if _BUT.search(low):
        return Refusal("sorry_but", "takes the apology back with 'but'")
    if _HALF.search(low):
        return Refusal("sorry_but", "apologises for what they feel or think, not for what happened")
    return None
