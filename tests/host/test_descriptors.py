"""Descriptors: the soft limit is lifted, and streams leave enough for everything else."""

from __future__ import annotations

import subprocess
import sys

from copilot.host.descriptors import streams_within
from tests.wire.processes import ROOT, environment

_LIFTED = """
import resource
from copilot.host.descriptors import raise_limit
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 512))
print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_the_soft_limit_is_lifted_to_the_hard_one() -> None:
    """What the host allows is used, whatever the shell began with."""
    done = subprocess.run(
        [sys.executable, "-c", _LIFTED],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["512", "512", "512"]


def test_streams_leave_room() -> None:
    """Files, requests and calls of the model keep their share; a few streams are always possible."""
    assert streams_within(1_024, 32) <= 1_024 - 64 - 32
    assert streams_within(20, 32) > 0
