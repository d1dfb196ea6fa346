"""What is pinned, under which licence, and the bill of it."""

from __future__ import annotations

import json
import re

import pytest

from tests.supply.__main__ import licences, run_packages
from tests.supply.bill import bill
from tests.supply.packages import Package, packages
from tests.wire.processes import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(lock: str) -> None:
    """Each line of a lock that names a package names one version and its files' hashes, and no index."""
    text = (ROOT / lock).read_text()
    named = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]
    found = packages(ROOT / lock)
    assert len(found) == len(named) > 40
    assert all(part.hashes for part in found)
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize("lock", LOCKS)
def test_every_licence_is_on_the_list(lock: str) -> None:
    """No package is under a licence that nobody looked at."""
    assert [(part.name, part.licence) for part in packages(ROOT / lock) if not part.allowed] == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("unknown", False),
    ],
)
def test_what_is_on_the_list(licence: str, allowed: bool) -> None:
    """All that has to be kept to is on it; of a choice one is enough."""
    assert Package("x", "1", (), licence).allowed == allowed


def test_the_page_of_licences_is_of_this_lock() -> None:
    """docs/licences.md says what `python -m tests.supply licences` says."""
    assert (ROOT / "docs" / "licences.md").read_text() == licences()


def test_the_bill_holds_every_package() -> None:
    """CycloneDX with each package, its licence, its hashes and what it needs; the same each time."""
    parts = run_packages()
    text = bill("agent-copilot", "1.2.3", parts)
    assert text == bill("agent-copilot", "1.2.3", parts)
    document = json.loads(text)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert {each["name"] for each in document["components"]} == {part.name for part in parts}
    refs = {each["bom-ref"] for each in document["components"]}
    assert all(set(each["dependsOn"]) <= refs for each in document["dependencies"])
    litestar = next(each for each in document["dependencies"] if "litestar@" in each["ref"])
    assert any("msgspec@" in need for need in litestar["dependsOn"])
