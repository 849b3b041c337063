"""``python -m bench.hl7``: what a message of HL7 v2 costs: reading alone, taking it in, round trips, as Markdown.

The application's own service on stores in memory that count what they are asked. One call is one round trip.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from bench.output import machine, section
from bench.table import table
from chalicelib.domain.hl7 import Acknowledgement, Answer
from chalicelib.interop.hl7 import Hl7Messages
from tests.hl7_world import Hl7World, obx, oru, request

ROUNDS = 60
SIZES = (1, 10, 40)
"""Results in a report."""
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Cost:
    """``milliseconds`` of CPU; ``trips`` by operation, of the stores and of KMS (tags)."""

    name: str
    milliseconds: float
    trips: dict[str, int]


def measure() -> list[Cost]:
    return [*(_read(size) for size in SIZES), *(_taken(size) for size in SIZES), *_others()]


def _read(size: int) -> Cost:
    reader, raw = Hl7Messages(), _report("r", size)
    return Cost(f"read and answered, {size} results", _cpu(lambda: _answer(reader, raw)), {})


def _report(control: str, size: int, sent: str = "20260301120000", number: str = "1", status: str = "F") -> bytes:
    lines = [obx(f"{place}-{place % 10}", f"{place}.50", status, bounds="1-99") for place in range(1, size + 1)]
    return oru(control, *lines, sent=sent, obr=request(sent, number=number))


def _answer(reader: Hl7Messages, raw: bytes) -> str:
    reading = reader.read(raw, NOW)
    return reader.answered(Acknowledgement(Answer.ACCEPTED, reading.heading, reading.faults), NOW)


def _cpu(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return median(taken)


def _world() -> Hl7World:
    world = Hl7World()
    world.known()
    world.send(_report("warm", 1, number="0"))
    return world


def _taken(size: int) -> Cost:
    """New reports of one patient, by SNILS and the partner's number."""
    world = _world()
    lab, taken = world.laboratory(), []
    for number in range(ROUNDS // 2):
        raw = _report(f"n{size}-{number}", size, number=f"{size}{number}")
        world.tables.calls = []
        began = time.process_time()
        world.send(raw, lab)
        taken.append((time.process_time() - began) * 1000)
    trips = dict(Counter(world.tables.calls)) | {"tag of a SNILS (KMS)": 1}
    return Cost(f"taken, {size} results", median(taken), trips)


def _others() -> list[Cost]:
    found = []
    for name, messages in (
        ("the same again", (_report("a", 10), _report("a", 10))),
        ("a correction", (_report("a", 10), _report("b", 10, "20260301130000", status="C"))),
        ("an older one", (_report("a", 10), _report("b", 10, "20260301110000"))),
        ("of nobody", (b"", oru("x", pid="PID|1||Z^^^L^MR||A^B"))),
    ):
        world = _world()
        lab = world.laboratory()
        if messages[0]:
            world.send(messages[0], lab)
        world.tables.calls = []
        began = time.process_time()
        world.send(messages[1], lab)
        found.append(Cost(name, (time.process_time() - began) * 1000, dict(Counter(world.tables.calls))))
    return found


def report(found: list[Cost]) -> str:
    head = ("message", "CPU, ms", "a second and core", "round trips")
    rows = [
        (
            one.name,
            one.milliseconds,
            int(1000 / max(one.milliseconds, 0.001)),
            ", ".join(f"{count} {name}" for name, count in sorted(one.trips.items())) or "none",
        )
        for one in found
    ]
    return table(head, rows)


if __name__ == "__main__":
    section("Machine", machine())
    section("Messages of HL7 v2", report(measure()))
