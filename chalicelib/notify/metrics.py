"""What providers refuse, as a metric. A wrong setting of ours is answered as a wrong number is, and then no message
goes out and none is tried again: only the share of what is refused tells the two apart (infra/alarms.yaml).
"""

from __future__ import annotations

import sys
import time

from chalicelib.ports.metric_lines import metric_line

NAMESPACE = "Medkarta/Deliveries"
REFUSED = "Refused"
"""1 for a message that was refused, 0 for one that was taken: the sum is how many, the average is the share."""


class PrintedTally:
    """``function``: whose log it is, and so of which installation; "" elsewhere than on Lambda, where nobody reads."""

    def __init__(self, function: str) -> None:
        self._function = function

    def answered(self, channel: str, *, refused: bool) -> None:
        if self._function:
            dimensions = {"Channel": channel, "FunctionName": self._function}
            line = metric_line(NAMESPACE, dimensions, REFUSED, refused, int(time.time() * 1000))
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
