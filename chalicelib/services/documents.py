"""Printed records leave through the service, opened for the one who may have them (DOC-2)."""

from __future__ import annotations

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import NotFoundError
from chalicelib.ports import Documents, Sealed, Vault, keys
from chalicelib.ports.tables import Tables
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
        permit = self._gate.admit(actor, Action.DOWNLOAD, patient_id, spec, record_id, opens="document")
        record = self._tables.get(keys.record(patient_id, spec.name, record_id))
        if record is None:
            raise NotFoundError
        version = int(record["ver"])
        entry = self._tables.get(keys.document(patient_id, spec.name, record_id, version))
        if entry is None:
            raise NotFoundError("the document is not ready yet")
        return self._vault.open(permit, Sealed(record_id, version, self._documents.get(entry["place"])))
