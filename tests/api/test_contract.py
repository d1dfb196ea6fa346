"""The document is a contract: whatever is sent is answered as it says."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from itertools import count

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from litestar import Litestar
from prometheus_client import CollectorRegistry
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ensure_resource_availability,
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
    use_after_free,
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
    ignored_auth,
    missing_required_header,
    negative_data_rejection,
    unsupported_method,
]
EXAMPLES = int(os.environ.get("COPILOT_EXAMPLES", "12"))
SEED = int(os.environ.get("COPILOT_SEED", "1"))
# An event stream has no end, and a WebSocket is no request; both are tested on real sockets.
ENDLESS = r"/(events|stream)$"
# What is wrong may also be refused for its length, before anything of it was read.
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "422", "428", "429", "431"]


class Api:
    """One application for the whole run, and a key of a tenant for it."""

    def __init__(self) -> None:
        self._keys, self._clock = FakeKeys(), HandClock()
        self._tenants = count(1)
        self.engine = FakeEngine()
        self.headers: dict[str, str] = {}
        self.enter()
        self.app: Litestar = create_api(
            self.engine,  # type: ignore[arg-type]
            Authenticator(self._keys, self._clock),
            Metrics(CollectorRegistry()),
            ready=lambda: (True, ""),
            version="1",
            prompts=prompts().desk,
        )

    def enter(self) -> None:
        """From here on as a new tenant, for whom nothing of what was done before exists."""
        tenant = f"tenant-{next(self._tenants)}"
        plain, kept = new_key(tenant, "fuzz", SCOPES, self._clock.now_ms())
        self._keys.add(kept)
        asyncio.run(self.engine.open(tenant, "call-4711", Opening()))
        self.headers = {"Authorization": f"Bearer {plain}"}

    def document(self) -> BaseSchema:
        found = schemathesis.openapi.from_asgi("/openapi.json", self.app).exclude(path_regex=ENDLESS)
        found.config.checks.negative_data_rejection.expected_statuses = REFUSED
        return found


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_every_answer_is_as_documented(mode: GenerationMode) -> None:
    """No server error, no status, media type, header or body that the document does not have."""
    api = Api()
    document = api.document()
    operations = [found.ok() for found in document.get_all_operations()]
    assert len(operations) == 43
    for operation in operations:

        @seed(SEED)
        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        def answers(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=api.headers, checks=CHECKS)

        with suppress(Unsatisfiable):  # some operations take nothing that could be wrong
            answers()


@pytest.mark.timeout(3_600)
def test_answers_in_a_row_are_as_documented() -> None:
    """What one call opened, made or listed is used by the next ones, and they keep to the document too."""
    api = Api()
    document = api.document()

    @seed(SEED)
    class Calls(document.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            # The generator takes what an earlier row left behind for its own inconstancy.
            api.enter()

        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, object]:
            return {"headers": api.headers}

        def validate_response(
            self, response: schemathesis.Response, case: schemathesis.Case, **_: object
        ) -> None:
            seen.add(case.operation.label)
            checks = [*CHECKS, use_after_free, ensure_resource_availability]
            case.validate_response(response, checks=checks, headers=api.headers)

    seen: set[str] = set()
    Calls.run(
        settings=settings(
            max_examples=max(5, EXAMPLES // 5),
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
    )
    assert len(seen) > 10, seen
