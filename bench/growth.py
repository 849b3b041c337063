"""The newest 20 records of a card that grows: what is asked, read and sent must not grow with it.

Latency cannot be shown here: the emulator looks at every row of a partition to answer a Query, DynamoDB does not. So
the bare Query of the same rows stands beside the request, and what this process itself spends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from bench.calls import Seen
from bench.overhead import PAGE, permits
from bench.table import table
from bench.timing import Times, interleaved
from bench.world import Card, World
from chalicelib.ports.tables import Put, Write

SIZES = (50, 1_000, 20_000)
PATIENCE = 40_000  # the emulator's time grows with the rows: as many rounds as rows times rounds allow
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
KIND = "laboratory-result"
BODY = b'{"category":"biochemistry","panel":"%06d","filler":"' + b"x" * 700 + b'"}'


@dataclass(frozen=True, slots=True)
class Point:
    """One size of the card: the warm request, and a bare Query of the same rows in the same minutes."""

    records: int
    seen: Seen
    whole: Times
    bare: Times


def measure(world: World, card: Card, sizes: Sequence[int] = SIZES) -> list[Point]:
    """Grow ``card``, whose first records came through the API, and measure at each size."""
    held, points = _held(world, card), []
    for size in sizes:
        _add(world, card, held, size)
        held = size
        points.append(_point(world, card, size))
    return points


def _held(world: World, card: Card) -> int:
    """Number of results that the card has; it is short enough for one page."""
    return len(world.front.ok("GET", f"{card.results}?limit=100", token=world.doctor.token)["items"])


def _point(world: World, card: Card, size: int) -> Point:
    from chalicelib.bootstrap import aws

    def newest() -> None:
        world.front.ok("GET", f"{card.results}?limit={PAGE}", token=world.doctor.token)

    newest()
    with world.recorder.recording() as seen:
        newest()
    rounds = max(10, min(100, PATIENCE // size))
    query, dynamodb = seen.calls[-1].request, aws("dynamodb")
    times = interleaved({"whole": newest, "bare": lambda: dynamodb.query(**query)}, rounds, warm_up=2)
    return Point(size, seen, times["whole"], times["bare"])


def _add(world: World, card: Card, held: int, size: int) -> None:
    """Rows ``held`` to ``size`` straight into the table, each really sealed. All older than what the API wrote."""
    from chalicelib.bootstrap import services

    pending: list[Write] = []
    for row in _rows(world, card, held, size):
        pending.append(row)
        if len(pending) == 100:  # noqa: PLR2004  # the most that one transaction takes
            services().tables.commit(pending)
            pending = []
    services().tables.commit(pending)


def _rows(world: World, card: Card, held: int, size: int) -> Iterator[Write]:
    from chalicelib.bootstrap import services
    from chalicelib.ports import keys

    (permit, _), vault = permits(world, card), services().vault
    newest = services().tables.get(keys.record(card.patient.id, KIND, card.record.rsplit("/", 1)[1])) or {}
    sample = {name: value for name, value in newest.items() if name not in {"pk", "sk", "react"}}
    for number in range(held, size):
        record_id = str(uuid4())
        # One question to the gate for all rows: 20 000 of them would be a benchmark of the gate.
        sealed = vault.seal(replace(permit, record_id=record_id), 1, BODY % number)
        day = (FIRST + timedelta(hours=number)).isoformat().replace("+00:00", "Z")
        changes = {"id": record_id, "ver": 1, "sealed": sealed, "kd": keys.record_date(KIND, day, record_id)}
        yield Put(keys.record(card.patient.id, KIND, record_id), {**sample, **changes})


def report(points: Sequence[Point]) -> str:
    head = (
        "records in the card",
        "DynamoDB calls",
        "KMS calls",
        "bytes received",
        "read units",
        "own CPU, ms",
        "median, ms",
        "bare Query, ms",
    )
    rows = [
        (
            p.records,
            len(p.seen.of("dynamodb")),
            len(p.seen.of("kms")),
            p.seen.received(),
            sum(call.read_units for call in p.seen.calls),
            p.whole.cpu,
            p.whole.median,
            p.bare.median,
        )
        for p in points
    ]
    return table(head, rows)
