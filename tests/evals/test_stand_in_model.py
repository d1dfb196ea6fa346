"""The stand-in model of the documents."""

from __future__ import annotations

import json
import runpy

from tests.wire.processes import ROOT


def test_it_says_what_was_proposed_and_obeys_one_instruction() -> None:
    """It answers with the proposed act, and names the matter only where the prompt asks for it."""
    answer = runpy.run_path(str(ROOT / "docs" / "examples" / "stand_in_model.py"))["answer"]
    user = {"content": "- matter, in their words: your parcel\nProposed act: probe (why)."}
    plain, asked = (
        json.loads(answer({"messages": [{"content": system}, user]}))
        for system in ("Be kind.", "Name the matter.")
    )
    assert plain["act"] == asked["act"] == "probe"
    assert asked["phrase"] == f"About your parcel: {plain['phrase']}"
