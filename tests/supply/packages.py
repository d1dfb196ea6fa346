"""The packages of a lock file, with the hashes that they are pinned by and the licence that each declares."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

ALLOWED = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 CNRI-Python ISC MIT MPL-2.0 PSF-2.0 Zlib".split()
)
# What packages write in place of an SPDX expression, in the old free field or as a classifier.
_SPELT = {
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "ISC License": "ISC",
    "MIT License": "MIT",
    "MIT OR Apache-2.0": "MIT OR Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# What their metadata leaves open, read in the packages' own licence files.
_READ = {
    "apsw": "Zlib",  # 'any-OSI'
    "axe-playwright-python": "MIT AND MPL-2.0",  # MPL-2.0: axe-core, which it carries
    "uvloop": "MIT OR Apache-2.0",
}
_PINNED = re.compile(
    r"^([A-Za-z0-9_.-]+)==([^\s\\;]+)(.*(?:\n +--hash=sha256:[0-9a-f]{64}.*)*)", re.MULTILINE
)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True)
class Package:
    """`hashes` are of every file that an installer may take; `needs` are names, as far as they are pinned."""

    name: str
    version: str
    hashes: tuple[str, ...]
    licence: str
    needs: tuple[str, ...] = ()

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"

    @property
    def allowed(self) -> bool:
        """Whether every licence that has to be kept to, and one of those to choose from, is on the list."""
        choices = self.licence.replace("(", "").replace(")", "").split(" AND ")
        return all(any(one.strip() in ALLOWED for one in each.split(" OR ")) for each in choices)


def packages(lock: Path) -> list[Package]:
    """In the order of the lock. Raises PackageNotFoundError where one is not installed."""
    pinned = [(found[1], found[2], found[3]) for found in _PINNED.finditer(lock.read_text())]
    names = {name for name, _, _ in pinned}
    return [
        Package(name, version, tuple(_HASH.findall(rest)), licence_of(name), _needs(name, names))
        for name, version, rest in pinned
    ]


def licence_of(name: str) -> str:
    """As an SPDX expression where the package's metadata can be read as one, else as it is written."""
    if name in _READ:
        return _READ[name]
    metadata = distribution(name).metadata
    fields = metadata.get_all("Classifier", [])
    classes = [each.rpartition("::")[2].strip() for each in fields if each.startswith("License ::")]
    for written in (metadata.get("License-Expression"), metadata.get("License"), *classes):
        first = (written or "").strip().partition("\n")[0].strip()
        if _SPELT.get(first, first) and (_SPELT.get(first) or set(re.split(r" AND | OR ", first)) <= ALLOWED):
            return _SPELT.get(first, first)
    return metadata.get("License-Expression") or metadata.get("License") or "unknown"


def _needs(name: str, known: set[str]) -> tuple[str, ...]:
    """Of those that it requires without an extra."""
    required = distribution(name).requires or []
    plain = [each for each in required if "extra ==" not in each]
    names = {re.split(r"[^A-Za-z0-9_.-]", each)[0].lower().replace("_", "-") for each in plain}
    return tuple(sorted(names & known - {name}))
