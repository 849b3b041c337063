"""What checking costs: a whole log by fsck, a patient's bundle by the patient's check. Both are the real verifier."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.audit.log import BenchLog, Item, batches, changes
from bench.table import table
from chalicelib.domain.identity import PersonId
from tests.unit.journal_world import ANNA, JournalWorld, patient_of
from verifier import fsck, patient
from verifier.objects import Memory
from verifier.report import Report

BATCH = 1_000
RUNS = 3
NONCE = "bench-nonce-0123456789"


@dataclass(frozen=True, slots=True)
class Checked:
    """``cpu`` in seconds, the least of some runs; ``size`` in bytes of what is read."""

    what: str
    entries: int
    cpu: float
    size: int


def measure(items: Sequence[Item], chain: int) -> list[Checked]:
    return [_log(items), _bundle(chain)]


def _log(items: Sequence[Item]) -> Checked:
    log = BenchLog(witness=True)
    intake = log.intake()
    for batch in batches(items, BATCH):
        intake.changes(changes(batch))
    objects, policy = log.exported(), log.policy(1)
    cpu = _least(lambda: fsck.check(Memory(objects), policy))
    return Checked("fsck of a whole log", len(items) + 1, cpu, sum(map(len, objects.values())))


def _bundle(count: int) -> Checked:
    world = JournalWorld()
    world.enrol(ANNA, "Анна")
    for start in range(0, count, BATCH):
        world.write(ANNA, min(BATCH, count - start))
        world.write(PersonId("boris"), 10)
    order = world.journal.order(patient_of(ANNA), NONCE)
    world.sequence()
    bundle = json.dumps(world.journal.download(patient_of(ANNA), order["request_id"]))
    policy, now = world.log.policy(1), world.clock().timestamp()
    cpu = _least(lambda: patient.check(json.loads(bundle), policy, NONCE, now=now))
    return Checked("a patient's check of the bundle", count + 1, cpu, len(bundle))


def _least(check: Callable[[], Report]) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        report = check()
        taken.append(time.process_time() - began)
        wrong = [finding.code for finding in report.findings if finding.level != "info"]
        if wrong:
            raise RuntimeError(f"the check found {wrong[:3]}")
    return min(taken)


def report(found: Sequence[Checked]) -> str:
    head = ("check", "entries", "CPU, s", "µs an entry", "bytes an entry")
    return table(head, [(c.what, c.entries, c.cpu, c.cpu * 1e6 / c.entries, c.size // c.entries) for c in found])
