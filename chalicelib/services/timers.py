"""Rings the timers that are due (ports/timers.py): reminders, offers that lapse, messages that waited for the morning.

Rows lie in partitions of an hour and a shard, so a run costs what is due, not how many people there are. The row under
the person decides; in one transaction it is deleted, or moved on, under the condition that it is still as it was read,
and what the topic wants is stored. So a timer rings once, though the trigger runs twice, late, or dies half-way.

What fails is put off (``WAITS``), and then parked for a person, who has it rung anew by the reaction ``ring_timer``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

from chalicelib.domain.access import CardState
from chalicelib.domain.moments import stamp
from chalicelib.errors import ConflictError, ErasedError, MedkartaError
from chalicelib.ports import Clock, keys
from chalicelib.ports.parking import Parking, failed_reaction
from chalicelib.ports.tables import (
    Check,
    Delete,
    Expect,
    Expected,
    Item,
    Key,
    Put,
    Store,
    Tables,
    Update,
    Write,
    every_row,
)
from chalicelib.ports.timers import MOST_WANTED, Found, Ring, Rung, Topic, set_timer, timer_of, topic_of
from chalicelib.services.gate import Gate, Staged

log = logging.getLogger("medkarta.timers")

HOUR = timedelta(hours=1)
SETTLED = timedelta(minutes=10)
"""For so long after its end an hour is looked at: a writer's clock may be slow."""
FIRST = timedelta(days=7)
"""How far back the first run of all looks."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))
"""How long what failed is put off, time after time; after the last it is parked."""
AT_ONCE = 100 // (2 + MOST_WANTED)
"""Timers in one read, which takes 100 keys: each has its own row, its owner's card, and what its topic wants."""
TICK = timedelta(milliseconds=1)
"""What stamps tell apart: a timer that rings again is another row."""
GONE = {CardState.ERASED.value, CardState.MERGED.value}


Known = tuple[Mapping[str, Topic], Found]
"""All topics, and the rows that were read for some timers."""


