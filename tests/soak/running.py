"""One soak: a server under the load shape, harmed again and again, and everything held against its log."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.fakes.openai_server import FakeOpenAI, Received, Reply, failing
from tests.wire.load import Teller, Watched, calling, history
from tests.wire.model_faults import good
from tests.wire.processes import ServerProcess
from tests.wire.raw import CutReader

READERS = 4  # of each call
EVERY_S = 0.5  # between the fragments of a call
_SAMPLES = 600  # in all, however long it takes
_FULL_BYTES = 4_096
_HARM_S = 0.3


@dataclass(frozen=True)
class Sample:
    """The server from outside at one moment."""

    at_s: float
    rss_mib: float
    descriptors: int
    wal_mib: float
    acknowledged: int


@dataclass
class Soak:
    """`wrong` says in a line each what should not be; `faults` when which harm was done."""

    minutes: float
    calls: int
    seed: int
    samples: list[Sample] = field(default_factory=list)
    faults: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    told: int = 0
    read: int = 0
    cuts: int = 0
    conversations: int = 0
    own_errors: int = 0
    before: tuple[float, int] = (0.0, 0)
    after: tuple[float, int] = (0.0, 0)
    # What the server keeps open to the model for its next question, as many as it may ask at once.
    kept_for_model: int = 0

    def counted(self) -> Counter[str]:
        return Counter(name for _, name in self.faults)


async def soaked(soak: Soak, folder: Path) -> None:
    """Runs it, with a data folder of its own under `folder`."""
    runs: list[_Run] = []
    async with FakeOpenAI(lambda request: runs[0].reply(request)) as upstream:
        env = {
            "COPILOT_MODEL_BASE_URL": upstream.base_url,
            "COPILOT_MODEL": "m",
            # Bounded, so that what is kept of ended calls reaches its most while one looks on.
            "COPILOT_LIVE_CONVERSATIONS": str(max(10, 2 * soak.calls)),
        }
        server = ServerProcess(folder / "data", {**env, "MALLOC_ARENA_MAX": "1"})  # as deploy/ has it
        runs.append(_Run(soak, server, urlsplit(upstream.base_url).port or 0))
        try:
            await asyncio.to_thread(server.start)
            await runs[0].go()
            if await asyncio.to_thread(server.stop) != 0:
                soak.wrong.append("the server did not end cleanly")
        finally:
            await asyncio.to_thread(server.stop)


class _Run:
    def __init__(self, soak: Soak, server: ServerProcess, model_port: int) -> None:
        self._soak = soak
        self._server = server
        self._model_port = model_port
        self._chance = random.Random(soak.seed)
        self._watched = Watched(server) if server.process else None
        self._began = self._until = 0.0
        self._tellers: set[Teller] = set()
        self._model_fails = self._cutting = False
        self._going = True

    def reply(self, _: Received) -> Reply:
        return failing(503) if self._model_fails else good()

    async def go(self) -> None:
        self._watched = Watched(self._server)
        self._began = time.monotonic()
        self._until = self._began + self._soak.minutes * 60
        async with calling(self._server) as client:
            await _insist(client, "/v1/conversations", {"channel": "chat"})
        self._soak.before = await self._measured()
        async with calling(self._server, 120) as client:
            sampling = asyncio.create_task(self._sample())
            calls = [self._talk(client, number) for number in range(self._soak.calls)]
            work = asyncio.gather(*calls, self._harm(), return_exceptions=True)
            await asyncio.wait({work, sampling}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():  # no samples: the server is gone, and its callers would wait for ever
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
                said = self._server.log()[-2_000:]
                raise RuntimeError(f"the server is gone:\n{said}") from sampling.exception()
            self._soak.wrong += [f"a call ended early: {error!r}"[:300] for error in work.result() if error]
            self._going = False
            await sampling
        await self._look_back()

    async def _talk(self, client: httpx2.AsyncClient, number: int) -> None:
        """Calls of half a minute or so, one after the other; each is held against its log at its end."""
        turn = 0
        while time.monotonic() < self._until:
            name, turn = f"soak{number}-{turn}", turn + 1
            await _insist(client, "/v1/conversations", {"id": name, "channel": "chat"})
            readers = [CutReader(self._server.port, name, random.Random(n)) for n in range(READERS)]
            reading = [asyncio.create_task(reader.read(lambda: self._cutting)) for reader in readers]
            ends = min(self._until, time.monotonic() + self._chance.uniform(20, 40))
            teller = Teller(client, name, EVERY_S)
            self._tellers.add(teller)
            await teller.tell(lambda ends=ends: time.monotonic() < ends)
            await _insist(client, f"/v1/conversations/{name}/close", None)
            await asyncio.wait(reading, timeout=120)
            await self._hold_against_log(client, teller, readers)
            for task in reading:
                task.cancel()

    async def _hold_against_log(
        self, client: httpx2.AsyncClient, teller: Teller, readers: list[CutReader]
    ) -> None:
        soak, kept = self._soak, await history(client, teller.name)
        if not set(teller.acknowledged.values()) <= kept.keys():
            soak.wrong.append(f"{teller.name}: an acknowledged fragment is lost")
        for reader in readers:
            if reader.resets or reader.data != kept or reader.seqs != sorted(kept):
                soak.wrong.append(f"{teller.name}: a reader saw {len(reader.seqs)} of {len(kept)} events")
            soak.read += len(reader.seqs)
            soak.cuts += reader.cuts
        self._tellers.discard(teller)
        soak.told += len(teller.acknowledged)
        soak.conversations += 1

    async def _harm(self) -> None:
        """A fault a second, until shortly before the end."""
        harms: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "model": self._break_model,
            "cuts": self._cut_readers,
            "disk full": self._fill_disk,
            "stands still": self._stand_still,
            "visitors": self._visit,
        }
        last = self._until - min(3.0, self._soak.minutes * 6)
        while time.monotonic() < last:
            await asyncio.sleep(1)
            name = self._chance.choice(list(harms))
            self._soak.faults.append((time.monotonic() - self._began, name))
            await harms[name]()
        self._cutting = self._model_fails = False

    async def _break_model(self) -> None:
        self._model_fails = not self._model_fails

    async def _cut_readers(self) -> None:
        self._cutting = not self._cutting

    async def _fill_disk(self) -> None:
        assert self._server.process is not None
        pid = self._server.process.pid
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_FULL_BYTES, hard))
        await asyncio.sleep(_HARM_S)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))

    async def _stand_still(self) -> None:
        assert self._server.process is not None
        self._server.process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(_HARM_S)
        self._server.process.send_signal(signal.SIGCONT)

    async def _visit(self) -> None:
        """Connections that ask for nothing and are gone."""
        for _ in range(20):
            _, writer = await asyncio.open_connection("127.0.0.1", self._server.port)
            writer.transport.abort()

    async def _sample(self) -> None:
        wal = self._server.data_dir / "conversations.sqlite-wal"
        while self._going:
            rss_mib, descriptors = await self._measured()
            size = await asyncio.to_thread(lambda: wal.stat().st_size if wal.exists() else 0)
            told = self._soak.told + sum(len(teller.acknowledged) for teller in self._tellers)
            at_s = time.monotonic() - self._began
            self._soak.samples.append(Sample(at_s, rss_mib, descriptors, size / 2**20, told))
            await asyncio.sleep(max(0.2, self._soak.minutes * 60 / _SAMPLES))

    async def _measured(self) -> tuple[float, int]:
        """MiB of memory, open descriptors."""
        watched = self._watched
        assert watched is not None
        rss_kib = await asyncio.to_thread(watched.rss_kib)
        return rss_kib / 1024, await asyncio.to_thread(watched.descriptors)

    async def _look_back(self) -> None:
        """When all calls have ended, nobody reads any more, and what asked has hung up."""
        watched = self._watched
        assert watched is not None
        for _ in range(100):
            if await asyncio.to_thread(watched.metric, "copilot_open_streams") == 0:
                break
            await asyncio.sleep(0.1)
        else:
            self._soak.wrong.append("streams are open that nobody reads")
        async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
            text = (await client.get(f"{self._server.base_url}/metrics")).text
        own = [line for line in text.splitlines() if 'status="500"' in line and "_count{" in line]
        self._soak.own_errors = sum(int(float(line.rpartition(" ")[2])) for line in own)
        if self._soak.own_errors:
            self._soak.wrong.append(f"{self._soak.own_errors} answers were a 500")
        self._soak.kept_for_model = await asyncio.to_thread(watched.connections_to, self._model_port)
        self._soak.after = await self._measured()


async def _insist(client: httpx2.AsyncClient, path: str, body: object) -> None:
    """Again until it is taken, as a softphone does. Raises AssertionError for what no repeat will mend."""
    while True:
        try:
            answer = await (client.post(path, json=body) if body else client.post(path))
        except httpx2.TransportError:
            await asyncio.sleep(0.2)
            continue
        if answer.status_code != 503:
            break
        await asyncio.sleep(0.2)
    assert answer.status_code in (200, 201), answer.text
