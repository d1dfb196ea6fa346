"""The catalogue of the panel's texts."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from copilot.core.suggestions import Silence

TEXTS = Path("copilot/panel/src/texts.js")


def test_every_silence_has_its_words_in_both_languages() -> None:
    """A reason for silence that has no words would be shown as one of the others."""
    said = TEXTS.read_text(encoding="utf-8")
    missing = [reason for reason in get_args(Silence) if said.count(f"    {reason}: ") != 2]
    assert missing == []
