"""What lies beside the log against the log (AUD-4): every version of every record of a card.

The chain is read first and the card afterwards; ``domain/checks.py`` compares. Reading a chain is an access: it leaves
an entry in it, which the patient sees. Daily, the cards are gone through in turn; on demand, one is checked.
"""

from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from typing import TYPE_CHECKING, Any

from chalicelib.domain.access import CardState
from chalicelib.domain.checks import Discrepancy, Logged, Stored, compared, logged_of
from chalicelib.domain.findings import Finding
from chalicelib.domain.identity import SYS, Actor, PersonId, system_actor
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.journal import AuditReader
from chalicelib.ports.tables import Item, Put, Store, Tables, every_row
from chalicelib.services.gate import Gate

if TYPE_CHECKING:
    from chalicelib.services.findings import FindingService

CARDS_A_RUN = 500
PAGE = 100
CURSOR = "cards"
SHARDS = "0123456789abcdef"
ACTION = "audit:check-card"

log = logging.getLogger("medkarta.checks")


class CheckService:
    def __init__(self, gate: Gate, tables: Tables, reader: AuditReader, findings: FindingService, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._reader = reader
        self._findings = findings
        self._clock = clock

    def check(self, actor: Actor, patient_id: PersonId) -> dict[str, Any]:
        """Compare one card. Returns how many versions were compared and the findings; NotFoundError for no card.

        ``unreadable``: entries that do not open (erased keys): the versions they speak of are not judged.
        """
        card = self._tables.get(keys.card(patient_id)) or {}
        if card.get("state") == CardState.ERASED.value:
            return {"versions": 0, "unreadable": 0, "findings": []}  # nothing opens any more, on either side
        years = self._reader.years(patient_id)
        if not years and not self._rows(patient_id, "R#"):
            raise NotFoundError
        logged, unreadable = self._logged(actor, patient_id, years)
        stored, odd = self._stored(patient_id)
        differences = [*compared(logged, stored, unreadable, self._clock()), *odd]
        found = [self._finding(patient_id, one) for one in differences]
        self._findings.store(found)
        return {
            "versions": len(stored),
            "unreadable": len(unreadable),
            "findings": [{"finding_id": f.id, "rule": f.rule, **f.about} for f in found],
        }

    def run(self) -> dict[str, int]:
        """The next cards in turn, begun again at the end: each is checked once in a round."""
        actor = system_actor("reconcile")
        counts = {"cards": 0, "findings": 0, "failed": 0}
        for patient_id in self._next_cards():
            try:
                found = self.check(actor, patient_id)["findings"]
            except Exception as failure:  # noqa: BLE001 - one card must not keep the others from their turn
                counts["failed"] += 1  # its own comes again with the next round
                log.error("a card was not checked: %s", type(failure).__name__)  # noqa: TRY400 - its text may quote a row
            else:
                counts["cards"] += 1
                counts["findings"] += len(found)
        return counts

    def _next_cards(self) -> list[PersonId]:
        """Where it was left off is stored before the check: one card that fails must not hold up the others."""
        row = self._tables.get(keys.review_cursor(CURSOR)) or {}
        shard, last = str(row.get("shard", SHARDS[0])), str(row.get("last", ""))
        cards: list[PersonId] = []
        for _ in range(len(SHARDS) + 1):
            page = self._after(shard, last, CARDS_A_RUN - len(cards))
            cards += page
            if len(cards) == CARDS_A_RUN:
                last = page[-1]
                break
            shard, last = SHARDS[(SHARDS.index(shard) + 1) % len(SHARDS)], ""
        self._tables.commit([Put(keys.review_cursor(CURSOR), {"shard": shard, "last": last}, None)])
        return list(dict.fromkeys(cards))

    def _after(self, shard: str, last: str, limit: int) -> list[PersonId]:
        pk = keys.review_cards(shard)
        after = {"pk": pk, "sk": last} if last else None
        return [
            PersonId(row["sk"]) for row in self._tables.query(Store.AUDIT_INDEX, pk, limit=limit, after=after).items
        ]

    # --- the two sides

    def _logged(self, actor: Actor, patient_id: PersonId, years: list[int]) -> tuple[list[Logged], set[str]]:
        """Versions that the chain speaks of, and ids of entries that do not open."""
        if not years:  # rows without any chain: nothing to open, and no chain is made for the look
            self._gate.record(Event(actor, ACTION, SYS, resource_type="journal", details={"patient": patient_id}))
            return [], set()
        permit = self._gate.permit_private(actor, patient_id, "journal", None, ACTION)
        logged: list[Logged] = []
        unreadable: set[str] = set()
        for year in years:
            before: int | None = None
            while entries := self._reader.chain(permit, year, limit=PAGE, before=before):
                before = entries[-1].number
                logged += [one for entry in entries if (one := logged_of(entry)) is not None]
                unreadable |= {entry.id for entry in entries if entry.body is None and not entry.altered}
        return logged, unreadable

    def _stored(self, patient_id: PersonId) -> tuple[list[Stored], list[Discrepancy]]:
        """Versions, and rows that are none: the application writes no such row, so the log knows of none."""
        stored: list[Stored] = []
        odd: list[Discrepancy] = []
        for prefix in ("R#", "V#"):
            for row in self._rows(patient_id, prefix):
                try:
                    stored.append(_stored(row, newest=prefix == "R#"))
                except (IndexError, TypeError, ValueError):
                    odd.append(Discrepancy("record-unlogged", ("", str(row["sk"])), 0, str(row.get("entry", ""))))
        return stored, odd

    def _rows(self, patient_id: PersonId, prefix: str) -> list[Item]:
        return list(every_row(self._tables, Store.CARD, keys.patient(patient_id), prefix))

    def _finding(self, patient_id: PersonId, one: Discrepancy) -> Finding:
        kind, record_id = one.record
        now = self._clock()
        return Finding(
            one.rule,
            f"{kind} {record_id} {one.version}",
            now,
            now,
            organisation=one.organisation,
            patient=patient_id,
            entries=(one.entry,),
            about={"kind": kind, "record": record_id, "version": str(one.version)},
        )


def _stored(row: Item, *, newest: bool) -> Stored:
    """What the key says counts, not an attribute that could have been changed with the rest.

    Raises IndexError, TypeError or ValueError for a row out of form.
    """
    parts = str(row["sk"]).split("#")
    kind, record_id = parts[1], parts[2]
    version = row.get("ver", 0) if newest else int(parts[3])
    known = keys.record("", kind, record_id) if newest else keys.record_version("", kind, record_id, version)
    if type(version) is not int or known.sk != row["sk"]:
        raise ValueError
    return Stored(
        record=(kind, record_id),
        version=version,
        hash=str(row.get("hash", "")),
        sealed=b64encode(hashlib.sha256(row.get("sealed", b"")).digest()).decode(),
        entry=str(row.get("entry", "")),
        newest=newest,
        organisation=str(row.get("organisation", "")),
    )
