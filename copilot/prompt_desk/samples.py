"""The conversations that prompts are checked on: those the product ships, at every turn of the customer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from copilot.core.tracking import Tracker
from copilot.core.types import Moment
from copilot.ports import TokenCounter
from copilot.prompt_desk.checks import Judge, PromptChecks, moments
from copilot.transcripts import load


def shipped_checks(
    root: Path, tracker: Callable[[], Tracker], judge: Judge, vocabulary: Path
) -> PromptChecks:
    """Checks whose samples and whose vocabulary are loaded when the first version is checked."""

    @cache
    def samples() -> Sequence[Moment]:
        return [moment for script in load(root / "demo") for moment in moments(script, tracker())]

    @cache
    def counter() -> TokenCounter:
        # Here, because the vocabulary takes half a second and most processes check no prompt.
        from copilot.tokens import TiktokenCounter

        return TiktokenCounter.load(vocabulary)

    return PromptChecks(samples, counter, judge)
