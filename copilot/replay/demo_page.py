"""What the demonstration page plays: the conversations that come with the copilot, step by step."""

from __future__ import annotations

import msgspec

from copilot.replay.planning import as_json, opening, plan
from copilot.shipped import shipped
from copilot.transcripts import load


def scripts() -> bytes:
    """A JSON array; each with `title`, the `opening` (but its id) and the `steps`: `at_ms` since the start,
    and the `fragments` sent then."""
    found = []
    for file in sorted((shipped() / "demo").glob("*.yaml")):
        for script in load(file):
            steps = [
                {"at_ms": step.at_ms, "fragments": [as_json(fragment) for fragment in step.fragments]}
                for step in plan(script, "growing")
            ]
            body = opening(script, "")
            del body["id"]
            found.append({"title": script.title, "opening": body, "steps": steps})
    return msgspec.json.encode(found)
