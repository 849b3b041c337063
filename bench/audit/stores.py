"""Stores of a log that cost as little CPU as can be, count their calls and wait as long as they are told.

What boto3 and the adapters spend on a call is not in here; ``bench/audit/added.py`` measures that.
"""

from __future__ import annotations

import heapq
import math
import threading
import time
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from bench.calls import READ_UNIT, WRITE_UNIT, item_size
from chalicelib.audit.objects import Version
from chalicelib.errors import NotFoundError
from chalicelib.ports.tables import Item, Key
from chalicelib.storage.values import encode
from tests.log.world import LocalWitness, SoftKey
from tests.memory_tables import MemoryTables

PUT, GET, LIST = "S3 PUT", "S3 GET", "S3 LIST"
READ, WRITE = "DynamoDB reads", "DynamoDB writes"
READ_UNITS, WRITE_UNITS = "read units", "write units"
SIGN, WITNESS = "KMS Sign", "witness"
CALLS = (PUT, GET, LIST, READ, WRITE, SIGN, WITNESS)

LATENCY: Mapping[str, float] = {PUT: 30, GET: 15, LIST: 30, READ: 5, WRITE: 5, SIGN: 10, WITNESS: 30}
"""Assumed, not measured: milliseconds of one call inside the region, and of one to a witness outside."""


@dataclass
class Meter:
    """``counts`` of calls and units; ``waits`` in milliseconds a call; ``weigh`` also counts units and bytes.

    A call sleeps for its time, or (without ``sleeps``) only adds it to ``waited``: that is exact on a busy computer.
    """

    waits: Mapping[str, float] = field(default_factory=dict)
    sleeps: bool = False
    waited: float = 0.0
    weigh: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, kind: str, units: str = "", number: int = 0) -> None:
        with self._lock:
            self.counts[kind] += 1
            if units:
                self.counts[units] += number
        wait = self.waits.get(kind, 0)
        if wait and self.sleeps:
            time.sleep(wait / 1000)
        else:
            self.waited += wait

    def stored(self, where: str, number: int) -> None:
        with self._lock:
            self.bytes[where] += number

    def abreast(self, lanes: int) -> Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]:
        """One after another, and yet ``waited`` grows as if ``lanes`` threads had done it."""

        def together(work: Callable[[Any], Any], things: Sequence[Any]) -> list[Any]:
            before, free, found = self.waited, [0.0] * lanes, []
            for thing in things:
                self.waited = heapq.heappop(free)
                found.append(work(thing))
                heapq.heappush(free, self.waited)
            self.waited = before + max(free)
            return found

        return together

    def clear(self) -> None:
        self.counts.clear()
        self.bytes.clear()


class CountedTables(MemoryTables):
    """Rows that are put by the batch stand as they are; the few others (heads, subjects) as in the tests."""

    def __init__(self, meter: Meter) -> None:
        super().__init__()
        self._meter = meter
        self._plain: dict[Key, Item] = {}

    def get_many(self, keys: Sequence[Key]) -> dict[Key, Item]:
        found = {key: {**self._plain[key], "pk": key.pk, "sk": key.sk} for key in keys if key in self._plain}
        units = len(keys) - len(found)
        if self._meter.weigh:
            units += sum(math.ceil(item_size(encode(item)) / READ_UNIT) for item in found.values())
        self._meter.call(READ, READ_UNITS, units)
        return found

    def put_many(self, rows: Mapping[Key, Item]) -> None:
        units = 0
        if self._meter.weigh:
            sizes = [item_size(encode({**item, "pk": key.pk, "sk": key.sk})) for key, item in rows.items()]
            new = [size for size, key in zip(sizes, rows, strict=True) if key not in self._plain]
            units = sum(math.ceil(size / WRITE_UNIT) for size in sizes)
            self._meter.stored("index", sum(new) + 100 * len(new))
        self._meter.call(WRITE, WRITE_UNITS, units)
        self._plain.update(rows)

    def _called(self, operation: str) -> None:
        """The other operations: one small row each."""
        if operation == "commit":
            self._meter.call(WRITE, WRITE_UNITS, 1)
        else:
            self._meter.call(READ, READ_UNITS, 1)


class CountedObjects:
    """One bucket; ``name`` is what its bytes are counted under. Without versions: nothing is attacked here."""

    def __init__(self, meter: Meter, name: str) -> None:
        self.kept: dict[str, bytes] = {}
        self._names: list[str] = []
        self._meter = meter
        self._name = name
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes:
        return self.get_tagged(name)[0]

    def get_tagged(self, name: str) -> tuple[bytes, str]:
        self._meter.call(GET)
        if name not in self.kept:
            raise NotFoundError
        return self.kept[name], str(hash(self.kept[name]))

    def put_new(self, name: str, data: bytes) -> bool:
        self._meter.call(PUT)
        with self._lock:
            if name in self.kept:
                return False
            self._keep(name, data)
        return True

    def put(self, name: str, data: bytes) -> None:
        self._meter.call(PUT)
        with self._lock:
            self._keep(name, data)

    def replace(self, name: str, data: bytes, tag: str) -> bool:
        self._meter.call(PUT)
        with self._lock:
            fits = (str(hash(self.kept[name])) if name in self.kept else "") == tag
            if fits:
                self._keep(name, data)
        return fits

    def versions(self, prefix: str, after: str = "") -> list[Version]:
        self._meter.call(LIST)
        start = bisect_right(self._names, max(prefix, after))
        found = []
        for name in self._names[start:]:
            if not name.startswith(prefix):
                break
            found.append(Version(name, marker=False))
        return found

    def _keep(self, name: str, data: bytes) -> None:
        if name not in self.kept:
            insort(self._names, name)
        self._meter.stored(self._name, len(data) - len(self.kept.get(name, b"")))
        self.kept[name] = data


class CountedKey(SoftKey):
    """A key of KMS in memory: each signature is a call."""

    def __init__(self, key: EllipticCurvePrivateKey, meter: Meter) -> None:
        super().__init__(key)
        self._meter = meter

    def sign(self, message: bytes) -> bytes:
        self._meter.call(SIGN)
        return super().sign(message)


class CountedWitness(LocalWitness):
    def __init__(self, witness: LocalWitness, vkey: str, meter: Meter) -> None:
        super().__init__(witness.witness, vkey)
        self._meter = meter

    def _post(self, body: bytes) -> tuple[int, str, str]:
        self._meter.call(WITNESS)
        return super()._post(body)
