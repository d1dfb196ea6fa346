"""Keys over the API: of one's own tenant, by `admin` alone, and a secret is seen once."""

from __future__ import annotations

import asyncio

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.conftest import TENANT, Stage
from tests.api.serving import Wire

Client = AsyncTestClient[Litestar]


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


async def test_a_key_that_was_made_does_what_its_scopes_say(client: Client) -> None:
    """The secret comes with the answer, works at once, and is in no list."""
    made = await client.post("/v1/keys", json={"name": "wall", "scopes": ["read"], "days": 1})
    assert made.status_code == 201
    secret, key = made.json()["secret"], made.json()["key"]
    assert (key["name"], key["scopes"]) == ("wall", ["read"])
    assert key["expires_ms"] - key["created_ms"] == 86_400_000
    assert (await client.get("/v1/conversations", headers=bearer(secret))).status_code == 200
    assert (await client.post("/v1/conversations", json={}, headers=bearer(secret))).status_code == 403
    listed = await client.get("/v1/keys")
    assert key["id"] in [one["id"] for one in listed.json()["items"]]
    assert secret.rpartition("_")[2] not in listed.text


async def test_only_admin_may(client: Client, stage: Stage) -> None:
    """A key with every other scope makes, sees, rotates and revokes none."""
    others = stage.key("ingest", "read", "feedback", "prompts", "supervise")
    key = next(iter(stage.keys.kept))
    for method, path, body in (
        ("POST", "/v1/keys", {"scopes": ["read"]}),
        ("GET", "/v1/keys", None),
        ("POST", f"/v1/keys/{key}/rotate", {}),
        ("DELETE", f"/v1/keys/{key}", None),
    ):
        assert (await client.request(method, path, json=body, headers=others)).status_code == 403


async def test_another_tenants_key_is_as_absent(client: Client, stage: Stage) -> None:
    """Same status and body for what is another's and what is not there; neither is touched."""
    stage.key("read", tenant="rival")
    theirs = next(key.id for key in stage.keys.all("rival"))
    for path in ("/v1/keys/{}/rotate", "/v1/keys/{}"):
        method = "POST" if path.endswith("rotate") else "DELETE"
        answers = [await client.request(method, path.format(name)) for name in (theirs, "absent00")]
        bodies = [{**answer.json(), "instance": ""} for answer in answers]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert bodies[0] == bodies[1]
    assert stage.keys.kept[theirs].revoked_ms is None
    items = (await client.get("/v1/keys")).json()["items"]
    assert theirs not in [one["id"] for one in items]


async def test_rotation_leaves_time_to_change_over(client: Client, stage: Stage) -> None:
    """The old key is good until the overlap is over, the new one from the start."""
    made = (await client.post("/v1/keys", json={"name": "phone", "scopes": ["read"]})).json()
    path = f"/v1/keys/{made['key']['id']}/rotate"
    new = (await client.post(path, json={"overlap_s": 60})).json()
    assert new["key"]["name"] == "phone"
    for secret in (made["secret"], new["secret"]):
        assert (await client.get("/v1/conversations", headers=bearer(secret))).status_code == 200
    stage.clock.ms += 60_000
    old = await client.get("/v1/conversations", headers=bearer(made["secret"]))
    assert old.status_code == 401
    assert (await client.get("/v1/conversations", headers=bearer(new["secret"]))).status_code == 200
    assert (await client.post(path)).status_code == 409


async def test_a_revoked_key_opens_nothing(client: Client, stage: Stage) -> None:
    """Revoking again is the same; what was read of the key is forgotten within its second."""
    made = (await client.post("/v1/keys", json={"scopes": ["read"]})).json()
    for _ in range(2):
        assert (await client.delete(f"/v1/keys/{made['key']['id']}")).status_code == 204
    assert (await client.get("/v1/conversations", headers=bearer(made["secret"]))).status_code == 401
    assert stage.keys.kept[made["key"]["id"]].tenant == TENANT


@pytest.mark.parametrize(
    "body", [{}, {"scopes": []}, {"scopes": ["root"]}, {"scopes": ["read"], "tenant": "rival"}]
)
async def test_a_key_names_known_scopes_and_no_tenant(client: Client, body: dict[str, object]) -> None:
    """A key of a tenant makes keys of that tenant."""
    assert (await client.post("/v1/keys", json=body)).status_code == 422


async def test_an_open_server_has_no_keys_to_manage(stage: Stage) -> None:
    """The first key is made by whoever holds the machine, not by whoever comes first."""
    async with AsyncTestClient(
        stage.app(is_open=True), raise_server_exceptions=False, base_url="http://localhost"
    ) as client:
        assert (await client.post("/v1/keys", json={"scopes": ["admin"]})).status_code == 409
        assert (await client.get("/v1/keys")).status_code == 409


async def test_what_was_begun_with_a_key_is_not_finished_after_its_end(stage: Stage, port: int) -> None:
    """A body that arrives when its key has been revoked makes no other key, and opens nothing."""
    bodies = {"/v1/keys": b'{"scopes": ["admin"]}', "/v1/conversations": b'{"id": "late"}'}
    begun: list[Wire] = []
    for path, body in bodies.items():
        key = stage.key()["authorization"]
        begun.append(await Wire.to(port))
        begun[-1].writer.write(
            f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: {key}\r\nexpect: 100-continue\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode()
            + body[:-1]
        )
        assert (await begun[-1].head())[0] == 100  # it was let in, and its body is waited for
        stage.keys.revoke([*stage.keys.kept][-1], stage.clock.now_ms())
    known = [*stage.keys.kept]
    await asyncio.sleep(0.05)  # longer than what was read of a key counts here
    for wire in begun:
        wire.writer.write(b"}")
        assert (await wire.head())[0] == 401
        wire.close()
    assert [*stage.keys.kept] == known
    assert (TENANT, "late") not in stage.engine.conversations
