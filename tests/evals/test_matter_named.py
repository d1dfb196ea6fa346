"""The measure of phrases that name the matter."""

from __future__ import annotations

from pathlib import Path

from copilot import guards
from copilot.suggesters.phrasebook import load_phrasebook
from copilot.transcripts import load
from copilot.weights import load_tracker
from evals.matter_named import ACTS, names_matter, shown
from tests.suggesters.moments import moment

ROOT = Path(__file__).parents[2]


def test_many_phrases_name_the_matter() -> None:
    """On some of the project's own conversations three in ten of the phrases in question name the matter."""
    book = load_phrasebook(ROOT / "prompts", check=guards.check)
    tracker = load_tracker(ROOT / "prompts")
    scripts = load(ROOT / "evals" / "transcripts")[:20]
    found = [each for script in scripts for each in shown(script, tracker, book)]
    assert {each.act for each in found} <= set(ACTS)
    assert sum(each.names for each in found) > 0.3 * len(found)


def test_only_their_own_words_count() -> None:
    """A phrase without a slot for the matter names nothing."""
    assert not names_matter("I hear you.", moment())
