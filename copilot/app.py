"""The composition root: settings in, a running server out. Imported by the command line and tests alone."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from litestar import Litestar
from prometheus_client import CollectorRegistry

from copilot import guards, logs
from copilot.api.application import create_api
from copilot.api.auth import Authenticator
from copilot.api.limits import Limits
from copilot.api.slow_senders import PunctualProtocol
from copilot.assembly import Assembled, Knobs, Parts, assemble
from copilot.clocks import SystemClock
from copilot.core.attention import Attention
from copilot.core.events import Answered
from copilot.core.types import Draft, Moment, Refusal
from copilot.engine.delivery import Budget
from copilot.engine.standby import Standby
from copilot.errors import Misconfigured, Taken
from copilot.host.collector import spare_what_is_there
from copilot.host.descriptors import raise_limit, streams_within
from copilot.host.endings import end_at_once, on_dead_thread, on_stray_error
from copilot.host.memory_room import MemoryRoom, give_back
from copilot.host.watchdog import Watchdog
from copilot.installed import installed
from copilot.metrics import Metrics
from copilot.ports import RecordWriter
from copilot.prompt_desk.desk import PromptDesk
from copilot.prompt_desk.samples import shipped_checks
from copilot.prompts.library import PromptLibrary
from copilot.prompts.rollouts import Rollouts
from copilot.redaction import ConversationRedactor, fingerprint, redact_text
from copilot.replay.demo_page import scripts
from copilot.settings import Settings
from copilot.shipped import shipped
from copilot.stores.sqlite import SqliteStore
from copilot.stores.sqlite_beside import SqliteBeside
from copilot.stores.sqlite_keys import SqliteKeyStore
from copilot.stores.sqlite_prompts import SqlitePromptLog
from copilot.stores.sqlite_spending import SqliteLedger
from copilot.suggesters.phrasebook import Check, load_phrasebook
from copilot.weights import load_tracker

if TYPE_CHECKING:
    from copilot.suggesters.llm import LlmSuggester

# Larger frames are refused by the protocol itself, before any of our code sees them.
_WS_MAX_BYTES = 1024 * 1024
_PING_S = 15.0
# What was sent and is not taken for so long ends the connection, also one whose reader has stopped reading.
# With the heartbeat before it a reader that has vanished is let go within 30 s.
_UNSENT_MS = 14_000
_AGAIN_S = 0.02
_BACKLOG = 2_048


def product_version() -> str:
    try:
        return f"agent-copilot@{version('agent-copilot')}"
    except PackageNotFoundError:
        return "agent-copilot@checkout"


def build(
    settings: Settings, keys: SqliteKeyStore | None = None, watchdog: Watchdog | None = None
) -> tuple[Litestar, Assembled]:
    """The application and the engine in it, to be started and stopped by its upkeep. Without `keys` the
    server is open. `watchdog` hears of each turn of the loop. Raises Misconfigured."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = SystemClock()
    metrics = Metrics(CollectorRegistry())
    root = shipped()
    rules = guards.guards(forbidden=settings.forbidden_words)

    def judge(draft: Draft, moment: Moment) -> Refusal | None:
        return guards.check(draft, moment, rules)

    def standing(draft: Draft) -> Check:
        return partial(guards.check, guards=guards.standing(draft, rules))

    library, prompt_log = PromptLibrary(root), SqlitePromptLog(settings.prompts_path)
    rollouts = Rollouts(library, prompt_log, clock, settings.prompt)
    tracker = load_tracker(root)
    assembled: Assembled

    def record(moment: Moment, answered: Answered) -> None:
        assembled.recording.heard(moment, answered)

    model = _model(settings, clock, rollouts, record)
    assembled = assemble(
        Parts(
            store=SqliteStore(settings.log_path, heads=settings.live_conversations),
            tracker=tracker,
            phrasebook=load_phrasebook(root, check=judge, standing=standing),
            model=model,
            writer=_writer(model, rollouts) if model and settings.wrap_up_by_model else None,
            assigner=rollouts,
            judge=judge,
            redactor=lambda tenant: ConversationRedactor(personal=settings.personal_data_of(tenant)),
            redact=lambda tenant, text: redact_text(text, settings.personal_data_of(tenant)),
            retention=settings.retention_days_of,
            fingerprint=fingerprint,
            salt=lambda: secrets.token_hex(16),
            clock=clock,
            meter=metrics,
            memory_left=MemoryRoom().left,
            give_back=give_back,
            beat=watchdog.beat if watchdog else lambda: None,
        ),
        Knobs(
            budget=Budget(
                total_ms=settings.budget_ms, hold_share=settings.hold_share, ttl_ms=settings.card_ttl_ms
            ),
            pause_ms=settings.pause_ms,
            late_ms=settings.late_ms,
            behind_ms=settings.behind_ms,
            spare_bytes=settings.spare_mib << 20,
            idle_close_ms=settings.idle_close_ms,
            live_conversations=settings.live_conversations,
            live_per_tenant=settings.max_live,
            tone=settings.tone,
            speculate_ms=settings.speculate_ms,
            coach=settings.coach_notes,
            attention=Attention(cards_a_minute=settings.cards_a_minute, stands_ms=settings.card_stands_ms),
            version=product_version(),
        ),
    )
    upkeep, pressure = assembled.upkeep, assembled.pressure

    def ready() -> tuple[bool, str]:
        if upkeep.ready and pressure.blocked:
            return False, "the event loop stood still"
        return upkeep.ready, "ready" if upkeep.ready else "starting or draining"

    api = create_api(
        assembled.engine,
        Authenticator(keys, clock),
        metrics,
        ready=ready,
        refuses_streams=lambda: pressure.refuses("streams"),
        version=product_version().partition("@")[2],
        prompts=PromptDesk(
            library,
            rollouts,
            prompt_log,
            clock,
            shipped_checks(root, lambda: tracker, judge, settings.data_dir / "vocabulary"),
            installed=installed(root, settings.model),
        ),
        limits=Limits(
            body_bytes=settings.max_body_bytes,
            streams_per_tenant=settings.max_streams,
            streams=streams_within(
                raise_limit(), settings.model_concurrency if settings.model_base_url is not None else 0
            ),
            requests_per_second=settings.requests_per_s,
            openings_per_minute=settings.openings_per_min,
            heartbeat_seconds=settings.heartbeat_ms / 1_000,
            origins=frozenset(settings.allowed_origins),
            ticket_ms=settings.ticket_ms,
        ),
        demonstration=scripts,
    )
    return api, assembled


