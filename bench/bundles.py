"""What a transaction of FHIR costs: calls to the stores a resource, and resources a second of the application alone.

The application's own services on stores in memory that count what they are asked; sealing and the log are fakes, whose
cost a resource bench/overhead.py has. One call is one round trip; a row put by a batch is one write, by a transaction
two (DynamoDB's prices).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.search import CountedTables
from bench.table import table
from chalicelib.domain import exact_json
from chalicelib.ports.tables import Item, Key, Put
from local.population import patients
from tests.bundle_world import BundleWorld, SettledMemory, observation, person, post, transaction

PATIENT = "urn:uuid:11111111-1111-4111-8111-111111111111"
SMALL = 10
HISTORIES = ((3, 3), (12, 30), (120, 120))
"""Visits of a made-up person, from and to: some 50, 300 and 1,900 resources."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one transaction: ``calls`` by their word, rows put by batches and by transactions, seconds of CPU."""

    entries: int
    bytes: int
    calls: Mapping[str, int]
    batched: int
    transacted: int
    seconds: float
    finishing: int
    """Calls afterwards, in the background: marks that go."""


class Tables(CountedTables):
    """Counts what batches put too."""

    def __init__(self) -> None:
        super().__init__()
        self.batched = 0

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        self.batched += len(rows)
        before = {key: self._rows.get(key) for key in rows}
        super().put_many(rows)
        self.calls.extend(["put_many"] * ((len(rows) - 1) // 25))  # 25 rows a call
        for key, item in rows.items():
            self._sort(Put(key, item), before[key])


class BenchWorld(BundleWorld):
    def make_tables(self) -> Any:
        return SettledMemory(Tables())


def measure() -> list[Cost]:
    small = transaction(post(person(), PATIENT), *(post(observation(PATIENT)) for _ in range(SMALL - 1)))
    return [_cost(small), *(_cost(next(iter(patients(9, 1, visits)))) for visits in HISTORIES)]


def _cost(bundle: dict[str, Any]) -> Cost:
    world = BenchWorld()
    tables: Tables = world.tables.beneath
    text = exact_json.dumps(bundle)
    world.bundle_tools.validator().problems(bundle)  # what is loaded once, is not counted
    tables.counted()
    began = time.process_time()
    done = world.transactions.run(world.system, exact_json.loads(text), "k" * 20)
    seconds = time.process_time() - began
    calls, transacted = Counter(tables.calls), tables.written
    tables.counted()
    if row := world.imports.state(done.import_id) if done.import_id else None:
        world.imports.finish(row)
    return Cost(len(bundle["entry"]), len(text.encode()), calls, tables.batched, transacted, seconds, len(tables.calls))


def report(found: Sequence[Cost]) -> str:
    asked = ("entries", "KB", "calls", "of them transactions", "a resource", "rows: batch", "rows: transaction")
    heads = (*asked, "CPU ms", "resources/s of CPU", "calls behind")
    rows = [
        [
            str(one.entries),
            str(one.bytes // 1024),
            str(sum(one.calls.values())),
            str(one.calls.get("commit", 0)),
            f"{sum(one.calls.values()) / one.entries:.2f}",
            str(one.batched),
            str(one.transacted),
            f"{one.seconds * 1000:.0f}",
            f"{one.entries / one.seconds:.0f}",
            str(one.finishing),
        ]
        for one in found
    ]
    return table(heads, rows)


if __name__ == "__main__":
    print(report(measure()))
