"""Measures every request and every run of a trigger, and tells whoever listens (ANA-2).

On Lambda that is the log, a line each; elsewhere nobody, but for the page of the local system (local/metrics.py).
Nothing here may fail what it measures.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from http import HTTPStatus
from typing import Any

from chalice import Response

from chalicelib.config import Settings
from chalicelib.ports.service_lines import Measure, Request, Run

log = logging.getLogger("medkarta.measuring")

Trigger = Callable[[Any], Any]


class Process:
    """Whether this process has answered a request yet, and who listens to it."""

    def __init__(self) -> None:
        self._cold = True
        self.listeners: list[Callable[[Measure], None]] = [print_line]

    def began(self) -> bool:
        """Whether nothing was asked of it before."""
        cold, self._cold = self._cold, False
        return cold

    def tell(self, measure: Measure) -> None:
        for listener in self.listeners:
            try:
                listener(measure)
            except Exception as failure:  # noqa: BLE001 - a number less, and an answer all the same
                log.warning("a measure was lost: %s", type(failure).__name__)


def print_line(measure: Measure) -> None:
    """On Lambda alone: elsewhere nobody reads such lines."""
    if function := Settings.function():
        sys.stdout.write(measure.line(function, int(time.time() * 1000)) + "\n")
        sys.stdout.flush()


PROCESS = Process()


def answered(operation: str, answer: Callable[[], Response]) -> Response:
    """The answer, whose operation, status and duration are told. What ``answer`` raises passes, as a status 500."""
    cold, begun, status = PROCESS.began(), time.perf_counter(), int(HTTPStatus.INTERNAL_SERVER_ERROR)
    try:
        response = answer()
        status = int(response.status_code)
        return response
    finally:
        PROCESS.tell(Request(operation, status, _since(begun), cold))


def measured(run: Trigger) -> Trigger:
    """A trigger whose records, failures, duration and age are told. Stands below the decorator of Chalice."""

    @wraps(run)
    def watched(event: Any) -> Any:
        begun, failures = time.perf_counter(), 1
        records = event.to_dict().get("Records")
        try:
            answer = run(event)
            failures = len(answer.get("batchItemFailures", ()))
            return answer
        finally:
            count = None if records is None else len(records)
            PROCESS.tell(Run(run.__name__, count, failures, _since(begun), _age(records or (), time.time())))

    return watched


def _age(records: Iterable[Mapping[str, Any]], now: float) -> float | None:
    """Of the oldest record, in seconds: both clocks are Amazon's, and still the difference may be below nothing."""
    written = [moment for record in records if (moment := _written(record)) is not None]
    return max(now - min(written), 0.0) if written else None


def _written(record: Mapping[str, Any]) -> float | None:
    """Seconds since 1970 of a record of a stream or a message of a queue; None when it does not say."""
    changed = record.get("dynamodb", {}).get("ApproximateCreationDateTime")
    if isinstance(changed, int | float):
        return float(changed)
    sent = str(record.get("attributes", {}).get("SentTimestamp", ""))
    return int(sent) / 1000 if sent.isdecimal() else None


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
