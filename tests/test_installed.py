"""What this installation runs its prompt versions with."""

from __future__ import annotations

from copilot.installed import installed
from copilot.shipped import shipped
from copilot.suggesters.phrasebook import load_phrasebook
from evals.runs.subject import load_subject


def test_is_what_a_gate_report_says_of_the_same_files() -> None:
    """Tracker and phrasebook have the hashes that a run of the evals on the same files writes down."""
    root = shipped()
    here, judged = installed(root, "small"), load_subject(root)
    assert here == ("small", judged.tracker_hash, judged.phrasebook.content_hash)
    assert here.phrasebook_hash == load_phrasebook(root).content_hash
