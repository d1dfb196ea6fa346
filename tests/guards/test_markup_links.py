"""The guard `markup_links`: plain words only."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from copilot.core.types import Fact
from copilot.guards.markup_links import markup_links
from tests.guards.drafts import draft, moment


@pytest.mark.parametrize(
    "text",
    [
        "I **hear** you.",
        "See [our page](http://x).",
        "I hear <b>you</b>.",
        "- I hear you.",
        "Go to www.help.example now.",
        "Look at help-desk.com/faq.",
        "I hear\u200b you.",
        "I hear \u202eyou.",
        "First.\nSecond.",
        "Use `reset` there.",
        "I hear you &amp; more.",
    ],
)
def test_refuses(text: str) -> None:
    """Markup, hidden characters and links of its own making are refused."""
    refusal = markup_links(draft(text), moment())
    assert refusal is not None
    assert refusal.rule == "markup_links"


@pytest.mark.parametrize(
    "text",
    [
        "I hear you: it leaks.",
        "That's a well-known problem, isn't it?",
        "It costs 3.5 times as much.",
        "Mr. Reyes, I hear you.",
        "It's half past 9.30 a.m. for you.",
    ],
)
def test_lets_pass(text: str) -> None:
    """Plain words pass."""
    assert markup_links(draft(text), moment()) is None


def test_a_link_of_the_context_passes() -> None:
    """A link that stands in the facts may be given."""
    facts = [Fact(name="help page", value="https://kettles.example/help")]
    assert markup_links(draft("You find it on kettles.example/help."), moment(facts=facts)) is None


@pytest.mark.parametrize(
    "why", ["See http://elsewhere.invalid", "data:text/html,x", "<b>now</b>", "now\u202e"]
)
def test_what_a_model_writes_for_the_agent_is_plain_too(why: str) -> None:
    """Beside the phrase the agent reads its reason: no link, markup or hidden character there either."""
    assert markup_links(replace(draft("I hear you."), why=why), moment()) is not None
    assert markup_links(replace(draft("I hear you."), why=why, origin="phrasebook"), moment()) is None
