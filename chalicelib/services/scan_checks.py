"""What happens to an uploaded file in quarantine: opened once by the system, looked into, moved or refused (DOC-2).

The same ciphertext is moved, to the same place in the other bucket; so a check that dies and runs again does nothing
twice. The copy in quarantine goes by a reaction of the row as it stands after the check.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import LOOK_AGAIN, Fault
from chalicelib.errors import NotFoundError, ScannerUnavailableError
from chalicelib.ports import Clock, Documents, Event, Sealed, Vault, keys
from chalicelib.ports.rows import happened
from chalicelib.ports.scans import INFECTED, NOT_SCANNED, Quarantine, ScanChecker, VirusScanner
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.ports.upload_rows import CHECK_SIGNATURE
from chalicelib.services.gate import Gate, Staged

CHECK, TIDY, DROP = "check_upload", "tidy_upload", "drop_upload"
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
        return {CHECK: self.check, TIDY: self.tidy, DROP: self.drop}

    def check(self, row: Item) -> Outcome:
        """Clean: the ciphertext lies among the documents. Refused: it stays behind, and the person is told."""
        person_id, upload_id = PersonId(row["patient"]), str(row["id"])
        stored = self._tables.get(keys.upload(person_id, upload_id))
        if stored is None or stored["state"] != "waiting":
            return [], []
        try:
            fault, viruses, sha256 = self._judged(person_id, stored)
        except ScannerUnavailableError:
            due = stamp(self._clock() + LOOK_AGAIN)
            again: Item = {"what": "scan", "person": person_id, "id": upload_id}
            return [], [Put(keys.queue(keys.FILES, f"{due}#{upload_id}"), again, None)]
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
            "react": [TIDY] if fault else [TIDY, CHECK_SIGNATURE],
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
        staged, writes = self.check(row) if row is not None else ([], [])
        return staged, writes, ""

    def tidy(self, row: Item) -> Outcome:
        self._quarantine.delete(row["place"])
        return [], []

    def drop(self, row: Item) -> Outcome:
        """What was deleted: wherever it lies."""
        self._quarantine.delete(row["place"])
        self._documents.delete(row["place"])
        return [], []

    def _judged(self, person_id: PersonId, row: Item) -> tuple[str, str, str]:
        """(fault, what the virus scanner said, SHA-256); a file without fault has been copied when this returns."""
        try:
            ciphertext = self._quarantine.get(row["place"])
        except NotFoundError:
            return Fault.LOST.value, NOT_SCANNED, ""
        permit = self._gate.permit_private(system_actor(CHECK), person_id, "scan", row["id"], "upload:check")
        data = self._vault.open(permit, Sealed(row["id"], 1, ciphertext))
        fault = self._checker.fault(row["type"], data)
        if fault:
            return fault, NOT_SCANNED, ""
        viruses = self._viruses.scan([data])
        if viruses == INFECTED:
            return Fault.VIRUS.value, viruses, ""
        self._documents.put(row["place"], ciphertext)
        return "", viruses, hashlib.sha256(data).hexdigest()
