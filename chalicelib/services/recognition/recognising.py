"""The work itself: a scan is opened by the system, read, and what was found is sealed for a person to compare.

One message of the queue a scan. It may come twice, and the function may die half-way: pages are sealed at the same
places again, and the state of the row lets one result in. What cannot be read says why, and is not tried again; what
failed otherwise is, ``TRIES`` times. Nothing of a page is logged, and nothing is written to a disk.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.recognition.confirmation import State
from chalicelib.domain.recognition.drafting import Drafted, drafted
from chalicelib.domain.recognition.faults import Fault, UnreadableError
from chalicelib.domain.recognition.pages import MAX_PAGES
from chalicelib.errors import ConflictError, ErasedError, NotFoundError
from chalicelib.ports import Event, Sealed, keys, plaintext
from chalicelib.ports.recognition import HANDWRITING, Read, Recogniser, RecognitionQueue
from chalicelib.ports.tables import Delete, Item, Update, Write
from chalicelib.services.gate import Staged
from chalicelib.services.recognition.asking import DRAFT, FIRST_PICTURE, KIND, RECOGNISE, Tools, lives

TRIES = 3
TASK = system_actor(RECOGNISE)
Outcome = tuple[Sequence[Staged], Sequence[Write]]
log = logging.getLogger("medkarta.recognition")


class RecognisingService:
    def __init__(
        self,
        tools: Tools,
        recogniser: Callable[[str], Recogniser],
        units: Mapping[str, str],
        zone: str,
    ) -> None:
        """``recogniser``: by the name in the row (ports/recognition.py); ``units``: codes by how they are printed."""
        self._t = tools
        self._recogniser = recogniser
        self._units = units
        self._zone = zone

    def recognise(self, patient_id: str, recognition_id: str, received: int) -> None:
        """``received``: how often this message came. Raises UnavailableError: it is to come again."""
        person_id = PersonId(patient_id)
        row = self._t.tables.get(keys.recognition(person_id, recognition_id))
        if row is None or row["state"] != State.WAITING or not lives(row, self._t.clock()):
            return
        try:
            self._settle(person_id, row, received)
        except ErasedError:  # nobody is left whose scan it is
            log.info("a scan of an erased card was not read")

    def _settle(self, person_id: PersonId, row: Item, received: int) -> None:
        given_up = Fault.OUTSIDE if row["engine"] == HANDWRITING else Fault.GAVE_UP
        try:
            if received > TRIES:
                self._fail(person_id, row, UnreadableError(given_up))
            else:
                self._read(person_id, row)
        except UnreadableError as error:
            self._fail(person_id, row, error)
        except ConflictError:  # another run was faster, or the card was closed meanwhile: the next look says which
            now = self._t.tables.get(keys.recognition(person_id, row["id"]))
            if now is not None and now["state"] == State.WAITING:
                raise

    def _read(self, person_id: PersonId, row: Item) -> None:
        recogniser = self._recogniser(row["engine"])
        read = recogniser.read(*self._opened(person_id, row))
        made = drafted(row["kind"], [one.page for one in read], self._units, self._zone)
        if not made.fields:
            raise UnreadableError(Fault.NOTHING)
        self._keep(person_id, row, read, made, recogniser.name)

    def _opened(self, person_id: PersonId, row: Item) -> tuple[str, bytes]:
        """Type and bytes of the scan. What is sent outside says so in the patient's journal before it goes."""
        upload = self._t.tables.get(keys.upload(person_id, row["upload"]))
        if upload is None or not upload.get("attached"):
            raise UnreadableError(Fault.GONE)
        said = "recognition:send" if row["engine"] == HANDWRITING else "recognition:open"
        details = {"recognition": row["id"]}
        permit = self._t.gate.permit_private(TASK, person_id, "scan", row["upload"], said, details=details)
        try:
            ciphertext = self._t.documents.get(upload["place"])
        except NotFoundError:
            raise UnreadableError(Fault.GONE) from None
        return str(upload["type"]), self._t.vault.open(permit, Sealed(upload["id"], 1, ciphertext))

    def _keep(self, person_id: PersonId, row: Item, read: Sequence[Read], made: Drafted, engine: str) -> None:
        """The pictures come before the row that names them; without it they go when the line of the queue is due."""
        staged = self._t.gate.stage_private(
            TASK, person_id, KIND, row["id"], "recognition:draft", details={"pages": len(read), "engine": engine}
        )
        permit = staged.seal_with
        for one in read:
            place = keys.recognition_picture(person_id, row["id"], one.page.number)
            self._t.documents.put(place, self._t.vault.seal(permit, FIRST_PICTURE + one.page.number, one.picture))
        content: dict[str, Any] = {"body": made.body, "fields": made.fields, "patient": made.patient}
        changes: Item = {
            "state": State.READY.value,
            "read_by": engine,
            "sealed": self._t.vault.seal(permit, DRAFT, plaintext(content)),
            "pages": [
                {
                    "number": one.page.number,
                    "width": one.page.width,
                    "height": one.page.height,
                    "marks": list(one.page.marks),
                    "blank": one.page.blank,
                }
                for one in read
            ],
            "react": [],
        }
        self._change(person_id, row, staged, changes)

    def _fail(self, person_id: PersonId, row: Item, error: UnreadableError) -> None:
        event = Event(
            TASK,
            "recognition:fail",
            person_id,
            resource_type=KIND,
            resource_id=row["id"],
            reason=error.fault.value,
        )
        changes: Item = {"state": State.FAILED.value, "fault": error.fault.value, "page": error.page, "react": []}
        self._change(person_id, row, self._t.gate.stage(event), changes)

    def _change(self, person_id: PersonId, row: Item, staged: Staged, changes: Item) -> None:
        key = keys.recognition(person_id, row["id"])
        update = Update(key, changes, {"ver": 1}, expect={"state": State.WAITING.value})
        self._t.gate.commit([staged], [update, self._t.patient_keys.alive(person_id)])

    # --- before and after

    def handing_over(self, queue: RecognitionQueue) -> Mapping[str, Callable[[Item], Outcome]]:
        """The reaction of a new row. Sent twice is read once."""

        def send(row: Item) -> Outcome:
            queue.send(row["patient"], row["id"])
            return [], []

        return {RECOGNISE: send}

    def look(self, task: Item) -> tuple[Sequence[Staged], Sequence[Write], str]:
        """What is over its time: the pictures, then the row. Repeatable."""
        person_id, recognition_id = PersonId(task["person"]), str(task["id"])
        for page in range(1, MAX_PAGES + 1):
            self._t.documents.delete(keys.recognition_picture(person_id, recognition_id, page))
        event = Event(TASK, "recognition:expire", person_id, resource_type=KIND, resource_id=recognition_id)
        return [self._t.gate.stage(event)], [Delete(keys.recognition(person_id, recognition_id))], ""
