"""How much memory is left, as limits, control groups and the host tell it."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from copilot.host.memory_room import MemoryRoom, give_back
from tests.wire.processes import ROOT, environment

MIB = 2**20


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A host with 8 GiB available, the process in a group of its own."""
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "sys/fs/cgroup/system.slice/copilot").mkdir(parents=True)
    (tmp_path / "proc/meminfo").write_text("MemTotal: 9000000 kB\nMemAvailable: 8388608 kB\n")
    (tmp_path / "proc/self/cgroup").write_text("1:name=old:/elsewhere\n0::/system.slice/copilot\n")
    (tmp_path / "proc/self/statm").write_text("1000 500 100 1 0 400 0\n")
    return tmp_path


def group(folder: Path, most: str, current: int, inactive_file: int) -> None:
    (folder / "memory.max").write_text(f"{most}\n")
    (folder / "memory.current").write_text(f"{current}\n")
    (folder / "memory.stat").write_text(f"anon 1\ninactive_file {inactive_file}\n")


def test_the_host_bounds_what_nothing_else_does(root: Path) -> None:
    """What is available there is left."""
    assert MemoryRoom(root).left() == 8_192 * MIB


def test_the_narrowest_limit_counts(root: Path) -> None:
    """A unit's limit, less what it holds; files that the kernel would drop are room."""
    group(root / "sys/fs/cgroup/system.slice/copilot", str(512 * MIB), 400 * MIB, 30 * MIB)
    assert MemoryRoom(root).left() == 142 * MIB


def test_in_a_container_the_root_is_its_group(root: Path) -> None:
    """Its path as the host names it is not there."""
    (root / "sys/fs/cgroup/system.slice/copilot").rmdir()
    group(root / "sys/fs/cgroup", str(100 * MIB), 120 * MIB, 0)
    assert MemoryRoom(root).left() == 0


def test_a_group_without_limit_is_none(root: Path) -> None:
    """`max` is no number."""
    group(root / "sys/fs/cgroup/system.slice/copilot", "max", 400 * MIB, 0)
    assert MemoryRoom(root).left() == 8_192 * MIB


def test_where_nothing_can_be_read_nothing_is_known(tmp_path: Path) -> None:
    """Another system, or one that hides it."""
    assert MemoryRoom(tmp_path).left() is None


_LIMITED = """
import resource
from copilot.host.memory_room import MemoryRoom
_, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (2**31, hard))
before = MemoryRoom().left()
held = bytearray(50 * 2**20)
print(before - MemoryRoom().left())
"""


@pytest.mark.skipif(not hasattr(resource, "RLIMIT_AS"), reason="no such limit here")
def test_the_process_own_limit_counts() -> None:
    """What is taken of the address space is missing afterwards."""
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert 50 * MIB <= int(done.stdout) < 60 * MIB


def test_giving_back_harms_nobody() -> None:
    """It is called while the server works."""
    held = [str(number) for number in range(1_000)]
    give_back()
    assert held[-1] == "999"