def _model(
    settings: Settings,
    clock: SystemClock,
    rollouts: Rollouts,
    record: Callable[[Moment, Answered], None],
) -> LlmSuggester | None:
    if settings.model_base_url is None:
        return None
    # Here, because without a model a server need not wait seconds for the client library's import.
    from copilot.suggesters.breaker import Breaker
    from copilot.suggesters.llm import LlmLimits, LlmSuggester
    from copilot.suggesters.purse import Purse
    from copilot.suggesters.upstream import connect
    from copilot.tokens import TiktokenCounter

    if settings.model is None:
        raise Misconfigured("COPILOT_MODEL_BASE_URL is set: name the model too, in COPILOT_MODEL")
    key = settings.model_api_key.get_secret_value() if settings.model_api_key else "none"
    budget_s = settings.budget_ms / 1_000
    return LlmSuggester(
        connect(settings.model_base_url, key, connect_s=budget_s / 2, silence_s=max(15.0, budget_s)),
        settings.model,
        rollouts.find,
        TiktokenCounter.load(settings.data_dir / "vocabulary"),
        Breaker(clock.monotonic),
        monotonic=clock.monotonic,
        limits=LlmLimits(
            calls=settings.model_concurrency, patience_s=budget_s / 2, silence_s=max(5.0, budget_s)
        ),
        record=record,
        purse=Purse(SqliteLedger(settings.spending_path), clock, lambda tenant: settings.tokens_per_day),
    )


def _writer(model: LlmSuggester, rollouts: Rollouts) -> RecordWriter:
    """Asks the endpoint the way of the suggester: one breaker, the same places, the same purse."""
    from copilot.suggesters.record_reading import RECORD_PROMPT
    from copilot.suggesters.record_writing import LlmRecordWriter

    return LlmRecordWriter(model.calling, lambda tenant: rollouts.live(tenant, RECORD_PROMPT))


def _keys(settings: Settings) -> SqliteKeyStore | None:
    """The keys, if there are any. Raises Misconfigured: open on an address that others can reach."""
    if settings.keys_path.exists():
        keys = SqliteKeyStore(settings.keys_path)
        if keys.all():
            return keys
        keys.close()
    if not settings.on_loopback:
        raise Misconfigured(
            f"{settings.host} can be reached by others: create a key first (agent-copilot keys create), "
            "or listen on 127.0.0.1"
        )
    return None


