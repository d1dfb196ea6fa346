"""The list of sabotages keeps up with the code."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.teeth.listed import ALL
from tests.teeth.sabotage import Sabotage
from tests.wire.processes import ROOT


@pytest.mark.parametrize("sabotage", ALL, ids=lambda one: one.name)
def test_each_sabotage_still_applies(sabotage: Sabotage) -> None:
    """The text to replace stands in its file exactly once, the result is Python, and its tests exist."""
    changed = sabotage.applied(ROOT)
    assert changed != (ROOT / sabotage.file).read_text(encoding="utf-8")
    if sabotage.file.endswith(".py"):
        compile(changed, sabotage.file, "exec")
    assert sabotage.promises
    for test in sabotage.tests:
        file, _, name = test.partition("::")
        defined = re.compile(rf"def {re.escape(name.partition('[')[0])}\(")
        assert defined.search((ROOT / file).read_text(encoding="utf-8")), test


def test_names_are_used_once() -> None:
    """A sabotage is called by its name."""
    assert [name for name, uses in Counter(one.name for one in ALL).items() if uses > 1] == []
