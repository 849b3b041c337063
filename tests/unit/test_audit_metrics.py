"""Metrics of the log: what is printed is what the alarms wait for."""

from __future__ import annotations

import json

import pytest

from chalicelib.audit.metrics import NAMESPACE, Metric, Metrics, line
from infra import template

ALARMS = template.load(template.ALARMS)["Resources"].values()


def test_a_line_is_the_embedded_metric_format() -> None:
    """Specification: "CloudWatch embedded metric format", with the metric's value beside ``_aws``."""
    found = json.loads(line(Metric.CHECKPOINT_AGE, 61.5, "audit.example", 1_700_000_000_000))
    [directive] = found["_aws"]["CloudWatchMetrics"]
    assert found["_aws"]["Timestamp"] == 1_700_000_000_000
    assert directive["Metrics"] == [{"Name": "CheckpointAgeSeconds", "Unit": "Seconds"}]
    assert found["CheckpointAgeSeconds"] == 61.5
    for dimension in directive["Dimensions"][0]:
        assert found[dimension] == "audit.example"


def test_lines_are_printed_where_somebody_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    Metrics("audit.example", printed=False).emit(Metric.INCIDENTS, 1)
    assert capsys.readouterr().out == ""
    Metrics("audit.example", printed=True).emit(Metric.INCIDENTS, 2)
    [printed] = capsys.readouterr().out.splitlines()
    assert json.loads(printed)["Incidents"] == 2
    assert json.loads(printed)["Log"] == "audit.example"


@pytest.mark.requirement("AUD-2")
def test_every_alarm_of_the_log_waits_for_a_metric_that_is_printed() -> None:
    watched = {
        alarm["Properties"]["MetricName"]: alarm["Properties"]["Dimensions"]
        for alarm in ALARMS
        if alarm["Type"] == "AWS::CloudWatch::Alarm" and alarm["Properties"].get("Namespace") == NAMESPACE
    }
    assert {"ForkAlarm", "Incidents", "Unwitnessed", "CheckpointAgeSeconds"} <= set(watched) <= set(Metric)
    for dimensions in watched.values():
        assert dimensions == [{"Name": "Log", "Value": {"Ref": "AuditLogName"}}]
