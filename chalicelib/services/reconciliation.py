"""Uses of keys against the log (AUD-4): who opened a person's keys without an entry that says so.

KMS writes down every decryption with its encryption context, where the application cannot reach it. Each use of a
patient's key must have an entry of that person near it in time; each use of a key of the log, an entry of its reading.
What has none was done past the gate, with the credentials of a function. Keys are kept in a process for minutes, so
uses are rarer than entries and never the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.domain.findings import Finding
from chalicelib.domain.identity import PersonId
from chalicelib.domain.memory import Mark, keyed, minute_of
from chalicelib.domain.moments import stamp
from chalicelib.domain.thresholds import LATE_DAYS, READING_BEFORE, SETTLED, UNREADABLE_DAYS, USE_AFTER, USE_BEFORE
from chalicelib.errors import MalformedError
from chalicelib.ports import BlindIndex, Clock, keys
from chalicelib.ports.journal import AuditReader
from chalicelib.ports.key_uses import PATIENT_KEY, KeyUse, KeyUses
from chalicelib.ports.tables import Expect, Put, Tables

if TYPE_CHECKING:
    from chalicelib.services.findings import FindingService

KEY_LOG = "key-log"
CAUGHT_UP = "caught-up"
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class ReconciliationService:
    def __init__(
        self,
        tables: Tables,
        reader: AuditReader,
        uses: KeyUses,
        index: BlindIndex,
        findings: FindingService,
        clock: Clock,
    ) -> None:
        self._tables = tables
        self._reader = reader
        self._uses = uses
        self._index = index
        self._findings = findings
        self._clock = clock

    def run(self) -> dict[str, int]:
        """Reconcile every delivered file once. A file with uses that are not settled yet is left for the next run.

        One that cannot be read is a finding and is tried again with each run; the others go on.
        """
        counts = {"uses": 0, "unmatched": 0, "waiting": 0, "unreadable": 0}
        settled = self._settled()
        if settled is None:
            return counts
        mark = keyed(self._index.tag("review", "marks"))
        today = self._clock().date()
        first = self._first_day()
        tried_since = (today - UNREADABLE_DAYS * DAY).isoformat()
        open_since = None
        for ahead in range((today - first).days + 1):
            day = (first + ahead * DAY).isoformat()
            for name in self._new_files(day):
                try:
                    uses = self._uses.uses(name)
                except MalformedError:
                    self._findings.store([self._unreadable(day, name)])
                    counts["unreadable"] += 1
                    open_since = open_since or (day if day >= tried_since else None)
                    continue
                if any(use.at > settled for use in uses):
                    counts["waiting"] += 1
                    open_since = open_since or day
                    continue
                unmatched = [use for use in uses if use.succeeded and not self._matched(use, mark)]
                done = Put(keys.key_log_file(day, name), {"at": stamp(self._clock()), "uses": len(uses)}, Expect.ABSENT)
                self._findings.store((self._finding(use) for use in unmatched), [done])
                counts["uses"] += len(uses)
                counts["unmatched"] += len(unmatched)
        oldest = min(open_since or today.isoformat(), (today - LATE_DAYS * DAY).isoformat())
        self._tables.commit([Put(keys.review_cursor(KEY_LOG), {"day": oldest}, None)])
        return counts

    def _settled(self) -> datetime | None:
        """Uses up to here can be judged: sequenced, and their readings of the log reviewed. None before any review."""
        row = self._tables.get(keys.review_cursor(CAUGHT_UP))
        if row is None:
            return None
        return min(self._clock(), datetime.fromisoformat(row["at"])) - SETTLED

    def _first_day(self) -> date:
        """From the first day that may have something undone; files come late, and a run may have been missed."""
        row = self._tables.get(keys.review_cursor(KEY_LOG))
        now = self._clock()
        late = now - LATE_DAYS * DAY
        given = late.date().isoformat() if row is None else min(str(row["day"]), late.date().isoformat())
        return date.fromisoformat(given)

    def _new_files(self, day: str) -> Iterable[str]:
        names = self._uses.files(day)
        for start in range(0, len(names), 100):
            wanted = {keys.key_log_file(day, name): name for name in names[start : start + 100]}
            done = self._tables.get_many(list(wanted))
            yield from (name for key, name in wanted.items() if key not in done)

    # --- one use

    def _matched(self, use: KeyUse, mark: Mark) -> bool:
        if use.purpose == PATIENT_KEY:
            person_id = PersonId(use.subject)
            times = self._reader.entry_times(person_id, use.at - USE_BEFORE, use.at + USE_AFTER)
            return bool(times) or self._erased_after(person_id, use.at)
        person = self._person(use)
        readers = self._readers(use.at)
        return "" in readers or (person != "" and mark(f"reading {person}") in readers)

    def _erased_after(self, person_id: PersonId, at: datetime) -> bool:
        """A person's chains went with their keys; a use that came before that had its entries in them."""
        destroyed = (self._tables.get(keys.key_state(person_id)) or {}).get("destroyed_at")
        return destroyed is not None and at <= datetime.fromisoformat(str(destroyed))

    def _readers(self, at: datetime) -> frozenset[str]:
        """Whose entries were opened around a moment, as the review marked it; "" stands for everybody's."""
        minutes = int((READING_BEFORE + USE_AFTER) / MINUTE) + 1
        wanted = [keys.review_kept("readings", minute_of(at - READING_BEFORE + n * MINUTE)) for n in range(minutes)]
        rows = self._tables.get_many(wanted)
        return frozenset(whose for row in rows.values() for whose in row["whose"])

    def _person(self, use: KeyUse) -> str:
        if use.purpose == PATIENT_KEY:
            return use.subject
        return str((self._tables.get(keys.audit_tag(use.subject)) or {}).get("person", ""))

    @staticmethod
    def _unreadable(day: str, name: str) -> Finding:
        """The same one each time that it is tried."""
        at = datetime.fromisoformat(day).replace(tzinfo=UTC)
        return Finding("key-log-unreadable", name, at, at, about={"file": name})

    def _finding(self, use: KeyUse) -> Finding:
        return Finding(
            "unmatched-key-use",
            f"{use.purpose} {use.at:%Y-%m-%d}",
            use.at,
            use.at,
            actor=use.caller,
            patient=self._person(use),
            entries=(use.id,),
            about={"purpose": use.purpose, "key": use.key},
        )
