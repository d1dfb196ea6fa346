"""What every prompt version of this installation runs with: model, tracker, phrasebook."""

from __future__ import annotations

from pathlib import Path

from copilot.prompts.gate_reports import Installed
from copilot.prompts.releases import digest
from copilot.suggesters.phrasebook import content_hash
from copilot.weights import LIVE


def installed(root: Path, model: str | None) -> Installed:
    """From `root`, the folder of prompts, as a server that starts now would load it. Raises Misconfigured,
    NotFound."""
    return Installed(model, digest(root, "tracker", LIVE), content_hash(root))
