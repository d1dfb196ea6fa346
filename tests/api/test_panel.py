"""The panel's files, and the session of a supervisor's browser."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from litestar import Litestar
from litestar.testing import AsyncTestClient

from copilot import panel
from copilot.core.events import Coached, Ended
from copilot.ports import Key
from tests.api.conftest import Stage

Client = AsyncTestClient[Litestar]
PAGES = Path(panel.__path__[0]) / "pages"


async def signed_in(stage: Stage, **headers: str) -> str:
    """The cookie's line for a key that may supervise and nothing else."""
    async with AsyncTestClient(stage.app()) as client:
        answer = await client.post("/supervisor/session", headers={**stage.key("supervise"), **headers})
        assert answer.status_code == 204
        return str(answer.headers["set-cookie"])


def cookie_of(line: str) -> dict[str, str]:
    return {"cookie": line.partition(";")[0]}


async def test_a_file_has_its_type_and_is_sent_once(client: Client) -> None:
    """A file comes with its media type, compressed where that is taken, and as 304 to whoever has it."""
    plain = await client.get("/panel/pages.css", headers={"accept-encoding": "identity"})
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert plain.headers["cache-control"] == "no-cache"
    assert plain.headers["x-content-type-options"] == "nosniff"
    small = await client.get("/panel/pages.css", headers={"accept-encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content
    assert len(gzip.compress(plain.content)) < len(plain.content)
    again = await client.get("/panel/pages.css", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_the_pages_are_the_servers_own(client: Client) -> None:
    """Every page comes under a policy that lets in nothing from elsewhere, no inline script and no frame; and
    each file that it names is there."""
    for path in ("/", "/panel", "/panel/demo", "/supervisor"):
        page = await client.get(path)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["referrer-policy"] == "no-referrer"
        assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=", page.text)
        sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert len(sources) >= 4
        for source in sources:
            assert (await client.get(source)).status_code == 200, source


async def test_no_page_makes_markup_of_text(client: Client) -> None:
    """The pages' scripts set text as text, and import nothing that is not served."""
    names = [path.name for path in PAGES.iterdir() if path.suffix == ".js"]
    assert len(names) >= 8
    for name in names:
        script = (await client.get(f"/panel/{name}")).text
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|Storage", script)
        for imported in re.findall(r'from "\./([^"]+)"', script):
            assert (await client.get(f"/panel/{imported}")).status_code == 200, imported


async def test_the_demonstration_has_what_it_plays(stage: Stage) -> None:
    """The scripts are asked for once, when the page asks."""
    asked: list[int] = []

    def demonstration() -> bytes:
        asked.append(1)
        return b'[{"title":"one"}]'

    async with AsyncTestClient(stage.app(demonstration=demonstration)) as client:
        for _ in range(2):
            assert (await client.get("/panel/demo/scripts")).json() == [{"title": "one"}]
    assert asked == [1]


async def test_only_what_is_meant_is_served(client: Client) -> None:
    """Neither code nor what lies outside can be had by a name."""
    for name in ("bundle.py", "__init__.py", "..%2fapi%2fpanel.py", "pages", "never.js", "%2e%2e"):
        assert (await client.get(f"/panel/{name}")).status_code == 404, name


async def test_the_session_cookie_is_kept_from_scripts_and_other_sites(stage: Stage) -> None:
    """HttpOnly, SameSite=Strict, for a shift; Secure where the page came over https, also behind a proxy."""
    line = await signed_in(stage)
    assert re.fullmatch(
        r"copilot_session=acs_[\w-]+; Path=/; Max-Age=28800; HttpOnly; SameSite=Strict", line
    ), line
    assert (await signed_in(stage, origin="https://copilot.example")).endswith("; Secure")


async def test_a_session_reads_and_changes_nothing(stage: Stage, client: Client) -> None:
    """Lists, states and histories open to it; whatever changes something does not: a forged form of another
    site has nothing to gain."""
    cookie = cookie_of(await signed_in(stage))
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as browser:
        for path in ("/v1/conversations", "/v1/conversations/c1", "/v1/conversations/c1/history"):
            assert (await browser.get(path, headers=cookie)).status_code == 200, path
        said = {"utterance_id": "u", "speaker": "customer", "text": "x", "start_ms": 0, "end_ms": 1}
        one = "/v1/conversations/c1"
        for answer in (
            await browser.post("/v1/conversations", json={}, headers=cookie),
            await browser.post(f"{one}/fragments", json=said, headers=cookie),
            await browser.post(f"{one}/close", headers=cookie),
            await browser.delete(one, headers=cookie),
            await browser.post(f"{one}/tickets", headers=cookie),
            await browser.post(f"{one}/suggestions", headers=cookie),
            await browser.post(f"{one}/suggestions/s-1/feedback", json={"verdict": "used"}, headers=cookie),
            await browser.get(f"{one}/suggestions/s-1", headers=cookie),
            await browser.post("/supervisor/session", headers=cookie),
        ):
            assert answer.status_code == 403, answer.url


async def test_a_supervisor_is_not_shown_what_is_for_the_agent(stage: Stage, client: Client, c1: Key) -> None:
    """Notes on the agent's own turns are in no history and no stream that a supervisor reads."""
    stage.engine.emit(c1, Coached(rule="r", text="Slow down.", version="v"))
    stage.engine.emit(c1, Ended(reason="asked", version="v"))
    stage.engine.conversations[c1].closed = True
    cookie = cookie_of(await signed_in(stage))
    one = "/v1/conversations/c1"
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as browser:
        for headers, seen in ((cookie, False), (stage.key("read"), True), (stage.key("supervise"), False)):
            history = await browser.get(f"{one}/history", headers=headers)
            stream = await browser.get(f"{one}/events?after=0", headers=headers)
            assert ("Slow down." in history.text, "Slow down." in stream.text) == (seen, seen)
            assert '"closed"' in history.text
            assert "event: closed" in stream.text


async def test_a_session_is_of_its_tenant_and_ends_with_its_key(stage: Stage, client: Client) -> None:
    """Another tenant's supervisor does not see c1; a revoked key's session is over at once."""
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as browser:
        answer = await browser.post("/supervisor/session", headers=stage.key("supervise", tenant="other"))
        theirs = cookie_of(answer.headers["set-cookie"])
        browser.cookies.clear()
        assert (await browser.get("/v1/conversations", headers=theirs)).json()["items"] == []
        assert (await browser.get("/v1/conversations/c1", headers=theirs)).status_code == 404
        mine = cookie_of(await signed_in(stage))
        for key_id in list(stage.keys.kept):
            stage.keys.revoke(key_id, 1)
        for cookie in (theirs, mine):
            assert (await browser.get("/v1/conversations", headers=cookie)).status_code == 401


async def test_only_a_supervisors_key_signs_in(stage: Stage, client: Client) -> None:
    """The other scopes open no session, and no key in a cookie or query is taken."""
    for headers in (stage.key("read"), stage.key("ingest", "feedback", "prompts", "admin")):
        assert (await client.post("/supervisor/session", headers=headers)).status_code == 403
    key = stage.key("supervise")["authorization"].removeprefix("Bearer ")
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as browser:
        for cookie in (f"copilot_session={key}", "copilot_session=acs_AAAA", "copilot_session="):
            assert (await browser.get("/v1/conversations", headers={"cookie": cookie})).status_code == 401
        assert (await browser.get(f"/v1/conversations?key={key}")).status_code == 401


async def test_a_session_ends_after_a_shift_and_on_request(stage: Stage, client: Client) -> None:
    """After eight hours the cookie is refused; signing out takes it from the browser."""
    cookie = cookie_of(await signed_in(stage))
    stage.clock.ms += 8 * 3_600_000
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as browser:
        assert (await browser.get("/v1/conversations", headers=cookie)).status_code == 401
        out = await browser.delete("/supervisor/session")
        assert out.status_code == 204
        assert "copilot_session=; Path=/; Max-Age=0" in out.headers["set-cookie"]


async def test_an_open_server_needs_no_sign_in(stage: Stage) -> None:
    """Without keys, signing in is taken and sets nothing."""
    async with AsyncTestClient(stage.app(is_open=True), base_url="http://localhost") as client:
        answer = await client.post("/supervisor/session")
        assert (answer.status_code, answer.headers.get("set-cookie")) == (204, None)
