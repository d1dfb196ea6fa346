"""The way to the model endpoint."""

from __future__ import annotations

import time

import httpx
import httpx2
import pytest
import respx
from httpcore2 import ConnectError

from copilot.core.types import Draft
from copilot.errors import ModelFailure
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmSuggester
from copilot.suggesters.upstream import BoundedTransport, connect
from tests.fakes.asked_model import ANSWER, PHRASE, PROMPT
from tests.fakes.moments import WordCounter, moment
from tests.fakes.openai_server import completion

URL = "https://models.example/v1"
CALL = "/chat/completions"


async def asked() -> list[Draft]:
    async with connect(URL, "key") as client:
        suggester = LlmSuggester(
            client, "m", PROMPT, WordCounter(), Breaker(time.monotonic), monotonic=time.monotonic
        )
        return [draft async for draft in suggester.suggest(moment())]


async def failure() -> str:
    with pytest.raises(ModelFailure) as caught:
        await asked()
    return caught.value.reason


@pytest.mark.respx(using="httpcore2", base_url=URL)
async def test_a_phrase_comes_through_the_client_library(respx_mock: respx.Router) -> None:
    """The client of production, on a mocked transport, brings the whole phrase."""
    answer = httpx.Response(
        200, headers={"content-type": "text/event-stream"}, content=b"".join(completion(ANSWER))
    )
    route = respx_mock.post(CALL).mock(return_value=answer)
    *_, last = await asked()
    assert (last.text, last.done, route.call_count) == (PHRASE, True, 1)


@pytest.mark.respx(using="httpcore2", base_url=URL)
@pytest.mark.parametrize(("status", "reason"), [(401, "http_4xx"), (429, "http_429"), (503, "http_5xx")])
async def test_a_status_is_a_failure(respx_mock: respx.Router, status: int, reason: str) -> None:
    """The endpoint's refusals are told apart and asked once."""
    route = respx_mock.post(CALL).mock(return_value=httpx.Response(status, json={"error": {}}))
    assert await failure() == reason
    assert route.call_count == 1


@pytest.mark.respx(using="httpcore2", base_url=URL)
async def test_no_connection_is_a_failure(respx_mock: respx.Router) -> None:
    """A connection that cannot be made is a failure to connect."""
    respx_mock.post(CALL).mock(side_effect=ConnectError("no"))
    assert await failure() == "connect"


@pytest.mark.respx(using="httpcore2", assert_all_called=False)
async def test_a_call_that_nobody_mocked_cannot_leave(respx_mock: respx.Router) -> None:
    """Under the mock, an unmocked call ends in the mock; the network is not touched."""
    respx_mock.get("https://elsewhere.example/").mock(return_value=httpx.Response(200))
    assert await failure() == "client"


async def test_without_a_mock_a_call_cannot_leave_either() -> None:
    """The guard around the tests ends a call to another machine before its name is looked up."""
    assert await failure() == "connect"


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys, addresses, organisations and proxies of the environment do not reach the client."""
    for name in ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "from-the-environment")
    for name in ("OPENAI_BASE_URL", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.9:3128")
    client = connect(URL, "key")
    assert str(client.base_url) == URL + "/"
    assert "from-the-environment" not in str(client.default_headers) + client.api_key
    assert client.max_retries == 0
    assert not client._client.trust_env
    assert not client._client.follow_redirects


def _answering(response: httpx2.Response) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=BoundedTransport(httpx2.MockTransport(lambda _: response), 100))


async def test_no_more_than_the_cap_is_read() -> None:
    """A body up to the cap is read, one above it is an error."""
    async with _answering(httpx2.Response(200, stream=httpx2.ByteStream(b"x" * 100))) as client:
        assert len((await client.get(URL)).content) == 100
    async with _answering(httpx2.Response(200, stream=httpx2.ByteStream(b"x" * 101))) as client:
        with pytest.raises(httpx2.ReadError, match="without end"):
            await client.get(URL)


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd", "deflate, gzip", "x"])
async def test_nothing_compressed_is_unpacked(encoding: str) -> None:
    """An answer that is packed in any way is refused before a byte of it is read."""
    response = httpx2.Response(200, headers={"content-encoding": encoding}, stream=httpx2.ByteStream(b"x"))
    async with _answering(response) as client:
        with pytest.raises(httpx2.DecodingError):
            await client.get(URL)
