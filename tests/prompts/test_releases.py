"""Released versions never change."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.errors import Conflicting, NotFound
from copilot.prompts.releases import broken, digest, locked, release

ROOT = Path(__file__).parents[2] / "prompts"


def test_what_was_released_is_as_it_was_released() -> None:
    """Every file of a released version is there, has the hash of its release, and none was added."""
    assert broken(ROOT) == []


def test_the_phrasebook_is_released() -> None:
    """The phrasebook that ships is under the lock."""
    assert "phrasebook@1.0.0" in locked(ROOT)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "book" / "1.0.0").mkdir(parents=True)
    (tmp_path / "book" / "1.0.0" / "act.yaml").write_text("act: act", encoding="utf-8")
    release(tmp_path, "book", "1.0.0")
    return tmp_path


def test_a_change_is_noticed(root: Path) -> None:
    """A file that is edited, added or taken away breaks the lock."""
    assert broken(root) == []
    file = root / "book" / "1.0.0" / "act.yaml"
    file.write_text("act: close", encoding="utf-8")
    assert broken(root) == ["book/1.0.0/act.yaml"]
    file.unlink()
    (root / "book" / "1.0.0" / "new.yaml").write_text("", encoding="utf-8")
    assert broken(root) == ["book/1.0.0/act.yaml", "book/1.0.0/new.yaml"]


def test_a_release_is_made_once(root: Path) -> None:
    """The same content again changes nothing; other content under the same version is refused."""
    release(root, "book", "1.0.0")
    (root / "book" / "1.0.0" / "act.yaml").write_text("act: close", encoding="utf-8")
    with pytest.raises(Conflicting):
        release(root, "book", "1.0.0")


def test_only_what_is_there_can_be_released(root: Path) -> None:
    """A version without files is not released."""
    with pytest.raises(NotFound):
        release(root, "book", "2.0.0")


def test_a_version_has_one_digest(tmp_path: Path) -> None:
    """The digest is the same for the same files, and another when a byte of any file is."""
    folder = tmp_path / "tracker" / "1.0.0"
    folder.mkdir(parents=True)
    (folder / "cues.yaml").write_text("a: b\n")
    before = digest(tmp_path, "tracker", "1.0.0")
    assert digest(tmp_path, "tracker", "1.0.0") == before
    (folder / "cues.yaml").write_text("a: c\n")
    assert digest(tmp_path, "tracker", "1.0.0") != before
