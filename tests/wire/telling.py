"""Conversations spoken into by a process of its own, which many readers in the same one would hold up.

`python -m tests.wire.telling URL EVERY_S NAME …`, until its input ends.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import httpx2

from tests.wire.load import Teller
from tests.wire.processes import ROOT, environment


@dataclass(frozen=True)
class Told:
    """Of one conversation: the seq of each utterance that was acknowledged, and when each was sent, for how
    long, in seconds of the machine's monotonic clock."""

    acknowledged: dict[str, int]
    took: list[tuple[float, float]]


class Telling:
    """Starts at once; `end` stops it and says what was told, in the order of the names."""

    def __init__(self, base_url: str, names: Sequence[str], every_s: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.wire.telling", base_url, str(every_s), *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment(),
            cwd=ROOT,
        )

    def end(self) -> list[Told]:
        said, _ = self._process.communicate(timeout=120)
        assert self._process.returncode == 0, f"whoever tells ended with {self._process.returncode}"
        return [Told(acknowledged, [(at, s) for at, s in took]) for acknowledged, took in json.loads(said)]

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()


async def _told(base_url: str, every_s: float, names: Sequence[str]) -> list[Teller]:
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx2.AsyncClient(base_url=base_url, trust_env=False, timeout=30, limits=limits) as client:
        tellers = [Teller(client, name, every_s) for name in names]
        ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
        await asyncio.gather(*(teller.tell(lambda: not ended.done()) for teller in tellers))
    return tellers


def main() -> None:
    base_url, every_s, *names = sys.argv[1:]
    tellers = asyncio.run(_told(base_url, float(every_s), names))
    print(json.dumps([(teller.acknowledged, teller.took) for teller in tellers]))


if __name__ == "__main__":
    main()
