"""The kinds of prompt, by the name of the prompt: what its answer holds, and what it is asked with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from copilot.core.types import Moment
from copilot.suggesters.record_reading import RECORD_PROMPT, RecordAnswer

_PHRASE = "I hear you, and I'm looking at it with you now."


class Kind(Struct, frozen=True):
    """`fields` of the answer in their order; `acts`: the answer names an act of the codebook; `given`: the
    values that such a prompt is asked with beside those that follow from a moment."""

    fields: tuple[str, ...]
    acts: bool = False
    given: Callable[[Moment], Mapping[str, object]] = lambda _: {}


def _judged(moment: Moment) -> Mapping[str, object]:
    """A judge reads facts as lines, and a phrase, or two to choose from."""
    facts = [f"{fact.name}: {fact.value}" for fact in moment.opening.context.facts]
    return {"facts": facts, "phrase": _PHRASE, "first": _PHRASE, "second": _PHRASE}


_NEXT_PHRASE = Kind(("act", "phrase", "why", "alternatives"), acts=True)
_KINDS: dict[str, Kind] = {
    RECORD_PROMPT: Kind(RecordAnswer.__struct_fields__),
    "judge": Kind(("why", "fitness", "empathy", "clarity"), given=_judged),
    "judge-pair": Kind(("why", "better"), given=_judged),
}


def kind_of(name: str) -> Kind:
    """A prompt of any other name makes phrases."""
    return _KINDS.get(name, _NEXT_PHRASE)
