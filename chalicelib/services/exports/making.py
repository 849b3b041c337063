"""An export is made: a reaction of its row, step by step, each step a row's change that causes the next one.

A step opens at most ``RECORDS`` records, makes the next piece of the file, seals and stores it together with what the
next step must know, and moves the row on under a condition. So a step that dies is run again and does nothing
twice, and neither memory nor time of one grows with the card.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.domain import exports
from chalicelib.domain.access import Permit
from chalicelib.domain.exports import ExportState, Order
from chalicelib.domain.identity import PersonId, Role, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AuditUnavailableError,
    CardMergedError,
    ConflictError,
    MedkartaError,
    UnavailableError,
)
from chalicelib.ports import Clock, Documents, Event, Sealed, Vault, keys, plaintext
from chalicelib.ports.booklets import Booklet
from chalicelib.ports.issuing import Begun, Document, Issuing
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Tables, Update, Write
from chalicelib.services.exports.files import JsonFile, PdfFile
from chalicelib.services.exports.reading import Reader
from chalicelib.services.exports.rows import name_of, place_of, sealed_order
from chalicelib.services.gate import Gate, Staged

MAKE, TASK = "make_export", "export"
Outcome = tuple[Sequence[Staged], Sequence[Write]]


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    documents: Documents
    booklet: Booklet
    issuing: Issuing
    clock: Clock


class ExportMaker:
    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._actor = system_actor(TASK)
        self._reader = Reader(tools.gate, tools.tables, tools.vault, self._actor, tools.clock)

    def make(self, row: Item) -> Outcome:
        """The reaction: one step, or the end of an export that cannot be made."""
        stored = self._t.tables.get(keys.export(row["patient"], row["id"]))
        if stored is None or int(stored["ver"]) != int(row["ver"]) or ExportState(stored["state"]) not in exports.OPEN:
            return [], []  # another try was faster
        try:
            if int(stored["step"]) >= exports.STEPS:
                return self.failed(stored, "too-large")
            return self._step(stored)
        except (UnavailableError, AuditUnavailableError, ConflictError):
            raise  # tried again
        except CardMergedError:
            return self.failed(stored, CardMergedError.code)
        except MedkartaError as error:
            return self.failed(stored, error.code)

    def failed(self, row: Item, reason: str) -> Outcome:
        now, person_id = self._t.clock(), PersonId(row["patient"])
        event = Event(
            self._actor,
            "export:fail",
            PersonId(row["card"]),
            outcome="error",
            resource_type="export",
            resource_id=row["id"],
            reason=reason,
        )
        change: Item = {"state": ExportState.FAILED.value, "reason": reason, "moved_at": stamp(now), "react": []}
        told = happened(person_id, self._t.gate.new_id(), "export_failed", now)
        return [self._t.gate.stage(event)], [_moved(row, change), told]

    def _step(self, row: Item) -> Outcome:
        patient_id, step = PersonId(row["card"]), int(row["step"]) + 1
        opening = self._t.gate.permit_private(self._actor, patient_id, "export", row["id"], "export:continue")
        order = Order.of_content(json.loads(self._t.vault.open(opening, sealed_order(row))))
        reading = self._reader.read(patient_id, Role(row["role"]), order, row["kinds"], row.get("reached"))
        begun = self._begun(row, order) if reading.reached is None and order.format == "pdf" else None
        shown = {**begun.shown, "marks": []} if begun else {}
        text, after = self._file(order, row).piece(self._state(row, opening), reading, shown)
        staged = self._t.gate.stage_private(
            self._actor,
            patient_id,
            "export",
            row["id"],
            "export:make" if reading.reached else "export:finish",
            resource_version=step,
            details={"records": len(reading.records)},
        )
        change = self._kept(row, staged, step, text, after)
        if reading.reached:
            change |= {"state": ExportState.MAKING.value, "reached": reading.reached, "react": [MAKE]}
            return [staged], [_moved(row, change)]
        change |= self._whole(row, opening, text)
        told = happened(PersonId(row["patient"]), self._t.gate.new_id(), "export_ready", self._t.clock())
        if begun is None:
            return [staged], [_moved(row, change), told]
        place = place_of(row, "")
        done = self._t.issuing.register(begun, place=place, size=change["size"], sha256=change["sha256"])
        return [staged, *done.staged], [_moved(row, change), told, *done.writes]

    # --- pieces

    def _file(self, order: Order, row: Item) -> JsonFile | PdfFile:
        person, made_at = self._reader.person(PersonId(row["card"])), str(row["at"])
        if order.format == "json":
            return JsonFile(order, row, person, made_at)
        return PdfFile(order, row, person, made_at, self._t.booklet)

    def _begun(self, row: Item, order: Order) -> Begun:
        """The code to verify the document by. The card is many people's work, so nobody signs it."""
        document = Document(PersonId(row["card"]), "export", row["id"], 1, "", (), language=order.language)
        return self._t.issuing.begin(document)

    def _state(self, row: Item, permit: Permit) -> dict[str, Any] | None:
        if "state_name" not in row:
            return None
        ciphertext = self._t.documents.get(place_of(row, row["state_name"]))
        sealed = Sealed(row["id"], exports.state_piece(int(row["step"])), ciphertext)
        found: dict[str, Any] = json.loads(self._t.vault.open(permit, sealed))
        return found

    def _kept(self, row: Item, staged: Staged, step: int, text: bytes, after: Mapping[str, Any]) -> Item:
        """Store the piece and the state, sealed; what the row says of them."""
        names = []
        for number, content in ((exports.file_piece(step), text), (exports.state_piece(step), plaintext(after))):
            names.append(name_of(number, staged.entry_id))
            ciphertext = self._t.vault.seal(staged.seal_with, number, content)
            self._t.documents.put(place_of(row, names[-1]), ciphertext)
        return {
            "step": step,
            "pieces": [*row["pieces"], names[0]],
            "sizes": [*row["sizes"], len(text)],
            "size": int(row["size"]) + len(text),
            "state_name": names[1],
            "records": after["records"],
            **({"pages": after["pages"]} if "pages" in after else {}),
            "moved_at": stamp(self._t.clock()),
        }

    def _whole(self, row: Item, permit: Permit, last: bytes) -> Item:
        """What is known when the last piece is made; the earlier ones are read again, one at a time, for the digest."""
        digest = hashlib.sha256()
        for number, name in enumerate(row["pieces"], 1):
            ciphertext = self._t.documents.get(place_of(row, name))
            digest.update(self._t.vault.open(permit, Sealed(row["id"], exports.file_piece(number), ciphertext)))
        digest.update(last)
        until = stamp(self._t.clock() + exports.KEPT)
        return {"state": ExportState.READY.value, "until": until, "sha256": digest.hexdigest(), "react": []}


def _moved(row: Item, change: Item) -> Write:
    """The row goes on from where this try found it, or not at all."""
    return Update(keys.export(row["patient"], row["id"]), change, add={"ver": 1}, expect={"ver": int(row["ver"])})
