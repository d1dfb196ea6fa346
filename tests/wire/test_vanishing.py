"""A peer that is gone without a FIN or RST, as one is whose network broke: it is found out, and let go."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.wire.processes import ROOT, environment
from tests.wire.vanishing import GIVEN_UP_S

_NETWORK = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]


def _may_make_networks() -> bool:
    if not all(shutil.which(tool) for tool in ("unshare", "ip", "iptables")):
        return False
    tried = ["sh", "-c", "ip link set lo up && iptables -A INPUT -p tcp --dport 9 -j DROP"]
    return subprocess.run([*_NETWORK, *tried], capture_output=True).returncode == 0


@pytest.mark.wire
@pytest.mark.timeout(GIVEN_UP_S + 120)
@pytest.mark.skipif("COPILOT_VANISH" not in os.environ, reason="takes half a minute: `make torture` has it")
def test_a_peer_that_vanishes_is_let_go() -> None:
    """A stream whose reader's network is gone is ended by the server itself, SSE and WebSocket."""
    if not _may_make_networks():
        pytest.skip("a network of its own needs root or user namespaces, and iptables")
    told = subprocess.run(
        [*_NETWORK, sys.executable, "-m", "tests.wire.vanishing"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr[-2_000:]
    held = json.loads(told.stdout)
    assert held.keys() == {"sse", "websocket"}
    print(f"let go after {held['sse']} s (SSE) and {held['websocket']} s (WebSocket)")
