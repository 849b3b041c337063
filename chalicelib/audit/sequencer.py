"""The sequencer: pending entries into the log, each exactly once, whatever crashes, races and repeats.

    settle    finish a commit that was cut short; then the guard (audit/publishing.py)
    fresh     drop what is in the log already, by consistent reads of the index
    build     chain numbers, leaves, root: pure
    stage     the segment into the locked bucket
    move      the head from version v to v+1: the one commit point
    apply     tiles, bundles, index; sign and publish what was committed; mark as applied, last

Everything after the move is a function of head and segment, so any number of sequencers may do it, in any order.
``step`` is told of each step by name: the fault tests stop there.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from chalicelib.audit import recovery
from chalicelib.audit import tip as tips
from chalicelib.audit.alarms import ForkError, LostRaceError
from chalicelib.audit.entry import b64
from chalicelib.audit.envelopes import Row, Segment, Writers
from chalicelib.audit.indexing import Link, index_rows, link_of
from chalicelib.audit.logstore import Head, LogStore
from chalicelib.audit.merkle import EMPTY, leaf_hash
from chalicelib.audit.own import Note, OwnWriter, opening
from chalicelib.audit.publishing import CHECKPOINTS, Published, Publisher, State, Step, witnessed_at
from chalicelib.audit.tip import Tip
from chalicelib.ports import Clock, keys
from chalicelib.ports.tables import Item, Store

ATTEMPTS = 5
LONGEST = 10**12  # entries of a chain: twelve digits in the key
REMEMBERED = 50_000  # chains
PAUSE = 0.01  # seconds, grows with each attempt


@dataclass(frozen=True, slots=True)
class Built:
    """A batch about to be committed: the head after it, its segment, and the tip after it with its full objects."""

    head: Head
    segment: Segment
    packed: bytes
    tip: Tip
    full: Mapping[str, bytes]


class Sequencer:
    def __init__(
        self,
        store: LogStore,
        publisher: Publisher,
        writers: Writers,
        own: OwnWriter,
        clock: Clock,
        step: Step = lambda _: None,
    ) -> None:
        self._store = store
        self._publisher = publisher
        self._writers = writers
        self._own = own
        self._clock = clock
        self._step = step
        self._tips: dict[int, Tip] = {}
        self._heads: dict[int, Head] = {}  # as this try has read them: others may have gone on since
        self._lengths: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()  # the state in memory is one thread's; safety between processes is the head's

    # --- what others call

    def run(self, year: int, rows: Sequence[Row], found: Sequence[Note] = ()) -> int:
        """Bring rows of a year, and what was found wrong, into its log; returns how many were new.

        Raises ForkError when the stores contradict each other, LostRaceError when others are faster all the time (the
        trigger comes again), and whatever the stores raise.
        """
        with self._lock:
            for attempt in range(ATTEMPTS):
                self._heads.clear()
                try:
                    return self._once(year, rows, found)
                except LostRaceError:
                    self._tips.pop(year, None)
                    time.sleep(PAUSE * attempt)
                except ForkError:
                    self._tips.pop(year, None)
                    self._own.doubt()
                    if all(self._store.head(read) == head for read, head in self._heads.items()):
                        raise  # what was read belongs together, and contradicts itself
                except BaseException:
                    self._tips.pop(year, None)
                    self._own.doubt()
                    raise
            raise LostRaceError

    def renew(self, year: int, *, only_missing: bool = False) -> int:
        """Heartbeat: the newest checkpoint is cosigned anew. Time of the cosignature in seconds, 0 for none.

        ``only_missing``: a checkpoint that has a cosignature is left as it is.
        """
        with self._lock:
            if only_missing and (seen := witnessed_at(self._store.pointer(year)[0])):
                return seen
            head, published = self._settled(year)
            return self._publisher.renew(year, head, published) if head.size else 0

    def years(self) -> list[int]:
        """Years that have a log, oldest first."""
        return self._store.years()

    # --- one try

    def _once(self, year: int, rows: Sequence[Row], found: Sequence[Note]) -> int:
        head, published = self._settled(year)
        rows, found = self._fresh(rows, found)
        if not rows and not found:
            return 0
        log: dict[str, Any] | None = None
        if head.size == 0:
            log = self._year_before(year)
            found = [opening(self._now()), *found]
        own = [self._own.row(note, year, ahead) for ahead, note in enumerate(found)]
        batch = [*own[:1], *rows, *own[1:]] if log else [*rows, *own]
        built = self._build(year, head, batch, log)
        self._step("built")
        self._store.put_locked(year, built.head.seg, built.packed)
        self._step("staged")
        self._store.move(year, head, built.head)
        self._own.stored(len(own))
        self._step("committed")
        self._apply(year, built.head, built.segment, built.tip, built.full, published)
        return len(rows) + len(found) - (log is not None)

    def _settled(self, year: int) -> tuple[Head, Published]:
        """The head, with everything that it says applied and published."""
        head = self._heads[year] = self._store.head(year) or self._open(year)
        self._step("head read")
        if head.applied != head.ver:
            self._recover(year, head)
            head = self._heads[year] = self._store.head(year) or head
            if head.applied != head.ver:
                raise LostRaceError
        return head, self._publisher.guard(year, head)

    def _open(self, year: int) -> Head:
        """A new year. A log whose head is gone, but not its locked objects, is no new one."""
        if self._store.locked_after(year, CHECKPOINTS, ""):
            raise ForkError(f"{self._publisher.origin(year)}: the head is gone")
        return self._store.open(year)

    def _year_before(self, year: int) -> dict[str, Any]:
        """What the first leaf says of the log before: origin, size and root as they are published now."""
        earlier = [other for other in self._store.years() if other < year]
        if not earlier:
            if self._store.locked_after(year - 1, CHECKPOINTS, ""):
                raise ForkError(f"{self._publisher.origin(year - 1)}: the head is gone")
            return {"origin": "", "size": 0, "root": b64(EMPTY)}
        head, _ = self._settled(earlier[-1])
        return {"origin": self._publisher.origin(earlier[-1]), "size": head.size, "root": b64(head.root)}

    def _fresh(self, rows: Sequence[Row], found: Sequence[Note]) -> tuple[list[Row], list[Note]]:
        by_id = {row.signed.id: row for row in rows}
        notes = {note.id: note for note in found}
        known = self._store.rows(keys.log_entry(entry_id) for entry_id in (*by_id, *notes))
        fresh = [row for entry_id, row in by_id.items() if keys.log_entry(entry_id) not in known]
        return fresh, [note for entry_id, note in notes.items() if keys.log_entry(entry_id) not in known]

    # --- building

    def _build(self, year: int, head: Head, rows: Sequence[Row], log: Mapping[str, Any] | None) -> Built:
        links = self._links(head, {row.signed.tag for row in rows})
        certified = self._certified(year, {row.signed.writer for row in rows})
        now = max(head.t, self._now())
        entries, seq = [], head.size
        for row in rows:
            last = links[row.signed.tag]
            place: dict[str, Any] = {"n": last.n + 1, "prev": last.leaf, "pi": last.seq, "t": now}
            if seq == 0:
                place["log"] = dict(log or {})
            envelope = row.envelope(place, certified=row.signed.writer not in certified)
            certified.add(row.signed.writer)
            links[row.signed.tag] = Link(last.n + 1, b64(leaf_hash(envelope)), seq)
            entries.append((envelope, row.sealed))
            seq += 1
        tip, full = self._tip(year, head).grown([envelope for envelope, _ in entries])
        header = {
            "v": 1,
            "origin": self._publisher.origin(year),
            "start": head.size,
            "end": seq,
            "t": now,
            "prev_root": b64(head.root),
            "root": b64(tip.edge.root()),
            "prev_seg": head.segsha,
            "prev_key": head.seg,
        }
        segment = Segment(header, entries)
        packed = segment.packed()
        digest = hashlib.sha256(packed).hexdigest()
        name = f"segment/{head.size:020d}-{seq:020d}-{digest[:16]}"
        moved = Head(head.ver + 1, head.applied, seq, tip.edge.root(), now, name, digest)
        return Built(moved, segment, packed, tip, full)

    def _links(self, head: Head, tags: set[str]) -> dict[str, Link]:
        """The last entry of each chain: on from the hint, over rows that are held against their leaf hash.

        Hints may be old (a sleeper wakes up and writes one) or forged, and then the newest row itself is looked for.
        Raises ForkError when a chain has become shorter than this process has seen it, or has no end that fits.
        """
        hints = self._store.rows(keys.log_hint(tag) for tag in tags)
        begun = {tag: _number(hints.get(keys.log_hint(tag))) for tag in tags}
        found = self._store.rows(keys.log_link(tag, n) for tag, n in begun.items() if n is not None)
        links: dict[str, Link] = {}
        for tag, n in begun.items():
            link = None if n is None else link_of(tag, found.get(keys.log_link(tag, n)), head.size)
            links[tag] = link or self._newest(tag, head.size)
        self._walk(links, head.size)
        for tag, link in links.items():
            if link.n < self._lengths.get(tag, -1):
                raise ForkError(f"a chain of {self._lengths[tag] + 1} entries has {link.n + 1} in the index")
        return links

    def _newest(self, tag: str, size: int) -> Link:
        page = self._store.tables.query(Store.AUDIT_INDEX, keys.log_chain(tag), limit=1, newest_first=True)
        if not page.items:
            return Link()
        link = link_of(tag, page.items[0], size)
        if link is None:
            raise ForkError("the newest row of a chain in the index is not what was logged")
        return link

    def _walk(self, links: dict[str, Link], size: int) -> None:
        walking = set(links)
        while walking:
            steps = {tag: keys.log_link(tag, links[tag].n + 1) for tag in walking}
            found = self._store.rows(steps.values())
            walking = {tag for tag in walking if steps[tag] in found}
            for tag in walking:
                link = link_of(tag, found[steps[tag]], size)
                if link is None:
                    raise ForkError("a row of a chain in the index is not what was logged")
                links[tag] = link

    def _certified(self, year: int, writers: set[str]) -> set[str]:
        """Those whose certificate stands in this log already."""
        known = self._store.rows(keys.log_writer(writer, year) for writer in writers)
        return {writer for writer in writers if keys.log_writer(writer, year) in known}

    def _tip(self, year: int, head: Head) -> Tip:
        tip = self._tips.get(year)
        if tip is None or tip.size != head.size or tip.edge.root() != head.root:
            tip = tips.load(self._store, year, head.size, head.root, head.seg)
        self._tips[year] = tip
        return tip

    # --- applying

    def _recover(self, year: int, head: Head) -> None:
        """Apply a commit that somebody left behind. Nothing that is read back is trusted."""
        packed = self._store.get(year, head.seg)
        if hashlib.sha256(packed).hexdigest() != head.segsha:
            raise ForkError(f"{year}/{head.seg} is not what was committed")
        segment = Segment.unpacked(packed)
        size, root, name = tips.before(dict(segment.header))
        start: State = (size, root)
        published = self._publisher.guard(year, head, start)
        recovery.check(self._store, self._writers, year, segment, self._now())
        old = tips.load(self._store, year, size, root, name)
        tip, full = old.grown([envelope for envelope, _ in segment.entries])
        if (tip.size, tip.edge.root()) != (head.size, head.root):
            raise ForkError(f"{year}/{head.seg} does not lead to the committed root")
        self._apply(year, head, segment, tip, full, published)

    def _apply(
        self, year: int, head: Head, segment: Segment, tip: Tip, full: Mapping[str, bytes], published: Published
    ) -> None:
        partial = tip.partial_objects()
        objects = {**full, **partial}
        self._store.together(lambda name: self._store.put_locked(year, name, full[name]), list(full))
        self._step("locked tiles")
        self._store.together(lambda name: self._store.put_edge(year, name, partial[name]), list(partial))
        self._step("tiles")
        rows = list(index_rows(year, segment).items())
        half = len(rows) // 2
        self._store.index(dict(rows[:half]))
        self._step("some index")
        self._store.index(dict(rows[half:]))
        self._step("index")
        self._tips[year] = tip
        self._remember(segment)
        self._publisher.publish(
            year, head, published, lambda name: objects[name] if name in objects else self._store.get(year, name)
        )
        self._store.applied(year, head)
        self._step("applied")

    def _remember(self, segment: Segment) -> None:
        """How long chains are: a table owner who shortens one is noticed by whoever has seen more of it."""
        for envelope, _ in segment.entries:
            entry = json.loads(envelope)
            self._lengths[entry["tag"]] = max(entry["n"], self._lengths.pop(entry["tag"], -1))
        while len(self._lengths) > REMEMBERED:
            self._lengths.popitem(last=False)

    def _now(self) -> int:
        return int(self._clock().timestamp() * 1000)


def _number(hint: Item | None) -> int | None:
    n = hint.get("n") if hint else None
    return n if type(n) is int and 0 <= n < LONGEST else None
