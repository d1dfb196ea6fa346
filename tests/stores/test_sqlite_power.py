"""A power cut takes nothing that was acknowledged, whatever it does to what was not synced."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("apsw")

from .power import Acknowledged, Findings, Sync, record, try_images

IMAGES = 100


async def _findings(folder: Path, replace: dict[str, str], images: int) -> Findings:
    (folder / "live").mkdir()
    records = await record(folder / "live", 40, replace)
    assert sum(isinstance(one, Acknowledged) for one in records) == 240
    assert any(isinstance(one, Sync) and one.file == "log.db" for one in records)
    return await try_images(records, folder, images)


async def test_power_cut(tmp_path: Path) -> None:
    """In no crash image is an acknowledged append missing or a conversation damaged."""
    assert await _findings(tmp_path, {}, IMAGES) == Findings(images=IMAGES)


async def test_without_the_sync_it_would_show(tmp_path: Path) -> None:
    """The same images of a store that does not sync its commits lose acknowledged appends."""
    weaker = {"PRAGMA synchronous=FULL": "PRAGMA synchronous=NORMAL"}
    findings = await _findings(tmp_path, weaker, 30)
    assert findings.lost > 10
