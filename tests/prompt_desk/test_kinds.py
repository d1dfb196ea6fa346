"""Kinds of prompt: each is held to what it is for."""

from __future__ import annotations

import pytest

from copilot.prompts.library import PromptLibrary, parse
from copilot.shipped import shipped
from tests.fakes.prompts import prompts


@pytest.mark.parametrize("name", ["next-phrase", "wrap-up", "judge", "judge-pair"])
async def test_every_shipped_prompt_passes_the_check_of_its_kind(name: str) -> None:
    """What is shipped for phrases, records and judging is whole by the check that a new version meets."""
    view = await prompts().desk.checked(PromptLibrary(shipped()).get(name))
    assert view.problems == ()
    assert view.passed


@pytest.mark.parametrize(
    ("before", "after", "check"),
    [
        ("required: [why, better]", "required: [why]", "schema"),
        ("second", "third", "variables"),
        ("{{ marker }}", "", "fence"),
    ],
)
async def test_a_broken_judge_is_found_out(before: str, after: str, check: str) -> None:
    """A judge is held to its own answer, its own variables and the fence."""
    text = PromptLibrary(shipped()).get("judge-pair").text
    assert before in text
    view = await prompts().desk.checked(parse(text.replace(before, after).encode()))
    assert check in {problem.check for problem in view.problems}
