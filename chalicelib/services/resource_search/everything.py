"""``$everything`` (R4, patient-operation-everything.html): a card in pages, newest first, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain import exact_json
from chalicelib.domain.access import CardState
from chalicelib.domain.bulk import PAGE
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import GoneError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.going_on import followed
from chalicelib.ports.resources import Resource
from chalicelib.ports.tables import Item
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.records.resource_search import RESOURCE_EVERYTHING, RESOURCE_EXPORT
from chalicelib.records.spec import RecordType
from chalicelib.services.resource_search.results import Found
from chalicelib.services.resource_search.stream import Stand, newest_first, stand_of
from chalicelib.services.resource_search.views import Tools, View, consented, patient_open, scoped, seen

ALL = tuple(spec.name for spec in RECORD_TYPES)
OPENED = 1000
PASSED = 20_000
BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """``start``, ``end``: of the clinical date, ``end`` not included. ``since``: of the newest version."""

    count: int
    types: frozenset[str] = frozenset()
    start: datetime | None = None
    end: datetime | None = None
    since: datetime | None = None
    size: int = BYTES
    """Bytes of a page: after so many it ends."""


class EverythingService:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def page(
        self, actor: Actor, patient_id: PatientId, wanted: Wanted, after: Item | None, spec: RecordType | None = None
    ) -> Found:
        """The Patient first, where the caller may read it. Raises what the gate raises."""
        return followed(patient_id, lambda card: self._page(actor, card, wanted, after, spec or RESOURCE_EVERYTHING))

    # --- for bulk exports (ports/bulk.py)

    def consented(self, actor: Actor, patient_id: PatientId) -> bool:
        """By a live consent, and neither has the patient closed the card to who asks, nor is it no more."""
        closed = [keys.barred(patient_id, one) for one in (actor.grantee_id, actor.organisation_id)]
        rows = self._t.tables.get_many([keys.card(patient_id), *dict.fromkeys(closed)])
        card = rows.pop(keys.card(patient_id), {})
        readable = card.get("state") in {CardState.ACTIVE.value, CardState.SUSPENDED.value}
        return readable and not rows and consented(self._t, actor, patient_id)

    def exported(
        self, actor: Actor, patient_id: PatientId, types: frozenset[str], since: datetime | None, after: Item | None
    ) -> tuple[list[Resource], Item | None]:
        wanted = Wanted(OPENED, types, since=since, size=PAGE)
        found = self._page(actor, patient_id, wanted, after, RESOURCE_EXPORT)
        return found.hits, found.after

    # --- pieces

    def _page(self, actor: Actor, patient_id: PatientId, wanted: Wanted, after: Item | None, spec: RecordType) -> Found:
        view = seen(self._t, actor, patient_id, spec, ALL)
        found = Found()
        if after is None and _typed(wanted, "Patient") and scoped(actor, "Patient", "r"):
            found.hits += self._patient(actor, patient_id)
        opened, size = 0, 0
        start = Stand(*after["stand"]) if after else None
        for looked, row in enumerate(self._rows(view, wanted, start), 1):
            if view.permit(row) is not None and self._held(row, wanted):
                came = [one for one in view.resources(row) if self._told(actor, one, wanted)]
                opened, size = opened + 1, size + sum(len(exact_json.dumps(one)) for one in came)
                found.hits += came
            if len(found.hits) >= wanted.count or opened >= OPENED or looked >= PASSED or size > wanted.size:
                found.after = {"stand": list(stand_of(row))}
                break
        return found

    def _patient(self, actor: Actor, patient_id: PatientId) -> Iterator[Resource]:
        if not patient_open(self._t, actor, patient_id):
            return
        try:
            yield self._t.reader.read(actor, "Patient", card_resource_id(patient_id))
        except (GoneError, NotFoundError):  # a card that nobody brought a Patient to
            return

    def _rows(self, view: View, wanted: Wanted, start: Stand | None) -> Iterator[Item]:
        """``end`` and ``start`` are places in the lists: what lies outside is not read."""
        if wanted.end is not None and (start is None or start.moment >= stamp(wanted.end)):
            start = Stand(stamp(wanted.end), "", "")
        low = stamp(wanted.start) if wanted.start else ""
        for row in newest_first(self._t.tables, view.patient_id, view.kinds, after=start):
            if stand_of(row).moment < low:
                return
            yield row

    def _held(self, row: Item, wanted: Wanted) -> bool:
        """Not as partners brought the Patient: that stands in front."""
        changed = wanted.since is None or str(row["updated_at"]) >= stamp(wanted.since)
        kind = str(row.get("resource_type", ""))
        return changed and kind != "Patient" and _typed(wanted, kind)

    @staticmethod
    def _told(actor: Actor, resource: Resource, wanted: Wanted) -> bool:
        kind = str(resource["resourceType"])
        return _typed(wanted, kind) and scoped(actor, kind, "r")


def _typed(wanted: Wanted, kind: str) -> bool:
    return not wanted.types or not kind or kind in wanted.types
