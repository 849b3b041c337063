"""Lines of CloudWatch's embedded metric format: numbers that alarms watch (infra/alarms.yaml).

A line costs no call and needs no right but that to write logs. It is to be printed as it is: CloudWatch reads a metric
only from a line that is JSON from its first byte, which the log format of Lambda's Python runtime is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any


def metric_line(
    namespace: str, dimensions: Mapping[str, str], name: str, value: float, milliseconds: int, unit: str = "Count"
) -> str:
    """The text of one value. ``milliseconds``: since 1970. Nothing personal: it lies in the logs as it is."""
    directive = described(namespace, [[*dimensions]], {name: unit})
    return line_of([directive], {**dimensions, name: +value}, milliseconds)  # a truth value would be no number


def described(namespace: str, sets: Sequence[Sequence[str]], units: Mapping[str, str]) -> dict[str, Any]:
    """A directive: which values of a line are metrics, each with its unit, and by which sets of dimensions."""
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    return {"Namespace": namespace, "Dimensions": [[*names] for names in sets], "Metrics": metrics}


def line_of(directives: Sequence[Mapping[str, Any]], values: Mapping[str, Any], milliseconds: int) -> str:
    """The text of several values at once. What no directive names can be searched for in the log, and is no metric."""
    return json.dumps({"_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": directives}, **values})
