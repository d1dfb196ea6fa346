"""Which conversations a run is about: `tag=abusive`, `trade=bank`, `channel=voice`, `id=…`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from copilot.errors import Invalid, NotFound
from copilot.transcripts import Script

_FIELDS: dict[str, Callable[[Script], tuple[str, ...]]] = {
    "tag": lambda script: script.tags,
    "trade": lambda script: (script.trade,),
    "channel": lambda script: (script.channel,),
    "kind": lambda script: (script.kind,),
    "cause": lambda script: (script.cause or "",),
    "outcome": lambda script: (script.outcome,),
    "id": lambda script: (script.id,),
}


def select(scripts: Sequence[Script], subset: Sequence[str]) -> list[Script]:
    """Those that meet every condition; several values of one field are alternatives. Raises Invalid for an
    unknown field, NotFound when none is left."""
    wanted: dict[str, set[str]] = {}
    for condition in subset:
        field, equals, value = condition.partition("=")
        if not equals or field not in _FIELDS:
            raise Invalid(f"--subset {condition}: {', '.join(_FIELDS)}, each with =VALUE")
        wanted.setdefault(field, set()).add(value)
    found = [
        script
        for script in scripts
        if all(not values.isdisjoint(_FIELDS[field](script)) for field, values in wanted.items())
    ]
    if not found:
        raise NotFound(f"no conversation with {' '.join(subset)}" if subset else "no conversation there")
    return found
