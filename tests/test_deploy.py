"""The files of deploy/ and the page that explains them: what they promise stands in them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import defaultdict
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from copilot.engine.pressure import ORDER
from copilot.metrics import Metrics
from copilot.settings import Settings
from tests.wire.processes import ROOT

DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "agent-copilot.service"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


@pytest.fixture(scope="module")
def unit() -> dict[str, list[str]]:
    """What the unit's section Service sets, each name with all its values."""
    service = UNIT.read_text().split("[Service]")[1].split("\n[")[0]
    found: dict[str, list[str]] = defaultdict(list)
    for line in service.splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found[name].append(value)
    return found


@pytest.fixture(scope="module")
def container() -> list[tuple[str, str]]:
    """Instruction and argument of each line of the last stage, continued lines put together."""
    stage = (DEPLOY / "Containerfile").read_text().replace("\\\n", "").split("\nFROM ")[-1]
    lines = [line for line in ("FROM " + stage).splitlines() if line and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_the_service_runs_as_nobody_on_a_read_only_system(unit: dict[str, list[str]]) -> None:
    """A user that owns nothing, no way to become another, and one folder that can be written."""
    assert unit["DynamicUser"] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["NoNewPrivileges"] == ["yes"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert "ReadWritePaths" not in unit
    (folder,) = unit["StateDirectory"]
    assert f"COPILOT_DATA_DIR=/var/lib/{folder}" in unit["Environment"]
    assert unit["StateDirectoryMode"] == ["0700"]


def test_the_service_waits_for_the_drain(unit: dict[str, list[str]]) -> None:
    """It is not killed while streams are told to come back."""
    assert int(unit["TimeoutStopSec"][0]) > Settings.model_fields["shutdown_s"].default


def test_the_container_runs_as_nobody_on_a_read_only_root(container: list[tuple[str, str]]) -> None:
    """User and volume are the image's own; the command that starts it makes the rest read-only."""
    said = dict(container)
    assert said["USER"] == "65534:65534"
    assert said["VOLUME"] == "/data"
    assert "COPILOT_DATA_DIR=/data" in said["ENV"]
    run = said["LABEL"]
    for option in ("--read-only", "--cap-drop all", "no-new-privileges", ":/data "):
        assert option in run
    last = max(number for number, (what, _) in enumerate(container) if what in ("RUN", "COPY"))
    assert [what for what, _ in container].index("USER") > last


def test_no_secret_is_written_down() -> None:
    """Keys come from a file of the operator's, never from these."""
    for path in DEPLOY.iterdir():
        assert not re.search(r"API_KEY\s*=|acp_|act_|password|secret\s*=", path.read_text(), re.IGNORECASE)


def test_what_they_name_is_there() -> None:
    """Every setting is one that the server knows, and every file that is copied exists."""
    known = {f"COPILOT_{name.upper()}" for name in Settings.model_fields}
    for text in (*(path.read_text() for path in DEPLOY.iterdir()), OPERATIONS):
        assert set(re.findall(r"COPILOT_[A-Z_]+[A-Z]", text)) <= known
    for line in (DEPLOY / "Containerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), source


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not here")
def test_systemd_can_read_the_unit(tmp_path: Path) -> None:
    """It finds nothing to say about it."""
    copy = tmp_path / UNIT.name
    copy.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", UNIT.read_text(), flags=re.MULTILINE))
    done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_metric_is_explained() -> None:
    """The page's table names each metric as it is exposed, and none that is not."""
    registry = CollectorRegistry()
    Metrics(registry)
    exposed = {metric.name + ("_total" if metric.type == "counter" else "") for metric in registry.collect()}
    table = OPERATIONS.split("## Metrics")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(copilot_\w+)` \|", table, re.MULTILINE)) == exposed
    for name in re.findall(r"copilot_[a-z_]+", OPERATIONS):
        assert name.removesuffix("_count") in exposed, name


def test_the_shedding_order_is_the_documented_one() -> None:
    """Partials, model calls, new conversations, at once, twice and four times the lateness."""
    assert list(ORDER.items()) == [("partials", 1), ("model", 2), ("openings", 4)]
    table = OPERATIONS.split("## Under overload")[1].split("\n## ")[0]
    assert [table.index(word) for word in ("| partials", "| model calls", "| new conversations")] == sorted(
        table.index(word) for word in ("| partials", "| model calls", "| new conversations")
    )
