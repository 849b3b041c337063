"""Scans that people bring (ACT-1, DOC-2): sealed under their own key, in quarantine until they were checked.

Whoever has no account brings theirs to a clinic, whose registrar scans them; whoever may write a record with files
brings those (REC-5, REC-9). What hangs nowhere may be deleted by who brought it.
"""

from __future__ import annotations

from datetime import timedelta

from chalicelib.domain.access import Action
from chalicelib.domain.attachments import CLEAN, DELETED, WAITING, of_staff, opens
from chalicelib.domain.file_signatures import bears_signature
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES, sniffed
from chalicelib.errors import (
    ConflictError,
    ContentTypeError,
    NotFoundError,
    NotReadyError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.ports import Clock, Documents, Event, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.carried_cards import not_carried
from chalicelib.ports.scans import Quarantine
from chalicelib.ports.tables import Delete, Item, Put, Store, Tables, Update, Write
from chalicelib.ports.unattended import still_unattended, unattended
from chalicelib.ports.upload_rows import is_asked_with
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate, Staged

SHOWN = ("state", "type", "size", "at", "fault", "virus_scan", "checked_at", "signature", "attached")
KEPT_DELETED = timedelta(days=30)
DROP = "drop_upload"
"""Reaction of a row that was deleted."""


class UploadService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        quarantine: Quarantine,
        documents: Documents,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._quarantine = quarantine
        self._documents = documents
        self._clock = clock

    def create(self, actor: Actor, media_type: str, data: bytes) -> Item:
        """Take a file in; the row's reaction checks it (``services/scan_checks.py``).

        The file comes before its row, so a row always has its file; a file without a row is gone after seven days
        (infra/stores.yaml). Raises ContentTypeError when the first bytes are not of the type that was said, and as
        ``ports/carried_cards.py``.
        """
        conditions = not_carried(self._tables, actor.card_id)
        return self._taken(actor, actor.card_id, media_type, data, {}, conditions)

    def create_for(self, actor: Actor, patient_id: PersonId, media_type: str, data: bytes) -> Item:
        """A scan that a registrar takes of a paper of a patient without an account; the row names the clinic.

        Raises as ``create``, and as ``ports/unattended.py``.
        """
        profile = unattended(self._tables, patient_id, actor.organisation_id, self._clock())
        conditions = [*still_unattended(patient_id, profile), self._keys.alive(patient_id)]
        return self._taken(actor, patient_id, media_type, data, {"organisation": actor.organisation_id}, conditions)

    def of_clinic(
        self, actor: Actor, patient_id: PersonId, limit: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """What the check said of the scans that this clinic took, newest first; a page may be short."""
        unattended(self._tables, patient_id, actor.organisation_id, self._clock())
        self._gate.record(Event(actor, "paper-upload:list", patient_id, resource_type="scan"))
        found = self._tables.query(
            Store.CARD, keys.patient(patient_id), keys.UPLOADS, limit=limit, after=after, newest_first=True
        )
        own = [row for row in found.items if row.get("organisation") == actor.organisation_id]
        return [_shown(row) for row in own], found.after

    def create_for_record(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, media_type: str, data: bytes
    ) -> Item:
        """A file for a record of this kind, from whoever may write one; the same check as of every scan.

        Raises as ``create``, and as the gate.
        """
        upload_id = self._gate.new_id()
        staged = self._gate.admit_change(actor, Action.CREATE, patient_id, spec, upload_id, version=1, seals="scan")
        said = staged.saying(action="upload:create", resource_type="scan", details={"kind": spec.name})
        owned = {"organisation": actor.organisation_id} if actor.organisation_id else {}
        more: Item = {"for": spec.name, **owned}
        return self._taken(actor, patient_id, media_type, data, more, [self._keys.alive(patient_id)], said)

    def for_record(self, actor: Actor, patient_id: PersonId, spec: RecordType, upload_id: str) -> Item:
        """What the check said of such a file, and whether it hangs on a record, for whoever or whose clinic brought it.

        Raises NotFoundError, and as the gate.
        """
        self._gate.admit_check(actor, patient_id, spec, (), "upload:state")
        return _shown(self._brought(actor, patient_id, spec, upload_id))

    def drop_for_record(self, actor: Actor, patient_id: PersonId, spec: RecordType, upload_id: str) -> None:
        """Delete such a file while it hangs nowhere. Raises as ``for_record`` and ``drop``."""
        staged = self._gate.admit_change(actor, Action.CREATE, patient_id, spec, upload_id, version=1)
        row = self._brought(actor, patient_id, spec, upload_id)
        self._drop(staged.saying(action="upload:delete", resource_type="scan"), patient_id, row)

    def _brought(self, actor: Actor, patient_id: PersonId, spec: RecordType, upload_id: str) -> Item:
        row = self._tables.get(keys.upload(patient_id, upload_id))
        mine = row is not None and (row["by"] == actor.person_id or of_staff(actor, spec.name, row))
        if row is None or row.get("for") != spec.name or row["state"] == DELETED or not mine:
            raise NotFoundError
        return row

    def drop(self, actor: Actor, upload_id: str) -> None:
        """Delete one's own file that no record and no request names.

        Raises NotFoundError, WrongStateError when something names it, NotReadyError while it is being checked.
        """
        person_id = actor.card_id
        row = self._tables.get(keys.upload(person_id, upload_id))
        if row is None or row["state"] == DELETED or row["by"] != actor.person_id:
            raise NotFoundError
        event = Event(actor, "upload:delete", person_id, resource_type="scan", resource_id=upload_id)
        self._drop(self._gate.stage(event), person_id, row)

    def _drop(self, staged: Staged, person_id: PersonId, row: Item) -> None:
        """The row stays for a while and says so; its reaction deletes the file (``services/scan_checks.py``)."""
        if row.get("attached") or "consent" in row or is_asked_with(self._tables, person_id, row["id"]):
            raise WrongStateError("something names this file")
        if row["state"] == WAITING:
            raise NotReadyError(retry_after=5)
        until = int((self._clock() + KEPT_DELETED).timestamp())
        gone: Item = {"state": DELETED, "react": [DROP], "expires": until}
        as_seen: Item = {"ver": int(row["ver"]), "state": row["state"]}
        writes: list[Write] = [
            Update(keys.upload(person_id, row["id"]), gone, {"ver": 1}, expect=as_seen),
            Delete(keys.upload_signature(person_id, row["id"])),
        ]
        try:
            self._gate.commit([staged], writes)
        except ConflictError:
            raise WrongStateError("the file has just been changed; look again") from None

    def _taken(
        self,
        actor: Actor,
        person_id: PersonId,
        media_type: str,
        data: bytes,
        more: Item,
        conditions: list[Write],
        staged: Staged | None = None,
    ) -> Item:
        if len(data) > MAX_BYTES:
            raise TooLargeError(f"at most {MAX_BYTES} bytes")
        if media_type not in ACCEPTED or sniffed(data) != media_type:
            raise ContentTypeError("the content is not of the type that was declared")
        staged = staged or self._gate.stage_private(
            actor, person_id, "scan", self._gate.new_id(), "upload:create", resource_version=1
        )
        upload_id, now = str(staged.seal_with.record_id), stamp(self._clock())
        place = f"{person_id}/scan/{upload_id}"
        self._quarantine.put(place, self._vault.seal(staged.seal_with, 1, data))
        row: Item = {
            "id": upload_id,
            "patient": person_id,
            "by": actor.person_id,
            "state": "waiting",
            "type": media_type,
            "size": len(data),
            "place": place,
            "ver": 1,
            "at": now,
            "react": ["check_upload"],
            **({"signed": True} if bears_signature(media_type, data) else {}),
            **more,
        }
        self._gate.commit([staged], [Put(keys.upload(person_id, upload_id), row), *conditions])
        return {"upload_id": upload_id, "state": "waiting", "type": media_type, "size": len(data), "at": now}

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """One's own files with what the check said, newest first; a page may be short."""
        self._gate.record(Event(actor, "upload:list", actor.card_id))
        found = self._tables.query(
            Store.CARD, keys.patient(actor.card_id), keys.UPLOADS, limit=limit, after=after, newest_first=True
        )
        own = [row for row in found.items if row["state"] != DELETED and opens(actor, row)]
        return [_shown(row) for row in own], found.after

    def download(self, actor: Actor, upload_id: str) -> tuple[str, bytes]:
        """Type and bytes of one's own file. NotReadyError until it was checked, NotFoundError when it was refused."""
        person_id = actor.card_id
        row = self._tables.get(keys.upload(person_id, upload_id))
        if row is None or row["state"] not in {CLEAN, WAITING} or not opens(actor, row):
            raise NotFoundError
        if row["state"] == WAITING:
            raise NotReadyError(retry_after=5)
        permit = self._gate.permit_private(actor, person_id, "scan", upload_id, "upload:read")
        return row["type"], self._vault.open(permit, Sealed(upload_id, 1, self._documents.get(row["place"])))


def _shown(row: Item) -> Item:
    return {"upload_id": row["id"], **{name: row[name] for name in SHOWN if name in row}}
