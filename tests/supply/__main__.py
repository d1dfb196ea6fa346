"""`make sbom`: the bill of materials. `python -m tests.supply licences`: the table of docs/licences.md."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from tests.supply.bill import bill
from tests.supply.packages import Package, packages
from tests.wire.processes import ROOT

PAGE = """# Licences

Every package that runs with the copilot, as pinned in `requirements.lock`, with the licence that it declares.
What only development needs stands in `requirements-dev.lock`. `tests/supply/test_packages.py` holds both to
a list of licences that go with Apache-2.0, and this page to the lock.

`python -m tests.supply licences` writes this page, `make sbom` the same as CycloneDX JSON with hashes.

| package | licence |
| --- | --- |
"""


def run_packages() -> list[Package]:
    return packages(ROOT / "requirements.lock")


def licences() -> str:
    """The page docs/licences.md."""
    return PAGE + "".join(f"| {part.name} | {part.licence} |\n" for part in run_packages())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.supply", description=__doc__)
    parser.add_argument("what", choices=("sbom", "licences"))
    parser.add_argument("--out", type=Path, help="the file to write; default: sbom.json or docs/licences.md")
    given = parser.parse_args()
    if given.what == "sbom":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        out, text = ROOT / "sbom.json", bill(project["name"], project["version"], run_packages())
    else:
        out, text = ROOT / "docs" / "licences.md", licences()
    out = given.out or out
    out.write_text(text)
    print(f"{len(run_packages())} packages: {out}")


if __name__ == "__main__":
    main()
