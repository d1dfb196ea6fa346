"""Tests of replay, client and demonstration against a real server process."""

from __future__ import annotations

import asyncio
import random
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.client import CopilotClient
from copilot.replay.planning import opening, plan
from copilot.replay.playing import Player
from copilot.transcripts import load
from tests.wire.cuts import CuttingProxy
from tests.wire.processes import ROOT, ServerProcess, environment, free_port

pytestmark = pytest.mark.wire

DEMO = ROOT / "prompts" / "demo"
NUMBERS = """
= numbers channel=chat
C venting 1 frustration acknowledge acknowledge | my order 4471 is late // and order 88 12 too
A solving probe | the card ends with? // or give me the e-mail
C solving 1 frustration act act | it is 4111 1111 // 1111 1111
S | The customer left the form
A solving act | thanks // the code was 123 right
C solving 0 neutral act act | yes // I was told 2024 // no more than 3 times
"""


def copilot(*arguments: str, timeout: float = 250) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "copilot", *arguments]
    env = environment({"COLUMNS": "120"})
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=env, check=False)


@pytest.fixture
def numbers(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.turns"
    path.write_text(NUMBERS)
    return path


def test_replay_leaves_the_redacted_originals(server: ServerProcess, numbers: Path) -> None:
    """In both styles the transcripts that the server kept are the redacted originals."""
    done = copilot("replay", str(DEMO), str(numbers), "--url", server.base_url)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"transcripts equal\W+3/3\W+3/3\b", done.stdout)
    assert re.search(r"errors\W+0\W+0\b", done.stdout)


def test_disorder_changes_no_word(server: ServerProcess) -> None:
    """Shuffled, doubled, revised, backwards and late fragments lead to the same transcripts."""
    done = copilot("replay", str(DEMO), "--url", server.base_url, "--disorder", "--seed", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "--seed 3" in done.stdout
    assert re.search(r"transcripts equal\W+2/2\W+2/2\b", done.stdout)


def test_a_difference_ends_with_one(server: ServerProcess, tmp_path: Path) -> None:
    """A conversation that the server refuses is an error that is named, and the exit code says so."""
    path = tmp_path / "odd.turns"
    path.write_text(f"= odd\nS | {'x' * 9_000}\n")
    done = copilot("replay", str(path), "--url", server.base_url, "--style", "messages")
    assert done.returncode == 1
    assert "odd" in done.stdout
    assert "Invalid" in done.stdout or "Too large" in done.stdout


async def test_a_stream_that_is_cut_misses_nothing(server: ServerProcess) -> None:
    """However often the connection is cut, every event of the log comes once and in order."""
    script = load(DEMO / "album-in-the-rain.yaml")[0]
    async with CopilotClient(server.base_url) as client:
        await Player(client, None).play(opening(script, "cut"), plan(script, "messages"))
        whole = [event async for event in client.events("cut", await first_id(client))]
    proxy = CuttingProxy(server.port, random.Random(1), 6_000)
    async with proxy.listening() as url, CopilotClient(url, chance=random.Random(1)) as client:
        after = whole[0].id.partition(".")[0] + ".0"
        cut = [event async for event in client.events("cut", after)]
    assert proxy.cuts >= 3
    assert cut == whole


async def first_id(client: CopilotClient) -> str:
    view = await client.get("cut")
    return view["next_event_id"].partition(".")[0] + ".0"


async def test_the_softphone_of_the_documents_survives_cuts(server: ServerProcess) -> None:
    """The example of the documentation comes through a line that is cut again and again."""
    proxy = CuttingProxy(server.port, random.Random(3), 3_000)
    example = ROOT / "docs" / "examples" / "resilient_softphone.py"
    async with proxy.listening() as url:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            example,
            url,
            env=environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 250)
    assert process.returncode == 0, err.decode()
    assert proxy.cuts >= 2
    shown = out.decode()
    assert len(re.findall(r"\((?:accepted|duplicate)\)", shown)) == 4
    assert "say: " in shown


def test_the_demonstration_runs_through(server: ServerProcess, tmp_path: Path) -> None:
    """The demonstration plays its conversation, shows phrases and phases, and ends cleanly; where its port is
    taken it says so and takes another."""
    where = ("--port", str(server.port), "--data", str(tmp_path / "data"))
    done = copilot("demo", "--once", "--speed", "20", *where)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    words = ("Marek", "Ruth", "→ solving", "heat ■■□", "listening", "say · ", "/docs", "curl -s http://")
    for word in (*words, f"Port {server.port} is taken"):
        assert word in done.stdout, f"{word} is not shown:\n{done.stdout}"
    assert "Traceback" not in (tmp_path / "data" / "server.log").read_text()


def test_the_demonstration_ends_cleanly(tmp_path: Path) -> None:
    """Ctrl-C in the middle of the play ends the demonstration and its server without an error."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "copilot", "demo", "--port", str(port), "--data", str(tmp_path / "data")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "Marek" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=250)
    assert process.returncode == 0, err
    assert err == ""
    assert "stopped" in out
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_server_that_does_not_start_is_told_in_one_line(server: ServerProcess) -> None:
    """Where the data is another server's, the reason is told in one line."""
    done = copilot("demo", "--once", "--data", str(server.data_dir))
    assert done.returncode == 1
    assert re.fullmatch(r"agent-copilot: the server did not start: .+\n", done.stderr), done.stderr
