"""Metrics: each call is counted under its name and labels."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from copilot.metrics import Metrics
from copilot.ports import Meter


def test_each_call_is_counted() -> None:
    """What the engine and the API tell comes out in the text format."""
    metrics = Metrics(CollectorRegistry())
    meter: Meter = metrics
    meter.fragment("accepted", True)
    meter.suggestion("phrasebook", "probe", 0.2)
    meter.silence("quiet")
    meter.refusal("grounding")
    meter.model_error("timeout")
    meter.conflict()
    metrics.stream_opened("sse")
    metrics.stream_dropped("slow")
    metrics.request("GET", "/x", 200, 0.1)
    text = metrics.exposition().decode()
    for line in (
        'copilot_fragments_total{final="true",status="accepted"} 1.0',
        'copilot_suggestions_total{act="probe",origin="phrasebook"} 1.0',
        'copilot_phrase_seconds_bucket{le="0.25",origin="phrasebook"} 1.0',
        'copilot_phrase_seconds_bucket{le="0.1",origin="phrasebook"} 0.0',
        'copilot_silences_total{reason="quiet"} 1.0',
        'copilot_guard_refusals_total{rule="grounding"} 1.0',
        'copilot_model_errors_total{reason="timeout"} 1.0',
        "copilot_append_conflicts_total 1.0",
        'copilot_open_streams{kind="sse"} 1.0',
        'copilot_streams_ended_total{reason="slow"} 1.0',
        'copilot_request_seconds_count{method="GET",route="/x",status="200"} 1.0',
    ):
        assert line in text


def test_two_sets_do_not_meet() -> None:
    """Every set of metrics has its own registry: nothing is global."""
    Metrics(CollectorRegistry()).conflict()
    assert "copilot_append_conflicts_total 0.0" in Metrics(CollectorRegistry()).exposition().decode()
