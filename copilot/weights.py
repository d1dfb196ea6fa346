"""Reads a released tracker from its folder: word lists, patterns and weights, as plain data."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from copilot.core.tracker import PhaseTracker, Released
from copilot.errors import Misconfigured
from copilot.shipped import read_yaml

LIVE = "1.0.0"


def released(root: Path, version: str = LIVE, language: str = "en") -> Released:
    """`root` is the folder of prompts. Raises Misconfigured when the release is not whole."""
    folder = root / "tracker" / version / language
    try:
        return Released(
            version=f"tracker@{version}",
            cues=read_yaml((folder / "cues.yaml").read_text(encoding="utf-8")),
            patterns=read_yaml((folder / "patterns.yaml").read_text(encoding="utf-8")),
            weights=json.loads((folder / "weights.json").read_text(encoding="utf-8")),
        )
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise Misconfigured(f"tracker {version} ({language}) in {folder}: {error}") from error


def load_tracker(root: Path, version: str = LIVE, language: str = "en") -> PhaseTracker:
    return PhaseTracker(released(root, version, language))
