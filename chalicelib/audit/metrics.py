"""Numbers of the log that alarms watch (infra/alarms.yaml), printed as ``ports/metric_lines.py`` has them."""

from __future__ import annotations

import sys
import time
from enum import StrEnum

from chalicelib.ports.metric_lines import metric_line

NAMESPACE = "Medkarta/AuditLog"


class Metric(StrEnum):
    """Sums, but for the last one; what each counts is said beside it."""

    SEQUENCED = "Sequenced"  # entries that a run appended
    LATE_ROWS = "LateRows"  # entries that a sweep brought before the stream; a few are natural: no alarm
    INCIDENTS = "Incidents"  # rows of the outbox that are no entries, or not any more
    FORK_ALARM = "ForkAlarm"  # runs that stopped because the stores contradict each other
    UNWITNESSED = "Unwitnessed"  # 1 for a checkpoint that went out without its cosignatures, 0 for one with them
    CHECKPOINT_AGE = "CheckpointAgeSeconds"  # age of the newest cosigned checkpoint


UNITS = {Metric.CHECKPOINT_AGE: "Seconds"}


class Metrics:
    """Metrics of one log. ``printed`` on Lambda only: elsewhere nobody reads such lines."""

    def __init__(self, log_name: str, *, printed: bool) -> None:
        self._log_name = log_name
        self._printed = printed

    def emit(self, name: Metric, value: float) -> None:
        if self._printed:
            sys.stdout.write(line(name, value, self._log_name, int(time.time() * 1000)) + "\n")
            sys.stdout.flush()


def line(name: Metric, value: float, log_name: str, milliseconds: int) -> str:
    """The text of one value; the dimension ``Log`` tells two logs of one account apart."""
    return metric_line(NAMESPACE, {"Log": log_name}, name.value, value, milliseconds, UNITS.get(name, "Count"))
