"""``python -m bench.resource_search``: what searches of FHIR cost on cards of 50 to 5 000 resources, as Markdown.

The application's own services on stores in memory that count what they are asked; one call is one round trip. Beside
each stands the bare query of the rows that a page needs. Times are of this process, without a network and with a vault
that seals nothing: what remains is rows, JSON and comparison.
"""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.output import machine, section
from bench.search import CountedTables
from bench.table import table
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.services.resource_search import Wanted
from tests.resource_search_world import BASE, SearchWorld, consent
from tests.resource_world import VERA, weight

SIZES = (50, 500, 5_000)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
RARE = 100
"""One in so many has another code."""


class CountedWorld(SearchWorld):
    def make_tables(self) -> CountedTables:
        return CountedTables()

    def fill(self, number: int) -> None:
        for place in range(number):
            code = "rare" if place % RARE == 0 else "usual"
            resource = weight(60 + place % 40, code={"text": code, "coding": [{"system": "urn:x", "code": code}]})
            resource["effectiveDateTime"] = (FIRST + timedelta(hours=place)).isoformat()
            arrival = self.intake.stage(self.system, VERA, resource, provenance={})
            self.gate.commit(arrival.staged, arrival.writes)


@dataclass(frozen=True)
class Cost:
    what: str
    size: int
    calls: int
    rows: int
    milliseconds: float
    found: str


def measure() -> tuple[list[Cost], list[tuple[int, int, float, float]]]:
    costs: list[Cost] = []
    whole: list[tuple[int, int, float, float]] = []
    for size in SIZES:
        world = CountedWorld()
        world.fill(size)
        consent(world, world.system)
        costs += _searches(world, size)
        whole.append(_everything(world))
    return costs, whole


def _searches(world: CountedWorld, size: int) -> list[Cost]:
    from chalicelib.domain.resource_ids import card_resource_id

    whose = f"patient={card_resource_id(VERA)}"
    kind = next(str(row["kind"]) for row in world.tables.rows(Store.CARD).values() if row.get("resource_type"))
    one = _an_id(world, whose)
    searches: dict[str, Any] = {
        "bare query of 20 rows": lambda: (
            world.tables.query(
                Store.CARD, keys.patient(VERA), f"{kind}#", index=keys.BY_DATE, limit=20, newest_first=True
            ).items
        ),
        "newest 20": lambda: world.find("Observation", whose).hits,
        "by id": lambda: world.find("Observation", f"_id={one}").hits,
        "one in a hundred, 20 of them": lambda: world.find("Observation", whose, "code=urn:x|rare").hits,
        "a month of them": lambda: world.find("Observation", whose, "date=2000-01", "_count=200").hits,
    }
    return [_cost(world, what, size, search) for what, search in searches.items()]


def _an_id(world: CountedWorld, whose: str) -> str:
    return str(world.find("Observation", whose, "_count=1").hits[0]["id"])


def _cost(world: CountedWorld, what: str, size: int, search: Any) -> Cost:
    search()
    world.tables.counted()
    began = time.perf_counter()
    found = search()
    taken = (time.perf_counter() - began) * 1000
    return Cost(what, size, len(world.tables.calls), world.tables.read, taken, str(len(found)))


def _everything(world: CountedWorld) -> tuple[int, int, float, float]:
    """(resources, pages, seconds, highest memory of a page in MiB)."""
    pages, found, after, began = 0, 0, None, time.perf_counter()
    tracemalloc.start()
    highest = 0.0
    while pages == 0 or after is not None:
        base = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        page = world.everything.page(world.system, VERA, Wanted(200), after)
        highest = max(highest, (tracemalloc.get_traced_memory()[1] - base) / 2**20)
        pages, found, after = pages + 1, found + len(page.hits), page.after
    tracemalloc.stop()
    return found, pages, time.perf_counter() - began, highest


def report(costs: list[Cost], whole: list[tuple[int, int, float, float]]) -> str:
    rows = [(one.what, one.size, one.calls, one.rows, one.milliseconds, one.found) for one in costs]
    first = table(["search", "resources", "calls", "rows read", "ms", "found"], rows)
    second = table(["$everything, resources", "pages of 200", "s", "MiB of a page"], whole)
    return f"Address {BASE}.\n\n{first}\n\n{second}"


if __name__ == "__main__":
    section("Machine", machine())
    section("Search of FHIR", report(*measure()))
