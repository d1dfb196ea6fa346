"""The report of a soak: what was reached beside what is wanted, and its picture, in one file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from copilot.settings import Settings
from tests.soak.running import Sample, Soak

MIB_PER_HOUR = 5.0
WAL_MIB = 64.0
# What a start fills (caches, pools) is no leak: slopes are taken after this share of the time, which of half
# an hour are the five minutes of the promise.
WARM = 1 / 6
# What the start has not opened yet: readers of the log, and the connection that asks for metrics.
_DESCRIPTORS = 6
_MODEL = Settings.model_fields["model_concurrency"].default
# A slope of a shorter time says nothing of an hour.
_ENOUGH_MIN = 20.0

_WIDTH, _HEIGHT, _LEFT, _RIGHT = 860, 150, 64, 16
Points = Sequence[tuple[float, float]]


class Figure(NamedTuple):
    name: str
    reached: str
    wanted: str
    good: bool


def figures(soak: Soak) -> list[Figure]:
    long_enough = soak.minutes >= _ENOUGH_MIN
    rises = slope(soak.samples)
    wal_mib = max(each.wal_mib for each in soak.samples)
    kept = soak.kept_for_model
    more = soak.after[1] - soak.before[1] - kept
    return [
        Figure("lost, doubled, in disorder, or otherwise wrong", str(len(soak.wrong)), "0", not soak.wrong),
        Figure(
            "memory, after the first sixth",
            f"{rises:+.1f} MiB an hour",
            f"at most {MIB_PER_HOUR:g}" + ("" if long_enough else f" (asked of {_ENOUGH_MIN:g} min or more)"),
            rises <= MIB_PER_HOUR or not long_enough,
        ),
        Figure(
            "descriptors at the end against the start",
            f"{more:+d}, and {kept} kept open to the model",
            f"at most +{_DESCRIPTORS}, and {_MODEL}",
            more <= _DESCRIPTORS and kept <= _MODEL,
        ),
        Figure("write-ahead log", f"{wal_mib:.1f} MiB", f"at most {WAL_MIB:g}", wal_mib <= WAL_MIB),
        Figure("answers that were a 500", str(soak.own_errors), "0", not soak.own_errors),
    ]


def slope(samples: Sequence[Sample]) -> float:
    """MiB an hour by least squares, after the warm-up."""
    kept = [each for each in samples if each.at_s >= samples[-1].at_s * WARM]
    mean_t = sum(each.at_s for each in kept) / len(kept)
    mean_m = sum(each.rss_mib for each in kept) / len(kept)
    spread = sum((each.at_s - mean_t) ** 2 for each in kept)
    return 3_600 * sum((each.at_s - mean_t) * (each.rss_mib - mean_m) for each in kept) / max(spread, 1e-9)


def summary(soak: Soak) -> str:
    faults = ", ".join(f"{name} {count}" for name, count in sorted(soak.counted().items()))
    return (
        f"{soak.minutes:g} min, {soak.calls} calls at once, {soak.conversations} in all; "
        f"{soak.told} fragments acknowledged, {soak.read} events read, {soak.cuts} streams cut; "
        f"{len(soak.faults)} faults ({faults}); seed {soak.seed}"
    )


def page(soak: Soak) -> str:
    """The whole report as HTML."""
    rows = "".join(
        f'<tr class="{"" if each.good else "bad"}"><td>{escape(each.name)}</td>'
        f"<td>{escape(each.reached)}</td><td>{escape(each.wanted)}</td></tr>"
        for each in figures(soak)
    )
    wrong = "".join(f"<li>{escape(line)}</li>" for line in soak.wrong[:50])
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Soak</title><style>'
        "body{font:15px/1.5 sans-serif;max-width:880px;margin:2rem auto;padding:0 1rem;color:#222}"
        "td,th{text-align:left;padding:.2rem 1rem .2rem 0}.bad{color:#b00;font-weight:bold}</style>"
        f"<h1>Soak</h1><p>{escape(summary(soak))}</p>"
        f"<table><tr><th></th><th>reached</th><th>wanted</th></tr>{rows}</table><ul>{wrong}</ul>"
        f"{picture(soak)}</html>\n"
    )


def picture(soak: Soak) -> str:
    """Panels one below the other over the same minutes; a mark at the top of the first for each fault."""
    lines: list[tuple[str, Points]] = [
        ("Memory, MiB", [(each.at_s, each.rss_mib) for each in soak.samples]),
        ("Open descriptors", [(each.at_s, float(each.descriptors)) for each in soak.samples]),
        ("Write-ahead log, MiB", [(each.at_s, each.wal_mib) for each in soak.samples]),
        ("Acknowledged fragments a second", _rates(soak.samples)),
    ]
    last_s = soak.samples[-1].at_s or 1.0
    marks = "".join(
        f'<path d="M{_x(at_s, last_s):.1f} 4v10" stroke="#c40" stroke-opacity=".4"/>'
        for at_s, _ in soak.faults
    )
    panels = "".join(_panel(name, points, last_s, 20 + _HEIGHT * n) for n, (name, points) in enumerate(lines))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {20 + _HEIGHT * len(lines)}" '
        f'font-family="sans-serif" font-size="12" role="img" aria-label="The soak over time">'
        f'<text x="0" y="13" fill="#c40">faults</text>{marks}{panels}</svg>'
    )


def _rates(samples: Sequence[Sample]) -> Points:
    """Over ten samples each, so that one slow answer is no dent."""
    pairs = zip(samples, samples[10:], strict=False)
    rates = [(b.at_s, (b.acknowledged - a.acknowledged) / max(b.at_s - a.at_s, 1e-9)) for a, b in pairs]
    return rates or [(0.0, 0.0)]


def _x(at_s: float, last_s: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * at_s / last_s


def _panel(name: str, points: Points, last_s: float, top: int) -> str:
    most = max(value for _, value in points) or 1.0
    high = _HEIGHT - 56
    base = top + 24 + high
    drawn = " ".join(f"{_x(at, last_s):.1f},{base - high * value / most:.1f}" for at, value in points)
    right = _WIDTH - _RIGHT
    return (
        f'<text x="{_LEFT}" y="{top + 14}" font-weight="bold">{escape(name)}</text>'
        f'<path d="M{_LEFT} {top + 24}V{base}H{right}" fill="none" stroke="#888"/>'
        f'<polyline points="{drawn}" fill="none" stroke="#06c" stroke-width="1.5"/>'
        f'<text x="{_LEFT - 6}" y="{top + 30}" text-anchor="end">{most:.4g}</text>'
        f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{_LEFT}" y="{base + 15}">0</text>'
        f'<text x="{right}" y="{base + 15}" text-anchor="end">{last_s / 60:.1f} min</text>'
    )
