"""The list of guards: its order, what it is asked of, and what it costs nobody to hand in."""

from __future__ import annotations

from copilot.guards import GUARDS, check, guards
from tests.guards.drafts import draft, moment


def test_every_rule_says_its_own_name() -> None:
    """A refusal carries the name of the rule that made it, and each rule stands once."""
    names = [guard.__name__ for guard in GUARDS]
    assert len(set(names)) == len(names) == 28


def test_an_alternative_is_judged_like_the_phrase() -> None:
    """A phrase passes only with all its alternatives."""
    refusal = check(draft("I hear you.", alternatives=("Calm down, please.",)), moment())
    assert refusal is not None
    assert refusal.rule == "forbidden"


def test_growing_text_is_judged_so_far() -> None:
    """A growing phrase is refused as soon as what stands there is wrong, and not for being unfinished."""
    assert check(draft("I hear you, and", done=False), moment()) is None
    assert check(draft("I hear you. You should have called", done=False), moment()) is not None


def test_a_tenants_words_and_a_canary_are_handed_in() -> None:
    """Tenant words and a canary make a list of their own and change no other."""
    own = guards(forbidden=["leak"], canary="zq-71")
    assert check(draft("I see the leak."), moment(), own) is not None
    assert check(draft("I see zq-71 here."), moment(), own) is not None
    assert check(draft("I see the leak."), moment()) is None
