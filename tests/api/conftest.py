"""A served API over a fake engine, with a key of each kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import pytest
import structlog
from litestar import Litestar
from litestar.testing import AsyncTestClient
from prometheus_client import CollectorRegistry
from structlog.typing import EventDict

from copilot.api.application import create_api
from copilot.api.auth import Authenticator, new_key
from copilot.api.limits import Limits
from copilot.core.types import Opening
from copilot.metrics import Metrics
from copilot.ports import SCOPES, Key, Scope
from tests.api.serving import served
from tests.fakes.engine import FakeEngine
from tests.fakes.keys import FakeKeys, HandClock
from tests.fakes.prompts import Prompts, prompts

TENANT = "acme"


@dataclass
class Stage:
    """What a test has in its hands."""

    engine: FakeEngine
    keys: FakeKeys
    clock: HandClock
    prompts: Prompts = field(default_factory=prompts)
    limits: Limits = field(default_factory=lambda: Limits(recheck_seconds=0.02, heartbeat_seconds=0.05))
    metrics: Metrics = field(default_factory=lambda: Metrics(CollectorRegistry()))
    is_ready: tuple[bool, str] = (True, "")

    def app(self, *, is_open: bool = False, demonstration: Callable[[], bytes] = lambda: b"[]") -> Litestar:
        authenticator = Authenticator(None if is_open else self.keys, self.clock, cache_seconds=0.0)
        return create_api(
            self.engine,  # type: ignore[arg-type]
            authenticator,
            self.metrics,
            ready=lambda: self.is_ready,
            version="1.2.3",
            prompts=self.prompts.desk,
            limits=self.limits,
            demonstration=demonstration,
            # Time stands still for quotas: what is used up stays so, however slow the machine.
            monotonic=lambda: 0.0,
        )

    def key(self, *scopes: Scope, tenant: str = TENANT) -> dict[str, str]:
        plain, kept = new_key(tenant, "test", scopes or SCOPES, self.clock.now_ms())
        self.keys.add(kept)
        return {"authorization": f"Bearer {plain}"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log lines go nowhere: structlog's own default draws whole tracebacks, which takes seconds each."""
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    yield
    structlog.reset_defaults()


def _drop(_logger: object, _method: str, _event: EventDict) -> EventDict:
    raise structlog.DropEvent


@pytest.fixture
def stage() -> Stage:
    return Stage(FakeEngine(), FakeKeys(), HandClock())


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[AsyncTestClient[Litestar]]:
    """A client whose key may do everything in its own tenant, with the conversation `c1` open."""
    async with AsyncTestClient(stage.app(), raise_server_exceptions=False) as client:
        client.headers.update(stage.key())
        await client.post("/v1/conversations", json={"id": "c1"})
        yield client


@pytest.fixture
def c1() -> Key:
    return Key(TENANT, "c1")


@pytest.fixture
async def port(stage: Stage) -> AsyncIterator[int]:
    """Served on a real socket, with the conversation `c1` open."""
    await stage.engine.open(TENANT, "c1", Opening())
    async with served(stage.app()) as port:
        yield port
