"""The one exception tree."""

from __future__ import annotations

import re

import pytest

from copilot import errors
from copilot.errors import CopilotError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CopilotError)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_says_what_it_is(kind: type[CopilotError]) -> None:
    """Every error has a stable slug, a status of its class and a title; what may be retried says when."""
    assert re.fullmatch(r"[a-z][a-z-]*", kind.slug)
    assert kind.title
    blames_the_caller = issubclass(kind, errors.CallerError)
    assert (400 <= kind.status < 500) is blames_the_caller
    assert (kind.retry_after_s is not None) == (kind.status in (429, 503))


def test_slugs_are_told_apart() -> None:
    """No two statuses share a slug."""
    by_slug: dict[str, set[int]] = {}
    for kind in KINDS:
        by_slug.setdefault(kind.slug, set()).add(kind.status)
    assert all(len(statuses) == 1 for statuses in by_slug.values())
