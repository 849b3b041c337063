"""Printed records leave through the service, opened for the one who may have them (DOC-2)."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS, Actor, PersonId
from chalicelib.errors import NotFoundError
from chalicelib.ports import Documents, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate


class DocumentService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, documents: Documents) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._documents = documents

    def download(self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str) -> bytes:
        """The PDF of the newest version. NotFoundError while it is being printed."""
        record = self._tables.get(keys.record(patient_id, spec.name, record_id))  # told after the gate has said yes
        judged = _judged(actor, spec, record)
        permit = self._gate.admit(actor, Action.DOWNLOAD, patient_id, judged, record_id, opens="document")
        if record is None:
            raise NotFoundError
        version = int(record["ver"])
        entry = self._tables.get(keys.document(patient_id, spec.name, record_id, version))
        if entry is None:
            raise NotFoundError("the document is not ready yet")
        return self._vault.open(permit, Sealed(record_id, version, self._documents.get(entry["place"])))


def _judged(actor: Actor, spec: RecordType, record: Item | None) -> RecordType:
    """The kind with what staff may take of it: paper shows the fields that are its owner's alone, as the code of a
    prescription, so it is given to whoever wrote it, who hands it over, and to no other staff.
    """
    if not spec.owner_only or (record is not None and record["person"] == actor.person_id):
        return spec
    takers = OWNERS.intersection(spec.grants.get(Action.DOWNLOAD, ()))
    return replace(spec, grants={**spec.grants, Action.DOWNLOAD: takers})
