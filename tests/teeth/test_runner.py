"""The runner tells a sabotage that is noticed from one that is not, and from one that is out of date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.teeth import runner
from tests.teeth.sabotage import Sabotage

GOOD = Sabotage(
    name="three",
    promises=(1,),
    file="copilot/sum.py",
    old="return 2",
    new="return 3",
    tests=("tests/test_sum.py::test_two",),
)
TESTS = """
import pytest
from copilot.sum import made

@pytest.mark.parametrize("n", [1])
def test_two(n):
    assert made() == 2

def test_always():
    assert made()
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "copilot").mkdir()
    (tmp_path / "copilot" / "sum.py").write_text("def made():\n    return 2\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_sum.py").write_text(TESTS)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\npythonpath = ["."]\n')
    return tmp_path


def test_what_is_wrong_with_a_sabotage_is_said(tree: Path) -> None:
    """Noticed, not noticed by all its tests, by none, stale, and no Python any more are told apart."""
    both = (*GOOD.tests, "tests/test_sum.py::test_always")
    tried = [
        GOOD,
        replace(GOOD, tests=both),
        replace(GOOD, new="return (2)"),
        replace(GOOD, old="return 4"),
        replace(GOOD, new="return ("),
    ]
    troubles = [verdict.trouble for verdict in runner.run(tree, tried)]
    assert troubles[0] == ""
    assert troubles[1] == "not noticed by tests/test_sum.py::test_always"
    assert troubles[2] == "no test noticed"
    assert troubles[3].startswith("stale: ")
    assert troubles[4].startswith("pytest ended with 4")
    assert (tree / "copilot" / "sum.py").read_text() == "def made():\n    return 2\n"


def test_the_tests_must_be_green_first(tree: Path) -> None:
    """Tests that are red on the tree as it is would notice everything."""
    assert runner.sound(tree, GOOD.tests) == ""
    (tree / "copilot" / "sum.py").write_text("def made():\n    return 5\n")
    assert "1 failed" in runner.sound(tree, GOOD.tests)
