"""The documents say what the code does."""

from __future__ import annotations

import re

from copilot.settings import Settings
from tests.wire.processes import ROOT


def test_the_client_in_the_documents_is_the_tested_one() -> None:
    """The example client in docs/api.md is, to the letter, the file that the tests run."""
    example = (ROOT / "docs" / "examples" / "resilient_softphone.py").read_text().strip()
    assert example in (ROOT / "docs" / "api.md").read_text()


def test_every_setting_is_in_the_readme() -> None:
    """The README's table names every setting, and none that is not."""
    table = (ROOT / "README.md").read_text().split("## Settings")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = {name.lower() for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert named == set(Settings.model_fields)


def test_links_lead_somewhere() -> None:
    """Every relative link in the documents leads to a file that is there."""
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_defences_name_tests_that_are_there() -> None:
    """Every test file that SECURITY.md and docs/promises.md name as shown by is in the tree."""
    there = {path.name for path in (ROOT / "tests").rglob("test_*.py")}
    for page in (ROOT / "SECURITY.md", ROOT / "docs" / "promises.md"):
        named = re.findall(r"`(?:tests/)?(?:\w+/)*(test_\w+\.py)", page.read_text())
        assert named, page.name
        assert set(named) <= there, set(named) - there
