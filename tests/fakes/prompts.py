"""A prompt desk over a log in memory, with a folder of versions of its own."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from copilot.clocks import SimulatedClock
from copilot.core.types import Draft, Moment, Refusal
from copilot.ports import PromptLog
from copilot.prompt_desk.checks import PromptChecks
from copilot.prompt_desk.desk import PromptDesk
from copilot.prompts.gate_reports import Installed
from copilot.prompts.library import PromptLibrary
from copilot.prompts.rollouts import Rollouts
from copilot.shipped import shipped
from copilot.stores.memory import MemoryPromptLog
from tests.fakes.moments import WordCounter, moment

SHIPPED = (shipped() / "next-phrase" / "1.0.0" / "prompt.prompty").read_text()


def version(number: str, more: str = "") -> str:
    """The shipped prompt as another version, with words of its own."""
    text = SHIPPED.replace("version: 1.0.0", f"version: {number}")
    return text.replace("# How it sounds\n", f"# How it sounds\n{more}\n") if more else text


class Prompts(NamedTuple):
    """The parts of a desk, for a test to look into."""

    desk: PromptDesk
    rollouts: Rollouts
    library: PromptLibrary
    log: PromptLog
    clock: SimulatedClock


def prompts(
    root: Path | None = None,
    log: PromptLog | None = None,
    *,
    lock: bool = False,
    installed: Installed | None = None,
) -> Prompts:
    library, clock = PromptLibrary(root or shipped()), SimulatedClock()
    log = log or MemoryPromptLog()
    rollouts = Rollouts(library, log, clock, "next-phrase")

    def judge(draft: Draft, at: Moment) -> Refusal | None:
        return Refusal("forbidden", "a word that is not said") if "FORBIDDEN" in draft.text else None

    checks = PromptChecks(lambda: [moment()], WordCounter, judge)
    desk = PromptDesk(
        library,
        rollouts,
        log,
        clock,
        checks,
        installed=installed,
        lock=library.lock if lock else None,
    )
    return Prompts(desk, rollouts, library, log, clock)
