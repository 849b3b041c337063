"""The printed certificate: every vaccination with lot and organisation, and the code with what it gives away."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.names import full_name
from chalicelib.domain.texts import vaccinations as words
from chalicelib.domain.vaccination_calendar.vaccines import vaccine_name
from chalicelib.errors import NotFoundError
from chalicelib.ports import Printer, Sealed, Vault, keys
from chalicelib.ports.issuing import Document, Issuing
from chalicelib.ports.tables import Item, Tables, Write
from chalicelib.records.bodies.words import moment
from chalicelib.records.vaccination import CERTIFICATE
from chalicelib.services.gate import Gate, Staged

TASK = "issue_vaccination_certificate"


@dataclass(frozen=True, slots=True)
class Printing:
    """What it stands on; wired in bootstrap. ``issuer``: where a verifier finds keys and revocations."""

    gate: Gate
    tables: Tables
    vault: Vault
    issuing: Issuing
    printer: Printer
    issuer: str


class CertificatePrinting:
    def __init__(self, printing: Printing) -> None:
        self._p = printing
        self._actor = system_actor(TASK)

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], tuple[Sequence[Staged], Sequence[Write]]]]:
        return {TASK: self.issue}

    def issue(self, row: Item) -> tuple[Sequence[Staged], Sequence[Write]]:
        """The reaction of a certificate's row. Nobody signs it by hand: the card in its code is signed."""
        patient_id = PersonId(row["patient"])
        permit = self._p.gate.admit(self._actor, Action.READ, patient_id, CERTIFICATE, row["id"])
        stored = self._p.tables.get(keys.record(patient_id, CERTIFICATE.name, row["id"]))
        if stored is None:
            raise NotFoundError
        body = json.loads(self._p.vault.open(permit, Sealed.of(row["id"], stored)))
        document = Document(
            patient_id=patient_id,
            kind=CERTIFICATE.name,
            document_id=row["id"],
            version=int(stored["ver"]),
            organisation_id="",
            signatories=(),
            language=body["language"],
            of_record=True,
        )
        content = printable(body, self._profile(patient_id), row["id"], stored["updated_at"], self._p.issuer)
        begun = self._p.issuing.begin(document)
        # What is signed here is the card in the code, by the system; no clinic answers for a choice of the holder's.
        shown = {
            **content,
            **begun.shown,
            "marks": [_mark(stored["health_card"]["kid"], self._p.issuer, body["language"])],
        }
        done = self._p.issuing.finish(begun, self._p.printer.render(str(CERTIFICATE.pdf_template), shown))
        return done.staged, done.writes

    def _profile(self, patient_id: PersonId) -> dict[str, Any]:
        row = self._p.tables.get(keys.profile(patient_id))
        if row is None:
            raise NotFoundError
        permit = self._p.gate.permit_private(self._actor, patient_id, "profile", "profile", f"{CERTIFICATE.name}:print")
        opened: dict[str, Any] = json.loads(self._p.vault.open(permit, Sealed.of("profile", row)))
        return opened


def printable(
    body: Mapping[str, Any], profile: Mapping[str, Any], record_id: str, issued_at: str, issuer: str
) -> dict[str, Any]:
    """Content for ``Printer.render`` (documents/pdf.py says its shape)."""
    language = body["language"]
    rows = [_row(one, language) for one in body["vaccinations"]]
    columns = [column.to(language) for column in words.COLUMNS]
    return {
        "title": words.TITLE.to(language),
        "language": language,
        "organisation": words.ISSUED_BY.to(language),
        "subject": [
            (words.PATIENT.to(language), full_name(profile)),
            (words.BORN.to(language), moment(profile["birth_date"], language)),
        ],
        "sections": [
            {"title": words.LIST.to(language), "rows": None, "table": {"columns": columns, "rows": rows}, "text": None},
            {
                "title": words.ABOUT.to(language),
                "rows": None,
                "table": None,
                "text": words.EXPLAINED.to(language).format(issuer=issuer),
            },
        ],
        "footer": words.FOOTER.to(language),
        "issued_at": issued_at,
        "document_id": record_id,
        "version": 1,
        "qr": {"text": body["qr"], "caption": words.CAPTION.to(language), "level": "L"},
        "signature": None,
    }


def _mark(kid: str, issuer: str, language: str) -> dict[str, Any]:
    rows = [(words.KEY.to(language), f"ES256, {kid}"), (words.ISSUER.to(language), issuer)]
    return {"title": words.SIGNED.to(language), "rows": rows}


def _row(one: Mapping[str, Any], language: str) -> list[str]:
    return [
        moment(one["on"], language),
        vaccine_name(one["vaccine"], language),
        one["stages"],
        one["lot"],
        one["organisation"],
        words.IN_CODE.to(language) if one["in_code"] else "",
    ]
