"""Files that hang on a record, given to whoever may take the record away (REC-5, REC-9, DOC-2).

The record is what the gate judges: its kind, its section, the record itself where a link names single ones. What hangs
on it, the file's own row says (domain/attachments.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.domain import ranges
from chalicelib.domain.access import Action, Permit
from chalicelib.domain.attachments import hook
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import NotFoundError
from chalicelib.ports import Documents, Sealed, Vault, keys
from chalicelib.ports.large_files import stretch
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.spec import RecordType
from chalicelib.services.gate import Gate


@dataclass(frozen=True, slots=True)
class Given:
    """Some bytes of a file: its type, the bytes, the place of the first of them, and the size of the whole."""

    media_type: str
    data: bytes
    first: int
    size: int


class AttachmentService:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, documents: Documents) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._documents = documents

    def download(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str, file_id: str, wanted: str = ""
    ) -> Given:
        """A file, or the range ``wanted`` of it (RFC 9110, 14).

        A file that the newest version names no more is history, and judged as that too. NotFoundError for a file that
        hangs elsewhere or nowhere, RangeError; else as the gate.
        """
        scan, large = keys.upload(patient_id, file_id), keys.large_file(patient_id, file_id)
        record = keys.record(patient_id, spec.name, record_id)
        rows = self._tables.get_many([record, scan, large])  # nothing of it is told before the gate has said yes
        in_parts = large in rows
        permit = self._gate.admit(
            actor,
            Action.DOWNLOAD,
            patient_id,
            spec,
            record_id,
            opens="file" if in_parts else "scan",
            file_id=file_id,
            details={"bytes": wanted[:40]} if wanted else None,
        )
        file = rows.get(large if in_parts else scan)
        if file is None or record not in rows or file.get("attached") != hook(spec.name, record_id):
            raise NotFoundError
        if file_id not in rows[record]["files"]:
            self._gate.admit(actor, Action.HISTORY, patient_id, spec, record_id, file_id=file_id)
        return self._given(permit, file, wanted, in_parts=in_parts)

    def _given(self, permit: Permit, file: Item, wanted: str, *, in_parts: bool) -> Given:
        size = int(file["size"])
        first, end = ranges.asked(wanted, size)
        if in_parts:
            data = stretch(file, permit, self._vault, self._documents.get, first, end)
        else:
            data = self._vault.open(permit, Sealed(file["id"], 1, self._documents.get(file["place"])))[first:end]
        return Given(str(file["type"]), data, first, size)
