"""One tenant never reads another's: every operation of the document, against a real server with keys.

What is the other tenant's and what does not exist look the same: same status, same body. Nothing that the
other tenant said, named or uploaded comes out anywhere: in no answer, stream, metric or line of the log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from copilot.api.auth import new_key
from copilot.ports import SCOPES
from copilot.stores.sqlite_keys import SqliteKeyStore
from tests.wire.processes import ServerProcess

pytestmark = pytest.mark.wire

CANARY = "Zq7Canary"
THEIRS = "their-conversation"
ABSENT = "absent-conversation"
OPEN = {"id": THEIRS, "channel": "chat", "customer": {"name": f"{CANARY}Name"}}
FRAGMENT = {
    "utterance_id": "u1",
    "speaker": "customer",
    "text": f"My {CANARY}kettle leaks and I am angry!",
    "start_ms": 0,
    "end_ms": 900,
}
PROMPT = (
    (Path(__file__).parents[2] / "prompts/next-phrase/1.0.0/prompt.prompty")
    .read_text()
    .replace("version: 1.0.0", "version: 9.9.9")
    .replace("# How it sounds", f"# How it sounds\n- {CANARY}Prompt")
)


@dataclass
class Two:
    """A server with two tenants: `ours` asks, `theirs` has something to hide. `heard` is all that we got."""

    server: ServerProcess
    ours: httpx2.Client
    theirs: httpx2.Client
    their_key: str
    secrets: list[str]
    heard: list[str] = field(default_factory=list)

    def ask(self, method: str, path: str, **parts: Any) -> tuple[int, Any]:
        """Status and body of an answer to us, without what is a request's own."""
        with self.ours.stream(method, path, **parts) as answer:
            self.heard.append(json.dumps(dict(answer.headers)))
            body = "" if "event-stream" in answer.headers.get("content-type", "") else _read(answer)
        self.heard.append(body)
        return answer.status_code, re.sub(r"req_[0-9a-f]+", "", body)


def _read(answer: httpx2.Response) -> str:
    answer.read()
    return answer.text


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    data = tmp_path_factory.mktemp("tenants") / "data"
    data.mkdir()
    keys = SqliteKeyStore(data / "keys.sqlite")
    made = {tenant: new_key(tenant, f"{CANARY}{tenant}", SCOPES, 1) for tenant in ("acme", "rival")}
    for _, key in made.values():
        keys.add(key)
    keys.close()
    with ServerProcess(data) as server:
        ours, theirs = (
            httpx2.Client(
                base_url=server.base_url,
                headers={"authorization": f"Bearer {made[tenant][0]}"},
                trust_env=False,
                timeout=60,
            )
            for tenant in ("acme", "rival")
        )
        with ours, theirs:
            assert theirs.post("/v1/conversations", json=OPEN).status_code == 201
            sent = theirs.post(f"/v1/conversations/{THEIRS}/fragments", json=FRAGMENT)
            assert sent.json()["results"][0]["status"] == "accepted"
            uploaded = theirs.post("/v1/prompts/next-phrase/versions", json={"text": PROMPT})
            assert uploaded.status_code == 201, uploaded.text
            ours.post("/v1/conversations", json={"id": "ours", "channel": "chat"})
            secrets = [made["rival"][0].rpartition("_")[2], made["rival"][1].id, f"{CANARY}rival"]
            yield Two(server, ours, theirs, made["rival"][1].id, secrets)


def operations(two: Two) -> Iterator[tuple[str, str, Any]]:
    """Every keyed operation with a path of its own: method, path, an example of its body."""
    document = two.ours.get("/openapi.json").json()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            keyed = any("key" in way for way in operation.get("security", []))
            if keyed and "{" in path and operation["operationId"] != "connectConversation":
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                bodies = [example["value"] for example in content.get("examples", {}).values()]
                yield method.upper(), path, bodies[0] if bodies else None


def ask_all(two: Two) -> Iterator[tuple[str, str, list[tuple[int, str]]]]:
    """What we are answered in every operation: with the other tenant's names, and with names of nobody."""
    for method, path, body in operations(two):
        if path.startswith("/v1/prompts") and "{version}" not in path:
            continue  # the name of a prompt is everybody's; its versions and its log are not
        parts = {} if body is None else {"json": body}
        answers = [two.ask(method, filled(path, theirs=own, two=two), **parts) for own in (True, False)]
        yield method, path, answers


