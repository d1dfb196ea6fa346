"""The collector after a start."""

from __future__ import annotations

import subprocess
import sys

_CHURN = """
import gc
from collections import deque
from copilot.host.collector import spare_what_is_there

loaded = [[n] for n in range(1_000_000)]
spare_what_is_there()
assert gc.get_freeze_count() > len(loaded)
before = gc.get_stats()[2]["collections"]
lately = deque(maxlen=10_000)
for _ in range(200_000):
    cycle = []
    cycle.append(cycle)
    lately.append(cycle)
print(gc.get_stats()[2]["collections"] - before)
"""


def test_garbage_does_not_pile_up_beside_what_was_loaded() -> None:
    """However much was loaded at the start, what comes and goes after it is collected soon."""
    done = subprocess.run([sys.executable, "-c", _CHURN], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0
