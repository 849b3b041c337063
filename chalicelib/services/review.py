"""The regular review of the log (AUD-4): every new entry once, past the rules of ``domain/review.py``.

    1 permit to read, one entry a run      2 pages of the log from the cursor on
    3 rules, counters of the month         4 one transaction: cursor, what is remembered, counters, findings, notices

The cursor moves in the transaction that stores what was found up to it, and on the condition that nobody else moved it:
a crash at any point loses nothing, a second run doubles nothing. A cursor that cannot be right is a finding, and the
year is begun again: ``again`` in its row says up to where, and what its chain remembers is passed over.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access import Permit
from chalicelib.domain.acts import USUAL, Act, Hours, act_of
from chalicelib.domain.findings import Finding
from chalicelib.domain.identity import SYS, system_actor
from chalicelib.domain.memory import NOTHING, Kept, Place, keyed, numbers_of, places, reviewed
from chalicelib.domain.moments import stamp
from chalicelib.domain.review import Facts, judged, tally
from chalicelib.errors import ConflictError, NotSignedInError
from chalicelib.ports import BlindIndex, Clock, Signer, keys
from chalicelib.ports.journal import AuditReader
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Store, Tables, Update, Write, every_row
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.findings import FindingService

WIDTH = 256  # a bundle of the log
MOST = 200 * WIDTH  # entries a run; what is left is the next run's
HEAVY = 48  # writes; one entry more may add as many again, and a transaction takes a hundred
TRIES = 3
CAUGHT_UP = "caught-up"


class OvertakenError(Exception):
    """Another run moved the cursor. What this one has not stored, that one does."""


@dataclass(slots=True)
class Pending:
    """What the next transaction will store."""

    start: int
    again: int = 0
    kept: dict[Place, Kept] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    totals: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    members: dict[tuple[str, str, str], tuple[Counter[str], Act]] = field(default_factory=dict)
    last: datetime | None = None

    @property
    def weight(self) -> int:
        """Writes it will make, at most: a finding has two lines and may be told to one; officers are eight a list."""
        unique = {finding.id: finding for finding in self.findings}
        lists = {finding.organisation for finding in unique.values()}
        return 1 + len(self.kept) + len(self.totals) + len(self.members) + 4 * len(unique) + 8 * len(lists)

    def count(self, act: Act, hours: Hours) -> None:
        added = tally(act, hours)
        if not added:
            return
        month = (act.organisation, hours.month(act.at))
        self.totals.setdefault(month, Counter()).update(added)
        if act.member:
            counter, _ = self.members.setdefault((*month, act.member), (Counter(), act))
            counter.update(added)


class ReviewService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        reader: AuditReader,
        index: BlindIndex,
        signer: Signer,
        findings: FindingService,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._reader = reader
        self._index = index
        self._signer = signer
        self._findings = findings
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Review what is new. Returns how many entries were read and how many findings they made."""
        one = _Run(self, keyed(self._index.tag("review", "marks")))
        began, complete = self._clock(), True
        try:
            for year in self._reader.log_years():
                complete &= self._year(one, year)
        except OvertakenError:
            complete = False
        if complete:
            self._tables.commit([Put(keys.review_cursor(CAUGHT_UP), {"at": stamp(began)}, None)])
        return {"entries": one.entries, "findings": one.found}

    def _year(self, one: _Run, year: int) -> bool:
        """Whether the review has come to the end of a year's log."""
        row = self._tables.get(keys.review_cursor(f"{year:04d}"))
        size = self._reader.size(year)  # after the cursor: it only grows
        start, again = self._left_off(one, year, row, size)
        end = min(size, start + MOST)
        if start >= end:
            return True
        permit = self._gate.permit_private(
            system_actor("review"),
            SYS,
            "audit-log",
            None,
            "audit:review",
            details={"year": year, "from": start, "to": end},
        )
        while start < end:
            page_end = min(end, (start // WIDTH + 1) * WIDTH)
            start = self._page(one, permit, year, Pending(start, again), page_end)
        return end == size

    def _left_off(self, one: _Run, year: int, row: Item | None, size: int) -> tuple[int, int]:
        """Where to go on, and up to where entries may have been reviewed before."""
        if row is None:
            return 0, 0
        seq, again = row.get("seq"), row.get("again", 0)
        if type(seq) is int and type(again) is int and (0 < seq <= size or 0 == seq < again) and again <= size:
            return seq, again
        now = self._clock()
        about = {"cursor": f"{year:04d}", "size": str(size)}
        found = Finding("review-cursor", f"cursor {stamp(now)}", now, now, about=about)
        expect: Expected = {"seq": seq} if "seq" in row else Expect.PRESENT
        anew = Put(keys.review_cursor(f"{year:04d}"), {"seq": 0, "at": "", "again": size}, expect)
        try:
            self._findings.store([found], [anew])
        except ConflictError:
            raise OvertakenError from None
        one.found += 1
        return 0, size

    def _page(self, one: _Run, permit: Permit, year: int, pending: Pending, end: int) -> int:
        """Where the next page begins."""
        start, again = pending.start, pending.again
        acts = [act_of(entry) for entry in self._reader.slice(permit, year, start, end)]
        if not acts:
            raise OvertakenError
        one.load(acts)
        facts = one.facts(acts)
        for seq, act in enumerate(acts, start):
            if pending.weight > HEAVY:
                one.commit(year, seq, pending)
                pending = Pending(seq, again)
            pending.last = act.at
            if seq < again and act.tag and reviewed(one.kept.get(numbers_of(act), NOTHING), act):
                continue
            found, changed = judged(act, facts, one.kept, one.mark)
            pending.findings += found
            pending.kept |= changed
            one.kept |= changed
            pending.count(act, facts.hours.get(act.organisation, USUAL))
        one.commit(year, start + len(acts), pending)
        one.entries += len(acts)
        return start + len(acts)

    # --- for a run

    def rows(self, wanted: Iterable[Key]) -> dict[Key, Item]:
        unique = list(dict.fromkeys(wanted))
        found: dict[Key, Item] = {}
        for first in range(0, len(unique), 100):
            found |= self._tables.get_many(unique[first : first + 100])
        return found

    def staff_of(self, organisation: str) -> frozenset[str]:
        rows = every_row(self._tables, Store.IDENTITY, f"ORG#{organisation}", "STAFF#")
        return frozenset(str(row["person"]) for row in rows if row["state"] == "active")

    def erased_tags(self) -> frozenset[str]:
        """Hashes of tags that a receipt of erasure names, or whose erasure is under way by a signed order.

        Both are signed by the service: a row that somebody wrote into the table excuses no unreadable entry.
        """
        found: set[str] = set()
        for row in every_row(self._tables, Store.CARD, keys.ERASURES):
            for name, purpose in (("receipt", "receipt"), ("order", "erasure-order")):
                try:
                    claims = self._signer.verify(str(row.get(name, "")), purpose=purpose)
                except NotSignedInError:
                    continue
                if claims.get("erasure") == row["id"]:
                    found |= set(claims["tags"] if name == "receipt" else row.get("tags", ()))
        return frozenset(found)

    def store(
        self, cursor: Write, others: Sequence[Write], findings: list[Finding], told: Collection[str]
    ) -> list[Write]:
        """One transaction; what was stored of the findings. OvertakenError when the cursor was moved."""
        for _ in range(TRIES):
            found = self._findings.writes(findings, told)
            try:
                self._tables.commit([cursor, *others, *found])
            except ConflictError as error:
                if error.index == 0:
                    raise OvertakenError from None
            else:
                return found
        raise ConflictError

    def heard(self, writes: Iterable[Write]) -> set[str]:
        return self._findings.heard(writes)


class _Run:
    """One run: what is remembered and known of the world, asked for once."""

    def __init__(self, service: ReviewService, mark: Any) -> None:
        self._service = service
        self.mark = mark
        self.kept: dict[Place, Kept] = {}
        self.entries = self.found = 0
        self._loaded: set[Place] = set()
        self._hours: dict[str, Hours] = {}
        self._staff: dict[str, frozenset[str]] = {}
        self._family: dict[str, str] = {}
        self._erased: frozenset[str] | None = None
        self._told: set[str] = set()

    def load(self, acts: list[Act]) -> None:
        wanted = {place for act in acts for place in places(act)} - self._loaded
        rows = self._service.rows(key_of(place) for place in wanted)
        for place in wanted:
            row = rows.get(key_of(place), {})
            self.kept[place] = {name: value for name, value in row.items() if name not in {"pk", "sk"}}
        self._loaded |= wanted

    def facts(self, acts: list[Act]) -> Facts:
        readings = [act for act in acts if act.reads_a_card and act.by_staff]
        self._know_hours({act.organisation for act in acts if act.organisation})
        for organisation in {act.organisation for act in readings} - set(self._staff):
            self._staff[organisation] = self._service.staff_of(organisation)
        self._know_families({person for act in readings for person in (act.actor, act.patient)})
        return Facts(self._hours, self._staff, self._family, self._erased_among(acts))

    def _know_hours(self, organisations: set[str]) -> None:
        new = organisations - set(self._hours)
        rows = self._service.rows(keys.organisation(name) for name in new)
        self._hours |= {name: Hours.of(rows.get(keys.organisation(name))) for name in new}

    def _know_families(self, people: set[str]) -> None:
        new = people - set(self._family)
        rows = self._service.rows(keys.profile(person) for person in new)
        self._family |= {person: str(rows.get(keys.profile(person), {}).get("family", "")) for person in new}

    def _erased_among(self, acts: list[Act]) -> frozenset[str]:
        gone = {act.tag for act in acts if not act.readable and not act.altered}
        if not gone:
            return frozenset()
        if self._erased is None:
            self._erased = self._service.erased_tags()
        return frozenset(tag for tag in gone if hash_of(tag) in self._erased)

    def commit(self, year: int, seq: int, pending: Pending) -> None:
        if seq == pending.start:
            return
        expect: Expected = {"seq": pending.start} if pending.start or pending.again else Expect.ABSENT
        row: Item = {"seq": seq, "at": stamp(pending.last) if pending.last else ""}
        if seq < pending.again:
            row["again"] = pending.again
        cursor = Put(keys.review_cursor(f"{year:04d}"), row, expect)
        others: list[Write] = [Put(key_of(place), dict(kept), None) for place, kept in pending.kept.items()]
        others += [
            Update(keys.access_total(*month), add=dict(counter), expect=None)
            for month, counter in pending.totals.items()
        ]
        others += [
            Update(keys.access_member(*who), _person(act), dict(counter), expect=None)
            for who, (counter, act) in pending.members.items()
        ]
        stored = self._service.store(cursor, others, pending.findings, self._told)
        self._told |= self._service.heard(stored)
        self.found += len({finding.id for finding in pending.findings})


def key_of(place: Place) -> Key:
    kind, whose = place
    return keys.review_card(whose) if kind == "card" else keys.review_kept(kind, whose)


def hash_of(tag: str) -> str:
    """As a receipt of erasure names a chain."""
    return b64encode(hashlib.sha256(tag.encode()).digest()).decode()


def _person(act: Act) -> Item:
    return {"person": act.actor, "role": act.role, "department": act.department}