class Patience:
    """For how long a start waits for what another process holds, and what it does meanwhile."""

    def __init__(self, seconds: float, standby: Standby | None = None) -> None:
        self._until = time.monotonic() + seconds
        self._standby = standby
        self._told = False

    def is_over(self) -> bool:
        return time.monotonic() >= self._until

    def spend(self) -> None:
        """A moment's waiting, at least half of it at rest: the other process has work to do."""
        began = time.monotonic()
        worked = self._standby is not None and self._standby.step()
        if not self._told and (self._standby is None or self._standby.ready):
            self._told = True
            structlog.get_logger("copilot").info("waiting", detail="all is loaded; another has the address")
        time.sleep(min(_AGAIN_S, time.monotonic() - began) if worked else _AGAIN_S)

    def end(self) -> None:
        """Before the log is opened: the system drops all of a process's locks on a file with the first of its
        descriptors that is closed, and who opens a log closes one."""
        if self._standby is not None:
            self._standby.end()


class _Server(uvicorn.Server):
    """Opens the log before it listens, and drains before it ends: streams are told to come back, commits are
    waited for, the exit is clean. Where it cannot go on it ends at once."""

    def __init__(
        self, config: uvicorn.Config, assembled: Assembled, patience: Patience, watchdog: Watchdog
    ) -> None:
        super().__init__(config)
        self._assembled = assembled
        self._patience = patience
        self._watchdog = watchdog
        self._ending = asyncio.Event()

    async def main_loop(self) -> None:
        """Ends with the signal, and not at the next tenth of a second: another process may be waiting."""
        await self.on_tick(0)
        await self._ending.wait()

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(on_stray_error)
        threading.excepthook = on_dead_thread
        while True:
            try:
                await self._assembled.upkeep.start()
                break
            except Taken:
                if self._patience.is_over():
                    raise
                await asyncio.sleep(_AGAIN_S)
        self._watchdog.start()
        try:
            await super().serve(sockets)
        finally:
            self._watchdog.stop()
            await self._assembled.upkeep.stop()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()

        def end(number: int, frame: Any) -> None:
            loop.call_soon_threadsafe(self._assembled.upkeep.drain)
            loop.call_soon_threadsafe(self._ending.set)
            self.handle_exit(number, frame)

        before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def serve(settings: Settings) -> None:
    """Runs until SIGINT or SIGTERM. Raises Misconfigured."""
    logs.configure(settings.log_level.upper())
    keys = _keys(settings)
    watchdog = Watchdog(
        lambda where: end_at_once("the event loop is stuck", where=where), stuck_s=settings.stuck_s
    )
    api, assembled = build(settings, keys, watchdog)
    log = structlog.get_logger("copilot")
    if keys is None:
        log.warning("open_server", detail="no key is configured: everybody on this machine may call it")
    log.info("starting", url=f"http://{settings.host}:{settings.port}", version=product_version())
    config = uvicorn.Config(
        api,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=PunctualProtocol,
        ws="websockets-sansio",
        ws_max_size=_WS_MAX_BYTES,
        ws_ping_interval=_PING_S,
        ws_ping_timeout=_UNSENT_MS / 1_000,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=settings.shutdown_s,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        access_log=False,
        log_config=None,
        lifespan="off",
    )
    # All that takes time is done before the address is waited for: where another process lets go of it,
    # readers wait.
    config.load()
    spare_what_is_there()
    standby = Standby(SqliteBeside(settings.log_path), assembled.sessions)
    patience = Patience(settings.takeover_s, standby)
    # The address is had before the log: who connects while the log changes hands waits, and is not refused.
    listening = _listen(settings.host, settings.port, patience)
    patience.end()
    try:
        # The log is opened before the server answers: what stands in the way is told in one line.
        _Server(config, assembled, patience, watchdog).run(sockets=[listening])
    finally:
        listening.close()


def _listen(host: str, port: int, patience: Patience) -> socket.socket:
    """Raises Taken or Misconfigured when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        try:
            listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
            break
        except OSError as error:
            kind = Taken if error.errno == errno.EADDRINUSE else Misconfigured
            if kind is Misconfigured or patience.is_over():
                raise kind(f"cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}") from error
        patience.spend()
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNSENT_MS)
    return listening
