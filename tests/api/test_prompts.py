"""Prompts over HTTP, for keys with the scope."""

from __future__ import annotations

from litestar import Litestar
from litestar.testing import AsyncTestClient

from tests.api.conftest import Stage
from tests.fakes.prompts import version

Client = AsyncTestClient[Litestar]
ROOT = "/v1/prompts/next-phrase"


async def test_a_version_from_upload_to_rollback(client: Client) -> None:
    """Upload, check, compare, canary, release and rollback, each as the next call sees it."""
    text = version("2.0.0", "- Short.")
    made = await client.post(f"{ROOT}/versions", json={"text": text})
    assert (made.status_code, made.json()["locked"]) == (201, True)
    assert (await client.post(f"{ROOT}/versions", json={"text": text})).status_code == 200
    assert (await client.get(f"{ROOT}/versions/2.0.0")).text == text
    assert (await client.get(f"{ROOT}/versions/2.0.0/check")).json()["passed"] is True
    lines = (await client.get(f"{ROOT}/diff?from=1.0.0&to=2.0.0")).json()["lines"]
    assert "+- Short." in lines
    canary = {"kind": "canary", "version": "2.0.0", "share": 0.1}
    assert (await client.post(f"{ROOT}/changes", json=canary)).json()["canary"] == "2.0.0"
    release = {"kind": "release", "version": "2.0.0"}
    assert (await client.post(f"{ROOT}/changes", json=release)).status_code == 409
    release["override"] = "a test says so"
    assert (await client.post(f"{ROOT}/changes", json=release)).json()["live"] == "2.0.0"
    back = await client.post(f"{ROOT}/changes", json={"kind": "rollback"})
    assert (back.json()["live"], back.json()["live_by"]) == ("1.0.0", "installation")
    log = (await client.get(f"{ROOT}/changes")).json()["items"]
    assert [entry["kind"] for entry in log] == ["upload", "canary", "release", "rollback"]
    assert all(entry["by"].startswith("key ") for entry in log)
    assert all("content" not in entry for entry in log)
    listed = (await client.get("/v1/prompts")).json()["items"]
    assert (await client.get(ROOT)).json() in listed


async def test_another_text_of_a_version_is_a_conflict(client: Client) -> None:
    """Nobody edits a version that is there, uploaded or shipped."""
    await client.post(f"{ROOT}/versions", json={"text": version("2.0.0")})
    for number in ("1.0.0", "2.0.0"):
        answer = await client.post(f"{ROOT}/versions", json={"text": version(number, "- Other.")})
        assert answer.status_code == 409


async def test_what_a_model_would_be_sent(client: Client) -> None:
    """A prompt is rendered for a conversation of the tenant's own, and for no other."""
    answer = await client.post(f"{ROOT}/render", json={"conversation": "c1"})
    assert [message["role"] for message in answer.json()["messages"]] == ["system", "user"]
    assert answer.json()["ref"] == "next-phrase@1.0.0"
    assert (await client.post(f"{ROOT}/render", json={"conversation": "c9"})).status_code == 404


async def test_another_tenants_versions_are_not_there(stage: Stage, client: Client) -> None:
    """An uploaded version exists for its tenant alone."""
    await client.post(f"{ROOT}/versions", json={"text": version("2.0.0")})
    rival = stage.key(tenant="rival")
    assert (await client.get(f"{ROOT}/versions/2.0.0", headers=rival)).status_code == 404
    assert (await client.get(f"{ROOT}/changes", headers=rival)).json() == {"items": []}
    change = {"kind": "shadow", "version": "2.0.0"}
    assert (await client.post(f"{ROOT}/changes", json=change, headers=rival)).status_code == 404


async def test_the_scope_is_needed(stage: Stage, client: Client) -> None:
    """A key for conversations opens nothing here."""
    headers = stage.key("ingest", "read", "feedback", "supervise", "admin")
    for path in ("/v1/prompts", ROOT, f"{ROOT}/versions/1.0.0", f"{ROOT}/changes"):
        assert (await client.get(path, headers=headers)).status_code == 403
    change = {"kind": "rollback"}
    assert (await client.post(f"{ROOT}/changes", json=change, headers=headers)).status_code == 403


async def test_bad_templates_are_refused_with_the_reason(client: Client) -> None:
    """An unknown variable, a template that works, a text without end, another name: no version comes of
    it."""
    fine = version("2.0.0")
    for text, status in (
        (fine.replace("{{ act }}", "{{ nothing }}"), 422),
        (fine.replace("{{ act }}", "{% include 'x' %}"), 422),
        (fine.replace("{{ act }}", "{{ act * 999999 }}"), 422),
        (fine.replace("name: next-phrase", "name: other"), 422),
        ("no prompt", 422),
        ("x" * 70_000, 422),
        ("x" * 3_000_000, 413),
    ):
        answer = await client.post(f"{ROOT}/versions", json={"text": text})
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


async def test_names_that_are_none_are_not_found(client: Client) -> None:
    """What cannot be a name or a version is absent, not an error."""
    for path in ("/v1/prompts/NOPE", f"{ROOT}/versions/x", "/v1/prompts/nobody", f"{ROOT}/versions/9.9.9"):
        assert (await client.get(path)).status_code == 404


async def test_outcomes_are_asked_by_prompt(client: Client) -> None:
    """The numbers of one prompt, for a span of days; nonsense is refused."""
    answer = await client.get(f"{ROOT}/outcomes?days=7")
    assert (answer.status_code, answer.json()["name"]) == (200, "next-phrase")
    assert (await client.get(f"{ROOT}/outcomes?days=0")).status_code == 422
    assert (await client.get("/v1/prompts/nobody/outcomes")).status_code == 404
