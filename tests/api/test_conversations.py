"""Opening, reading, changing, feeding, closing and erasing a conversation over HTTP."""

from __future__ import annotations

from litestar import Litestar
from litestar.testing import AsyncTestClient

from copilot.ports import Key
from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]
FRAGMENT = {"utterance_id": "u1", "speaker": "customer", "text": "hello", "start_ms": 0, "end_ms": 10}


async def test_open_is_201_once_and_200_again(client: Client) -> None:
    """The same id and body again is the same conversation; another body is a conflict."""
    body = {"id": "x", "channel": "chat", "customer": {"name": "Ann"}}
    first = await client.post("/v1/conversations", json=body)
    assert first.status_code == 201
    assert first.headers["location"] == "/v1/conversations/x"
    assert (await client.post("/v1/conversations", json=body)).status_code == 200
    other = await client.post("/v1/conversations", json=body | {"channel": "voice"})
    assert other.status_code == 409
    assert other.json()["type"] == "/problems/conflict"


async def test_fragments_answer_each_and_the_state(client: Client) -> None:
    """A fragment is accepted once and a duplicate after that; the state comes with each answer."""
    first = (await client.post("/v1/conversations/c1/fragments", json=FRAGMENT)).json()
    assert first["results"] == [
        {"utterance_id": "u1", "revision": 0, "status": "accepted", "seq": 1, "reason": None}
    ]
    assert first["state"]["phase"] == "venting"
    both = (await client.post("/v1/conversations/c1/fragments", json=[FRAGMENT, FRAGMENT])).json()
    assert [r["status"] for r in both["results"]] == ["duplicate", "duplicate"]
    changed = await client.post("/v1/conversations/c1/fragments", json=FRAGMENT | {"text": "bye"})
    assert changed.status_code == 409


async def test_a_bad_item_refuses_the_batch(client: Client, stage: Stage) -> None:
    """A batch with one bad item is refused as a whole, with the place of the item."""
    answer = await client.post(
        "/v1/conversations/c1/fragments", json=[FRAGMENT, FRAGMENT | {"speaker": "dog"}]
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/1/speaker"
    assert stage.engine.fragments == []


async def test_texts_are_cleaned(client: Client, stage: Stage) -> None:
    """Controls, zero-width, direction and tag characters are dropped; breaks become spaces."""
    text = "a\x00b\u202ec\u200bd\U000e0041e\nf\u00e9"
    await client.post("/v1/conversations/c1/fragments", json=FRAGMENT | {"text": text})
    assert stage.engine.fragments[0].text == "abcde fé"


async def test_patch_replaces_only_what_it_names(client: Client, stage: Stage, c1: Key) -> None:
    """A PATCH replaces the parts it gives and leaves the others; an empty one is refused."""
    await client.patch("/v1/conversations/c1", json={"customer": {"name": "Ann"}})
    answer = await client.patch("/v1/conversations/c1", json={"agent": {"name": "Robin"}})
    assert answer.json()["opening"]["customer"]["name"] == "Ann"
    assert answer.json()["opening"]["agent"]["name"] == "Robin"
    assert (await client.patch("/v1/conversations/c1", json={})).status_code == 422


async def test_closed_erased_and_absent_are_told_apart(client: Client) -> None:
    """A closed conversation is 409, an erased one 410, one that never was 404."""
    closed = await client.post("/v1/conversations/c1/close")
    assert closed.json()["closed"] is True
    assert (await client.post("/v1/conversations/c1/fragments", json=FRAGMENT)).status_code == 409
    assert (await client.delete("/v1/conversations/c1")).status_code == 204
    assert (await client.get("/v1/conversations/c1")).status_code == 410
    assert (await client.get("/v1/conversations/never")).status_code == 404


async def test_another_tenants_is_absent(client: Client, stage: Stage) -> None:
    """What belongs to another tenant answers exactly as what does not exist."""
    other = stage.key(tenant="rival")
    theirs = await client.get("/v1/conversations/c1", headers=other)
    absent = await client.get("/v1/conversations/nope", headers=other)
    assert theirs.status_code == absent.status_code == 404
    assert {**theirs.json(), "instance": ""} == {**absent.json(), "instance": ""}


async def test_pages_follow_each_other(client: Client) -> None:
    """The cursor leads through all of them once; it is good for no other list."""
    for number in range(4):
        await client.post("/v1/conversations", json={"id": f"n{number}"})
    seen: list[str] = []
    query = "/v1/conversations?limit=2"
    page = (await client.get(query)).json()
    cursor = page["next_cursor"]
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        page = (await client.get(f"{query}&cursor={page['next_cursor']}")).json()
    assert seen == ["c1", "n0", "n1", "n2", "n3"]
    assert (await client.get(f"{query}&status=closed&cursor={cursor}")).status_code == 400
    assert (await client.get(f"{query}&cursor=AAAA")).status_code == 400


async def test_history_holds_the_bytes_of_the_log(client: Client) -> None:
    """History pages through the public events, each with its id, and says where to go on."""
    for number in range(3):
        await client.post("/v1/conversations/c1/fragments", json=FRAGMENT | {"utterance_id": f"u{number}"})
    page = (await client.get("/v1/conversations/c1/history?limit=2")).json()
    assert [item["id"] for item in page["items"]] == ["e1.1", "e1.2"]
    assert page["more"] is True
    rest = (await client.get(f"/v1/conversations/c1/history?after={page['next']}")).json()
    assert [item["data"]["seq"] for item in rest["items"]] == [3]
    assert (rest["more"], rest["next"]) == (False, "e1.3")


async def test_numbers_have_bounds(client: Client) -> None:
    """An amount is an amount: one that no currency has is refused, also where it could be a card number."""
    for limit, status in ((20, 201), (1e9, 201), (4e15, 422), (8e244, 422), (-1, 422)):
        context = {"allowed_remedies": [{"kind": "refund", "limit": limit, "currency": "EUR"}]}
        answer = await client.post("/v1/conversations", json={"context": context})
        assert answer.status_code == status, limit
    for value, status in ((2**53, 201), (2**53 + 1, 422), (1e16, 422), (True, 201), ("x", 201), (None, 422)):
        answer = await client.post(
            "/v1/conversations", json={"context": {"facts": [{"name": "n", "value": value}]}}
        )
        assert answer.status_code == status, value
