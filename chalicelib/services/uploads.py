"""Scans that people bring (ACT-1, DOC-2): sealed under their own key, in quarantine until they were checked.

Whoever has no account brings theirs to a clinic, whose registrar scans them.
"""

from __future__ import annotations

from chalicelib.domain.file_signatures import bears_signature
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import ACCEPTED, MAX_BYTES, sniffed
from chalicelib.errors import ContentTypeError, NotFoundError, NotReadyError, TooLargeError
from chalicelib.ports import Clock, Documents, Event, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.scans import Quarantine
from chalicelib.ports.tables import Item, Put, Store, Tables, Write
from chalicelib.ports.unattended import still_unattended, unattended
from chalicelib.services.gate import Gate

SHOWN = ("state", "type", "size", "at", "fault", "virus_scan", "checked_at", "signature")


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
        (infra/stores.yaml). Raises ContentTypeError when the first bytes are not of the type that was said.
        """
        return self._taken(actor, actor.card_id, media_type, data, {}, [])

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

    def _taken(
        self,
        actor: Actor,
        person_id: PersonId,
        media_type: str,
        data: bytes,
        more: Item,
        conditions: list[Write],
    ) -> Item:
        if len(data) > MAX_BYTES:
            raise TooLargeError(f"at most {MAX_BYTES} bytes")
        if media_type not in ACCEPTED or sniffed(data) != media_type:
            raise ContentTypeError("the content is not of the type that was declared")
        upload_id, now = self._gate.new_id(), stamp(self._clock())
        staged = self._gate.stage_private(actor, person_id, "scan", upload_id, "upload:create", resource_version=1)
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
        """One's own files with what the check said, newest first."""
        self._gate.record(Event(actor, "upload:list", actor.card_id))
        found = self._tables.query(
            Store.CARD, keys.patient(actor.card_id), keys.UPLOADS, limit=limit, after=after, newest_first=True
        )
        return [_shown(row) for row in found.items], found.after

    def download(self, actor: Actor, upload_id: str) -> tuple[str, bytes]:
        """Type and bytes of one's own file. NotReadyError until it was checked, NotFoundError when it was refused."""
        person_id = actor.card_id
        row = self._tables.get(keys.upload(person_id, upload_id))
        if row is None or row["state"] == "refused":
            raise NotFoundError
        if row["state"] != "clean":
            raise NotReadyError(retry_after=5)
        permit = self._gate.permit_private(actor, person_id, "scan", upload_id, "upload:read")
        return row["type"], self._vault.open(permit, Sealed(upload_id, 1, self._documents.get(row["place"])))


def _shown(row: Item) -> Item:
    return {"upload_id": row["id"], **{name: row[name] for name in SHOWN if name in row}}
