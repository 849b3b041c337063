"""The smoke deployment: what the emulator is spared, and why a stack failed."""

from __future__ import annotations

from typing import Any

from infra import smoke


def test_emulator_is_spared_alarms_that_reckon_with_several_metrics() -> None:
    plain = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors"}}
    share = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"Metrics": [{"Expression": "a / b"}]}}
    assert smoke.uploaded({"Resources": {"Plain": plain, "Share": share}}, "b")["Resources"] == {"Plain": plain}


class Events:
    """CloudFormation with two pages of events, the failures on the second."""

    def __init__(self, *said: tuple[str, str, str]) -> None:
        names = "LogicalResourceId", "ResourceStatus", "ResourceStatusReason"
        rows = [
            {**dict(zip(names, one, strict=True)), "ResourceType": "AWS::SQS::Queue", "Timestamp": n}
            for n, one in enumerate(said)
        ]
        self._pages = [{"StackEvents": rows[:1]}, {"StackEvents": rows[1:]}]

    def get_paginator(self, name: str) -> Events:
        return self

    def paginate(self, StackName: str) -> list[dict[str, Any]]:  # noqa: N803 - as boto3 has it
        return self._pages


def test_first_failure_of_a_stack_is_said_last() -> None:
    said = [
        ("First", "CREATE_COMPLETE", ""),
        ("Second", "CREATE_FAILED", "no such type"),
        ("Third", "CREATE_FAILED", "cancelled"),
    ]
    told = "Third (AWS::SQS::Queue): cancelled\nSecond (AWS::SQS::Queue): no such type"
    assert smoke._why(Events(*said), "too late") == told
    assert smoke._why(Events(said[0]), "too late") == "too late"
