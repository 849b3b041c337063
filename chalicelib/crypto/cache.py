"""A bounded cache whose entries really die, and whose misses are paid for once.

Rules:
  1. an entry lives ``ttl`` seconds from the moment its load *began*
  2. by the wall clock AND by the monotonic clock: a frozen Lambda environment stops the monotonic one, and the wall
     clock can be set; whichever says "old" is believed, and time that went backwards counts as old
  3. threads that miss the same key share one load, its result or its error
  4. ``forget`` also outdates the loads in flight: what they bring is given to those who asked before, and not kept,
     and nobody who asks later joins them
  5. the oldest used entry leaves when the cache is full; no lock is held while loading
"""

from __future__ import annotations

import copy
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from chalicelib.errors import KeyUnavailableError, MedkartaError
from chalicelib.ports import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[V]):
    value: V
    wall: datetime
    tick: float


@dataclass(slots=True)
class _Flight(Generic[V]):
    done: threading.Event = field(default_factory=threading.Event)
    values: list[V] = field(default_factory=list)
    error: MedkartaError | None = None


class TtlCache(Generic[K, V]):
    """Thread-safe; ``ttl`` in seconds, ``capacity`` in entries."""

    def __init__(self, clock: Clock, monotonic: Callable[[], float], ttl: float, capacity: int) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._ttl, self._capacity = ttl, capacity
        self._entries: OrderedDict[K, _Entry[V]] = OrderedDict()
        self._flights: dict[tuple[K, int], _Flight[V]] = {}
        self._generation = 0
        self._lock = threading.Lock()

    def get(self, key: K, load: Callable[[], V]) -> V:
        """The cached value, or what ``load`` brings. Errors of ``load`` reach every waiter and are not kept."""
        with self._lock:
            entry = self._fresh(key)
            if entry is not None:
                return entry.value
            place = (key, self._generation)
            flight = self._flights.get(place)
            leads = flight is None
            if flight is None:
                flight = self._flights[place] = _Flight()
        return self._lead(place, flight, load) if leads else self._wait(flight)

    def peek(self, key: K) -> V | None:
        """The cached value if there is a fresh one."""
        with self._lock:
            entry = self._fresh(key)
            return None if entry is None else entry.value

    def put(self, key: K, value: V) -> None:
        with self._lock:
            self._keep(key, _Entry(value, self._clock(), self._monotonic()))

    def forget(self, belongs: Callable[[K], bool] = lambda _: True) -> None:
        """Drop the entries whose key ``belongs``, and let no load in flight bring one back."""
        with self._lock:
            self._generation += 1
            for key in [key for key in self._entries if belongs(key)]:
                del self._entries[key]

    def _lead(self, place: tuple[K, int], flight: _Flight[V], load: Callable[[], V]) -> V:
        key, generation = place
        wall, tick = self._clock(), self._monotonic()
        try:
            value = load()
            flight.values.append(value)
            with self._lock:
                if self._generation == generation:
                    self._keep(key, _Entry(value, wall, tick))
        except BaseException as error:
            flight.error = error if isinstance(error, MedkartaError) else KeyUnavailableError()
            raise
        finally:
            with self._lock:
                del self._flights[place]
            flight.done.set()
        return value

    @staticmethod
    def _wait(flight: _Flight[V]) -> V:
        flight.done.wait()
        if flight.error is not None:
            # A copy: one exception object raised in many threads would mix up their tracebacks.
            raise copy.copy(flight.error)
        return flight.values[0]

    def _fresh(self, key: K) -> _Entry[V] | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        wall = (self._clock() - entry.wall).total_seconds()
        tick = self._monotonic() - entry.tick
        if not (0 <= wall < self._ttl and 0 <= tick < self._ttl):
            del self._entries[key]
            return None
        self._entries.move_to_end(key)
        return entry

    def _keep(self, key: K, entry: _Entry[V]) -> None:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._capacity:
            self._entries.popitem(last=False)
