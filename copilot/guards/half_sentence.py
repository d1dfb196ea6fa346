"""A finished phrase is whole: it ends as a sentence ends, and nothing is left open."""

from __future__ import annotations

from copilot.core.types import Draft, Moment, Refusal

_CLOSERS = "\"'”’)"
_DANGLING = frozenset(
    (
        "and or but the a an your my our because although while if whether than very i'm i'll i've"
        " you're we're "
        "we'll you'll"
    ).split()
)


def half_sentence(draft: Draft, moment: Moment) -> Refusal | None:
    if not draft.done:
        return None
    text = draft.text.strip()
    bare = text.rstrip(_CLOSERS)
    if not bare.endswith((".", "!", "?")):
        return Refusal("half_sentence", "does not end as a sentence")
    last = bare.rsplit(None, 1)[-1].rstrip(".!?").lower().replace("’", "'")
    if bare.endswith("..") or last in _DANGLING:
        return Refusal("half_sentence", "breaks off")
    if text.count("(") != text.count(")") or text.count('"') % 2 or text.count("“") != text.count("”"):
        return Refusal("half_sentence", "a quote or bracket stays open")
    return None
