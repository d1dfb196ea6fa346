"""Processes that use a store, to be watched, starved and killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(program: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    with start(program, *arguments) as child:
        output, errors = child.communicate(timeout=250)
    return subprocess.CompletedProcess(child.args, child.returncode, output, errors)
