"""What storing the audit entry adds to a doctor's read, and the sequencer's CPU with boto3; on the emulator of AWS."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from bench.audit.sizes import Repeats
from bench.calls import Seen
from bench.table import table
from bench.timing import Times, Work, interleaved
from bench.world import Card, World
from chalicelib.audit.intake import Change
from chalicelib.audit.log import OutboxAuditLog
from chalicelib.audit.writer import Writer
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import Event
from chalicelib.ports.tables import Put, Write

WITH, UNSTORED, NOTHING, BARE = (
    "with the entry",
    "entry made, not stored",
    "no entry at all",
    "bare PutItem of an entry",
)
PEOPLE = 25


class Switched(OutboxAuditLog):
    """The writing side with a switch. For measuring alone: without the entry there is no access."""

    mode = WITH

    def commit(self, events: Sequence[Event], writes: Sequence[Write], entry_ids: Sequence[str] = ()) -> list[str]:
        if self.mode == NOTHING and not writes:
            return [self.new_id() for _ in events]
        return super().commit(events, writes, entry_ids)

    def _send(self, writes: list[Write], rows: list[Put]) -> None:
        if self.mode == WITH or len(writes) > len(rows):
            super()._send(writes, rows)


@dataclass(frozen=True, slots=True)
class Added:
    times: Mapping[str, Times]
    calls: Mapping[str, Seen]


def measure(world: World, card: Card, rounds: int) -> Added:
    """Leaves an environment behind that stores entries as ever. Signs the doctor in anew: tokens live ten minutes."""
    from chalicelib.bootstrap import aws, services

    world.front.sign_in(world.doctor, "doctor")
    world.new_environment()
    made = services()
    audit = Switched(made.tables, made.subjects, lambda: Writer(made.authority), made.clock)
    vars(made)["audit"] = audit

    def read(mode: str) -> Work:
        def work() -> None:
            audit.mode = mode
            world.read(card)

        return work

    works = {mode: read(mode) for mode in (WITH, UNSTORED, NOTHING)}
    calls = {}
    for mode, work in works.items():
        work()
        with world.recorder.recording() as seen:
            work()
        calls[mode] = seen
    entry = next(call.request for call in calls[WITH].calls if call.operation == "PutItem")
    dynamodb = aws("dynamodb")
    works[BARE] = lambda: dynamodb.put_item(**{**entry, "Item": {**entry["Item"], "sk": {"S": str(uuid4())}}})
    times = interleaved(works, rounds)
    world.new_environment()
    return Added(times, calls)


def with_boto3(repeats: Repeats) -> dict[int, tuple[float, int]]:
    """By size of the batch: own CPU of an entry in microseconds (the least of the batches), and calls of a batch.

    The whole path of ``on_audit_entry`` but for parsing the event; there is no witness.
    """
    from chalicelib.bootstrap import services

    made = services()
    writer, found = Writer(made.authority), {}
    made.intake.changes(_entries(writer, PEOPLE))
    for size, count in repeats.items():
        least, calls = 0.0, 0
        for _ in range(count):
            stream = _entries(writer, size)
            with _counting() as counted:
                began = time.process_time()
                made.intake.changes(stream)
                taken = (time.process_time() - began) * 1e6 / size
            least, calls = min(least or taken, taken), len(counted)
        found[size] = (least, calls)
    return found


@contextmanager
def _counting() -> Iterator[list[str]]:
    """Names of the calls of all threads. ``Recorder`` is for one thread, and would read away what S3 streams."""
    from chalicelib.bootstrap import aws

    counted: list[str] = []
    events = [aws(service).meta.events for service in ("dynamodb", "s3", "kms")]

    def begun(*, model: Any, **_: Any) -> None:
        counted.append(model.name)

    for each in events:
        each.register("before-parameter-build", begun)
    try:
        yield counted
    finally:
        for each in events:
            each.unregister("before-parameter-build", begun)


def _entries(writer: Writer, count: int) -> list[Change]:
    from chalicelib.bootstrap import services

    made = services()
    now = made.clock()
    actor = Actor(PersonId("bench-doctor"), Role.DOCTOR, "s", "m", "clinic", "therapy", ip="192.0.2.1")
    stream = []
    for number in range(count):
        event = Event(actor, "visit:read", PersonId(f"bench-{number % PEOPLE}"), resource_type="visit")
        put = writer.row(event, made.subjects.of(event.subject, now.year), made.audit.new_id(), now, 0)
        writer.stored(1)
        item: dict[str, Any] = {**put.item, "pk": put.key.pk, "sk": put.key.sk}
        stream.append(Change("INSERT", item))
    return stream


def report(found: Added, boto3: Mapping[int, tuple[float, int]]) -> str:
    whole, put = found.times[WITH], found.times[BARE]
    rows = []
    for name, times in found.times.items():
        calls = len(found.calls[name].calls) if name in found.calls else 1
        rows.append((name, calls, times.median, times.p95, times.cpu, f"× {times.median / whole.median:.2f}"))
    added = whole.median - found.times[NOTHING].median
    sentence = (
        f"The entry adds {added:.1f} ms to the median of {found.times[NOTHING].median:.1f} ms, "
        f"{added / put.median:.1f} times one bare PutItem of it; it is "
        f"{len(found.calls[WITH].calls) - len(found.calls[NOTHING].calls)} call of {len(found.calls[WITH].calls)}."
    )
    head = ("a doctor's read", "calls", "median, ms", "95 %, ms", "own CPU, ms", "median to the whole")
    own = [(size, micro, calls) for size, (micro, calls) in boto3.items()]
    return "\n\n".join(
        [
            table(head, rows),
            sentence,
            "The sequencer with boto3 and everything, own CPU (no witness here):",
            table(("entries a batch", "µs an entry", "calls a batch"), own),
        ]
    )
