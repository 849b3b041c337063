"""Lines of CloudWatch's embedded metric format: numbers that alarms watch (infra/alarms.yaml).

A line costs no call and needs no right but that to write logs. It is to be printed as it is: CloudWatch reads a metric
only from a line that is JSON from its first byte, which the log format of Lambda's Python runtime is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping


def metric_line(
    namespace: str, dimensions: Mapping[str, str], name: str, value: float, milliseconds: int, unit: str = "Count"
) -> str:
    """The text of one value. ``milliseconds``: since 1970. Nothing personal: it lies in the logs as it is."""
    described = {"Namespace": namespace, "Dimensions": [[*dimensions]], "Metrics": [{"Name": name, "Unit": unit}]}
    return json.dumps(
        {
            "_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": [described]},
            **dimensions,
            name: +value,  # a truth value would be no number
        }
    )
