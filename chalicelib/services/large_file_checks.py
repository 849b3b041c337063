"""What happens to a large file that was completed: looked into part by part, moved or refused (DOC-2).

A file for which no scanner can be had waits in quarantine and is looked at again; one that nobody completes is deleted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping

from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.large_files import CHECKS, FileState
from chalicelib.domain.moments import stamp
from chalicelib.domain.scans import Fault, look_again
from chalicelib.errors import DecryptionError, NotFoundError, ScannerUnavailableError
from chalicelib.ports import Clock, Documents, Event, Vault, keys
from chalicelib.ports.large_files import contents, places
from chalicelib.ports.rows import happened
from chalicelib.ports.scans import INFECTED, NOT_SCANNED, Quarantine, VirusScanner
from chalicelib.ports.tables import Item, Put, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

CHECK, TIDY, CALL = "check_file", "tidy_file", "unscanned_file"
Outcome = tuple[list[Staged], list[Write]]


class LargeFileChecks:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        quarantine: Quarantine,
        documents: Documents,
        viruses: VirusScanner,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._quarantine = quarantine
        self._documents = documents
        self._viruses = viruses
        self._clock = clock

    @property
    def reactions(self) -> Mapping[str, Callable[[Item], Outcome]]:
        return {CHECK: self.check, TIDY: self.tidy, CALL: self.unscanned}

    def check(self, row: Item, tries: int = 0) -> Outcome:
        """Clean: its parts lie among the documents when this returns. Refused: they stay behind; the person is told.

        ``tries``: how many before this one found no scanner that gave its word.
        """
        person_id, file_id = PersonId(row["patient"]), str(row["id"])
        stored = self._tables.get(keys.large_file(person_id, file_id))
        if stored is None or stored["state"] != FileState.WAITING:
            return [], []
        try:
            fault, viruses = self._judged(person_id, stored)
        except ScannerUnavailableError:
            if wait := look_again(tries + 1):
                again = {**looked_at_again(stored), "tries": tries + 1}
                return [], [Put(keys.queue(keys.FILES, f"{stamp(self._clock() + wait)}#{file_id}"), again, None)]
            fault, viruses = Fault.UNSCANNED.value, NOT_SCANNED
        if not fault:
            for place in places(stored):
                self._documents.put(place, self._quarantine.get(place))
        return self._decided(stored, fault, viruses)

    def _decided(self, row: Item, fault: str, viruses: str) -> Outcome:
        person_id, now = PersonId(row["patient"]), self._clock()
        event = Event(
            system_actor(CHECK),
            "file:refuse" if fault else "file:accept",
            person_id,
            resource_type="file",
            resource_id=row["id"],
            reason=fault,
            details={"virus_scan": viruses},
        )
        state = FileState.REFUSED if fault else FileState.CLEAN
        # What is infected stays in quarantine, where nobody can open it, until the bucket forgets it; so does what was
        # not scanned, for the operator.
        react = {Fault.VIRUS.value: [], Fault.UNSCANNED.value: [CALL]}.get(fault, [TIDY])
        change: Item = {"state": state.value, "virus_scan": viruses, "checked_at": stamp(now), "react": react}
        change |= {"fault": fault} if fault else {}
        writes: list[Write] = [
            Update(
                keys.large_file(person_id, row["id"]), change, add={"ver": 1}, expect={"state": FileState.WAITING.value}
            )
        ]
        if fault:
            writes.append(happened(person_id, self._gate.new_id(), "file_refused", now))
        return [self._gate.stage(event)], writes

    def tidy(self, row: Item) -> Outcome:
        for place in places(row):
            self._quarantine.delete(place)
        return [], []

    def unscanned(self, row: Item) -> Outcome:
        """For an operator, as of scans (``scan_checks.py``): fails, and is parked, while no scanner gives its word."""
        self._judged(PersonId(row["patient"]), row)
        return [], []

    def look(self, task: Item) -> tuple[list[Staged], list[Write], str]:
        """What a line of the queue asks for: changes, and when to look again ("" when that is done)."""
        row = self._tables.get(keys.large_file(task["person"], task["id"]))
        if row is None:
            return [], [], ""
        if row["state"] == FileState.WAITING:
            staged, writes = self.check(row, int(task.get("tries", 0)))
            return staged, writes, ""
        if row["state"] != FileState.OPEN:
            return [], [], ""
        event = Event(
            system_actor(CHECK), "file:abandon", PersonId(row["patient"]), resource_type="file", resource_id=row["id"]
        )
        # Its parts go by the reaction: whoever completes it at this very moment was either before this, or is refused.
        change: Item = {"state": FileState.ABANDONED.value, "react": [TIDY]}
        expect = {"state": FileState.OPEN.value}
        gone = Update(keys.large_file(row["patient"], row["id"]), change, add={"ver": 1}, expect=expect)
        return [self._gate.stage(event)], [gone], ""

    def _judged(self, person_id: PersonId, row: Item) -> tuple[str, str]:
        """(fault, what the virus scanner said); the whole of the file has gone by, one part at a time."""
        permit = self._gate.permit_private(system_actor(CHECK), person_id, "file", row["id"], "file:check")
        check, digest, size = CHECKS[row["type"]](), hashlib.sha256(), 0

        def passing() -> Iterator[bytes]:
            nonlocal size
            for part in contents(row, permit, self._vault, self._quarantine.get):
                check.feed(part)
                digest.update(part)
                size += len(part)
                yield part

        stream = passing()
        try:
            viruses = self._viruses.scan(stream)
            for _ in stream:  # a scanner that has seen enough, or is none, leaves the rest
                pass
        except (NotFoundError, DecryptionError):
            return Fault.LOST.value, NOT_SCANNED
        if viruses == INFECTED:
            return Fault.VIRUS.value, viruses
        if size != int(row["size"]) or digest.hexdigest() != row["sha256"]:
            return Fault.DIGEST.value, viruses
        fault = check.fault()
        return (fault.value if fault else ""), viruses


def looked_at_again(row: Item) -> Item:
    return {"what": "file", "person": row["patient"], "id": row["id"]}
