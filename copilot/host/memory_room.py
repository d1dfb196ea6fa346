"""How much memory this process may still take, by the narrowest of the limits that hold for it."""

from __future__ import annotations

import ctypes
import gc
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_KIB = 1024
# Fields of /proc/self/statm, in pages: all that is mapped, and data with stack.
_MAPPED, _DATA = 0, 5


class MemoryRoom:
    """`root` is the file system's: /proc and /sys/fs/cgroup are read under it."""

    def __init__(self, root: Path = Path("/")) -> None:
        self._proc = root / "proc"
        self._group = _group(root)

    def left(self) -> int | None:
        """Bytes, at least 0; None where nothing limits it, or nothing can be known of it."""
        rooms = [*self._of_limits(), *self._of_group(), *self._of_host()]
        return max(0, min(rooms)) if rooms else None

    def _of_limits(self) -> Iterator[int]:
        with suppress(OSError, ValueError, IndexError):
            pages = (self._proc / "self/statm").read_text().split()
            for what, field in ((resource.RLIMIT_AS, _MAPPED), (resource.RLIMIT_DATA, _DATA)):
                most, _ = resource.getrlimit(what)
                if most != resource.RLIM_INFINITY:
                    yield most - int(pages[field]) * resource.getpagesize()

    def _of_group(self) -> Iterator[int]:
        """A container's limit or a unit's. What the kernel holds of files, and would give back, is room."""
        if self._group is None:
            return
        with suppress(OSError, ValueError, KeyError):
            most = (self._group / "memory.max").read_text().strip()
            if most != "max":
                lines = (self._group / "memory.stat").read_text().splitlines()
                held = dict(line.split() for line in lines)
                taken = int((self._group / "memory.current").read_text()) - int(held["inactive_file"])
                yield int(most) - taken

    def _of_host(self) -> Iterator[int]:
        with suppress(OSError, ValueError, KeyError, IndexError):
            lines = (self._proc / "meminfo").read_text().splitlines()
            held = dict(line.split(":") for line in lines)
            yield int(held["MemAvailable"].split()[0]) * _KIB


def _group(root: Path) -> Path | None:
    """This process's control group, of the second version; None where there is none."""
    top = root / "sys/fs/cgroup"
    with suppress(OSError, IndexError):
        lines = (root / "proc/self/cgroup").read_text().splitlines()
        path = next((line.split("::", 1)[1] for line in lines if line.startswith("0::")), "/")
        # In a container the path may be the host's name for what is the root in here.
        for place in (top / path.strip("/"), top):
            if (place / "memory.max").exists():
                return place
    return None


def give_back() -> None:
    """Collects what nobody holds, and returns to the system the free pages that the allocator keeps."""
    gc.collect()
    with suppress(OSError, AttributeError):  # of the GNU library only
        ctypes.CDLL(None).malloc_trim(0)
