"""Rollouts: the fold of a log of releases, and shares that stay as they were."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.rollouts import (
    NOTHING,
    Change,
    Entry,
    Pinned,
    Rollout,
    after,
    folded,
    held_out,
    place,
    takes_canary,
)

ONE, TWO = Pinned("1.0.0", "h1.0.0"), Pinned("2.0.0", "h2.0.0")


def change(kind: Any, version: str | None = None, **more: Any) -> Change:
    return Change(
        kind=kind, name="greet", by="a test", version=version, hash=version and f"h{version}", **more
    )


def state(*changes: Change) -> Rollout:
    return folded(Entry(n, n, each) for n, each in enumerate(changes, 1)).get("greet", NOTHING)


def test_a_release_is_live() -> None:
    """The version released last is live, and the one before it is remembered."""
    assert state(change("release", "1.0.0"), change("release", "2.0.0")).live == TWO


def test_rollback_goes_back_one_version_at_a_time() -> None:
    """Each rollback takes back one release, the last one to what the installation sets live."""
    released = [change("release", "1.0.0"), change("release", "2.0.0")]
    assert state(*released, change("rollback")).live == ONE
    assert state(*released, change("rollback"), change("rollback")).live is None
    assert state(*released, *[change("rollback")] * 3).live is None


def test_releasing_again_is_no_step_to_go_back() -> None:
    """The same version released twice is one release: a rollback leaves it."""
    assert state(change("release", "1.0.0"), change("release", "1.0.0"), change("rollback")).live is None


def test_rollback_ends_a_canary_first() -> None:
    """While a canary runs, a rollback ends it and leaves the live version."""
    after_it = state(change("release", "1.0.0"), change("canary", "2.0.0", share=0.1), change("rollback"))
    assert (after_it.live, after_it.canary, after_it.canary_share) == (ONE, None, 0.0)


def test_a_release_ends_the_canary() -> None:
    """When a version is released, nobody is left on a canary."""
    assert state(change("canary", "2.0.0", share=0.1), change("release", "2.0.0")).canary is None


def test_canary_shadow_and_holdout_end_by_being_set_to_nothing() -> None:
    """A canary without share, a shadow without version, a holdout of zero: none is in force."""
    running = [change("canary", "2.0.0", share=0.1), change("shadow", "2.0.0"), change("holdout", share=0.2)]
    assert state(*running) == Rollout(canary=TWO, canary_share=0.1, shadow=TWO, holdout_share=0.2)
    assert state(*running, change("canary"), change("shadow"), change("holdout")) == NOTHING


def test_an_upload_changes_nothing_in_force() -> None:
    """A version that was uploaded is there, and live nowhere."""
    assert state(change("upload", "2.0.0", content="text")) == NOTHING


@given(st.lists(st.text(min_size=1), unique=True, min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_share_that_grows_keeps_those_it_had(names: list[str], one: float, other: float) -> None:
    """Whoever is on the canary at a share is on it at every larger one."""
    small, large = (after(NOTHING, change("canary", "2.0.0", share=s)) for s in sorted((one, other)))
    for name in names:
        assert takes_canary(small, "t", "greet", name) <= takes_canary(large, "t", "greet", name)


def test_a_share_is_about_that_share() -> None:
    """A tenth of the conversations, more or less, falls into a share of a tenth; tenants differ."""
    rollout = state(change("canary", "2.0.0", share=0.1), change("holdout", share=0.1))
    names = [f"call-{n}" for n in range(5_000)]
    taken = {name for name in names if takes_canary(rollout, "t", "greet", name)}
    held = {name for name in names if held_out(rollout, "t", "greet", name)}
    assert 400 < len(taken) < 600
    assert 400 < len(held) < 600
    assert len(taken & held) < 100
    assert taken != {name for name in names if takes_canary(rollout, "other", "greet", name)}


def test_names_do_not_run_into_each_other() -> None:
    """Tenant and conversation are told apart: 'a' and 'bc' stand elsewhere than 'ab' and 'c'."""
    assert place("a", "n", "bc", "canary") != place("ab", "n", "c", "canary")
