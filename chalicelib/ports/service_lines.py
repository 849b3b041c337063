"""What was asked of the service and how it went, as lines for CloudWatch (infra/dashboard.yaml; docs/operations.md).

One line a request and one a run of a trigger. Names of operations, triggers and functions are all that a line says
beside numbers: they are in the source, so there are as many of them as it has, and none is about a person.

CloudWatch bills a metric for the hours that have a value of it. So what is seldom, a refusal, a failure or a cold
start, is in a line only when it happened, and how many requests there were is the sample count of their duration.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalicelib.ports.metric_lines import described, line_of

NAMESPACE = "Medkarta/Service"
UNKNOWN = "unknown-path"
"""Operation of a request that no endpoint answers."""

FUNCTION, OPERATION, TRIGGER = "FunctionName", "Operation", "Trigger"
DURATION, REFUSED, FAILED, COLD = "Duration", "Refused", "Failed", "ColdStart"
RUN, RECORDS, FAILURES, AGE = "RunDuration", "Records", "Failures", "OldestSeconds"
UNITS = {
    DURATION: "Milliseconds",
    REFUSED: "Count",  # 1 for an answer of 400 to 499
    FAILED: "Count",  # 1 for an answer of 500 and more
    COLD: "Count",  # 1 for the first request of a process
    RUN: "Milliseconds",
    RECORDS: "Count",  # that a stream or a queue handed over at once
    FAILURES: "Count",  # of these that are to come again; 1 for a run that broke off
    AGE: "Seconds",  # since the oldest of the records was written, or its message sent
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was answered. ``milliseconds``: from the view's wrapper to its answer, without the gateway."""

    operation: str
    status: int
    milliseconds: float
    cold: bool

    @property
    def refused(self) -> bool:
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def failed(self) -> bool:
        return self.status >= HTTPStatus.INTERNAL_SERVER_ERROR

    def line(self, function: str, milliseconds: int) -> str:
        """``function``: whose log it is; ``milliseconds``: since 1970."""
        values: dict[str, Any] = {DURATION: round(self.milliseconds, 1)}
        values |= {name: 1 for name, it_is in ((REFUSED, self.refused), (FAILED, self.failed)) if it_is}
        directives = [_by([[FUNCTION], [FUNCTION, OPERATION]], values)]
        if self.cold:
            values[COLD] = 1
            directives.append(_by([[FUNCTION]], {COLD: 1}))
        said = {FUNCTION: function, OPERATION: self.operation, "StatusClass": f"{self.status // 100}xx", **values}
        return line_of(directives, said, milliseconds)


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a trigger. ``records`` is None for a schedule; ``age`` in seconds, None where it is not known."""

    trigger: str
    records: int | None
    failures: int
    milliseconds: float
    age: float | None

    def line(self, function: str, milliseconds: int) -> str:
        """``function``: whose log it is; ``milliseconds``: since 1970."""
        values: dict[str, Any] = {RUN: round(self.milliseconds, 1)}
        if self.records is not None:
            values[RECORDS] = self.records
        if self.failures:
            values[FAILURES] = self.failures
        if self.age is not None:
            values[AGE] = round(self.age, 1)
        said = {FUNCTION: function, TRIGGER: self.trigger, **values}
        return line_of([_by([[FUNCTION, TRIGGER]], values)], said, milliseconds)


Measure = Request | Run


def _by(sets: list[list[str]], values: dict[str, Any]) -> dict[str, Any]:
    return described(NAMESPACE, sets, {name: UNITS[name] for name in values})