def filled(path: str, *, theirs: bool, two: Two) -> str:
    """The path with the other tenant's names, or with names that nobody has."""
    suggestion = two.theirs.get(f"/v1/conversations/{THEIRS}").json()["suggestion"]["id"]
    names = {
        "conversation_id": THEIRS if theirs else ABSENT,
        "suggestion_id": suggestion if theirs else "s999",
        "key_id": two.their_key if theirs else "absent00",
        "name": "next-phrase",
        "version": "9.9.9" if theirs else "9.9.8",
    }
    return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)


def test_theirs_is_as_absent_in_every_operation(two: Two) -> None:
    """Whatever the method, the other tenant's name is answered as one that nobody has."""
    tried = 0
    for method, path, answers in ask_all(two):
        expected, got = answers[1][1].replace("9.9.8", "9.9.9"), answers[0][1]
        assert (answers[0][0], got) == (answers[1][0], expected), (method, path)
        assert answers[0][0] in (404, 405), (method, path, answers[0])
        tried += 1
    assert tried >= 15
    view = two.theirs.get(f"/v1/conversations/{THEIRS}").json()
    assert (view["closed"], len(view["transcript"])) == (False, 1)


def test_lists_logs_and_outcomes_hold_only_ours(two: Two) -> None:
    """What has no name of theirs in it shows none of theirs either."""
    for path in (
        "/v1/conversations",
        "/v1/conversations?status=all",
        "/v1/keys",
        "/v1/prompts",
        "/v1/prompts/next-phrase",
        "/v1/prompts/next-phrase/changes",
        "/v1/prompts/next-phrase/outcomes",
    ):
        status, body = two.ask("GET", path)
        assert status == 200, (path, body)
        for theirs in (f"{CANARY}kettle", f"{CANARY}rival", THEIRS, "9.9.9"):
            assert theirs not in body, path


def test_their_positions_mean_nothing_here(two: Two) -> None:
    """A cursor or an event id of theirs is refused, or begins anew with what is ours."""
    two.theirs.post("/v1/conversations", json={"id": "another", "channel": "chat"})
    cursor = two.theirs.get("/v1/conversations?limit=1").json()["next_cursor"]
    status, body = two.ask("GET", f"/v1/conversations?cursor={cursor}")
    assert status in (400, 422) or json.loads(body)["items"] == []
    event = two.theirs.get(f"/v1/conversations/{THEIRS}").json()["next_event_id"]
    for name in ("/v1/conversations/ours/events", "/v1/events"):
        with two.ours.stream("GET", name, headers={"last-event-id": event}) as stream:
            assert stream.status_code == 200
            first = next(chunk for chunk in stream.iter_text() if chunk.strip(":\n "))
            two.heard.append(first)
        assert CANARY not in first


def test_the_websocket_and_tickets_keep_to_the_tenant(two: Two) -> None:
    """A subscription to theirs is refused at the handshake; a ticket of theirs opens nothing of ours."""
    key = {"authorization": two.ours.headers["authorization"]}
    statuses = []
    for name in (THEIRS, ABSENT):
        url = f"ws://127.0.0.1:{two.server.port}/v1/conversations/{name}/stream"
        with (
            pytest.raises(InvalidStatus) as refused,
            connect(url, additional_headers=key, proxy=None, open_timeout=60),
        ):
            pass
        statuses.append(refused.value.response.status_code)
    assert statuses == [404, 404]
    ticket = two.theirs.post(f"/v1/conversations/{THEIRS}/tickets").json()["ticket"]
    with_ticket = {"authorization": f"Bearer {ticket}"}
    assert two.ours.get("/v1/conversations/ours", headers=with_ticket).status_code in (403, 404)
    assert two.ours.get(f"/v1/conversations/{THEIRS}", headers=with_ticket).status_code == 200


def test_nothing_of_theirs_came_out(two: Two) -> None:
    """Not in what we heard, not in the metrics, not in the log."""
    assert len(list(ask_all(two))) >= 15
    two.heard.append(two.ours.get("/metrics").text)
    everything = "\n".join([*two.heard, two.server.log()])
    for secret in (f"{CANARY}kettle", f"{CANARY}Name", f"{CANARY}Prompt", *two.secrets):
        assert secret not in everything, secret
