"""Problem details: what is told of an error, and what is not."""

from __future__ import annotations

import msgspec
import pytest
from litestar.exceptions import HTTPException

from copilot import errors
from copilot.api.problems import KINDS, answer_of, problem_of, translated
from copilot.errors import CopilotError


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_itself(kind: type[CopilotError]) -> None:
    """Type, title and status are the class's own, and retrying is said where it helps."""
    answer = answer_of(kind("words"), "req_1")
    body = msgspec.json.decode(answer.body)
    headers = dict(answer.headers)
    assert (body["type"], body["title"], body["status"]) == (
        f"/problems/{kind.slug}",
        kind.title,
        kind.status,
    )
    assert (b"retry-after" in headers) == (kind.retry_after_s is not None)
    assert (b"www-authenticate" in headers) == (kind.status == 401)


def test_every_caller_error_has_its_kind() -> None:
    """What the tree of errors holds for callers can be looked up."""
    mine = {kind for kind in _all(errors.CallerError) if kind is not errors.CallerError}
    assert mine <= set(KINDS)


def test_our_own_faults_say_nothing() -> None:
    """What the caller did is explained; what went wrong here is not, nor what a library says."""
    assert problem_of(errors.Closed("it is over"), "i").detail == "it is over"
    assert "path" not in problem_of(errors.StoreUnavailable("/a/path"), "i").detail
    assert problem_of(translated(RuntimeError("SECRET")), "i").detail == ""
    assert problem_of(translated(HTTPException("SECRET", status_code=418)), "i").status == 500


def _all(kind: type[CopilotError]) -> set[type[CopilotError]]:
    return {kind}.union(*(_all(inner) for inner in kind.__subclasses__()))
