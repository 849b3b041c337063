"""The stamp of an organisation: uploaded, checked in quarantine, drawn anew, printed beside signatures (RX-6).

The stamp in use stays in use while another is being checked, and when that one is refused. Like any upload it is opened
once by the system alone, and what is kept is a picture that the system has drawn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import JPEG, PNG, Fault, look_again, sniffed
from chalicelib.domain.staff import refusal_to_manage
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ContentTypeError,
    InvalidFieldsError,
    NotFoundError,
    ScannerUnavailableError,
    TooLargeError,
)
from chalicelib.ports import Clock, Event, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.scans import Quarantine, ScanChecker, VirusScanner
from chalicelib.ports.stamps import STAMP, StampPress
from chalicelib.ports.tables import Expect, Expected, Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

CHECK, TIDY, CALL = "check_stamp", "tidy_upload", "unscanned_stamp"
ACCEPTED = (PNG, JPEG)
MAX_BYTES = 1024 * 1024
INFECTED = "infected"
Outcome = tuple[Sequence[Staged], Sequence[Write]]


class StampService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        patient_keys: PatientKeys,
        quarantine: Quarantine,
        checker: ScanChecker,
        viruses: VirusScanner,
        press: StampPress,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._keys = patient_keys
        self._quarantine = quarantine
        self._checker = checker
        self._viruses = viruses
        self._press = press
        self._clock = clock

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], Outcome]]:
        return {CHECK: self.check, CALL: self.unscanned}

    # --- the administrator

    def put(self, actor: Actor, organisation_id: str, media_type: str, data: bytes) -> Item:
        """Take a picture in. The file comes before its row. Raises ContentTypeError, TooLargeError."""
        owner = self._managed(actor, organisation_id, "put")
        if len(data) > MAX_BYTES:
            raise TooLargeError(f"at most {MAX_BYTES} bytes")
        if media_type not in ACCEPTED or sniffed(data) != media_type:
            raise ContentTypeError("the content is not of the type that was declared")
        with suppress(AlreadyExistsError):
            self._keys.enrol(owner)
        upload_id, key = self._gate.new_id(), keys.stamp_upload(owner)
        staged = self._gate.stage_private(actor, owner, STAMP, upload_id, "organisation-stamp:put")
        place = f"{owner}/stamp/{upload_id}"
        self._quarantine.put(place, self._vault.seal(staged.seal_with, 1, data))
        old = self._tables.get(key)
        row: Item = {
            "id": upload_id,
            "patient": owner,
            "state": "waiting",
            "type": media_type,
            "size": len(data),
            "place": place,
            "ver": 1,
            "at": stamp(self._clock()),
            "react": [CHECK],
        }
        expect: Expected = {"id": old["id"]} if old else Expect.ABSENT
        self._gate.commit([staged], [Put(key, row, expect), self._keys.alive(owner)])
        return _upload(row)

    def shown(self, actor: Actor, organisation_id: str) -> Item:
        """Whether there is a stamp in use, and what became of the newest upload."""
        owner = self._managed(actor, organisation_id, "read")
        self._gate.record(Event(actor, "organisation-stamp:read", owner, resource_type=STAMP))
        rows = self._tables.get_many([keys.organisation_stamp(owner), keys.stamp_upload(owner)])
        row, upload = rows.get(keys.organisation_stamp(owner)), rows.get(keys.stamp_upload(owner))
        found: Item = {"state": row["state"], "since": row["at"]} if row else {"state": "none"}
        return found | ({"upload": _upload(upload)} if upload else {})

    def image(self, actor: Actor, organisation_id: str) -> bytes:
        """The stamp in use, as it is printed. NotFoundError when there is none."""
        owner = self._managed(actor, organisation_id, "read")
        row = self._tables.get(keys.organisation_stamp(owner))
        if row is None or row["state"] != "active":
            raise NotFoundError
        permit = self._gate.permit_private(actor, owner, STAMP, row["id"], "organisation-stamp:read")
        return self._vault.open(permit, Sealed.of(row["id"], row))

    def remove(self, actor: Actor, organisation_id: str) -> None:
        """Print it no more, nor what is still being checked. Repeatable; what was issued with it stays as it is."""
        owner = self._managed(actor, organisation_id, "remove")
        key, upload = keys.organisation_stamp(owner), keys.stamp_upload(owner)
        rows = self._tables.get_many([key, upload])
        change: Item = {"state": "removed", "at": stamp(self._clock())}
        gone: list[Update] = []
        if key in rows and rows[key]["state"] == "active":
            gone.append(Update(key, change, remove=("sealed",), expect={"id": rows[key]["id"], "state": "active"}))
        if upload in rows and rows[upload]["state"] == "waiting":
            as_seen: Item = {"id": rows[upload]["id"], "state": "waiting"}
            gone.append(Update(upload, {**change, "react": [TIDY]}, {"ver": 1}, expect=as_seen))
        if gone:
            named = str(rows[gone[0].key]["id"])
            event = Event(actor, "organisation-stamp:remove", owner, resource_type=STAMP, resource_id=named)
            self._gate.commit([self._gate.stage(event)], gone)

    def _managed(self, actor: Actor, organisation_id: str, verb: str) -> PersonId:
        reason = refusal_to_manage(actor, organisation_id)
        if reason:
            self._gate.refuse(actor, f"organisation-stamp:{verb}", reason)
            raise AccessDeniedError
        if self._tables.get(keys.organisation(organisation_id)) is None:
            raise NotFoundError
        return PersonId(organisation_id)

    # --- the check

    def check(self, row: Item, tries: int = 0) -> Outcome:
        """The reaction of an upload: the stamp in use, or refused with the fault. ``tries``: as of scans."""
        owner, upload_id = PersonId(row["patient"]), str(row["id"])
        stored = self._tables.get(keys.stamp_upload(owner))
        if stored is None or stored["id"] != upload_id or stored["state"] != "waiting":
            return [], []  # another one came after it
        try:
            fault, png = self._looked_at(owner, stored)
        except ScannerUnavailableError:
            if wait := look_again(tries + 1):
                again: Item = {"what": "stamp", "person": owner, "id": upload_id, "tries": tries + 1}
                return [], [Put(keys.queue(keys.FILES, f"{stamp(self._clock() + wait)}#{upload_id}"), again, None)]
            fault, png = Fault.UNSCANNED.value, b""
        follows = [CALL] if fault == Fault.UNSCANNED else [TIDY]
        outcome: Item = {"state": "refused" if fault else "accepted", "react": follows}
        outcome |= {"fault": fault} if fault else {}
        settled = Update(
            keys.stamp_upload(owner), outcome, add={"ver": 1}, expect={"id": upload_id, "state": "waiting"}
        )
        if fault:
            event = Event(
                system_actor(CHECK),
                "organisation-stamp:refuse",
                owner,
                resource_type=STAMP,
                resource_id=upload_id,
                reason=fault,
            )
            return [self._gate.stage(event)], [settled]
        staged = self._gate.stage_private(system_actor(CHECK), owner, STAMP, upload_id, "organisation-stamp:accept")
        kept: Item = {
            "id": upload_id,
            "state": "active",
            "ver": 1,
            "at": stamp(self._clock()),
            "sealed": self._vault.seal(staged.seal_with, 1, png),
        }
        return [staged], [settled, Put(keys.organisation_stamp(owner), kept, None)]

    def look(self, task: Item) -> tuple[Sequence[Staged], Sequence[Write], str]:
        """A stamp for which no scanner could be had: the check, and when to look again (never: it says so itself)."""
        row = self._tables.get(keys.stamp_upload(PersonId(task["person"])))
        this = row is not None and row["id"] == task["id"]
        staged, writes = self.check(row, int(task.get("tries", 0))) if row is not None and this else ([], [])
        return staged, writes, ""

    def unscanned(self, row: Item) -> Outcome:
        """For an operator, as of scans (``scan_checks.py``): fails, and is parked, while no scanner gives its word."""
        self._looked_at(PersonId(row["patient"]), row)
        return [], []

    def _looked_at(self, owner: PersonId, row: Item) -> tuple[str, bytes]:
        """(fault, the picture drawn anew)."""
        try:
            ciphertext = self._quarantine.get(row["place"])
        except NotFoundError:
            return Fault.LOST.value, b""
        permit = self._gate.permit_private(system_actor(CHECK), owner, STAMP, row["id"], "organisation-stamp:check")
        data = self._vault.open(permit, Sealed(row["id"], 1, ciphertext))
        fault = self._checker.fault(row["type"], data)
        if fault:
            return fault, b""
        if self._viruses.scan([data]) == INFECTED:
            return Fault.VIRUS.value, b""
        try:
            return "", self._press.drawn_anew(row["type"], data)
        except InvalidFieldsError:
            return Fault.STRUCTURE.value, b""


def _upload(row: Item) -> Item:
    return {name: row[name] for name in ("state", "type", "size", "at", "fault") if name in row}
