"""Applies sabotages, each to a copy of the tree of its own, and says which of their tests noticed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.teeth.sabotage import Sabotage, Stale
from tests.wire.processes import environment

PARTS = ("copilot", "prompts", "evals", "tests", "docs", "pyproject.toml", "README.md")
# Named, because finding all that is installed takes a second or more of each start.
PLUGINS = ("pytest_asyncio.plugin", "pytest_timeout", "pytest_httpx2", "respx.plugin")
_LIMIT_S = 600
_FAILED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+)(\[.*?\])?(?: - |$)", re.MULTILINE)
_PASSED, _SOME_FAILED = 0, 1


class Verdict(NamedTuple):
    """`trouble` is empty when every named test went red; else one line that says what is wrong."""

    sabotage: Sabotage
    trouble: str


def run(root: Path, sabotages: Sequence[Sabotage], workers: int = 2) -> Iterator[Verdict]:
    """Tries each on its own copy of the tree at `root`, in order; none of it touches the tree itself."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(partial(_try, root), sabotages)


def sound(root: Path, tests: Iterable[str]) -> str:
    """Whether these tests are green on the tree as it is: '' or the end of what pytest said."""
    with tempfile.TemporaryDirectory() as folder:
        code, said = _pytest(copied(root, Path(folder)), sorted({*tests}))
    return "" if code == _PASSED else said[-2_000:]


def copied(root: Path, folder: Path) -> Path:
    """A copy of what the tests need of the tree."""
    unwanted = shutil.ignore_patterns("__pycache__", ".*")
    for part in PARTS:
        source = root / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=unwanted)
        elif source.exists():
            shutil.copy(source, folder / part)
    return folder


def _try(root: Path, sabotage: Sabotage) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        place = copied(root, Path(folder))
        try:
            content = sabotage.applied(place)
        except (Stale, OSError) as error:
            return Verdict(sabotage, f"stale: {error}")
        (place / sabotage.file).write_text(content, encoding="utf-8")
        code, said = _pytest(place, sabotage.tests)
    if code == _PASSED:
        return Verdict(sabotage, "no test noticed")
    if code != _SOME_FAILED:
        return Verdict(sabotage, f"pytest ended with {code}: {' '.join(said[-300:].split())}")
    red = {name for test, parameter in _FAILED.findall(said) for name in (test, test + parameter)}
    silent = [test for test in sabotage.tests if test not in red]
    return Verdict(sabotage, f"not noticed by {', '.join(silent)}" if silent else "")


def _pytest(place: Path, tests: Sequence[str]) -> tuple[int, str]:
    """The exit code, and what was said. A test that hangs is ended by its own timeout, and is red."""
    plain = ["-p", "no:cacheprovider", "-rfE", "--no-header", "--tb=no"]
    plugins = [part for plugin in PLUGINS for part in ("-p", plugin)]
    extra = {
        "PYTHONPATH": str(place),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *plain, *plugins, *tests],
            cwd=place,
            env=environment(extra),
            capture_output=True,
            text=True,
            timeout=_LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        return -1, f"not done after {_LIMIT_S} s"
    return done.returncode, done.stdout + done.stderr
