"""What a search costs in calls and rows, on cards from 50 to 20 000 records, and how large the index is.

The application's own services on stores in memory that count what they are asked: the emulator looks at every row of a
partition to answer a Query, and says nothing about DynamoDB. One call is one round trip.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random  # noqa: TID251 - seeded: the same texts in each run
from typing import Any
from uuid import UUID

from bench.calls import item_size
from bench.table import table
from chalicelib.domain.access import Permit
from chalicelib.domain.search.wanted import Asked
from chalicelib.ports import keys, plaintext
from chalicelib.ports.tables import Delete, Item, Key, Page, Put, Store, Write
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.storage.values import decode, encode
from tests.memory_tables import MemoryTables
from tests.world import ANNA, PROTOCOL, World

SIZES = (50, 500, 5_000, 20_000)
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
HOURS = 12
"""Between two records."""
VOCABULARY = 3_000
"""Different words of all texts."""
FEW, USUAL = 6, 60
"""Words of a text beside those that are asked for: few where lists are measured, for other lists are never read; as
many as a usual protocol has where the index itself is."""
SAMPLE = 100
"""Records of the card whose index is measured."""
RARE = 7
"""Records with the rare word, whatever the card holds."""
PAGE = 20


class CountedTables(MemoryTables):
    """Sorted partitions, as DynamoDB has them, and what was asked of them: ``calls``, rows and bytes read, writes."""

    def __init__(self) -> None:
        super().__init__()
        self._sorted: dict[tuple[Store, str, str], list[tuple[str, str]]] = defaultdict(list)
        self.read = self.bytes = self.written = 0

    def counted(self) -> None:
        self.calls, self.read, self.bytes, self.written = [], 0, 0, 0

    def commit(self, writes: Sequence[Write]) -> None:
        before = {write.key: self._rows.get(write.key) for write in writes}
        super().commit(writes)
        self.written += len(writes)
        for write in writes:
            self._sort(write, before[write.key])

    def _sort(self, write: Write, before: Any) -> None:
        after = self._rows.get(write.key)
        for order in ("sk", "kd"):
            line = self._sorted[write.key.store, write.key.pk, order]
            old, new = (row[order]["S"] if row and order in row else None for row in (before, after))
            if old == new:
                continue
            if old is not None:
                del line[bisect_left(line, (old, write.key.sk))]
            if new is not None:
                insort(line, (new, write.key.sk))

    def get(self, key: Key) -> Item | None:
        found = super().get(key)
        if key.store is Store.KEYS:  # the vault in memory looks each time, the real one is warm
            self.calls.pop()
            return found
        self._seen([found] if found else [])
        return found

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        found = super().get_many(keys)
        self._seen(list(found.values()))
        return found

    def query(
        self,
        store: Store,
        pk: str,
        prefix: str = "",
        *,
        index: str | None = None,
        limit: int = 50,
        after: Item | None = None,
        newest_first: bool = False,
    ) -> Page:
        """As the real one: a row more than asked for tells whether there is another page."""
        self._called("query")
        order = "kd" if index else "sk"
        line = self._sorted[store, pk, order]
        low, high = bisect_left(line, (prefix, "")), bisect_right(line, (prefix + "\uffff", ""))
        if after is not None and newest_first:
            high = min(high, bisect_left(line, (after[order], after["sk"])))
        elif after is not None:
            low = max(low, bisect_right(line, (after[order], after["sk"])))
        places = (
            line[max(low, high - limit - 1) : high][::-1] if newest_first else line[low : min(high, low + limit + 1)]
        )
        rows = [decode(self._rows[Key(store, pk, sk)]) for _, sk in places]
        self._seen(rows)
        if len(rows) <= limit:
            return Page(rows)
        return Page(rows[:limit], {name: rows[limit - 1][name] for name in ("pk", "sk", order)})

    def _seen(self, rows: Sequence[Item]) -> None:
        self.read += len(rows)
        self.bytes += sum(item_size(encode(row)) for row in rows)


class Card(World):
    """One card, filled straight into the table and indexed as an operator has it done."""

    tables: CountedTables

    def __init__(self, records: int, words: int = FEW) -> None:
        super().__init__()
        self.records_held = records
        self.anna, self.doctor = self.patient(), self.staff()
        self.consent(self.doctor)
        self._chance = Random(f"{records}")
        self._vocabulary = [
            f"слово{n}щ".translate(str.maketrans("0123456789", "абвгдежзик")) for n in range(VOCABULARY)
        ]
        for number, body in enumerate(self._bodies(records, words)):
            self.tables.commit([self._row(number, body)])
        self.search_index.begin(ANNA)
        while waiting := [row for row in self._events() if self.reactions.run("reindex_card", row)]:
            self.tables.commit([Delete(Key(Store.CARD, row["pk"], row["sk"])) for row in waiting])

    def make_tables(self) -> CountedTables:
        return CountedTables()

    def _events(self) -> list[Item]:
        return self.tables.query(Store.CARD, keys.patient(ANNA), "EVENT#").items

    def _bodies(self, records: int, words: int) -> Iterator[dict[str, Any]]:
        """Every text has one word, every other one another, a few the rare one; two words share all and never meet."""
        weights = [1 / (rank + 1) for rank in range(VOCABULARY)]
        for number in range(records):
            text = self._chance.choices(self._vocabulary, weights, k=words)
            text += ["пневмония"] if number % 2 else ["гипертония"]
            text += ["саркоидоз"] if number % max(1, records // RARE) == 0 else []
            doctor = "Орлова Вера Павловна" if number % 100 == 0 else PROTOCOL["doctor_name"]
            moment = FIRST + timedelta(hours=HOURS * number)
            yield {
                **PROTOCOL,
                "occurred_at": moment.isoformat(),
                "doctor_name": doctor,
                "conclusion": "Кашель",
                "findings": " ".join(text),
            }

    def _row(self, number: int, body: Mapping[str, Any]) -> Write:
        kind, record_id = EXAMINATION_PROTOCOL.name, str(UUID(int=number + 1))
        permit = Permit(ANNA, kind, record_id, "bench", writes=True)
        at = body["occurred_at"].replace("+00:00", ".000Z")
        row: Item = {
            "id": record_id,
            "patient": ANNA,
            "kind": kind,
            "ver": 1,
            "sealed": self.vault.seal(permit, 1, plaintext(body)),
            "kd": keys.record_date(kind, at, record_id),
            "source": "staff",
            **dict.fromkeys(("person", "role", "organisation", "created_at", "updated_at"), "bench"),
        }
        return Put(keys.record(ANNA, kind, record_id), row)


@dataclass(frozen=True, slots=True)
class Cost:
    """One page when warm. ``calls``: all round trips, the gate's read and the audit entry among them."""

    calls: int
    rows: int
    kilobytes: float
    found: int


