"""Reading the log (ports/journal.py): one person's chains from the index, the whole log from its bundles.

The index and the edge bucket can be written by whoever administers them, so nothing of them is shown as it stands: an
entry's envelope must have the hash that the index and the next entry of the chain name, its body must be the one its
writer committed to, a number that is missing is shown as missing, and ``slice`` compares each row with the locked
bundle, and ``bundle`` takes from the locked segments what the index has not (committed.py). A page of ``chain`` proves
nothing about its newest end; ``bundle`` does, to a program that trusts none of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from chalicelib.audit.committed import Committed
from chalicelib.audit.ec_key import EcKey
from chalicelib.audit.entry import b64
from chalicelib.audit.logstore import Head, LogStore
from chalicelib.audit.merkle import WIDTH
from chalicelib.audit.opening import ALTERED, Opened, PrivateKeys, envelope_of, indexed, log_time, opened
from chalicelib.audit.published import Published
from chalicelib.audit.subjects import certified
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import AccessDeniedError, KeyIntegrityError, NotFoundError, UnavailableError
from chalicelib.ports import Clock, keys
from chalicelib.ports.journal import Checkpoint, LogEntry
from chalicelib.ports.tables import Item, Store, every_row

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

JOURNAL, WHOLE = "journal", "audit-log"
PAGE, PART = 1000, 200  # rows of one query
MISSING = -1


@dataclass(frozen=True, slots=True)
class _Chain:
    """Whose chain, and what opens it. ``private`` is None when that was destroyed; ``foreign``: it is another's."""

    person_id: PersonId
    private: X25519PrivateKey | None = None
    foreign: bool = False

    def opened(self, envelope: Mapping[str, Any], sealed: bytes) -> Opened:
        return ALTERED if self.foreign else opened(envelope, sealed, self.private, self.person_id)


