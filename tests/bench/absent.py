"""Whether an answer's time tells another tenant's name from one that nobody has: medians side by side."""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

import httpx2

from copilot.api.auth import new_key
from copilot.ports import SCOPES
from copilot.stores.sqlite_keys import SqliteKeyStore
from tests.wire.processes import ServerProcess

PATHS = ("", "/history", "/suggestions/s1/why")


def medians(client: httpx2.Client, tail: str, rounds: int) -> tuple[float, float]:
    """Seconds for theirs and for absent, asked in turns so that both meet the same machine."""
    took: dict[str, list[float]] = {"theirs": [], "absent": []}
    for _ in range(rounds):
        for name, times in took.items():
            started = time.perf_counter()
            answer = client.get(f"/v1/conversations/{name}{tail}")
            times.append(time.perf_counter() - started)
            assert answer.status_code == 404, answer.text
    return statistics.median(took["theirs"]), statistics.median(took["absent"])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.absent", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2_000)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        keys = SqliteKeyStore(data / "keys.sqlite")
        bearers = []
        for tenant in ("acme", "rival"):
            plain, kept = new_key(tenant, "bench", SCOPES, 1)
            keys.add(kept)
            bearers.append({"authorization": f"Bearer {plain}"})
        keys.close()
        with (
            ServerProcess(data) as server,
            httpx2.Client(base_url=server.base_url, trust_env=False, headers=bearers[0]) as client,
        ):
            opened = client.post("/v1/conversations", json={"id": "theirs"}, headers=bearers[1])
            assert opened.status_code == 201, opened.text
            for tail in PATHS:
                theirs, absent = medians(client, tail, rounds)
                print(
                    f"GET …/conversations/…{tail}: theirs {theirs * 1e6:.0f} µs, "
                    f"absent {absent * 1e6:.0f} µs, {theirs / absent - 1:+.1%} ({rounds} rounds)"
                )


if __name__ == "__main__":
    main()
