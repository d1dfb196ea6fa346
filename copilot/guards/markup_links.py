"""A phrase is plain words: no markup, no characters that cannot be seen, no link of its own making."""

from __future__ import annotations

import re
import unicodedata

from copilot.core.stems import has_any
from copilot.core.types import Draft, Moment, Refusal

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_LINES = re.compile(r"[\r\n\t]")
_MARKUP = re.compile(
    r"\*\*|__|`|~~|</?[a-z!][^>]*>?|&(?:#\d+|[a-z]+);|\]\(|^\s*(?:#{1,6}\s|[-*•>]\s|\d+[.)]\s)"
    r"|(?<!\w)\*\w[^*]*\*",
    re.I,
)
_MARKS = (*"*_`~<>&#]•", "- ", "1.", "1)")
_INNER_DOT = re.compile(r"\.\w")
_LINK = re.compile(
    r"(?:https?:|www\.|ftp:|mailto:|javascript:)\S*|\b(?:data|file|blob|vbscript):\S+"
    r"|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|co|uk|de|eu|info|app|shop|biz|ly|me|ru|cn|dev|ai"
    r"|example|test)"
    r"(?:/\S*)?(?![\w])",
    re.I,
)
# As it is read out, or written so that no filter knows it: 'claims dot example', 'claims[.]example'.
_SPOKEN = re.compile(
    r"\b[\w-]+ dot (?:com|net|org|io|co|uk|de|eu|info|app|shop|biz|ai|dev|me|support|help|online|site"
    r"|example|test)\b"
    r"|\b(?:h ?t ?t ?p|double u double u|w ?w ?w)\b|\b[\w-]+ ?[\[({] ?(?:\.|dot) ?[\])}] ?[a-z]{2,}\b"
    r"|\bforward slash\b|\b[\w-]+ at [\w-]+ dot \w+\b",
    re.I,
)
_READ_OUT = (" dot ", "[.", "[dot", "(dot", "(.", " slash", "http", "h t t p", "www", "w w w", "double u")


def markup_links(draft: Draft, moment: Moment) -> Refusal | None:
    """The phrase, and what a model writes beside it for the agent's eyes."""
    refusal = _judged(draft.text, moment)
    if refusal is None and draft.origin == "llm":
        return _judged(draft.why, moment)
    return refusal


def _judged(text: str, moment: Moment) -> Refusal | None:
    if not text.isascii() and (_UNSEEN.search(text) or any(unicodedata.category(c) == "Cf" for c in text)):
        return Refusal("markup_links", "characters that cannot be seen")
    if not text.isprintable() and (_UNSEEN.search(text) or _LINES.search(text)):
        return Refusal("markup_links", "line breaks or control characters")
    if has_any(text, _MARKS) and _MARKUP.search(text):
        return Refusal("markup_links", "markup")
    if ":" in text or _INNER_DOT.search(text):
        for link in _LINK.finditer(text):
            shown = link[0].rstrip(".,!?)").lower()
            if not any(shown in str(fact.value).lower() for fact in moment.opening.context.facts):
                return Refusal("markup_links", f"a link that the context does not give: {shown}")
    low = text.lower()
    if has_any(low, _READ_OUT) and (spoken := _SPOKEN.search(low)) and not _given(spoken[0], moment):
        return Refusal("markup_links", f"a link that the context does not give: {spoken[0]}")
    return None


def _given(spoken: str, moment: Moment) -> bool:
    shown = re.sub(r" dot ", ".", spoken)
    return any(shown in str(fact.value).lower() for fact in moment.opening.context.facts)
