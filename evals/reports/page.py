"""One self-contained page from a run, or from two beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup

from copilot.prompts.gate_reports import GateReport
from evals.metrics.metric import Metric
from evals.reports.cases import Case, cases
from evals.reports.figures import Figure, Part, figures, parts, shown
from evals.reports.timeline import clock
from evals.runs.results import CardResult, Run

_HERE = Path(__file__).parent
_COLUMNS = 7
# How far a group's share stands from that of all before its cell is tinted.
_NOTABLE = 0.07
_STRONG = 0.15


class _Bar(NamedTuple):
    """Where an interval stands on its line, in percent."""

    left: float
    width: float
    dot: float
    zero: float


class _Line(NamedTuple):
    """One row of the table of figures, as text."""

    name: str
    group: str
    value: str
    span: str
    reach: str
    held: str
    bar: _Bar | None
    against: str = ""
    difference: str = ""
    verdict: str = ""
    more: int | None = None


class _Cell(NamedTuple):
    text: str
    look: str


class _Group(NamedTuple):
    """One row of the table by tag."""

    group: str
    name: str
    size: int
    cells: tuple[_Cell, ...]


class _Section(NamedTuple):
    """Rows of a table under one heading."""

    name: str
    lines: tuple[_Line | _Group, ...]


class _Shown(NamedTuple):
    """A case with the words by which it is found."""

    case: Case
    words: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.case, name)


def render(
    run: Run, metrics: Sequence[Metric], against: Run | None = None, gate: GateReport | None = None
) -> str:
    """The page. Every text of a transcript or a model is escaped. Raises Invalid if not comparable."""
    found = figures(run, metrics, against)
    lines = [_line(figure) for figure in found if _measured(figure)]
    columns = _columns(metrics)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            title="Eval report" if against is None else "Eval report: before and now",
            css=Markup((_HERE / "page.css").read_text(encoding="utf-8")),
            js=Markup((_HERE / "page.js").read_text(encoding="utf-8")),
            head=run.head,
            digest=run.digest,
            against=against.head if against else None,
            against_digest=against.digest if against else None,
            gate=gate,
            moved=_moved(lines),
            groups=_sections(lines),
            aims=any(line.reach for line in lines),
            unmeasured=[figure.metric.name for figure in found if not _measured(figure)],
            columns=[metric.name for metric in columns],
            parts=_sections(_parts(parts(run, columns), columns)),
            cases=[_Shown(case, _words(case)) for case in cases(run, against)],
        )
    )


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clock"] = clock
    environment.filters["waited"] = _waited
    environment.tests["false"] = lambda value: value is False
    return environment


def _waited(card: CardResult) -> str:
    """When a card came, seen from the end of the turn that it answers."""
    seconds = (card.appeared_ms - card.turn_ended_ms) / 1000
    return f"{abs(seconds):.1f} s {'after the turn' if seconds >= 0 else 'before the turn ended'}"


def _sections(lines: Sequence[_Line | _Group]) -> list[_Section]:
    """By group, in the order in which the groups first come."""
    names = dict.fromkeys(line.group for line in lines)
    return [_Section(name, tuple(line for line in lines if line.group == name)) for name in names]


def _moved(lines: Sequence[_Line]) -> list[_Line]:
    """What is better or worse than before: what got worse first, and of each what a gate holds."""
    found = [line for line in lines if line.verdict in ("worse", "better")]
    return sorted(found, key=lambda line: (line.verdict != "worse", not line.held))


def _measured(figure: Figure) -> bool:
    """In one of the two runs at least."""
    beside = figure.compared
    return figure.value is not None or (beside is not None and beside.against is not None)


def _line(figure: Figure) -> _Line:
    metric, beside = figure.metric, figure.compared
    span = "" if figure.low is None else f"{shown(figure.low, metric)} to {shown(figure.high, metric)}"
    line = _Line(
        name=metric.name,
        group=metric.group,
        value=shown(figure.value, metric),
        span=span,
        reach=metric.reach,
        held="safety" if metric.safety else "main" if metric.main else "",
        bar=_own_bar(figure),
    )
    if beside is None:
        return line
    return line._replace(
        value=shown(beside.candidate, metric),
        against=shown(beside.against, metric),
        difference=shown(beside.difference, metric, signed=True) if beside.difference else "",
        verdict="" if metric.better == "neither" and beside.verdict == "cannot tell" else beside.verdict,
        more=beside.more,
        bar=_difference_bar(beside.low, beside.high, beside.difference),
    )


def _own_bar(figure: Figure) -> _Bar | None:
    """Shares lie on a line from 0 to 1; other figures have no natural end, so they have no bar."""
    if figure.metric.unit != "share" or figure.value is None or figure.low is None or figure.high is None:
        return None
    low, high, value = (
        round(100 * min(max(x, 0.0), 1.0), 2) for x in (figure.low, figure.high, figure.value)
    )
    return _Bar(low, high - low, value, 0.0)


def _difference_bar(low: float | None, high: float | None, difference: float | None) -> _Bar | None:
    """Zero stands in the middle; each line has its own scale, for units differ."""
    if low is None or high is None or difference is None or not (low or high):
        return None
    reach = max(abs(low), abs(high)) * 1.15
    places = [round(50 + 50 * value / reach, 2) for value in (low, high, difference)]
    return _Bar(places[0], round(places[1] - places[0], 2), places[2], 50.0)


def _columns(metrics: Sequence[Metric]) -> list[Metric]:
    """What stands in the table by tag: the figures that gates hold, shares before counts."""
    held = [metric for metric in metrics if metric.main or metric.safety] or list(metrics)
    return sorted(held, key=lambda metric: (not metric.main, metric.unit != "share"))[:_COLUMNS]


def _parts(found: Sequence[Part], columns: Sequence[Metric]) -> list[_Group]:
    whole = found[0].values
    return [
        _Group(
            part.group,
            part.name,
            part.size,
            tuple(
                _Cell(shown(value, metric), _look(value, all_of, metric) if part.group else "")
                for value, all_of, metric in zip(part.values, whole, columns, strict=True)
            ),
        )
        for part in found
    ]


def _look(value: float | None, all_of: float | None, metric: Metric) -> str:
    if value is None or all_of is None or metric.unit != "share" or metric.better == "neither":
        return ""
    apart = (value - all_of) * (1 if metric.better == "higher" else -1)
    if abs(apart) < _NOTABLE:
        return ""
    strong = abs(apart) >= _STRONG
    if apart > 0:
        return "higher" if strong else "high"
    return "lower" if strong else "low"


def _words(case: Case) -> str:
    """What the search field looks in, in lower case."""
    result = case.result
    found = [result.id, result.title, result.channel, result.trade, result.kind, result.cause or ""]
    found += [*result.tags, result.outcome, *(one.scorer for one in case.failures), case.change]
    found += [turn.text for turn in result.turns]
    return " ".join(found).lower()
