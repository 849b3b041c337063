"""The whole log, for security officers alone (AUD-3). Their reading is an entry first: of one patient, in that
patient's chain, so that the patient sees it; of everybody, in the chain of the system.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import actions
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.journal import Position, Wanted, chain_parts, gathered
from chalicelib.domain.moments import stamp
from chalicelib.ports import Event
from chalicelib.ports.journal import AuditReader, LogEntry
from chalicelib.ports.tables import Item
from chalicelib.records.registry import labels
from chalicelib.services.gate import Gate

MOST = 2048  # entries that one call looks at
WIDTH = 256  # a bundle of the log


@dataclass(frozen=True, slots=True)
class Search:
    """Parts of a search: entries, where it continues, and the log time down to which everything was looked at."""

    items: Sequence[Item]
    after: Position
    until: datetime | None


class AuditLogService:
    def __init__(self, gate: Gate, reader: AuditReader) -> None:
        self._gate = gate
        self._reader = reader

    def search(
        self, actor: Actor, wanted: Wanted, patient_id: str, language: str, limit: int, after: Item | None
    ) -> Search:
        """Newest first. A part may be short, or empty, and yet have a next one."""
        details = wanted.said() | ({"patient": patient_id} if patient_id else {})
        years = self._reader.years(PersonId(patient_id)) if patient_id else []
        if years:  # an id that nobody has is no reason to make a chain for it
            permit = self._gate.permit_private(
                actor, PersonId(patient_id), "journal", None, "audit:read", details=details
            )
            part = max(limit, WIDTH)
            pages = chain_parts(years, after, lambda y, n: self._reader.chain(permit, y, limit=part, before=n))
        else:
            permit = self._gate.permit_private(actor, SYS, "audit-log", None, "audit:read", details=details)
            pages = iter(()) if patient_id else self._slices(permit, wanted, after)
        found = gathered(pages, wanted, limit, MOST)
        return Search([_shown(entry, language) for entry in found.entries], found.after, found.until)

    def checkpoints(self, actor: Actor) -> list[Item]:
        """The newest published checkpoint of each year's log, newest year first."""
        self._gate.record(Event(actor, "audit:checkpoint", SYS, resource_type="audit-log"))
        found = [self._reader.checkpoint(year) for year in reversed(self._reader.log_years())]
        return [
            {
                "year": one.year,
                "origin": one.origin,
                "size": one.size,
                "root": one.root,
                "note": one.note,
                "witnesses": [{"name": name, "at": stamp(at)} for name, at in one.witnesses],
            }
            for one in found
            if one is not None
        ]

    def _slices(
        self, permit: Permit, wanted: Wanted, after: Item | None
    ) -> Iterator[Sequence[tuple[Position, LogEntry]]]:
        """From the end of the newest log, or from the first entry that is too new, bundle by bundle."""
        years = self._reader.log_years()
        first = int(after["y"]) if after else max(years, default=0)
        for year in sorted((year for year in years if year <= first), reverse=True):
            if after and year == first:
                end = int(after["n"])
            else:
                end = self._reader.place(year, wanted.until) if wanted.until else self._reader.size(year)
            while end > 0:
                start = (end - 1) // WIDTH * WIDTH
                entries = self._reader.slice(permit, year, start, end)
                last = year == years[0]
                yield [(None if last and e.seq == 0 else {"y": year, "n": e.seq}, e) for e in reversed(entries)]
                end = start


def _shown(entry: LogEntry, language: str) -> Item:
    """The body whole, but for the salt: with it a known commitment could be tried against guesses for ever. ``what``
    says in words what its action is.
    """
    body = None if entry.body is None else {name: value for name, value in entry.body.items() if name != "salt"}
    return {
        "id": entry.id,
        "year": entry.year,
        "seq": entry.seq,
        "tag": entry.tag,
        "number": entry.number,
        "at": stamp(entry.at),
        "patient_id": entry.person_id,
        "altered": entry.altered,
        "unreadable": entry.body is None and not entry.altered,
        "body": body,
        "what": actions.action_text(body["action"], labels(language), language) if body else "",
    }
