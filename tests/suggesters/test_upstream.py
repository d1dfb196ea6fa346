"""The way to the model endpoint."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack

import httpx
import httpx2
import pytest
import respx
from httpcore2 import ConnectError
from openai import AsyncOpenAI

from copilot.core.types import Draft
from copilot.errors import ModelFailure
from copilot.suggesters.breaker import Breaker
from copilot.suggesters.llm import LlmSuggester
from copilot.suggesters.upstream import BoundedTransport, connect
from tests.fakes.asked_model import ANSWER, PHRASE, PROMPT
from tests.fakes.moments import WordCounter, moment
from tests.fakes.openai_server import FakeOpenAI, completion, stream

URL = "https://models.example/v1"
CALL = "/chat/completions"


async def asked(client: AsyncOpenAI | None = None) -> list[Draft]:
    async with client or connect(URL, "key") as used:
        suggester = LlmSuggester(
            used,
            "m",
            lambda tenant, ref: PROMPT,
            WordCounter(),
            Breaker(time.monotonic),
            monotonic=time.monotonic,
        )
        return [draft async for draft in suggester.suggest(moment())]


async def failure(client: AsyncOpenAI | None = None) -> str:
    with pytest.raises(ModelFailure) as caught:
        await asked(client)
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


async def test_a_host_that_swallows_connections_is_given_up_soon() -> None:
    """A connection that nobody answers ends after the time for connecting, long before that for silence."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        port = full.getsockname()[1]
        for _ in range(3):
            # They fill the queue of a server that never accepts; the last ones hang.
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", port))
        async with connect(f"http://127.0.0.1:{port}/v1", "key", connect_s=0.1, silence_s=60) as nobody:
            assert await failure(nobody) == "connect"


async def test_a_server_without_its_tls_is_no_connection() -> None:
    """An endpoint that does not speak TLS where it should is a failure to connect."""
    async with FakeOpenAI(stream(completion(ANSWER))) as server:
        url = server.base_url.replace("http:", "https:")
        async with connect(url, "key", connect_s=0.2) as client:
            assert await failure(client) == "connect"


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
