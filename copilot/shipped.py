"""Where this installation keeps what it ships besides code, and how its YAML is read."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

# libyaml's parser, where PyYAML was built with it, is ten times as fast: a server starts sooner.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def shipped() -> Path:
    """The folder of prompts, phrases and weights: inside the wheel, or beside the package in a checkout."""
    package = Path(str(files("copilot")))
    inside = package / "_prompts"
    return inside if inside.is_dir() else package.parent / "prompts"


def read_all_yaml(text: str) -> Iterator[Any]:
    """Its documents as plain values, one after another. Raises yaml.YAMLError."""
    yield from yaml.load_all(text, Loader=_LOADER)


def read_yaml(text: str | bytes) -> Any:
    """One document as plain values. Raises yaml.YAMLError."""
    return yaml.load(text, Loader=_LOADER)
