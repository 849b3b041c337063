"""Who asks for a scan to be read, and sees what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.attachments import CLEAN, hook
from chalicelib.domain.idempotency import once
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.recognition.confirmation import State
from chalicelib.domain.recognition.faults import WORDS, Fault
from chalicelib.domain.recognition.service import Offer
from chalicelib.domain.scans import ACCEPTED
from chalicelib.errors import (
    FieldProblem,
    HandwritingOffError,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    RecognitionMissingError,
)
from chalicelib.ports import Clock, Documents, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.recognition import HANDWRITING, LOCAL
from chalicelib.ports.tables import Item, Put, Store, Tables, Write
from chalicelib.records.documents import ATTACHED_DOCUMENT
from chalicelib.records.registry import record_type
from chalicelib.services.gate import Gate

KIND = "recognition"
KEPT = timedelta(days=30)
"""How long a draft waits for a person; the scan itself stays in the card."""
RECOGNISE = "recognise"
"""Reaction of a new row: the scan goes to the function that reads it."""
DRAFT, FIRST_PICTURE = 1, 2
"""Versions under which the parts of one recognition are sealed: the draft, then its pages."""
SHOWN = ("id", "kind", "document", "upload", "state", "engine", "at", "by", "record", "pages", "reason")


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    documents: Documents
    clock: Clock
    offer: Offer

    def found(self, patient_id: PersonId, kind: str, recognition_id: str) -> Item:
        """Raises NotFoundError for one of another kind, and for what has ended."""
        row = self.tables.get(keys.recognition(patient_id, recognition_id))
        if row is None or row["kind"] != kind or not lives(row, self.clock()):
            raise NotFoundError
        return row


class AskingService:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def begin(self, actor: Actor, patient_id: PersonId, form: Mapping[str, Any], key: str) -> tuple[Item, bool]:
        """Hand a scan over, once per idempotency key. ``form``: kind, document, upload_id, handwriting.

        Whoever may write a record of the kind and take the document away. Raises RecognitionMissingError,
        HandwritingOffError, InvalidFieldsError for a file that is no clean scan of the document, and as the gate.
        """
        spec, recognition_id = record_type(form["kind"]), self._t.gate.new_id()
        staged = self._t.gate.admit_change(actor, Action.CREATE, patient_id, spec, recognition_id, version=1)
        self._t.gate.allowed(actor, Action.DOWNLOAD, patient_id, ATTACHED_DOCUMENT)
        self._can(actor, handwriting=form["handwriting"])
        upload = self._scan(patient_id, form["document"], form["upload_id"])
        row = self._row(actor, patient_id, recognition_id, form, upload)
        told = {"kind": spec.name, "document": form["document"], "file": upload["id"], "engine": row["engine"]}
        said = staged.saying(action="recognition:create", resource_type=KIND, details=told)
        tidying: Item = {"what": KIND, "person": patient_id, "id": recognition_id}
        due = stamp(self._t.clock() + KEPT)
        writes: list[Write] = [
            Put(keys.recognition(patient_id, recognition_id), row),
            Put(keys.queue(keys.FILES, f"{due}#{recognition_id}"), tidying),
            self._t.patient_keys.alive(patient_id),
        ]
        request = once(actor.person_id, "recognition:create", key, [patient_id, dict(form)], {"id": recognition_id})
        stored = self._t.gate.commit([said], writes, request)
        if stored is None:
            return shown(row, "ru"), False
        return shown(self._t.found(patient_id, spec.name, stored["id"]), "ru"), True

    def listed(
        self, actor: Actor, patient_id: PersonId, kind: str, language: str, limit: int, after: Item | None
    ) -> tuple[list[Item], Item | None]:
        """Those of one kind, newest first, with the reason of what failed; a page may be short."""
        self._t.gate.admit_check(actor, patient_id, record_type(kind), (), "recognition:list")
        found = self._t.tables.query(
            Store.CARD, keys.patient(patient_id), keys.RECOGNITIONS, limit=limit, after=after, newest_first=True
        )
        return [
            shown(row, language) for row in found.items if row["kind"] == kind and lives(row, self._t.clock())
        ], found.after

    def read(self, actor: Actor, patient_id: PersonId, kind: str, recognition_id: str, language: str) -> Item:
        """State; and once it was read, what was found, each value with its place. Raises NotFoundError."""
        permit = self._permit(actor, patient_id, kind, "recognition:read")
        row = self._t.found(patient_id, kind, recognition_id)
        answer = shown(row, language)
        if "sealed" in row:
            answer["draft"] = opened(self._t.vault, permit, row)
        return answer

    def picture(self, actor: Actor, patient_id: PersonId, kind: str, recognition_id: str, page: int) -> bytes:
        """A page as it was read (JPEG). Raises NotFoundError, NotReadyError."""
        permit = self._permit(actor, patient_id, kind, "recognition:picture")
        row = self._t.found(patient_id, kind, recognition_id)
        if row["state"] == State.WAITING:
            raise NotReadyError(retry_after=3)
        if page not in {int(one["number"]) for one in row.get("pages", ())}:
            raise NotFoundError
        ciphertext = self._t.documents.get(keys.recognition_picture(patient_id, recognition_id, page))
        return self._t.vault.open(permit, Sealed(recognition_id, FIRST_PICTURE + page, ciphertext))

    # --- pieces

    def _can(self, actor: Actor, *, handwriting: bool) -> None:
        if not self._t.offer.local:
            raise RecognitionMissingError
        if not handwriting:
            return
        settings = self._t.tables.get(keys.recognition_settings(actor.organisation_id))
        if not self._t.offer.handwriting or settings is None or not settings["handwriting"]:
            raise HandwritingOffError

    def _scan(self, patient_id: PersonId, document: str, upload_id: str) -> Item:
        upload = self._t.tables.get(keys.upload(patient_id, upload_id))
        here = hook(ATTACHED_DOCUMENT.name, document)
        if upload is None or upload.get("attached") != here or upload["state"] != CLEAN:
            wrong = FieldProblem("/upload_id", "no-scan", "this document of the card has no such file")
            raise InvalidFieldsError(fields=(wrong,))
        if upload["type"] not in ACCEPTED:
            wrong = FieldProblem("/upload_id", "not-a-scan", "only PDF, JPEG and PNG are recognised")
            raise InvalidFieldsError(fields=(wrong,))
        return upload

    def _row(
        self, actor: Actor, patient_id: PersonId, recognition_id: str, form: Mapping[str, Any], upload: Item
    ) -> Item:
        now = self._t.clock()
        return {
            "id": recognition_id,
            "patient": patient_id,
            "kind": form["kind"],
            "document": form["document"],
            "upload": upload["id"],
            "by": actor.person_id,
            "organisation": actor.organisation_id,
            "engine": HANDWRITING if form["handwriting"] else LOCAL,
            "state": State.WAITING.value,
            "at": stamp(now),
            "expires": int((now + KEPT).timestamp()),
            "ver": 1,
            "react": [RECOGNISE],
        }

    def _permit(self, actor: Actor, patient_id: PersonId, kind: str, said: str) -> Permit:
        return self._t.gate.admit_check(actor, patient_id, record_type(kind), (), said, [KIND])[KIND]


def lives(row: Item, now: datetime) -> bool:
    """The store removes what has ended, some time later."""
    return int(row["expires"]) > int(now.timestamp())


def shown(row: Item, language: str) -> Item:
    """A row without what is sealed in it; of a failure why, in words."""
    answer = {name: row[name] for name in SHOWN if name in row}
    if fault := row.get("fault"):
        answer["fault"] = {"code": fault, "page": int(row.get("page", 0)), "text": WORDS[Fault(fault)].to(language)}
    answer["version"] = int(row["ver"])
    return answer


def opened(vault: Vault, permit: Permit, row: Item) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(vault.open(permit, Sealed(row["id"], DRAFT, bytes(row["sealed"]))))
    return found
