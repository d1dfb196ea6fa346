"""What comes twice, too late, backwards or in part is answered as the documents say, by a real server."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.wire.load import said
from tests.wire.processes import ServerProcess

pytestmark = pytest.mark.wire


@pytest.fixture
def client(server: ServerProcess) -> Any:
    with httpx2.Client(base_url=server.base_url, trust_env=False, timeout=30) as client:
        yield client


def _opened(client: httpx2.Client, name: str) -> str:
    assert client.post("/v1/conversations", json={"id": name, "channel": "chat"}).status_code == 201
    return f"/v1/conversations/{name}"


def _refused(answer: httpx2.Response, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["type"] == f"/problems/{slug}"


def test_a_repeat_gets_the_stored_answer_and_another_body_a_conflict(client: httpx2.Client) -> None:
    """Names make repeats safe, of conversations and of fragments: no other key is needed."""
    one = _opened(client, "repeat")
    again = client.post("/v1/conversations", json={"id": "repeat", "channel": "chat"})
    assert again.status_code == 200
    _refused(client.post("/v1/conversations", json={"id": "repeat", "channel": "voice"}), 409, "conflict")
    first, second = (client.post(f"{one}/fragments", json=said(1)).json()["results"][0] for _ in range(2))
    assert (first["status"], second["status"]) == ("accepted", "duplicate")
    assert first["seq"] == second["seq"]
    _refused(client.post(f"{one}/fragments", json=said(1, "other words")), 409, "conflict")


def test_what_is_over_or_never_was_takes_nothing(client: httpx2.Client) -> None:
    """Never opened: 404. Erased: 410, for good, also to be opened again. Closed: late finals for a minute,
    but no changes."""
    _refused(client.post("/v1/conversations/never/fragments", json=said(1)), 404, "not-found")
    gone = _opened(client, "gone")
    assert client.delete(gone).status_code == 204
    _refused(client.post(f"{gone}/fragments", json=said(1)), 410, "gone")
    _refused(client.post("/v1/conversations", json={"id": "gone", "channel": "chat"}), 410, "gone")
    over = _opened(client, "over")
    assert client.post(f"{over}/close").status_code == 200
    assert client.post(f"{over}/fragments", json=said(1)).json()["results"][0]["status"] == "accepted"
    _refused(client.patch(over, json={"agent": {"name": "Ada"}}), 409, "conversation-closed")


def test_disorder_is_ignored_with_its_reason_and_gaps_are_none_of_ours(client: httpx2.Client) -> None:
    """Older revisions and partials of finals are stale; numbers may jump, and times lie anywhere in a week;
    one that is none, or beyond, is 422."""
    one = _opened(client, "disorder")

    def told(**more: Any) -> dict[str, Any]:
        answer = client.post(f"{one}/fragments", json={**said(1), **more})
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["results"][0]
        return result

    assert told(revision=7)["status"] == "accepted"
    assert (told(revision=6)["status"], told(revision=6)["reason"]) == ("stale", "older_revision")
    assert told(revision=8, final=False)["reason"] == "utterance_final"
    assert told(utterance_id="u1000000", revision=1_000_000)["status"] == "accepted"
    for at in (0, 7 * 86_400_000 - 1):
        assert told(utterance_id=f"at{at}", start_ms=at, end_ms=at + 1)["status"] == "accepted"
    for wrong in (-1, "2026-11-22T18:00:00", 1.5, 253_402_300_799_000, 10**40):
        _refused(client.post(f"{one}/fragments", json={**said(9), "start_ms": wrong}), 422, "invalid")


def test_a_batch_is_taken_whole_or_not_at_all(client: httpx2.Client) -> None:
    """One item that is wrong, or in conflict, and nothing of the others is kept."""
    one = _opened(client, "batch")
    assert client.post(f"{one}/fragments", json=[said(1), said(2)]).status_code == 200
    wrong = client.post(f"{one}/fragments", json=[said(3), {**said(4), "final": "yes"}])
    _refused(wrong, 422, "invalid")
    assert wrong.json()["errors"][0]["pointer"].startswith("/1/")
    _refused(client.post(f"{one}/fragments", json=[said(3), said(2, "other words")]), 409, "conflict")
    transcript = client.get(one).json()["transcript"]
    assert [line["utterance_id"] for line in transcript] == ["u1", "u2"]
