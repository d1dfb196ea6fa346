"""The soak itself: some seconds of it on a real server, and what its report says."""

from __future__ import annotations

import asyncio
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.soak.report import MIB_PER_HOUR, figures, page, picture, slope
from tests.soak.running import Sample, Soak, soaked


def sampled(minutes: float, mib_per_hour: float = 0.0, **more: int) -> Soak:
    """As if it had run, with memory that rises so."""
    soak = Soak(minutes, 5, 1)
    for n in range(600):
        at_s = n * minutes / 10
        soak.samples.append(Sample(at_s, 90 + mib_per_hour * at_s / 3_600, 40, 1.0, n * 5))
    soak.after = (90.0, more.get("descriptors", 0))
    soak.faults.append((1.0, "cuts"))
    return soak


@pytest.mark.wire
@pytest.mark.timeout(400)
def test_some_seconds_of_it_lose_nothing(tmp_path: Path) -> None:
    """Every acknowledged fragment is in the log, every reader saw what the log has, nothing stays open."""
    soak = Soak(minutes=0.04, calls=3, seed=1)
    asyncio.run(soaked(soak, tmp_path))
    assert soak.wrong == []
    assert soak.conversations >= 3
    assert soak.told > 3
    assert soak.read >= soak.told
    assert soak.faults
    assert len(soak.samples) > 3


def test_a_leak_is_told() -> None:
    """Memory that rises by more than the promise, and descriptors that stay, are not good; a flat run is."""
    assert all(each.good for each in figures(sampled(30, MIB_PER_HOUR - 1)))
    assert [each.name for each in figures(sampled(30, MIB_PER_HOUR + 1)) if not each.good] == [
        "memory, after the first sixth"
    ]
    assert [each.good for each in figures(sampled(30, descriptors=100))].count(False) == 1
    assert slope(sampled(30, 12.0).samples) == pytest.approx(12.0)


def test_what_went_wrong_is_told() -> None:
    """In the table and by its line."""
    soak = sampled(30)
    soak.wrong.append("soak1-0: an acknowledged fragment is lost")
    assert not figures(soak)[0].good
    assert "soak1-0: an acknowledged fragment is lost" in page(soak)


def test_the_picture_is_one_and_needs_nothing_else() -> None:
    """Well-formed SVG with a line a panel and a mark a fault; no address, no script."""
    tree = ElementTree.fromstring(picture(sampled(30)))
    lines = tree.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 4
    text = page(sampled(30)).replace("http://www.w3.org/2000/svg", "")
    assert "http" not in text
    assert "<script" not in text