class LogReader:
    """``witnessed``: the log has a witness, so a bundle waits until the checkpoint has a cosignature."""

    def __init__(
        self,
        store: LogStore,
        authority: EcKey,
        private_keys: PrivateKeys,
        clock: Clock,
        *,
        witnessed: bool = False,
    ) -> None:
        self._witnessed = witnessed
        self._store = store
        self._authority = authority
        self._private = private_keys
        self._clock = clock
        self._published = Published(store)

    # --- one person's chains

    def years(self, person_id: PersonId) -> list[int]:
        rows = every_row(self._store.tables, Store.KEYS, person_id, keys.AUDIT_SUBJECTS)
        return [int(str(row["sk"]).removeprefix(keys.AUDIT_SUBJECTS)) for row in rows]

    def chain(self, permit: Permit, year: int, *, limit: int, before: int | None = None) -> list[LogEntry]:
        tag, chain = self._own(permit, year)
        if not tag or before == 0:
            return []
        pk = keys.log_chain(tag)
        after = None if before is None else {"pk": pk, "sk": keys.log_link(tag, before).sk}
        page = self._store.tables.query(Store.AUDIT_INDEX, pk, limit=limit, after=after, newest_first=True)
        rows = {int(row["sk"]): row for row in page.items}
        newest = before - 1 if before is not None else max(rows, default=-1)
        found: list[LogEntry] = []
        wanted = ""  # leaf hash that the entry after names
        for number in range(newest, max(newest - limit, -1), -1):
            entry, wanted = self._linked(year, tag, number, rows.get(number), chain, wanted)
            found.append(entry)
        return _dated(found)

    def _linked(
        self, year: int, tag: str, number: int, row: Item | None, chain: _Chain, wanted: str
    ) -> tuple[LogEntry, str]:
        """An entry of the index, and the hash that it names of the one before."""
        envelope = indexed(row, tag, number)
        if row is None or envelope is None or (wanted and row["leaf"] != wanted):
            lost = LogEntry(year, MISSING, tag, number, "", _beginning(year), chain.person_id, None, altered=True)
            return lost, ""
        return _entry(year, int(row["seq"]), envelope, chain, bytes(row["ct"])), envelope["prev"]

    def _own(self, permit: Permit, year: int) -> tuple[str, _Chain]:
        """Tag and key of the chain that a permit opens; no tag when there is none (any more)."""
        if permit.kind != JOURNAL:
            raise AccessDeniedError
        row = self._store.tables.get(keys.audit_subject(permit.patient_id, year))
        if row is None:
            return "", _Chain(permit.patient_id)
        subject = certified(self._authority, permit.patient_id, year, row)
        return subject.tag, self._unlocked(permit.patient_id, row)

    def _unlocked(self, person_id: PersonId, row: Item) -> _Chain:
        try:
            return _Chain(person_id, self._private.of(row))
        except KeyIntegrityError:
            return _Chain(person_id, foreign=True)

    def entry_times(self, person_id: PersonId, since: datetime, until: datetime) -> list[datetime]:
        found: list[datetime] = []
        for year in sorted(set(self.years(person_id)) & {since.year, until.year}, reverse=True):
            row = self._store.tables.get(keys.audit_subject(person_id, year))
            pk = keys.log_chain(certified(self._authority, person_id, year, row).tag) if row else ""
            for link in every_row(self._store.tables, Store.AUDIT_INDEX, pk, newest_first=True) if pk else ():
                envelope = envelope_of(str(link["env"]).encode())
                if envelope is None:
                    continue
                at = log_time(envelope["t"])
                if at < since:
                    break
                if at <= until:
                    found.append(at)
        return sorted(found)

    # --- the whole log

    def log_years(self) -> list[int]:
        return self._store.years()

    def size(self, year: int) -> int:
        head = self._store.head(year)
        return _readable(head) if head else 0

    def newest(self) -> datetime | None:
        for year in reversed(self.log_years()):
            head = self._store.head(year)
            if head is not None and _readable(head):
                if head.applied == head.ver:
                    return log_time(head.t)
                return self._time(year, _readable(head) - 1, _readable(head))
        return None

    def place(self, year: int, moment: datetime) -> int:
        size = self.size(year)
        low, high = 0, size
        while low < high:
            middle = (low + high) // 2
            if self._time(year, middle, size) < moment:
                low = middle + 1
            else:
                high = middle
        return low

    def _time(self, year: int, seq: int, size: int) -> datetime:
        envelope = envelope_of(self._published.envelopes(year, seq, seq + 1, size)[0])
        if envelope is None:
            raise UnavailableError
        return log_time(envelope["t"])

    def slice(self, permit: Permit, year: int, start: int, end: int) -> list[LogEntry]:
        if permit.kind != WHOLE:
            raise AccessDeniedError
        size = self.size(year)
        end = min(end, size, start + WIDTH)
        if not 0 <= start < end:
            return []
        texts = self._published.envelopes(year, start, end, size)
        envelopes = [envelope_of(text) for text in texts]
        found = [envelope for envelope in envelopes if envelope is not None]
        links = self._store.rows(keys.log_link(e["tag"], e["n"]) for e in found)
        chains = self._chains(year, {e["tag"] for e in found})
        entries = []
        for seq, (text, envelope) in enumerate(zip(texts, envelopes, strict=True), start):
            if envelope is None:
                unknown = PersonId("")
                entries.append(LogEntry(year, seq, "", 0, "", _beginning(year), unknown, None, altered=True))
                continue
            row = links.get(keys.log_link(envelope["tag"], envelope["n"]), {})
            same = row.get("env") == text.decode() and isinstance(row.get("ct"), bytes)
            entries.append(_entry(year, seq, envelope, chains[envelope["tag"]], row["ct"] if same else None))
        return entries

    def _chains(self, year: int, tags: Iterable[str]) -> dict[str, _Chain]:
        """Whose each tag is, and its key. A row that is not certified as that person's opens nothing."""
        wanted = sorted(tags)
        whose = self._store.rows(keys.audit_tag(tag) for tag in wanted)
        people = {tag: PersonId(whose[key]["person"]) for tag in wanted if (key := keys.audit_tag(tag)) in whose}
        rows = self._store.rows(keys.audit_subject(person, year) for person in people.values())

        def chain(tag: str) -> _Chain:
            person_id = people.get(tag, PersonId(""))
            row = rows.get(keys.audit_subject(person_id, year)) if person_id else None
            if row is None:
                return _Chain(PersonId(""))
            try:
                if certified(self._authority, person_id, year, row).tag != tag:
                    return _Chain(PersonId(""), foreign=True)
            except KeyIntegrityError:
                return _Chain(PersonId(""), foreign=True)
            return self._unlocked(person_id, row)

        return dict(zip(wanted, self._store.together(chain, wanted), strict=True))

    # --- what is published

    def checkpoint(self, year: int) -> Checkpoint | None:
        return self._published.checkpoint(year)

    def ready(self, person_id: PersonId, requests: Mapping[int, str]) -> bool:
        there = set(self.years(person_id))
        return all(self._covered(year, entry_id) for year, entry_id in requests.items() if year in there)

    def bundle(self, permit: Permit, requests: Mapping[int, str], nonce: str) -> Mapping[str, Any] | None:
        if permit.kind != JOURNAL:
            raise AccessDeniedError
        chains: list[Mapping[str, Any]] = []
        certs: dict[str, str] = {}
        there = set(self.years(permit.patient_id))
        for year in sorted(there & set(requests)):
            covered = self._covered(year, requests[year])
            if covered is None:
                return None
            checkpoint, place = covered
            chains.append(self._part(permit, year, checkpoint, place))
            certs |= self._certificates(year, chains[-1]["entries"])
        made = {"v": 1, "patient": permit.patient_id, "nonce": nonce, "made": stamp(self._clock())}
        return {**made, "chains": chains, "certs": certs}

    def consistency(self, year: int, old: int, new: int) -> list[str]:
        checkpoint = self.checkpoint(year)
        if checkpoint is None or not 0 < old <= new <= checkpoint.size:
            raise NotFoundError
        return [b64(part) for part in self._published.consistency(year, old, new)]

    def _covered(self, year: int, entry_id: str) -> tuple[Checkpoint, Item] | None:
        """The published checkpoint, and the place of an entry that it covers."""
        checkpoint = self.checkpoint(year)
        place = self._store.tables.get(keys.log_entry(entry_id))
        if checkpoint is None or place is None or int(place["seq"]) >= checkpoint.size:
            return None
        if self._witnessed and not checkpoint.witnesses:  # who checks would refuse it; the heartbeat comes every minute
            return None
        return checkpoint, place

    def _part(self, permit: Permit, year: int, checkpoint: Checkpoint, place: Item) -> Mapping[str, Any]:
        """The chain of one year up to a request, with the proof of that."""
        tag, chain = self._own(permit, year)
        index, last = int(place["seq"]), int(place["n"])
        proof = self._published.inclusion(year, index, checkpoint.size)
        rows = {int(row["sk"]): row for row in every_row(self._store.tables, Store.AUDIT_INDEX, keys.log_chain(tag))}
        entries = []
        for text, sealed in Committed(self._store, year).chain(rows, tag, last, index):
            envelope = envelope_of(text)
            shown = chain.opened(envelope, sealed) if envelope else ALTERED
            entries.append({"env": text.decode(), "body": shown.text or None})
        return {
            "origin": checkpoint.origin,
            "checkpoint": checkpoint.note,
            "index": index,
            "proof": [b64(step) for step in proof],
            "entries": entries,
        }

    def _certificates(self, year: int, entries: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """Of every writer in a chain: the certificate stands at its first leaf, mostly in another's chain."""
        envelopes = [e for entry in entries if (e := envelope_of(entry["env"].encode())) is not None]
        found = {e["w"]["id"]: str(e["w"]["cert"]) for e in envelopes if "cert" in e["w"]}
        missing = {e["w"]["id"] for e in envelopes} - set(found)
        rows = self._store.rows(keys.log_writer(writer, year) for writer in missing)
        return found | {
            writer: str(rows[key]["cert"]) for writer in missing if (key := keys.log_writer(writer, year)) in rows
        }


def _readable(head: Head) -> int:
    """Entries whose index and objects are there: the last batch may still be on its way to them."""
    if head.applied == head.ver:
        return head.size
    start = head.seg.rpartition("/")[2].partition("-")[0]
    return int(start) if start.isdecimal() else 0


def _dated(entries: Sequence[LogEntry]) -> list[LogEntry]:
    """Lost entries get the time of a neighbour, so that no search by time passes them by."""
    times = [entry.at for entry in entries if entry.seq != MISSING]
    at = times[0] if times else None
    found = []
    for entry in entries:
        at = entry.at if entry.seq != MISSING else at
        found.append(replace(entry, at=at or entry.at))
    return found


def _beginning(year: int) -> datetime:
    """The time of an entry that cannot be read."""
    return datetime(year, 1, 1, tzinfo=UTC)


def _entry(year: int, seq: int, envelope: Mapping[str, Any], chain: _Chain, sealed: bytes | None) -> LogEntry:
    """``sealed`` is None when the index has not what the log has."""
    shown = ALTERED if sealed is None else chain.opened(envelope, sealed)
    return LogEntry(
        year,
        seq,
        envelope["tag"],
        envelope["n"],
        envelope["id"],
        log_time(envelope["t"]),
        chain.person_id,
        shown.body,
        shown.altered,
    )
