"""What a real server leaves in its folder and sends to its model: no card, and nothing once erased."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from copilot.api.auth import new_key
from copilot.ports import SCOPES
from copilot.stores.sqlite_keys import SqliteKeyStore
from evals.planting.numbers import Call, conversation
from evals.planting.spoken import digits_of
from tests.fakes.openai_server import Received, Reply, completion, running, stream
from tests.wire.model_faults import ANSWER
from tests.wire.processes import ServerProcess

pytestmark = pytest.mark.wire

CALLS = int(os.environ.get("COPILOT_CARD_CALLS", "100"))
CANARY = "Kanarienvogel"
# So many digits of a card in a row are no accident among the other numbers of a request.
_IN_A_ROW = 9


class Folder:
    """A server with a key and a model that notes all that it is sent."""

    def __init__(self, server: ServerProcess, client: httpx2.Client, asked: list[bytes]) -> None:
        self.server = server
        self.client = client
        self.asked = asked

    def bytes(self) -> dict[str, bytes]:
        files = [path for path in self.server.data_dir.rglob("*") if path.is_file()]
        return {path.name: path.read_bytes() for path in [*files, self.server.log_path]}

    def post(self, path: str, body: object) -> httpx2.Response:
        answer = self.client.post(path, json=body)
        assert answer.status_code < 300, answer.text
        return answer


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    data = tmp_path / "data"
    asked: list[bytes] = []
    data.mkdir()
    secret, key = new_key("acme", "all", SCOPES, 1)
    keys = SqliteKeyStore(data / "keys.sqlite")
    keys.add(key)
    keys.close()

    def reply(request: Received) -> Reply:
        asked.append(request.body)
        return stream(completion(ANSWER))

    with running(reply) as url:
        settings = {
            "COPILOT_MODEL_BASE_URL": url,
            "COPILOT_MODEL": "small-1",
            "COPILOT_REQUESTS_PER_S": "10000",
            "COPILOT_OPENINGS_PER_MIN": "10000",
        }
        with (
            ServerProcess(data, settings) as server,
            httpx2.Client(
                base_url=server.base_url,
                headers={"authorization": f"Bearer {secret}"},
                trust_env=False,
                timeout=30,
            ) as client,
        ):
            yield Folder(server, client, asked)


def _send(folder: Folder, name: str, call: Call) -> None:
    folder.post("/v1/conversations", {"id": name, "channel": "chat"})
    for at, one in enumerate(call.fragments):
        fragment = {"utterance_id": one.utterance_id, "speaker": one.speaker, "text": one.text}
        times = {"start_ms": at * 1_000, "end_ms": at * 1_000 + 900}
        folder.post(f"/v1/conversations/{name}/fragments", fragment | times)


def _shown(call: Call, told: str) -> bool:
    digits = digits_of(told)
    number = call.number
    return any(number[at : at + _IN_A_ROW] in digits for at in range(len(number) - _IN_A_ROW + 1))


def test_no_card_is_in_a_file_or_a_request_after_a_kill(folder: Folder) -> None:
    """Made-up calls with cards, then SIGKILL: no file holds one, no request had one, and no history has."""
    chance = random.Random(5)
    calls = {f"call-{n}": conversation(chance) for n in range(CALLS)}
    for name, call in calls.items():
        _send(folder, name, call)
    folder.server.kill()
    files = folder.bytes()
    assert {"conversations.sqlite", "conversations.sqlite-wal", "keys.sqlite"} <= {*files}
    carded = {name: call for name, call in calls.items() if call.family is not None}
    assert len(carded) > CALLS / 2
    assert len(folder.asked) > CALLS / 2
    asked = [request.decode() for request in folder.asked]
    for call in carded.values():
        groups = [call.number[at : at + 4] for at in range(0, len(call.number), 4)]
        said = {one.text for one in call.fragments if one.carries == "card" and len(digits_of(one.text)) > 6}
        for form in {call.number, " ".join(groups), "-".join(groups), *said}:
            assert not [file for file, content in files.items() if form.encode() in content]
            assert not [request for request in asked if form in request]
    folder.server.start()
    for name, call in carded.items():
        assert not _shown(call, folder.client.get(f"/v1/conversations/{name}").text)


def test_nothing_of_an_erased_tenant_is_in_any_file(folder: Folder) -> None:
    """A canary in every text that is kept: after the erasure it is in no file, while it runs and after."""
    for name in ("c1", "c2"):
        customer = {"id": f"{CANARY} {name}", "name": CANARY}
        context = {"facts": [{"name": CANARY, "value": CANARY}], "allowed_remedies": []}
        opening = {"id": name, "channel": "chat", "customer": customer, "context": context}
        folder.post("/v1/conversations", {**opening, "agent": {"id": CANARY}, "metadata": {"m": CANARY}})
        fragment = {"utterance_id": "u1", "speaker": "customer", "start_ms": 0, "end_ms": 900}
        at = f"/v1/conversations/{name}"
        folder.post(f"{at}/fragments", fragment | {"text": f"My {CANARY} kettle leaks and I am angry!"})
        shown = folder.post(f"{at}/suggestions", {}).json()["id"]
        folder.post(f"{at}/suggestions/{shown}/feedback", {"verdict": "edited", "text": CANARY})
        folder.post(f"{at}/close", {})
    assert any(CANARY.encode() in request for request in folder.asked)
    first = folder.post("/v1/erasures", {"customer": f"{CANARY} c1"}).json()
    rest = folder.post("/v1/erasures", {"tenant": True}).json()
    assert (first, rest) == ({"conversations": 1}, {"conversations": 1})
    for running_on in (True, False):
        if not running_on:
            folder.server.stop()
        assert [name for name, content in folder.bytes().items() if CANARY.encode() in content] == []
    folder.server.start()
    again = folder.client.post("/v1/conversations", json={"id": "c1", "channel": "chat"})
    assert again.status_code == 410
