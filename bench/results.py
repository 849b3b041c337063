"""What it costs to compare laboratory results, and what the index of the search would spare for one analyte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.calls import Seen
from bench.table import table
from bench.timing import cpu_of
from bench.world import World

RESULTS, ANALYTES = 200, 30
RARE = 10
"""Every tenth result has the analyte that is asked for alone."""


@dataclass(frozen=True, slots=True)
class Case:
    title: str
    path: str
    body: dict[str, Any]


CASES = (
    Case("50 results, all analytes", "result-comparisons", {"limit": 50}),
    Case("200 results, all analytes", "result-comparisons", {"limit": 200}),
    Case("200 results, one analyte in every tenth", "result-comparisons", {"limit": 200, "analytes": ["Ферритин"]}),
    Case("search: the 20 results with that analyte", "search", {"text": "ферритин", "limit": 20}),
)


@dataclass(frozen=True, slots=True)
class Point:
    case: Case
    seen: Seen
    size: int
    cpu: float


def measure(world: World, cases: Sequence[Case] = CASES, results: int = RESULTS) -> list[Point]:
    front = world.front
    patient, doctor = front.patient(), front.staff("doctor")
    front.consent(patient, doctor)
    base = f"/api/v1/patients/{patient.id}"
    for number in range(results):
        token, key = front.fresh(doctor.token), front.key()
        front.ok("POST", f"{base}/laboratory-results", _result(number), token=token, Idempotency_Key=key)
    front.pump()
    front.sign_in(patient)
    return [_point(world, f"{base}/{case.path}", case, patient) for case in cases]


def _point(world: World, path: str, case: Case, patient: Any) -> Point:
    def read() -> Any:
        return world.front.call("POST", path, case.body, token=patient.token)

    size = len(read().raw)
    with world.recorder.recording() as seen:
        read()
    return Point(case, seen, size, cpu_of(read))


def _result(number: int) -> dict[str, Any]:
    values = [{"name": f"Показатель {n}", "value": f"{n + number % 7}.5", "unit": "g/L"} for n in range(ANALYTES)]
    if number % RARE == 0:
        values[0] = {"name": "Ферритин", "value": str(40 + number), "unit": "ug/L"}
    return {
        "occurred_at": (datetime.now(UTC) - timedelta(days=number)).isoformat(),
        "laboratory": "КДЛ",
        "category": "blood",
        "panel": "Общий анализ",
        "values": values,
    }


def report(points: Sequence[Point]) -> str:
    head = ("comparison", "DynamoDB calls", "KMS calls", "bytes received", "bytes of the answer", "own CPU, ms")
    rows = [
        (
            point.case.title,
            len(point.seen.of("dynamodb")),
            len(point.seen.of("kms")),
            point.seen.received(),
            point.size,
            point.cpu,
        )
        for point in points
    ]
    return table(head, rows)
