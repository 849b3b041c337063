"""Whether a paper is genuine, for whoever holds it (DOC-1): by the code on it, and no word about the patient.

Of a wrong code nothing is told but that it is wrong; a document of an erased person is as unknown as any other.
"""

from __future__ import annotations

from chalicelib.domain.access import CardState
from chalicelib.domain.actions import THINGS
from chalicelib.domain.identity import SYS, Actor, PersonId
from chalicelib.domain.issuing import Code, code_of, state_of
from chalicelib.errors import DocumentCodeError, DocumentElsewhereError, DocumentUnknownError
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Item, Tables
from chalicelib.records.registry import RECORD_TYPES
from chalicelib.services.gate import Gate

MERGES = 5  # cards that went on into one another, one after the other


class VerificationService:
    def __init__(self, gate: Gate, tables: Tables, public_url: str) -> None:
        self._gate = gate
        self._tables = tables
        self._url = public_url

    def verify(self, actor: Actor, text: str) -> Item:
        """What is known of the document that a code names.

        Raises DocumentCodeError, DocumentElsewhereError (domain/issuing.py), DocumentUnknownError.
        """
        try:
            row = self._found(code_of(text, self._url))
        except (DocumentCodeError, DocumentElsewhereError, DocumentUnknownError) as error:
            self._gate.record(Event(actor, "document:verify", SYS, "error", reason=error.code))
            raise
        patient_id = PersonId(row["patient"])
        record = keys.record(patient_id, row["kind"], row["record"])
        wanted = [record, keys.card(patient_id)]
        organisation = keys.organisation(row["organisation"]) if row["organisation"] else None
        rows = self._tables.get_many([*wanted, *([organisation] if organisation else [])])
        card = rows.get(keys.card(patient_id), {"state": CardState.ERASED})
        if card["state"] == CardState.ERASED:
            self._gate.record(Event(actor, "document:verify", SYS, "error", reason=DocumentUnknownError.code))
            raise DocumentUnknownError
        newest = self._newest(row, card, rows.get(record))
        self._gate.record(
            Event(actor, "document:verify", patient_id, resource_type=row["kind"], resource_id=row["record"])
        )
        return {
            "state": state_of(row["state"], int(row["ver"]), newest if row["of_record"] else None).value,
            "kind": row["kind"],
            "title": _title(row["kind"]),
            "version": int(row["ver"]),
            "issued_at": row["at"],
            "organisation": rows[organisation]["name"] if organisation in rows else "",
            "signed": row["signed"],
            "sha256": row["sha256"],
        }

    def _found(self, code: Code) -> Item:
        row = self._tables.get(keys.issued_document(code.found_by))
        if row is None:
            raise DocumentUnknownError
        if not code.fits(row["code"]):
            raise DocumentCodeError
        return row

    def _newest(self, row: Item, card: Item, record: Item | None) -> Item | None:
        """The record where it is now: a merged card goes on under another id (SPC-5)."""
        for _ in range(MERGES):
            if "merged_into" not in card:
                break
            patient_id = PersonId(card["merged_into"])
            key = keys.record(patient_id, row["kind"], row["record"])
            rows = self._tables.get_many([key, keys.card(patient_id)])
            record, card = rows.get(key, record), rows.get(keys.card(patient_id), {})
        return record


def _title(kind: str) -> Item:
    """What kind of document it is, in both languages."""
    for spec in RECORD_TYPES:
        if spec.name == kind:
            return dict(spec.labels)
    said = THINGS[kind]
    return {language: said.to(language) for language in ("ru", "en")}
