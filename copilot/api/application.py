"""Puts the HTTP face together: everything is handed in, nothing is reached for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from litestar import Litestar
from litestar.middleware import DefineMiddleware

from copilot.api.auth import Authenticator
from copilot.api.bodies import Adapters
from copilot.api.conversations import Conversations
from copilot.api.desk import Desk
from copilot.api.door import Door, Edge
from copilot.api.erasures import Erasures
from copilot.api.keys import Keys
from copilot.api.limits import Limits
from copilot.api.openapi import document
from copilot.api.operations import Operations, Ready
from copilot.api.outlets import Gate
from copilot.api.panel import Panel
from copilot.api.problems import Refusals
from copilot.api.prompts import Prompts
from copilot.api.quotas import Quotas
from copilot.api.socket import Sockets
from copilot.api.streams import Streams
from copilot.api.suggestions import Suggestions
from copilot.engine.coordinator import Engine
from copilot.metrics import Metrics
from copilot.prompt_desk.desk import PromptDesk


def create_api(
    engine: Engine,
    authenticator: Authenticator,
    metrics: Metrics,
    *,
    ready: Ready,
    version: str,
    prompts: PromptDesk,
    limits: Limits | None = None,
    refuses_streams: Callable[[], bool] = lambda: False,
    demonstration: Callable[[], bytes] = lambda: b"[]",
    monotonic: Callable[[], float] = time.monotonic,
    lifespan: Sequence[Callable[[Litestar], Any]] = (),
) -> Litestar:
    """The application. `ready` says whether it takes work, and why not; `refuses_streams` whether
    new streams have to stay out; `demonstration` gives what the demonstration page plays; `monotonic`
    is what quotas fill up by; `lifespan` are the app's own context managers (start and stop of what stands
    behind the engine)."""
    limits = limits or Limits()
    quotas = Quotas(limits, monotonic)
    desk = Desk(
        engine=engine,
        authenticator=authenticator,
        metrics=metrics,
        limits=limits,
        adapters=Adapters(limits.fragments_per_request),
        gate=Gate(limits, metrics, refuses_streams),
        quotas=quotas,
    )
    routes: list[Any] = [
        *Conversations(desk).routes(),
        *Suggestions(desk).routes(),
        *Streams(desk).routes(),
        *Sockets(desk).routes(),
        *Prompts(desk, prompts).routes(),
        *Panel(desk, demonstration).routes(),
        *Keys(desk).routes(),
        *Erasures(desk).routes(),
    ]
    routes += Operations(metrics, ready, lambda: document(app.routes, version)).routes()

    app = Litestar(
        routes,
        middleware=[DefineMiddleware(Door, authenticator=authenticator, limits=limits, quotas=quotas)],
        exception_handlers={Exception: Refusals()},
        lifespan=list(lifespan),
        openapi_config=None,
        logging_config=None,
        debug=False,
    )
    # Around the router itself: Litestar's own middleware does not see what no route matches.
    app.asgi_handler = Edge(
        app.asgi_handler, limits=limits, metrics=metrics, local_only=authenticator.is_open
    )
    return app