QUESTIONS: Mapping[str, Asked] = {
    "a common word": Asked("кашля"),
    "a rare word": Asked("саркоидозом"),
    "two common words": Asked("кашель пневмонии"),
    "a rare and a common word": Asked("саркоидоз кашель"),
    "a rare word and one that half have": Asked("саркоидоз пневмония"),
    "two common words that never meet": Asked("пневмония гипертонии"),
    "a word, a doctor of every hundredth": Asked("кашель", doctor="Орлова"),
    "a word, older than most": Asked("кашель", until="1990-01-12"),
    "a kind alone": Asked(kinds=("examination-protocol",)),
}
LISTED = "the list of a kind, for comparison"


@dataclass(frozen=True, slots=True)
class Point:
    records: int
    costs: Mapping[str, Cost]


@dataclass(frozen=True, slots=True)
class Index:
    """Of one record; bytes by DynamoDB's own reckoning, without the 100 that it adds to each row."""

    postings: float
    bytes: float
    record_bytes: float
    calls: int
    written: int


def measure(sizes: Sequence[int] = SIZES) -> list[Point]:
    return [_point(Card(size)) for size in sizes]


def _point(card: Card) -> Point:
    costs = {name: _cost(card, asked) for name, asked in QUESTIONS.items()}
    return Point(card.records_held, {**costs, LISTED: _listed(card)})


def measure_index() -> Index:
    card = Card(SAMPLE, USUAL)
    rows = card.tables.rows(Store.CARD).items()
    index = [(key, row) for key, row in rows if key.pk == keys.search_index(ANNA) and key.sk != "KEY"]
    held = [row for key, row in rows if key.sk.startswith("R#")]
    postings = sum(not key.sk.startswith("INDEX#") for key, _ in index)
    card.consent(card.doctor)
    body = {**PROTOCOL, "findings": " ".join(f"Находка{letter}щ" for letter in "абвгдежзиклмнопрст")}
    made, _ = card.records.create(card.doctor, ANNA, EXAMINATION_PROTOCOL, body, "bench-of-the-index")
    row = card.row(keys.record(ANNA, EXAMINATION_PROTOCOL.name, made["id"]))
    card.tables.counted()
    card.reactions.run("index_record", row)
    return Index(
        postings / SAMPLE,
        sum(item_size(encode(row)) for _, row in index) / SAMPLE,
        sum(item_size(encode(row)) for row in held) / SAMPLE,
        len(card.tables.calls),
        card.tables.written,
    )


def _cost(card: Card, asked: Asked) -> Cost:
    """The first page; the one before it has warmed the key."""
    found: list[Any] = []
    for _ in range(2):
        card.tables.counted()
        found, _after = card.search.search(card.doctor, ANNA, asked, "ru", limit=PAGE, after=None)
    return _counted(card, len(found))


def _listed(card: Card) -> Cost:
    card.tables.counted()
    found, _ = card.records.page(card.doctor, ANNA, EXAMINATION_PROTOCOL, limit=PAGE, after=None)
    return _counted(card, len(found))


def _counted(card: Card, found: int) -> Cost:
    return Cost(len(card.tables.calls), card.tables.read, card.tables.bytes / 1024, found)


def report(points: Sequence[Point], index: Index) -> str:
    head = ("calls / rows / KB / hits", *(f"{point.records:,} records".replace(",", " ") for point in points))
    rows = [
        (name, *(f"{c.calls} / {c.rows} / {c.kilobytes:.0f} / {c.found}" for c in (p.costs[name] for p in points)))
        for name in points[0].costs
    ]
    said = (
        f"A protocol with {USUAL} words beside its mandatory fields: {index.postings:.0f} postings, "
        f"{index.bytes / 1024:.1f} KB of index (the record itself {index.record_bytes / 1024:.1f} KB). Indexing one of "
        f"30 words: {index.calls} calls, {index.written} rows written."
    )
    top = f"One page of {PAGE}, warm, with the gate's read and the audit entry; the card holds so many records:"
    return "\n\n".join([top, table(head, rows), said])
