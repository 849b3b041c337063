"""Whoever may download a card orders an export of it, sees how far it is, and downloads it in ranges."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.domain import exports, ranges
from chalicelib.domain.access import Action
from chalicelib.domain.exports import ExportState, Order
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import AlreadyExistsError, ConflictError, NotFoundError, NotReadyError
from chalicelib.ports import Clock, Documents, Event, PatientKeys, Sealed, Vault, keys, plaintext
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Tables, Write
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.spec import RecordType
from chalicelib.services.exports.making import MAKE, TASK
from chalicelib.services.exports.rows import place_of
from chalicelib.services.gate import Gate, Staged

SHOWN = ("state", "format", "at", "moved_at", "size", "records", "pages", "until", "reason", "sha256")
WAIT = 5  # seconds until it is worth asking again
SECTIONS = tuple(sorted({kind.section for kind in RECORD_TYPES}))


class ExportService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        documents: Documents,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._documents = documents
        self._clock = clock

    def order(self, actor: Actor, patient_id: PersonId, order: Order, key: str) -> tuple[Item, bool]:
        """Order an export once per idempotency key. Returns it, and whether it was ordered already.

        Raises InvalidFieldsError, AlreadyExistsError while one is being made, and as ``Gate.admit_export``.
        """
        export_id = self._gate.new_id()
        kinds = _kinds(actor, order)
        entries = self._gate.admit_export(actor, patient_id, kinds, export_id)
        exports.checked(order, SECTIONS, self._clock().date())
        row, sealed = self._row(actor, patient_id, order, kinds, export_id)
        writes: list[Write] = [
            Put(keys.newest_export(actor.person_id, patient_id), {"export": export_id}, self._free(actor, patient_id)),
            Put(keys.export(actor.person_id, export_id), row),
            Put(keys.queue(keys.FILES, f"{stamp(self._clock() + exports.STALLED)}#{export_id}"), _to_look_at(row)),
            self._keys.alive(patient_id),
        ]
        if actor.person_id != patient_id:
            writes.append(happened(patient_id, self._gate.new_id(), "card_exported", self._clock()))
        asked = [patient_id, order.as_content()]
        request = once(actor.person_id, "export:create", key, asked, {"export_id": export_id})
        try:
            stored = self._gate.commit([*entries, sealed], writes, request)
        except ConflictError as error:
            if error.index == 0:
                raise AlreadyExistsError("one export of a card at a time") from None
            raise
        if stored is not None:
            return _shown(self._own(actor, stored["export_id"])), True
        return _shown(row), False

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """Exports that the caller ordered in this role, newest first; a page may be short."""
        self._gate.record(Event(actor, "export:list", actor.person_id))
        found = self._tables.query(
            Store.CARD, keys.patient(actor.person_id), keys.EXPORTS, limit=limit, after=after, newest_first=True
        )
        return [_shown(row) for row in found.items if _is_of(actor, row)], found.after

    def state(self, actor: Actor, export_id: str) -> Item:
        self._gate.record(Event(actor, "export:read", actor.person_id, resource_type="export", resource_id=export_id))
        return _shown(self._own(actor, export_id))

    def download(self, actor: Actor, export_id: str, wanted: str) -> tuple[str, bytes, int, int]:
        """(format, bytes, place of the first, size of the file); ``wanted``: the Range header. Opens only the pieces
        that are asked for.

        Raises NotReadyError until it is made, NotFoundError when it failed or expired, RangeError, and as the gate: a
        consent that has ended meanwhile closes the export too.
        """
        row = self._own(actor, export_id)
        state = ExportState(row["state"])
        if state in exports.OPEN:
            raise NotReadyError(retry_after=WAIT)
        patient_id, kinds = PersonId(row["card"]), [record_type(name) for name in row["kinds"]]
        if state is not ExportState.READY or row["until"] <= stamp(self._clock()):
            raise NotFoundError("the export failed, or its time is over: order it again")
        first, end = ranges.asked(wanted, int(row["size"]))
        details = {"bytes": f"{first}-{end - 1}"}
        permit = self._gate.admit_exported(actor, patient_id, kinds, export_id, **details)
        found = b""
        for number, start, stop in ranges.overlaps([int(size) for size in row["sizes"]], first, end):
            place = self._documents.get(place_of(row, row["pieces"][number]))
            piece = self._vault.open(permit, Sealed(export_id, exports.file_piece(number + 1), place))
            found += piece[start:stop]
        return str(row["format"]), found, first, int(row["size"])

    # --- pieces

    def _free(self, actor: Actor, patient_id: PersonId) -> Expected:
        """Condition on the row of the newest export: that no other is being made."""
        newest = self._tables.get(keys.newest_export(actor.person_id, patient_id))
        if newest is None:
            return Expect.ABSENT
        row = self._tables.get(keys.export(actor.person_id, newest["export"]))
        if row is not None and exports.counts_as_open(row, self._clock()):
            return Expect.ABSENT  # does not hold: only a repeat of the same request passes
        return {"export": newest["export"]}

    def _row(
        self, actor: Actor, patient_id: PersonId, order: Order, kinds: Sequence[RecordType], export_id: str
    ) -> tuple[Item, Staged]:
        staged = self._gate.stage_private(
            system_actor(TASK), patient_id, "export", export_id, "export:create", details={"format": order.format}
        )
        now = stamp(self._clock())
        row: Item = {
            "id": export_id,
            "patient": actor.person_id,  # in whose partition it lies
            "card": patient_id,
            "role": actor.role.value,
            "organisation": actor.organisation_id,
            "state": ExportState.REQUESTED.value,
            "format": order.format,
            "kinds": [kind.name for kind in kinds],
            "order": self._vault.seal(staged.seal_with, exports.ORDER_PIECE, plaintext(order.as_content())),
            "step": 0,
            "pieces": [],
            "sizes": [],
            "size": 0,
            "records": 0,
            "at": now,
            "moved_at": now,
            "ver": 1,
            "react": [MAKE],
        }
        return row, staged

    def _own(self, actor: Actor, export_id: str) -> Item:
        row = self._tables.get(keys.export(actor.person_id, export_id))
        if row is None or not _is_of(actor, row):
            raise NotFoundError
        return row


def _kinds(actor: Actor, order: Order) -> list[RecordType]:
    """Kinds of the sections that were named; of the whole card, those that the role may ever download."""
    named = [kind for kind in RECORD_TYPES if not order.sections or kind.section in order.sections]
    return [kind for kind in named if actor.role in kind.grants.get(Action.DOWNLOAD, ())] or named or [RECORD_TYPES[0]]


def _is_of(actor: Actor, row: Item) -> bool:
    """Ordered in this role; of a representative, of the ward for whom the session acts."""
    return bool(row["role"] == actor.role.value and (not actor.ward_id or row["card"] == actor.ward_id))


def _shown(row: Item) -> Item:
    return {
        "export_id": row["id"],
        "patient_id": row["card"],
        **{name: row[name] for name in SHOWN if name in row},
        "sections": sorted({record_type(name).section for name in row["kinds"]}),
    }


def _to_look_at(row: Item) -> Item:
    return {"what": "export", "person": row["patient"], "id": row["id"]}
