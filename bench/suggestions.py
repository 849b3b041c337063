"""``python -m bench.suggestions``: suggestions of code sets, at our own ICD-10 and at one of full size, as Markdown.

The full set is the file that MEDKARTA_BENCH_CODE_SET names (``make codes`` builds one), or else 15,000 made-up rows.
Beside the scan that is used stand the ways that were not taken: docs/adr/0010-code-sets-are-scanned.md.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import time
import tracemalloc
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random  # noqa: TID251 - made-up rows from a seed

from bench.output import machine, section
from bench.table import table
from chalicelib.domain.code_set_files import written
from chalicelib.domain.code_sets import CodeSet, fold
from chalicelib.storage.code_sets import OWN

FULL = 15_000
QUERIES = ("о", "остр", "острый бронх", "диабет сахарный", "инфаркт", "неуточн", "j45", "i10", "asthma", "ьщкишв")
"""One letter, beginnings, two words in any order, a frequent word, codes, English, the wrong layout for nothing."""
LIMIT, ROUNDS = 10, 15
MIB = 2**20

Search = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds until the first answer can be given and of an answer (median, worst query); memory in MiB."""

    name: str
    rows: int
    ready: float
    median: float
    worst: float
    memory: float


def full() -> tuple[str, str]:
    """Where the rows are from, and the text."""
    named = os.environ.get("MEDKARTA_BENCH_CODE_SET")
    if named:
        return "built", Path(named).read_text("utf-8")
    rng = Random(2026)
    own = list(CodeSet((OWN / "icd-10.tsv").read_text("utf-8")).rows())
    words = ([word for row in own for word in row.ru.split()], [word for row in own for word in row.en.split()])
    rows = []
    for number in range(FULL):
        code = f"{chr(65 + number // 1000)}{number // 10 % 100:02}.{number % 10}"
        russian, english = (" ".join(rng.choices(said, k=8)) for said in words)
        rows.append((code, russian, english))
    head = dict.fromkeys(("set", "ru", "en", "version", "source", "licence"), "made up") | {"complete": "yes"}
    return "made up", written(head, ("code", "ru", "en"), rows)


def measure(name: str, text: str, make: Callable[[str], Search]) -> Measured:
    """``make`` prepares a search over the text of a set."""
    began = time.perf_counter()
    search = make(text)
    search(QUERIES[1])
    ready = (time.perf_counter() - began) * 1000
    medians = [statistics.median(_times(search, query)) for query in QUERIES]
    tracemalloc.start()
    kept = make(text)
    kept(QUERIES[1])
    memory = tracemalloc.get_traced_memory()[0] / MIB
    tracemalloc.stop()
    return Measured(name, text.count("\n"), ready, statistics.median(medians), max(medians), memory)


def _times(search: Search, query: str) -> list[float]:
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        search(query)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def scan(text: str) -> Search:
    """What is used."""
    found = CodeSet(text)
    return lambda query: found.search(query, LIMIT)


def index(text: str) -> Search:
    """A sorted list of (word, row)."""
    lines = [fold(line) for line in text.splitlines()]
    pairs = sorted({(word, number) for number, line in enumerate(lines) for word in line.split()})

    def search(query: str) -> object:
        sets = [
            {number for _, number in pairs[bisect_left(pairs, (word,)) : bisect_left(pairs, (word + "\uffff",))]}
            for word in fold(query).split()
        ]
        return sorted(set.intersection(*sets))[:LIMIT]

    return search


def sqlite(text: str) -> Search:
    """SQLite's FTS5, made in memory; as a file of the package it would be ready at once."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE rows USING fts5(line, prefix='1 2 3')")
    database.executemany("INSERT INTO rows VALUES (?)", ((fold(line),) for line in text.splitlines()))
    asked = "SELECT rowid FROM rows WHERE rows MATCH ? ORDER BY rank LIMIT ?"
    return lambda query: database.execute(
        asked, (" ".join(f'"{word}"*' for word in fold(query).split()), LIMIT)
    ).fetchall()


def run() -> Sequence[Measured]:
    origin, text = full()
    own = (OWN / "icd-10.tsv").read_text("utf-8")
    ways = (("scan", scan), ("sorted words", index), ("SQLite FTS5", sqlite))
    return [measure("our own, scan", own, scan), *(measure(f"{origin}, {name}", text, way) for name, way in ways)]


def report(measured: Sequence[Measured]) -> str:
    head = ("set and way", "rows", "ready, ms", "answer, ms", "slowest query, ms", "memory, MiB")
    return table(head, [(m.name, m.rows, m.ready, m.median, m.worst, m.memory) for m in measured])


if __name__ == "__main__":
    section("Machine", machine())
    section("Suggestions of code sets", report(run()))
