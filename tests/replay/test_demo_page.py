"""What the demonstration page is given to play."""

from __future__ import annotations

import json

from copilot.replay.demo_page import scripts


def test_each_conversation_can_be_sent_as_it_stands() -> None:
    """Titles, openings without an id, and fragments in order of time that grow into finals."""
    found = json.loads(scripts())
    assert len(found) >= 2
    for script in found:
        assert script["title"]
        assert "id" not in script["opening"]
        times = [step["at_ms"] for step in script["steps"]]
        assert times == sorted(times)
        fragments = [fragment for step in script["steps"] for fragment in step["fragments"]]
        assert {fragment["final"] for fragment in fragments} == {True, False}
        assert {fragment["speaker"] for fragment in fragments} >= {"customer", "agent"}
