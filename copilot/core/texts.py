"""Walks the texts inside a value of ours, so that one function can be applied to every one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

Value = TypeVar("Value", bound=msgspec.Struct)
# Numbers long enough to be a card number are read as texts.
_LONG = 10**12


def map_texts(value: Value, change: Callable[[str], str]) -> Value:
    """The same value with every text in it changed, keys of dictionaries included, names of fields not."""
    return msgspec.convert(_walk(value, change), type(value))


def _walk(part: Any, change: Callable[[str], str]) -> Any:
    match part:
        case msgspec.Struct():
            return {name: _walk(getattr(part, name), change) for name in part.__struct_fields__} | _tag(part)
        case str():
            return change(part)
        case dict():
            return {_walk(name, change): _walk(inner, change) for name, inner in part.items()}
        case list() | tuple():
            return [_walk(inner, change) for inner in part]
        case int() | float() if not isinstance(part, bool) and abs(part) >= _LONG:
            text = f"{part:.0f}" if isinstance(part, float) else str(part)
            changed = change(text)
            return part if changed == text else changed
        case _:
            return part


def _tag(part: msgspec.Struct) -> dict[str, Any]:
    config = part.__struct_config__
    return {} if config.tag is None else {str(config.tag_field): config.tag}
