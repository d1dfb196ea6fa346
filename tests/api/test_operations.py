"""Health, metrics, the documentation's page and the problem types."""

from __future__ import annotations

import re

from litestar import Litestar
from litestar.testing import AsyncTestClient

from copilot.api.problems import KINDS
from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]


async def test_ready_follows_what_it_is_told(client: Client, stage: Stage) -> None:
    """Readiness is 503 with the time to come back while the server drains; liveness stays."""
    assert (await client.get("/health/ready")).json() == {"status": "ready"}
    stage.is_ready = (False, "draining")
    answer = await client.get("/health/ready")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (await client.get("/health/live")).status_code == 200


async def test_metrics_count_requests_by_template(client: Client) -> None:
    """Requests are counted under the route's template, so that ids never become labels."""
    await client.get("/v1/conversations/c1")
    await client.get("/v1/conversations/never")
    await client.get("/nothing/at/all")
    text = (await client.get("/metrics")).text
    route = 'method="GET",route="/v1/conversations/{conversation_id}"'
    assert f'copilot_request_seconds_count{{{route},status="200"}} 1.0' in text
    assert f'copilot_request_seconds_count{{{route},status="404"}} 1.0' in text
    assert 'route="(none)",status="404"' in text
    assert "never" not in text
    assert "acme" not in text


async def test_the_page_loads_nothing_from_elsewhere(client: Client) -> None:
    """The documentation is the server's own files under a policy that lets nothing else in."""
    page = await client.get("/docs")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    for source in sources:
        assert source.startswith("/")
        assert (await client.get(source)).status_code == 200, source
    script = await client.get("/docs/docs.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "http" not in script.text.replace("https://", "http")
    assert "innerHTML" not in script.text
    assert (await client.get("/docs/../application.py")).status_code == 404


async def test_every_problem_type_can_be_looked_up(client: Client) -> None:
    """The type of a problem is a place where its meaning stands."""
    assert len({kind.slug for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        about = (await client.get(f"/problems/{kind.slug}")).json()
        assert about["status"] == kind.status
        assert about["meaning"]
    assert (await client.get("/problems/unheard-of")).status_code == 404
