"""Large files (DOC-2): taken in by parts that are sealed one by one, given out in ranges; nothing is in memory whole.

A part is a message of its own under the person's key, with the part's number in what it is bound to; so parts cannot
be exchanged, one can be opened without the rest, and whoever loses the connection goes on with the parts that are
missing. Why not one long message: docs/adr/0012.
"""

from __future__ import annotations

import hashlib

from chalicelib.domain import ranges
from chalicelib.domain.attachments import opens
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.large_files import ABANDONED, ACCEPTED, MAX_BYTES, PART, FileState, parts_of, size_of_part
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    ConflictError,
    ContentTypeError,
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    PartConflictError,
    TooLargeError,
    WrongStateError,
)
from chalicelib.ports import Clock, Documents, Event, PatientKeys, Vault, keys
from chalicelib.ports.carried_cards import not_carried
from chalicelib.ports.large_files import part_name, place_of, stretch
from chalicelib.ports.scans import Quarantine
from chalicelib.ports.tables import Item, Put, Store, Tables, Update
from chalicelib.services.gate import Gate

SHOWN = ("state", "type", "size", "sha256", "parts", "at", "fault", "virus_scan", "checked_at")
WAIT, CHECK = 5, "check_file"


class LargeFileService:
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

    def begin(self, actor: Actor, media_type: str, size: int, sha256: str) -> Item:
        """Say what will come. Raises TooLargeError, which names the limit, ContentTypeError, InvalidFieldsError, and as
        ``ports/carried_cards.py``.
        """
        if size > MAX_BYTES:
            raise TooLargeError(f"at most {MAX_BYTES} bytes", extra={"limit": MAX_BYTES})
        if size < 1:
            raise InvalidFieldsError(fields=(FieldProblem("/size", "range", "an empty file is no file"),))
        if media_type not in ACCEPTED:
            raise ContentTypeError("one of: " + ", ".join(ACCEPTED))
        file_id, now, person_id = self._gate.new_id(), self._clock(), actor.card_id
        event = Event(actor, "file:begin", person_id, resource_type="file", resource_id=file_id)
        row: Item = {
            "id": file_id,
            "patient": person_id,
            "by": actor.person_id,
            "state": FileState.OPEN.value,
            "type": media_type,
            "size": size,
            "sha256": sha256,
            "parts": parts_of(size),
            "at": stamp(now),
            "ver": 1,
            **{part_name(number): "" for number in range(1, parts_of(size) + 1)},
        }
        look = {"what": "file", "person": person_id, "id": file_id}
        writes = [
            Put(keys.large_file(person_id, file_id), row),
            Put(keys.queue(keys.FILES, f"{stamp(now + ABANDONED)}#{file_id}"), look),
            self._keys.alive(person_id),
            *not_carried(self._tables, person_id),
        ]
        self._gate.commit([self._gate.stage(event)], writes)
        return _shown(row)

    def part(self, actor: Actor, file_id: str, number: int, data: bytes, sha256: str) -> Item:
        """Store one part; sent again it changes nothing.

        Raises InvalidFieldsError for a number, size or digest that does not fit, PartConflictError, WrongStateError
        when the upload was completed.
        """
        row = self._own(actor, file_id)
        wrong = _wrong_part(row, number, data, sha256)
        if wrong is not None:
            raise InvalidFieldsError(fields=(wrong,))
        name, person_id = part_name(number), actor.card_id
        if row[name] and row[name]["sha256"] == sha256:
            return _shown(row)
        if row[name]:
            raise PartConflictError(extra={"part": number})
        staged = self._gate.stage_private(actor, person_id, "file", file_id, "file:part", resource_version=number)
        stored = {"sha256": sha256, "name": f"{number}-{staged.entry_id[-12:]}"}
        self._quarantine.put(place_of(row, stored["name"]), self._vault.seal(staged.seal_with, number, data))
        open_still = {"state": FileState.OPEN.value, name: ""}
        change = Update(keys.large_file(person_id, file_id), {name: stored}, expect=open_still)
        try:
            self._gate.commit([staged], [change])
        except ConflictError:  # completed, or the same part came twice at one moment
            raise WrongStateError("ask how far this upload is") from None
        return _shown({**row, name: stored})

    def complete(self, actor: Actor, file_id: str) -> Item:
        """All parts are there; the row's reaction looks into the file. Repeatable. WrongStateError while parts are
        missing, which it names.
        """
        row = self._own(actor, file_id)
        missing = _missing(row)
        if missing:
            raise WrongStateError("parts are missing", extra={"missing": missing[:100]})
        if row["state"] != FileState.OPEN:
            return _shown(row)
        event = Event(actor, "file:complete", actor.card_id, resource_type="file", resource_id=file_id)
        change = Update(
            keys.large_file(actor.card_id, file_id),
            {"state": FileState.WAITING.value, "react": [CHECK]},
            add={"ver": 1},
            expect={"state": FileState.OPEN.value},
        )
        self._gate.commit([self._gate.stage(event)], [change])
        return _shown({**row, "state": FileState.WAITING.value})

    def mine(self, actor: Actor, limit: int, after: Item | None) -> tuple[list[Item], Item | None]:
        """One's own, newest first; a page may be short."""
        self._gate.record(Event(actor, "file:list", actor.card_id))
        found = self._tables.query(
            Store.CARD, keys.patient(actor.card_id), keys.LARGE_FILES, limit=limit, after=after, newest_first=True
        )
        return [_shown(row) for row in found.items if opens(actor, row)], found.after

    def state(self, actor: Actor, file_id: str) -> Item:
        self._gate.record(Event(actor, "file:read", actor.card_id, resource_type="file", resource_id=file_id))
        return _shown(self._own(actor, file_id))

    def download(self, actor: Actor, file_id: str, wanted: str) -> tuple[str, bytes, int, int]:
        """(type, bytes, place of the first, size of the file); only the parts that are asked for are opened.

        Raises NotReadyError until it was checked, NotFoundError when it was refused, RangeError.
        """
        row = self._own(actor, file_id)
        if row["state"] in {FileState.REFUSED, FileState.ABANDONED}:
            raise NotFoundError
        if row["state"] != FileState.CLEAN:
            raise NotReadyError(retry_after=WAIT)
        first, end = ranges.asked(wanted, int(row["size"]))
        details = {"bytes": f"{first}-{end - 1}"}
        permit = self._gate.permit_private(actor, actor.card_id, "file", file_id, "file:download", details=details)
        found = stretch(row, permit, self._vault, self._documents.get, first, end)
        return str(row["type"]), found, first, int(row["size"])

    def _own(self, actor: Actor, file_id: str) -> Item:
        row = self._tables.get(keys.large_file(PersonId(actor.card_id), file_id))
        if row is None or not opens(actor, row):
            raise NotFoundError
        return row


def _wrong_part(row: Item, number: int, data: bytes, sha256: str) -> FieldProblem | None:
    if not 1 <= number <= int(row["parts"]):
        return FieldProblem("/number", "range", f"a number from 1 to {int(row['parts'])}")
    wanted = size_of_part(int(row["size"]), number)
    if len(data) != wanted:
        return FieldProblem("/", "length", f"this part has {wanted} bytes")
    if hashlib.sha256(data).hexdigest() != sha256:
        return FieldProblem("Content-Digest", "digest", "is not the SHA-256 of what came")
    return None


def _missing(row: Item) -> list[int]:
    return [number for number in range(1, int(row["parts"]) + 1) if not row[part_name(number)]]


def _shown(row: Item) -> Item:
    shown: Item = {"file_id": row["id"], **{name: row[name] for name in SHOWN if name in row}, "part_size": PART}
    return {**shown, "missing": _missing(row)} if row["state"] == FileState.OPEN else shown
