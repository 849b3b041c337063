"""How long messages of laboratories wait for a person, as a metric (infra/alarms.yaml)."""

from __future__ import annotations

import sys
import time

from chalicelib.ports.metric_lines import metric_line

NAMESPACE = "Medkarta/Hl7"
OLDEST = "OldestUnmatchedSeconds"


class PrintedWaiting:
    """``function``: whose log it is; "" elsewhere than on Lambda, where nobody reads."""

    def __init__(self, function: str) -> None:
        self._function = function

    def waits(self, seconds: float) -> None:
        if self._function:
            dimensions = {"FunctionName": self._function}
            line = metric_line(NAMESPACE, dimensions, OLDEST, seconds, int(time.time() * 1000), "Seconds")
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
