"""Issuing documents: printed, signed, registered for verification, sealed, stored (DOC-1, DOC-3, RX-6).

``begin`` comes before printing, because the code, the mark of the signature and the stamp are printed; ``finish`` comes
after it. In between nothing is stored but the entries of the uses of keys. The file comes before its rows and lies at a
place of its own try, so two tries at one moment cannot leave the rows of one beside the file of the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.issuing import Code, Signatory, State, signatories, signed_mark, unsigned_mark, verification
from chalicelib.domain.moments import stamp
from chalicelib.domain.names import full_name
from chalicelib.errors import ErasedError, NotFoundError
from chalicelib.ports import Clock, Documents, Printer, Sealed, Vault, keys
from chalicelib.ports.certificates import TrustStore
from chalicelib.ports.issuing import Begun, Document, Finished
from chalicelib.ports.signing import ACTIVE, CERTIFICATES, Credential, DocumentSigner, credential_of
from chalicelib.ports.stamps import STAMP, stamp_text
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.records.bodies.words import moment
from chalicelib.records.printing import POSITIONS, printable
from chalicelib.records.registry import record_type
from chalicelib.services.gate import Gate, Staged

TASK = "issue_document"
Outcome = tuple[Sequence[Staged], Sequence[Write]]


@dataclass(frozen=True, slots=True)
class Press:
    """What it stands on; wired in bootstrap."""

    gate: Gate
    tables: Tables
    vault: Vault
    documents: Documents
    printer: Printer
    signer: DocumentSigner
    trust: TrustStore
    clock: Clock
    public_url: str


class IssuingService:
    """Implements ``ports.issuing.Issuing``."""

    def __init__(self, press: Press) -> None:
        self._p = press
        self._actor = system_actor(TASK)

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], Outcome]]:
        return {TASK: self.issue}

    # --- the print of a record

    def issue(self, row: Item) -> Outcome:
        """The reaction of a record's row: print its newest version."""
        patient_id, spec = PersonId(row["patient"]), record_type(row["kind"])
        if spec.pdf_template is None:
            return [], []
        permit = self._p.gate.admit(self._actor, Action.READ, patient_id, spec, row["id"])
        stored = self._p.tables.get(keys.record(patient_id, spec.name, row["id"]))
        if stored is None:
            raise NotFoundError
        if int(stored["ver"]) != int(row["ver"]):
            return [], []  # amended meanwhile: the newer version prints itself
        content = printable(
            spec,
            json.loads(self._p.vault.open(permit, Sealed.of(row["id"], stored))),
            subject=self._subject(patient_id),
            organisation=self._organisation(stored["organisation"]),
            record_id=row["id"],
            version=int(stored["ver"]),
            issued_at=stored["updated_at"],
            signed_by=self._author(PersonId(stored["person"])) if stored["role"] in POSITIONS else "",
            role=stored["role"],
            reported=stored["source"] == "patient-reported",
        )
        done = self.issued(_document_of(stored), spec.pdf_template, content)
        return done.staged, done.writes

    # --- any document (ports/issuing.py)

    def issued(self, document: Document, template: str, content: Mapping[str, Any]) -> Finished:
        begun = self.begin(document)
        return self.finish(begun, self._p.printer.render(template, {**content, **begun.shown}))

    def begin(self, document: Document) -> Begun:
        code, found = Code.new(), self._credentials(document)
        own_data = not (document.signatories and document.organisation_id)
        marks = [signed_mark(one.name, one.serial, one.valid_from, one.valid_until, document.language) for one in found]
        shown = {
            "verification": verification(code, self._p.public_url, document.language),
            "marks": marks or [unsigned_mark(own_data=own_data, language=document.language)],
            "stamp": "" if own_data else self._stamp(document.organisation_id),
        }
        return Begun(document, code, tuple(found), self._p.clock(), shown)

    def finish(self, begun: Begun, pdf: bytes) -> Finished:
        document = begun.document
        for credential in begun.credentials:
            pdf = self._p.signer.signed(pdf, credential, begun.at)
        digest = hashlib.sha256(pdf).hexdigest()
        staged = self._staged(begun, digest)
        parts = (document.patient_id, document.kind, document.document_id, document.version, staged.entry_id)
        place = "/".join(map(str, parts))
        self._p.documents.put(place, self._p.vault.seal(staged.seal_with, document.version, pdf))
        writes = _writes(begun, {"place": place, "size": len(pdf), "sha256": digest})
        return Finished(pdf, begun.code.found_by, digest, place, (staged,), writes)

    def register(self, begun: Begun, *, place: str, size: int, sha256: str) -> Finished:
        staged = self._staged(begun, sha256)
        writes = _writes(begun, {"place": place, "size": size, "sha256": sha256})
        return Finished(b"", begun.code.found_by, sha256, place, (staged,), writes)

    def _staged(self, begun: Begun, digest: str) -> Staged:
        document = begun.document
        return self._p.gate.stage_private(
            self._actor,
            document.patient_id,
            "document",
            document.document_id,
            "document:issue",
            resource_version=document.version,
            details={"sha256": digest, "signatures": len(begun.credentials)},
        )

    # --- who signs

    def _credentials(self, document: Document) -> list[Credential]:
        """Of those who have to sign whoever can; the organisation in the place of an author who cannot."""
        wanted = document.signatories if document.organisation_id else ()
        found = [one for signatory in wanted if (one := self._credential(signatory, document)) is not None]
        if wanted and not found and Signatory.ORGANISATION not in wanted:
            spare = self._credential(Signatory.ORGANISATION, document)
            return [spare] if spare else []
        return found

    def _credential(self, signatory: Signatory, document: Document) -> Credential | None:
        """What may sign now, under an entry of its use in the owner's chain."""
        owner = PersonId(document.author_id if signatory is Signatory.AUTHOR else document.organisation_id)
        row = self._p.tables.get(keys.signing_certificate(owner))
        if row is None or row["state"] != ACTIVE:
            return None
        told = {"document": document.document_id, "kind": document.kind, "version": document.version}
        kind, kid = CERTIFICATES[signatory], str(row["kid"])
        with suppress(ErasedError):
            permit = self._p.gate.permit_private(self._actor, owner, kind, kid, f"{kind}:use", details=told)
            found = credential_of(owner, row, self._p.vault.open(permit, Sealed.of(kid, row)))
            if self._p.signer.usable(found, self._p.trust.current(), self._p.clock()):
                return found
        return None

    def _stamp(self, organisation_id: str) -> str:
        """The organisation's stamp for the printer: a PNG in base64, or ""."""
        row = self._p.tables.get(keys.organisation_stamp(organisation_id))
        if row is None or row["state"] != ACTIVE:
            return ""
        permit = self._p.gate.permit_private(
            self._actor, PersonId(organisation_id), STAMP, row["id"], "organisation-stamp:use"
        )
        return stamp_text(self._p.vault.open(permit, Sealed.of(row["id"], row)))

    # --- what is printed of people

    def _subject(self, patient_id: PersonId) -> list[tuple[str, str]]:
        profile = self._profile(patient_id)
        born = moment(profile.get("birth_date", "—"), "ru")
        return [("Пациент", full_name(profile)), ("Дата рождения", born)]

    def _author(self, person_id: PersonId) -> str:
        """Whoever wrote it may have been erased before it is printed."""
        with suppress(ErasedError):
            return full_name(self._profile(person_id))
        return "—"

    def _profile(self, person_id: PersonId) -> dict[str, Any]:
        row = self._p.tables.get(keys.profile(person_id))
        if row is None:
            return {}
        permit = self._p.gate.permit_private(self._actor, person_id, "profile", "profile", "profile:print")
        opened: dict[str, Any] = json.loads(self._p.vault.open(permit, Sealed.of("profile", row)))
        return opened

    def _organisation(self, organisation_id: str) -> str:
        row = self._p.tables.get(keys.organisation(organisation_id)) if organisation_id else None
        return str(row["name"]) if row else ""


