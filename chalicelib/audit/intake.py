"""From the outbox to the sequencer: the stream as the fast path, the sweeps as the safety net.

Whatever does not belong in the outbox becomes an incident in the log and never holds up the rest: a row that no
certified writer made, one too large, one that was changed or removed before its time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.audit.entry import OUTBOX_LIFETIME
from chalicelib.audit.envelopes import ALIEN, Row, Writers
from chalicelib.audit.gaps import missing
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.metrics import Metric, Metrics
from chalicelib.audit.own import Note, incident
from chalicelib.audit.sequencer import Sequencer
from chalicelib.audit.tidying import tidy
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Item, Put, Store, every_row

SHARDS = "0123456789abcdef"
PART = timedelta(hours=6)  # of a long sweep
STREAMS = timedelta(minutes=1)  # what is younger is the stream's to bring
AHEAD = timedelta(minutes=2)  # writers' clocks may be fast
BATCH = 1000
TTL = ("Service", "dynamodb.amazonaws.com")
"""Type and principal of a deletion by time to live, to the letter; anything else that removes a row is an incident."""

Image = Mapping[str, Any]
"""A row as plain values."""


@dataclass(frozen=True, slots=True)
class Change:
    """One record of the outbox's stream. ``kind``: INSERT, MODIFY or REMOVE; ``by``: type and principal, if told."""

    kind: str
    new: Image = field(default_factory=dict)
    old: Image = field(default_factory=dict)
    by: tuple[str, str] = ("", "")


@dataclass(slots=True)
class Batch:
    """What goes into the log, by the log's year."""

    rows: dict[int, list[Row]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values())) + len(self.notes)


class Intake:
    def __init__(self, store: LogStore, sequencer: Sequencer, writers: Writers, clock: Clock, metrics: Metrics) -> None:
        self._metrics = metrics
        self._store = store
        self._tables = store.tables
        self._sequencer = sequencer
        self._writers = writers
        self._clock = clock

    # --- the stream

    def changes(self, changes: Sequence[Change]) -> int:
        """Sequence a batch of the stream; returns how many entries were new. Repeatable."""
        batch = Batch()
        for change in changes:
            if change.kind == "INSERT":
                self._take(change.new, batch)
            elif change.kind == "MODIFY":
                # The original is what counts; of the altered row only the hash is kept.
                self._take(change.old, batch)
                batch.notes.append(incident("outbox-modify", _key(change.new), dict(change.new)))
            else:
                self._removed(change, batch)
        return self._sequence(batch)

    def _removed(self, change: Change, batch: Batch) -> None:
        """The stream still shows what was taken away: it goes into the log, if it is not there.

        Unless time to live did it, so does that it was taken away.
        """
        self._take(change.old, batch)
        if change.by != TTL:
            batch.notes.append(incident("outbox-remove", _key(change.old), dict(change.old)))

    # --- the sweeps

    def sweep(self, back: timedelta) -> int:
        """Offer again what lies in the outbox since ``back``; how many the stream had not brought.

        The last minute is left to the stream, so that whatever a sweep finds tells of a stream that is late or dead.
        """
        now = self._clock()
        return self._sweep(now - back, now)

    def _sweep(self, begin: datetime, end: datetime) -> int:
        new, batch = 0, Batch()
        for item in self._pending(begin, end):
            self._take(item, batch)
            if len(batch) >= BATCH:
                new += self._sequence(batch)
                batch = Batch()
        new += self._sequence(batch)
        self._metrics.emit(Metric.LATE_ROWS, new)
        return new

    def sweep_all(self, back: timedelta) -> int:
        """The same since ``back``, and before that since all was swept: a log that stood still for a week lost nothing.

        Goes on where it was left off: the mark moves with each part.
        """
        now = self._clock()
        row = self._tables.get(keys.log_swept())
        mark = datetime.fromisoformat(str(row["at"])) if row else now
        begin = max(min(mark, now - back), now - OUTBOX_LIFETIME)
        new = 0
        while begin < now:
            end = min(begin + PART, now)
            new += self._sweep(begin, end)
            self._tables.commit([Put(keys.log_swept(), {"at": end.isoformat()}, None)])
            begin = end
        return new

    def _pending(self, begin: datetime, end: datetime) -> Iterator[Item]:
        minute = begin.replace(second=0, microsecond=0)
        while minute <= min(end, self._clock() - STREAMS):
            bucket = f"OB#{minute:%Y%m%d%H%M}#"
            for items in self._store.together(self._partition, [bucket + shard for shard in SHARDS]):
                yield from items
            minute += timedelta(minutes=1)

    def _partition(self, pk: str) -> list[Item]:
        return list(every_row(self._tables, Store.AUDIT_OUTBOX, pk, page=BATCH))

    def gaps(self, back: timedelta) -> int:
        """Make incidents of numbers that are in no log; how many were new."""
        return self._sequence(Batch(notes=missing(self._store, self._clock(), back)))

    def tidy(self) -> int:
        """Remove what the edge has outgrown; how many objects."""
        return tidy(self._store, self._clock())

    # --- both

    def _take(self, image: Image, batch: Batch) -> None:
        try:
            judged = self._writers.judge(image)
        except Exception:  # noqa: BLE001 - whatever a stranger put there, it must not hold up the rest
            judged = ALIEN
        if isinstance(judged, str):
            batch.notes.append(incident(judged, _key(image), dict(image)))
        elif not self._plausible(judged.signed.year):
            batch.notes.append(incident("wrong-year", _key(image), dict(image)))
        else:
            batch.rows.setdefault(judged.signed.year, []).append(judged)

    def _plausible(self, year: int) -> bool:
        """Of this year or one that has a log. A clock that is wrong by years must not open a log of the future."""
        now = self._clock()
        return year in {now.year, (now + AHEAD).year} or (year < now.year and year in self._sequencer.years())

    def _sequence(self, batch: Batch) -> int:
        new = 0
        this_year = self._clock().year
        years = sorted({*batch.rows, *({this_year} if batch.notes else ())})
        for year in years:
            notes = batch.notes if year == this_year else ()
            new += self._sequencer.run(year, batch.rows.get(year, ()), notes)
        self._metrics.emit(Metric.SEQUENCED, new)
        self._metrics.emit(Metric.INCIDENTS, len(batch.notes))
        return new

    # --- the heartbeat

    def renew(self) -> int | None:
        """Have the newest checkpoint cosigned anew; its age in seconds after that, None when nobody has cosigned it."""
        now = self._clock()
        years = [year for year in self._sequencer.years() if year <= (now + AHEAD).year]
        if not years:
            return 0
        for year in years[:-1]:
            self._sequencer.renew(year, only_missing=True)
        cosigned = self._sequencer.renew(years[-1])
        age = max(0, int(self._clock().timestamp()) - cosigned) if cosigned else None
        self._metrics.emit(Metric.UNWITNESSED, age is None)
        if age is not None:
            self._metrics.emit(Metric.CHECKPOINT_AGE, age)
        return age


def _key(image: Image) -> str:
    return f"{image.get('pk', '')}|{image.get('sk', '')}"
