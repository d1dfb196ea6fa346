"""Suggestions over HTTP: on request, explained, and what became of them."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from copilot.engine.coordinator import Growing
from tests.api.conftest import Stage
from tests.fakes.engine import suggestion

Client = AsyncTestClient[Litestar]
URL = "/v1/conversations/c1/suggestions"


async def test_on_request_the_final_one_comes_as_json(client: Client, stage: Stage) -> None:
    """What grew on the way is left out: a caller that wants JSON gets the final one."""
    stage.engine.asked = [Growing(suggestion(text="I", status="partial")), suggestion()]
    answer = await client.post(URL)
    assert answer.status_code == 200
    assert (answer.json()["text"], answer.json()["status"]) == ("I hear you.", "final")


async def test_overtaken_is_204(client: Client, stage: Stage) -> None:
    """When what happened meanwhile overtook it, there is nothing to show, and that is no error."""
    stage.engine.asked = [Growing(suggestion(text="I", status="partial"))]
    answer = await client.post(URL)
    assert (answer.status_code, answer.content) == (204, b"")


async def test_it_is_explained(client: Client) -> None:
    """Why the agent saw a suggestion is there as long as the conversation; another id is 404."""
    assert (await client.get(f"{URL}/s-1")).json()["suggestion"]["why"] == "not heard yet"
    assert (await client.get(f"{URL}/s-2")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"verdict": "shown"}, 201),
        ({"verdict": "dismissed", "text": None}, 201),
        ({"verdict": "edited", "text": "mine\u200b"}, 201),
        ({"verdict": "edited"}, 422),
        ({"verdict": "used", "text": "x"}, 422),
        ({"verdict": "liked"}, 422),
        ({}, 422),
    ],
)
async def test_feedback_is_noted(client: Client, stage: Stage, body: dict[str, str], status: int) -> None:
    """A verdict is one of four; the text belongs to `edited` alone, and is cleaned."""
    answer = await client.post(f"{URL}/s-1/feedback", json=body)
    assert answer.status_code == status
    noted = [("s-1", body.get("verdict"), "mine" if body.get("text") else None)]
    assert stage.engine.feedbacks == (noted if status == 201 else [])


async def test_neither_media_type_is_406(client: Client) -> None:
    """A caller that takes neither JSON nor a stream is told what there is."""
    answer = await client.post(URL, headers={"accept": "text/html"})
    assert answer.status_code == 406


async def test_quiet_is_set_and_seen(client: Client) -> None:
    """Who may give feedback may ask for quiet; the conversation says so; another value is 422."""
    url = URL.removesuffix("/suggestions")
    assert (await client.post(f"{url}/quiet", json={"quiet": True})).json()["quiet"] is True
    assert (await client.get(url)).json()["quiet"] is True
    assert (await client.post(f"{url}/quiet", json={"quiet": "yes"})).status_code == 422
