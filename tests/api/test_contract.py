"""The document is a contract: whatever is sent is answered as it says."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from litestar import Litestar
from prometheus_client import CollectorRegistry
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from copilot.api.application import create_api
from copilot.api.auth import Authenticator, new_key
from copilot.core.types import Opening
from copilot.metrics import Metrics
from copilot.ports import SCOPES
from tests.fakes.engine import FakeEngine
from tests.fakes.keys import FakeKeys, HandClock
from tests.fakes.prompts import prompts

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# An event stream has no end, and a WebSocket is no request; both are tested on real sockets.
ENDLESS = r"/(events|stream)$"


class Api:
    """One application for the whole run, and a key for it."""

    def __init__(self) -> None:
        keys, clock = FakeKeys(), HandClock()
        plain, kept = new_key("acme", "fuzz", SCOPES, clock.now_ms())
        keys.add(kept)
        self.engine = FakeEngine()
        asyncio.run(self.engine.open("acme", "call-4711", Opening()))
        self.headers = {"Authorization": f"Bearer {plain}"}
        self.app: Litestar = create_api(
            self.engine,  # type: ignore[arg-type]
            Authenticator(keys, clock),
            Metrics(CollectorRegistry()),
            ready=lambda: (True, ""),
            version="1",
            prompts=prompts().desk,
        )


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_every_answer_is_as_documented(mode: GenerationMode) -> None:
    """No server error, no status, media type, header or body that the document does not have."""
    api = Api()
    document = schemathesis.openapi.from_asgi("/openapi.json", api.app).exclude(path_regex=ENDLESS)
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) == 42
    for operation in operations:

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=api.headers, checks=CHECKS)

        with suppress(Unsatisfiable):  # some operations take nothing that could be wrong
            answers()