class TimerService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        parking: Parking,
        topics: Callable[[], Mapping[str, Ring]],
        clock: Clock,
        parallel: int = len(keys.TIMER_SHARDS),
    ) -> None:
        """``parallel``: shards at a time."""
        self._gate = gate
        self._tables = tables
        self._parking = parking
        self._topics = topics
        self._clock = clock
        self._parallel = parallel

    def run(self) -> dict[str, int]:
        """Ring everything that is due. Returns how many rang, were put off, and were parked."""
        now, topics = self._clock(), {name: topic_of(ring) for name, ring in self._topics().items()}
        with ThreadPoolExecutor(self._parallel, "timers") as pool:
            done = [*pool.map(lambda shard: self._shard(shard, now, topics), keys.TIMER_SHARDS)]
        return {word: sum(one[word] for one in done) for word in ("rung", "put_off", "parked")}

    def _shard(self, shard: str, now: datetime, topics: Mapping[str, Topic]) -> dict[str, int]:
        counted = {"rung": 0, "put_off": 0, "parked": 0}
        done = self._tables.get(keys.timers_done(shard))
        first = datetime.fromisoformat(done["hour"]) if done else now - FIRST
        for hour in _hours(first, now):
            rows = every_row(self._tables, Store.CARD, keys.timers_at(hour.isoformat()[:13], shard))
            due = takewhile(lambda row: row["due"] <= stamp(now), rows)
            while some := list(islice(due, AT_ONCE)):
                for word in self._answered(some, topics, now):
                    counted[word] += 1
        present = {"hour": stamp(next(_hours(now - SETTLED, now)))}
        if done is None or done["hour"] != present["hour"]:
            self._tables.commit([Put(keys.timers_done(shard), present, None)])
        return counted

    def _answered(self, some: Sequence[Item], topics: Mapping[str, Topic], now: datetime) -> Iterator[str]:
        """What became of each; nothing is said of rows whose timer was moved, dropped or rung meanwhile."""
        places = {keys.timer(row["patient"], row["topic"], row["subject"]) for row in some}
        cards = {keys.card(row["patient"]) for row in some}
        wanted = {key for row in some for key in _wanted(topics.get(row["topic"]), row)}
        found = self._tables.get_many([*places, *cards, *wanted])
        for row in some:
            standing = found.get(keys.timer(row["patient"], row["topic"], row["subject"]))
            card = found.get(keys.card(row["patient"]), {})
            if standing is None or standing["due"] != row["due"] or "parked" in standing:
                self._thrown_away(row, standing)
            elif card.get("state") in GONE:
                self._ended(row, standing, Rung(), now)
            else:
                yield from self._rung(row, standing, (topics, found), now)

    def _thrown_away(self, row: Item, standing: Item | None) -> None:
        """Unless the timer comes back to this very moment just now; it may have rung for another one just now too."""
        own = keys.timer(row["patient"], row["topic"], row["subject"])
        for _ in range(2):
            still: Expected = {"due": standing["due"], "ver": standing["ver"]} if standing else Expect.ABSENT
            with suppress(ConflictError):
                return self._tables.commit([Check(own, still), Delete(self._place(row))])
            standing = self._tables.get(own)
            if standing is not None and standing["due"] == row["due"]:
                return None
        return None

    def _rung(self, row: Item, standing: Item, known: Known, now: datetime) -> Iterator[str]:
        timer, (topics, found) = timer_of(standing), known
        try:
            try:
                rung = topics[timer.topic].ring(timer, found)
            except ErasedError:
                rung = Rung()
            if self._ended(row, standing, rung, now):
                yield "rung"
        except Exception as failure:  # noqa: BLE001 - one bad row must not hold up the shard
            error = failure.code if isinstance(failure, MedkartaError) else type(failure).__name__
            log.warning("a timer of %s failed: %s", timer.topic, error)
            yield self._put_off(row, standing, error, now)

    def _ended(self, row: Item, standing: Item, rung: Rung, now: datetime) -> bool:
        """False when the timer is not what it was any more: whoever changed it has seen to it."""
        timer = timer_of(standing)
        own = keys.timer(timer.owner, timer.topic, timer.subject)
        still: Item = {"due": standing["due"], "ver": standing["ver"]}
        ends: list[Write] = [Delete(own, still)]
        if rung.again is not None:
            about = timer.about if rung.about is None else rung.about
            later = max(rung.again, now, timer.due + TICK)
            ends = set_timer(replace(timer, due=later, about=about), later, still=still)
        writes = [*ends, Delete(self._place(row)), *rung.writes]
        staged: Sequence[Staged] = rung.staged
        try:
            if staged:
                self._gate.commit(staged, writes)
            else:
                self._tables.commit(writes)
        except ConflictError as error:
            if error.index == 0:
                return False
            raise
        return True

    def _put_off(self, row: Item, standing: Item, error: str, now: datetime) -> str:
        tries, timer = int(standing["ver"]) - 1, timer_of(standing)
        still: Item = {"due": standing["due"], "ver": standing["ver"]}
        parked = tries >= len(WAITS)
        if parked:
            key = keys.timer(timer.owner, timer.topic, timer.subject)
            where = {**standing, "pk": key.pk, "sk": key.sk}
            self._parking.park("parked", failed_reaction("ring_timer", where, error))
            writes: list[Write] = [Update(key, {"parked": error}, expect=still)]
        else:
            later = now + WAITS[tries]
            writes = set_timer(replace(timer, due=later), later, tries=tries + 1, still=still)
        try:
            self._tables.commit([*writes, Delete(self._place(row))])
        except ConflictError:
            return "put_off"  # somebody else was faster
        return "parked" if parked else "put_off"

    def rung_anew(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """Reaction ``ring_timer``: a timer that was parked rings with the next run, unless it was set anew since."""
        if "parked" not in row:
            return (), ()
        now = self._clock()
        return (), set_timer(replace(timer_of(row), due=now), now, still={"due": row["due"], "ver": row["ver"]})

    @staticmethod
    def _place(row: Item) -> Key:
        return keys.timer_due(row["due"], row["patient"], row["topic"], row["subject"])


def _wanted(topic: Topic | None, row: Item) -> Sequence[Key]:
    return topic.wants(row["patient"], row["subject"]) if topic else ()


def _hours(first: datetime, last: datetime) -> Iterator[datetime]:
    """The hours that two moments and what is between them lie in."""
    hour = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while hour <= last:
        yield hour
        hour += HOUR
