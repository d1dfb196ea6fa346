"""`make bench`: every figure as a ratio to, or an excess over, a baseline taken beside it, round by round."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import statistics
import time
from collections.abc import Callable

import websockets
from rich.console import Console
from rich.table import Table

from copilot.transcripts import load
from tests.bench import masks, wire
from tests.bench.model import first_sentences
from tests.wire.processes import ROOT

STORY = (
    "i ordered the blue one three weeks ago and it still has not come and every time i call somebody tells "
    "me something else this is really not acceptable any more i want to know what you are going to do"
).split()
CONVERSATIONS = 20
PARTIALS = 8
names = itertools.count()


# What is said: the project's own conversations, one after the other, as many words at once as people say.
SAID = [
    (turn.speaker, message.split())
    for script in load(ROOT / "evals" / "transcripts")
    for turn in script.turns
    if turn.speaker != "system"
    for message in turn.messages
]


def turn(utterance: int, start: int) -> list[bytes]:
    """Eight growing partials and the final of one utterance; `start` is where in all that is said."""
    speaker, words = SAID[(start + utterance) % len(SAID)]
    parts = [words[: max(1, len(words) * (n + 1) // (PARTIALS + 1))] for n in range(PARTIALS)]
    bodies = [wire.fragment(utterance, n, " ".join(part), speaker=speaker) for n, part in enumerate(parts)]
    bodies.append(wire.fragment(utterance, PARTIALS, " ".join(words), final=True, speaker=speaker))
    return bodies


async def posts_per_second(port: int, seconds: float, *, partials: bool, real: bool) -> float:
    """One fragment a request, twenty conversations at once, each over its own kept connection."""
    done = 0
    until = time.perf_counter() + seconds

    async def one(start: int) -> None:
        nonlocal done
        name = f"post{next(names)}"
        connection = await wire.Connection.to(port)
        if real:
            await wire.open_conversation(connection, name)
        path = f"/v1/conversations/{name}/fragments"
        for utterance in itertools.count():
            bodies = turn(utterance, start)
            for body in bodies if partials else bodies[-1:]:
                status, answer = await connection.post(path, body)
                assert status == 200, answer
                done += 1
                if time.perf_counter() >= until:
                    connection.close()
                    return

    started = time.perf_counter()
    await asyncio.gather(*(one(n * 80) for n in range(CONVERSATIONS)))
    return done / (time.perf_counter() - started)


async def socket_fragments_per_second(port: int, seconds: float) -> float:
    """The same work over WebSockets with 32 fragments in flight on each."""
    done = 0
    until = time.perf_counter() + seconds

    async def one(start: int) -> None:
        nonlocal done
        name = f"ws{next(names)}"
        connection = await wire.Connection.to(port)
        await wire.open_conversation(connection, name)
        connection.close()
        places = asyncio.Semaphore(32)
        uri = f"ws://127.0.0.1:{port}/v1/conversations/{name}/stream"
        async with websockets.connect(uri, compression=None, max_queue=None) as socket:

            async def acknowledgements() -> None:
                nonlocal done
                async for message in socket:
                    if '"ack"' in str(message)[:40]:
                        done += 1
                        places.release()

            reading = asyncio.create_task(acknowledgements())
            for utterance in itertools.count():
                for body in turn(utterance, start):
                    await places.acquire()
                    await socket.send('{"type":"fragment",' + body.decode()[1:])
                if time.perf_counter() >= until:
                    break
            reading.cancel()

    started = time.perf_counter()
    await asyncio.gather(*(one(n * 80) for n in range(CONVERSATIONS)))
    return done / (time.perf_counter() - started)


async def phrase_latency(port: int, count: int, *, real: bool) -> list[float]:
    """Seconds from sending a final that ends the turn to its event on an open stream; 20 finals a second."""
    took: list[float] = []

    async def one(number: int) -> None:
        name = f"lat{next(names)}"
        connection = await wire.Connection.to(port)
        if real:
            await wire.open_conversation(connection, name)
        arrived: asyncio.Queue[float] = asyncio.Queue()

        def seen(data: str, at: float) -> None:
            if '"type":"suggestion"' in data and '"withdrawn"' not in data:
                arrived.put_nowait(at)

        path = f"/v1/conversations/{name}/" + ("fragments" if real else "bump")
        async with wire.events(port, name, seen):
            await asyncio.sleep(number * 0.05)
            for n in range(count):
                body = wire.fragment(n, 0, " ".join(STORY[n % 7 :]), final=True, turn_end=True)
                sent = time.perf_counter()
                await connection.post(path, body)
                took.append(await asyncio.wait_for(arrived.get(), 10) - sent)
                if real:
                    reply = wire.fragment(
                        n, 9, "let me see what i can do", final=True, speaker="agent", utterance_id=f"a{n}"
                    )
                    status, answer = await connection.post(path, reply)
                    assert status == 200, answer
                await asyncio.sleep(max(0.0, 1.0 - (time.perf_counter() - sent)))
        connection.close()

    await asyncio.gather(*(one(number) for number in range(20)))
    return took


async def cost_at(port: int, turns: int) -> tuple[float, float]:
    """Median seconds of a final at about turn 10 and at about turn `turns` of the same conversations."""
    early: list[float] = []
    late: list[float] = []
    connection = await wire.Connection.to(port)
    for _ in range(3):
        name = f"long{next(names)}"
        await wire.open_conversation(connection, name)
        path = f"/v1/conversations/{name}/fragments"
        for n in range(turns + 20):
            speaker = "customer" if n % 2 == 0 else "agent"
            body = wire.fragment(n, 0, " ".join(STORY[n % 7 : n % 7 + 18]), final=True, speaker=speaker)
            started = time.perf_counter()
            status, answer = await connection.post(path, body)
            assert status == 200, answer
            if 4 <= n < 24:
                early.append(time.perf_counter() - started)
            elif n >= turns:
                late.append(time.perf_counter() - started)
    connection.close()
    return statistics.median(early), statistics.median(late)


async def memory(server: wire.Server, conversations: int, streams: int) -> tuple[float, float]:
    """KiB a live conversation of ten turns, and KiB an open stream."""
    connection = await wire.Connection.to(server.port)
    before = server.rss_kib
    for _ in range(conversations):
        name = f"mem{next(names)}"
        await wire.open_conversation(connection, name)
        for n in range(10):
            speaker = "customer" if n % 2 == 0 else "agent"
            await connection.post(
                f"/v1/conversations/{name}/fragments",
                wire.fragment(n, 0, " ".join(STORY[n % 7 : n % 7 + 12]), final=True, speaker=speaker),
            )
    with_conversations = server.rss_kib
    opened = []
    for _ in range(streams):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET /v1/conversations/{name}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        opened.append(writer)
    with_streams = server.rss_kib
    for writer in opened:
        writer.close()
    connection.close()
    return (with_conversations - before) / conversations, (with_streams - with_conversations) / streams


def interval(values: list[float]) -> str:
    ordered = sorted(values)
    return f"{statistics.median(ordered):.2f}  ({ordered[0]:.2f} … {ordered[-1]:.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument(
        "--only", default="", help="post, socket, phrase, model, growth, memory, redaction, early"
    )
    options = parser.parse_args()
    only = set(options.only.split(",")) - {""}
    table = Table("what", "median (min … max over rounds)", "target", title="make bench")

    def wanted(name: str) -> bool:
        return not only or name in only

    run: Callable[..., object] = asyncio.run
    with wire.baseline() as bare, wire.copilot() as ours:
        ratios: dict[str, list[float]] = {"mixed": [], "finals": [], "socket": []}
        for _ in range(options.rounds):
            base = asyncio.run(posts_per_second(bare.port, options.seconds, partials=True, real=False))
            if wanted("post"):
                mixed = asyncio.run(posts_per_second(ours.port, options.seconds, partials=True, real=True))
                finals = asyncio.run(posts_per_second(ours.port, options.seconds, partials=False, real=True))
                # Against the same bodies: a final is longer than most partials.
                whole = asyncio.run(posts_per_second(bare.port, options.seconds, partials=False, real=False))
                ratios["mixed"].append(mixed / base)
                ratios["finals"].append(finals / whole)
            if wanted("socket"):
                socket = asyncio.run(socket_fragments_per_second(ours.port, options.seconds))
                ratios["socket"].append(socket / base)
        if wanted("post"):
            table.add_row(
                "POST fragments, 8 partials : 1 final / bare handler", interval(ratios["mixed"]), "≥ 0.30"
            )
            table.add_row("POST finals only / bare handler", interval(ratios["finals"]), "≥ 0.20")
        if wanted("socket"):
            table.add_row(
                "WebSocket fragments / bare handler's requests", interval(ratios["socket"]), "≥ 0.50"
            )
        if wanted("phrase"):
            p50: list[float] = []
            p99: list[float] = []
            for _ in range(options.rounds):
                floor = asyncio.run(phrase_latency(bare.port, 10, real=False))
                real = asyncio.run(phrase_latency(ours.port, 10, real=True))
                p50.append((wire.quantile(real, 0.5) - wire.quantile(floor, 0.5)) * 1000)
                p99.append((wire.quantile(real, 0.99) - wire.quantile(floor, 0.99)) * 1000)
            table.add_row("turn end to phrase above the stream's floor, p50 ms", interval(p50), "≤ 5")
            table.add_row("turn end to phrase above the stream's floor, p99 ms", interval(p99), "≤ 25")
        if wanted("growth"):
            growth = []
            for _ in range(min(3, options.rounds)):
                early, late = asyncio.run(cost_at(ours.port, 1_000))
                growth.append(late / early)
            table.add_row("fragment at turn 1,000 / at turn 10", interval(growth), "≤ 1.2")
        if wanted("memory"):
            conversation, stream = asyncio.run(memory(ours, 500, 300))
            table.add_row("KiB per live conversation of ten turns", f"{conversation:.1f}", "printed")
            table.add_row("KiB per open stream", f"{stream:.1f}", "printed")
    if wanted("early"):
        early.add_rows(table)
    if wanted("model"):
        p50, p99 = run(first_sentences(options.rounds))  # type: ignore[misc]
        table.add_row("first sentence of a model above reading it directly, p50 ms", interval(p50), "≤ 5")
        table.add_row("first sentence of a model above reading it directly, p99 ms", interval(p99), "≤ 20")
    if wanted("redaction"):
        for row in masks.rows():
            table.add_row(*row)
    console = Console()
    console.print(table)
    console.print(json.dumps({"rounds": options.rounds, "seconds": options.seconds}))


if __name__ == "__main__":
    main()
