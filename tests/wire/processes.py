"""A real server process for tests: started on a free port with a folder of its own, ended cleanly or not."""

from __future__ import annotations

import itertools
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

ROOT = Path(__file__).parents[2]
_START_S = 180.0
_STOP_S = 60.0
# Below what systems give to whoever asks for any port: before a server has bound its own, and while one that
# was killed is away, nobody else's socket is given it. Every worker of a run has a range for itself.
_PER_WORKER = 2_000
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
_FIRST = 11_000 + _WORKER * _PER_WORKER
_ports = itertools.cycle(random.sample(range(_FIRST, _FIRST + _PER_WORKER), _PER_WORKER))


def free_port() -> int:
    """A port that nobody has, and that nobody is given by chance."""
    for port in itertools.islice(_ports, _PER_WORKER):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")


def asked(port: int, path: str, within_s: float) -> tuple[int, str]:
    """Status and text of a GET, for what is asked again and again: a client that makes itself ready for TLS
    each time would take half of a core. Raises OSError, HTTPException."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=within_s)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's own, without the settings of whoever runs the tests."""
    # A server that may not keep its compiled modules compiles them at each start.
    foreign = ("COPILOT_", "PYTHONDONTWRITEBYTECODE")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return inherited | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | dict(extra or {})


class ServerProcess:
    """`python -m copilot serve`; `with` starts it and ends it. It may be started again on the same data."""

    def __init__(
        self,
        data_dir: Path,
        env: Mapping[str, str] | None = None,
        port: int | None = None,
        *,
        limits: Mapping[int, int] | None = None,
        program: Sequence[str] = ("-m", "copilot"),
    ) -> None:
        """`limits`: resources of the process (RLIMIT_…), each with the most it may have. `program` is what
        Python runs, where it is the copilot with something done to it."""
        self._program = program
        self._limits = dict(limits or {})
        self.data_dir = data_dir
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.log_path = data_dir.parent / f"{data_dir.name}.log"
        # A machine that stands still for seconds is no load to let go of, unless that is what is tried.
        self._env = environment({"COPILOT_BEHIND_MS": "60000", **(env or {})})
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> ServerProcess:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns when it is ready."""
        where = ["--host", "127.0.0.1", "--port", str(self.port), "--data", str(self.data_dir)]
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._program, "serve", *where],
                stdout=log,
                stderr=log,
                env=self._env,
                cwd=self.data_dir.parent,
            )
        for what, most in self._limits.items():
            resource.prlimit(self.process.pid, what, (most, most))
        try:
            self._wait(self.process)
        except BaseException:
            self.kill()  # nobody else would: whoever starts it in vain never gets to stop it
            raise

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_S
        while not self.is_ready():
            code = process.poll()
            assert code is None, f"the server ended with {code}:\n{self.log()}"
            assert time.monotonic() < deadline, f"the server is not ready:\n{self.log()}"
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            return asked(self.port, "/health/ready", 2)[0] == 200
        except (OSError, HTTPException):
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ends it as an operator does and returns its exit code; kills it if it does not go."""
        if self.process is None:
            return 0
        process, self.process = self.process, None
        process.send_signal(number)
        try:
            return process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise

    def kill(self) -> None:
        """As a crash does: SIGKILL, nothing is flushed."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""