def _document_of(stored: Item) -> Document:
    wanted = signatories(stored)
    return Document(
        patient_id=PersonId(stored["patient"]),
        kind=stored["kind"],
        document_id=stored["id"],
        version=int(stored["ver"]),
        organisation_id=stored["organisation"] if wanted else "",
        signatories=wanted,
        author_id=stored["person"],
        of_record=True,
    )


def _writes(begun: Begun, file: Item) -> tuple[Write, ...]:
    """The document's row, the row that its code finds, and the end of what it replaces."""
    document, found_by = begun.document, begun.code.found_by
    common: Item = {"ver": document.version, "at": stamp(begun.at), "sha256": file["sha256"]}
    entry = {**common, "place": file["place"], "size": file["size"], "issued": found_by}
    registered = {
        **common,
        "code": begun.code.hashed,
        "patient": document.patient_id,
        "kind": document.kind,
        "record": document.document_id,
        "organisation": document.organisation_id,
        "of_record": document.of_record,
        "signed": bool(begun.credentials),
        "state": State.CURRENT.value,
    }
    place = keys.document(document.patient_id, document.kind, document.document_id, document.version)
    writes: list[Write] = [Put(place, entry, None), Put(keys.issued_document(found_by), registered)]
    if document.replaces:
        writes.append(Update(keys.issued_document(document.replaces), {"state": State.SUPERSEDED.value}))
    return tuple(writes)
