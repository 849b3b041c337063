"""What happens to an uploaded file in quarantine: opened once by the system, looked into, moved or refused (DOC-2).

The same ciphertext is moved, to the same place in the other bucket; so a check that dies and runs again does nothing
twice. The copy in quarantine goes by a reaction of the row as it stands after the check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import Fault, look_again
from chalicelib.errors import NotFoundError, ScannerUnavailableError
from chalicelib.ports import Clock, Documents, Event, Sealed, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.scans import INFECTED, NOT_SCANNED, Quarantine, ScanChecker, VirusScanner
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.ports.upload_rows import CHECK_SIGNATURE
from chalicelib.services.gate import Gate, Staged

CHECK, TIDY, DROP = "check_upload", "tidy_upload", "drop_upload"
CALL = "unscanned_upload"
Outcome = tuple[list[Staged], list[Write]]


class ScanCheckService:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        quarantine: Quarantine,
        documents: Documents,
        checker: ScanChecker,
        viruses: VirusScanner,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._quarantine = quarantine
        self._documents = documents
        self._checker = checker
        self._viruses = viruses
        self._clock = clock

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], Outcome]]:
        return {CHECK: self.check, TIDY: self.tidy, DROP: self.drop, CALL: self.unscanned}

    def check(self, row: Item, tries: int = 0) -> Outcome:
        """Clean: the ciphertext lies among the documents. Refused: it stays behind, and the person is told.

        ``tries``: how many before this one found no scanner that gave its word.
        """
        person_id, upload_id = PersonId(row["patient"]), str(row["id"])
        stored = self._tables.get(keys.upload(person_id, upload_id))
        if stored is None or stored["state"] != "waiting":
            return [], []
        try:
            fault, viruses, sha256, ciphertext = self._judged(person_id, stored)
        except ScannerUnavailableError:
            if wait := look_again(tries + 1):
                again: Item = {"what": "scan", "person": person_id, "id": upload_id, "tries": tries + 1}
                return [], [Put(keys.queue(keys.FILES, f"{stamp(self._clock() + wait)}#{upload_id}"), again, None)]
            fault, viruses, sha256, ciphertext = Fault.UNSCANNED.value, NOT_SCANNED, "", b""
        if not fault:
            self._documents.put(stored["place"], ciphertext)
        state = "refused" if fault else "clean"
        event = Event(
            system_actor(CHECK),
            "upload:refuse" if fault else "upload:accept",
            person_id,
            resource_type="scan",
            resource_id=upload_id,
            reason=fault,
            details={"virus_scan": viruses},
        )
        changes: Item = {
            "state": state,
            "virus_scan": viruses,
            "checked_at": stamp(self._clock()),
            "react": _after(fault),
        } | ({"fault": fault} if fault else {"sha256": sha256})
        writes: list[Write] = [
            Update(keys.upload(person_id, upload_id), changes, add={"ver": 1}, expect={"state": "waiting"})
        ]
        if fault:
            writes.append(happened(person_id, self._gate.new_id(), "upload_refused", self._clock()))
        return [self._gate.stage(event)], writes

    def look(self, task: Item) -> tuple[list[Staged], list[Write], str]:
        """A scan for which no scanner could be had: the check, and when to look again (never: it says so itself)."""
        row = self._tables.get(keys.upload(task["person"], task["id"]))
        staged, writes = self.check(row, int(task.get("tries", 0))) if row is not None else ([], [])
        return staged, writes, ""

    def unscanned(self, row: Item) -> Outcome:
        """For an operator: scanned once more. While no scanner gives its word this fails and is parked, with an alarm;
        run again when one does, it is done. The file stays refused: its owner was told and brings it again.
        """
        self._judged(PersonId(row["patient"]), row)
        return [], []

    def tidy(self, row: Item) -> Outcome:
        self._quarantine.delete(row["place"])
        return [], []

    def drop(self, row: Item) -> Outcome:
        """What was deleted: wherever it lies."""
        self._quarantine.delete(row["place"])
        self._documents.delete(row["place"])
        return [], []

    def _judged(self, person_id: PersonId, row: Item) -> tuple[str, str, str, bytes]:
        """(fault, what the virus scanner said, and of a file without fault its SHA-256 and ciphertext)."""
        try:
            ciphertext = self._quarantine.get(row["place"])
        except NotFoundError:
            return Fault.LOST.value, NOT_SCANNED, "", b""
        permit = self._gate.permit_private(system_actor(CHECK), person_id, "scan", row["id"], "upload:check")
        data = self._vault.open(permit, Sealed(row["id"], 1, ciphertext))
        fault = self._checker.fault(row["type"], data)
        if fault:
            return fault, NOT_SCANNED, "", b""
        viruses = self._viruses.scan([data])
        if viruses == INFECTED:
            return Fault.VIRUS.value, viruses, "", b""
        return "", viruses, hashlib.sha256(data).hexdigest(), ciphertext


def _after(fault: str) -> list[str]:
    """What follows the verdict. A file without one stays in quarantine, for the operator, as long as anything there."""
    if fault == Fault.UNSCANNED:
        return [CALL]
    return [TIDY] if fault else [TIDY, CHECK_SIGNATURE]
