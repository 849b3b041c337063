"""Links to a card (DOC-4): the patient makes and revokes them, somebody without an account opens them.

``domain/shares.py`` has the rules of a link, ``domain/access.py`` what it opens. Reading goes through the gate like any
other: entry, line in the link's journal, then data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.ports import Clock, PatientKeys, Signer, Vault
from chalicelib.ports.tables import Tables
from chalicelib.services.gate import Gate
from chalicelib.services.shares.making import Making
from chalicelib.services.shares.opening import Opening
from chalicelib.services.shares.reading import Reading

if TYPE_CHECKING:
    from chalicelib.services.attachments import AttachmentService
    from chalicelib.services.documents import DocumentService
    from chalicelib.services.records import RecordService

__all__ = ["ShareService"]


class ShareService(Making, Opening, Reading):
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        signer: Signer,
        records: RecordService,
        documents: DocumentService,
        attachments: AttachmentService,
        public_url: str,
        clock: Clock,
    ) -> None:
        Making.__init__(self, gate, tables, vault, patient_keys, public_url, clock)
        Opening.__init__(self, gate, tables, signer, clock)
        Reading.__init__(self, gate, tables, records, documents, attachments, clock)
