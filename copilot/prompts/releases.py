"""The lock of what was released: each file of a version by its hash, so that none is edited later."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from copilot.errors import Conflicting, NotFound

LOCK = "released.json"


def hashes(root: Path, name: str, version: str) -> dict[str, str]:
    """SHA-256 of each file of a version, by its path under `root`. Raises NotFound."""
    folder = root / name / version
    files = sorted(file for file in folder.rglob("*") if file.is_file() and not file.name.startswith("."))
    if not files:
        raise NotFound(f"no {name} {version} in {root}")
    return {
        file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files
    }


def digest(root: Path, name: str, version: str) -> str:
    """One SHA-256 for all files of a version. Raises NotFound."""
    lines = "".join(f"{path} {content}\n" for path, content in hashes(root, name, version).items())
    return hashlib.sha256(lines.encode()).hexdigest()


def locked(root: Path) -> dict[str, dict[str, str]]:
    """What the lock says: by 'NAME@VERSION' the hashes of its files."""
    lock = root / LOCK
    if not lock.exists():
        return {}
    known: dict[str, dict[str, str]] = json.loads(lock.read_text(encoding="utf-8"))
    return known


def broken(root: Path) -> list[str]:
    """The files of released versions that were changed, added or taken away."""
    wrong: list[str] = []
    for release, files in locked(root).items():
        name, version = release.split("@")
        present = hashes(root, name, version) if (root / name / version).is_dir() else {}
        wrong += [
            path for path in sorted(files.keys() | present.keys()) if files.get(path) != present.get(path)
        ]
    return wrong


def release(root: Path, name: str, version: str) -> None:
    """Adds a version to the lock. Raises Conflicting if it is there with other content."""
    known, mine = locked(root), hashes(root, name, version)
    if known.get(f"{name}@{version}", mine) != mine:
        raise Conflicting(f"{name}@{version} is released and was changed since: make a new version")
    known[f"{name}@{version}"] = mine
    text = json.dumps(known, indent=2, sort_keys=True) + "\n"
    (root / LOCK).write_text(text, encoding="utf-8")
