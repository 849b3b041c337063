"""Requests and triggers since the start, as the service measured them: ``/_local/metrics``.

What CloudWatch shows of the deployed system (infra/dashboard.yaml), for whoever works on a route. The last 500
durations of each name are kept, so the page stays small however long the system runs.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil

from chalicelib.ports.service_lines import Measure, Request, Run
from local import counting

KEPT = 500


@dataclass(slots=True)
class Row:
    """What became of one operation or trigger. ``oldest``: seconds, the greatest age of a record."""

    count: int = 0
    refused: int = 0
    failed: int = 0
    records: int = 0
    calls: int = 0
    oldest: float | None = None
    durations: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))

    def percentile(self, share: float) -> float:
        """Milliseconds that this share of the kept durations does not exceed (nearest rank)."""
        ordered = sorted(self.durations)
        return ordered[max(ceil(share * len(ordered)) - 1, 0)]


class Metrics:
    """Listens to ``chalicelib/handlers/measuring.py``, from the threads of requests and of triggers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, Row] = {}
        self._runs: dict[str, Row] = {}

    def heard(self, measure: Measure) -> None:
        with self._lock:
            if isinstance(measure, Request):
                self._answered(measure)
            else:
                self._ran(measure)

    def _answered(self, request: Request) -> None:
        row = self._requests.setdefault(request.operation, Row())
        row.count += 1
        row.refused += request.refused
        row.failed += request.failed
        row.calls += counting.total()
        row.durations.append(request.milliseconds)

    def _ran(self, run: Run) -> None:
        row = self._runs.setdefault(run.trigger, Row())
        row.count += 1
        row.records += run.records or 0
        row.failed += run.failures
        row.durations.append(run.milliseconds)
        if run.age is not None:
            row.oldest = max(row.oldest or 0.0, run.age)

    def tables(self) -> tuple[list[list[str]], list[list[str]]]:
        """Rows of the operations, those that took most time in all first, and of the triggers by name."""
        with self._lock:
            by_time = sorted(self._requests.items(), key=lambda one: -sum(one[1].durations))
            requests = [
                [name, str(row.count), str(row.refused), str(row.failed), *_times(row), f"{row.calls / row.count:.1f}"]
                for name, row in by_time
            ]
            runs = [
                [name, str(row.count), str(row.records), str(row.failed), *_times(row), _seconds(row.oldest)]
                for name, row in sorted(self._runs.items())
            ]
        return requests, runs


def _times(row: Row) -> list[str]:
    return [f"{row.percentile(0.5):.0f}", f"{row.percentile(0.95):.0f}"]


def _seconds(age: float | None) -> str:
    return "–" if age is None else f"{age:.1f}"


OPERATIONS = (
    ("операция", "operation"),
    ("запросов", "requests"),
    ("отказов 4xx", "refused"),
    ("сбоев 5xx", "failed"),
    ("p50, мс", ""),
    ("p95, мс", ""),
    ("вызовов AWS", "AWS calls each"),
)
TRIGGERS = (
    ("функция", "function"),
    ("запусков", "runs"),
    ("записей", "records"),
    ("сбоев", "failures"),
    ("p50, мс", ""),
    ("p95, мс", ""),
    ("старшая запись, с", "oldest record, s"),
)


def as_page(measures: Metrics) -> bytes:
    """A page without scripts; what it shows are names from the source and numbers."""
    requests, runs = measures.tables()
    return _PAGE.format(
        requests=_table("Запросы", "Requests", OPERATIONS, requests),
        runs=_table("Фоновые функции", "Triggers", TRIGGERS, runs),
    ).encode()


def _table(title: str, english: str, heads: Sequence[tuple[str, str]], rows: list[list[str]]) -> str:
    cells = "".join(f'<th scope="col">{ru}{f" <small lang=en>{en}</small>" if en else ""}</th>' for ru, en in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(one)}</td>" for one in row[1:]) + "</tr>"
        for row in rows
    )
    empty = f'<tr><td colspan="{len(heads)}">Пока пусто. / Nothing yet.</td></tr>'
    caption = f"<caption>{title} <small lang=en>{english}</small></caption>"
    scrolled = f'class="wide" role="region" tabindex="0" aria-label="{title}"'
    return (
        f"<div {scrolled}><table>{caption}<thead><tr>{cells}</tr></thead><tbody>{body or empty}</tbody></table></div>"
    )


_PAGE = """<!doctype html>
<html lang="ru">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="10">
<title>Показатели службы – Медкарта</title>
<link rel="stylesheet" href="/_local/style.css">
<main>
<h1>Показатели службы <small lang="en">Service metrics</small></h1>
<p>С запуска системы; время – по последним 500 запросам. Первыми стоят операции, на которые ушло больше всего времени.
<span lang="en">Since the start; times are of the last 500 requests. What took most time in all comes first.</span></p>
{requests}
{runs}
</main>
</html>
"""
