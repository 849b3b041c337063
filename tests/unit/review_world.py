"""A hospital with a log that is read: officers, the review and what stands on it."""

from __future__ import annotations

from chalicelib.domain.identity import Actor, Role
from chalicelib.domain.staff import SYSTEM
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from chalicelib.services.access_reports import AccessReportService
from chalicelib.services.checks import CheckService
from chalicelib.services.findings import FindingService
from chalicelib.services.reconciliation import ReconciliationService
from chalicelib.services.review import ReviewService
from tests.fakes import FakePrinter
from tests.journal_fakes import FakeKeyUses, FakeReader, Log
from tests.world import World


class ReviewWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.log = Log(self.clock())
        self.reader = FakeReader(self.log)
        self.uses = FakeKeyUses()
        self.findings = FindingService(self.gate, self.tables, self.clock)
        self.checks = CheckService(self.gate, self.tables, self.reader, self.findings, self.clock)
        self.reports = AccessReportService(self.gate, self.tables, FakePrinter(), self.findings, self.clock)
        self.review = self.reviewer()
        self.reconciliation = ReconciliationService(
            self.tables, self.reader, self.uses, self.index, self.findings, self.clock
        )

    def reviewer(self) -> ReviewService:
        return ReviewService(self.gate, self.tables, self.reader, self.index, self.signer, self.findings, self.clock)

    def member(self, actor: Actor, organisation: str, role: Role, *, state: str = "active", **more) -> None:
        """A line of the staff list."""
        row = {
            "member": actor.member_id,
            "person": actor.person_id,
            "organisation": organisation,
            "role": role.value,
            "department": "therapy",
            "staff_number": "",
            "position": "",
            "state": state,
            **more,
        }
        self.tables.commit([Put(keys.staff(organisation, actor.member_id), row, None)])

    def officer(self, name: str = "officer", organisation: str = "clinic") -> Actor:
        actor = self.staff(name, Role.SECURITY_OFFICER, organisation)
        self.member(actor, organisation, Role.SECURITY_OFFICER)
        return actor

    def system_officer(self) -> Actor:
        return self.officer("system-officer", SYSTEM)

    def found(self) -> dict[str, dict]:
        """Stored findings by id, without what changes from one run to another."""
        rows = {key: row for key, row in self.tables.rows().items() if key.pk.startswith("FINDING#")}
        left_out = {"found_at", "ver", "pk", "sk"}
        return {row["id"]: {n: v for n, v in row.items() if n not in left_out} for row in rows.values()}

    def rules(self) -> list[str]:
        return sorted(row["rule"] for row in self.found().values())

    def counters(self, organisation: str = "clinic", month: str = "2026-03") -> dict[str, int]:
        row = self.tables.get(keys.access_total(organisation, month)) or {}
        return {name: value for name, value in row.items() if name not in {"pk", "sk"}}

    def events(self) -> list[tuple[str, str]]:
        """(reaction, person) of all that was announced."""
        rows = [row for key, row in self.tables.rows().items() if key.sk.startswith("EVENT#")]
        return sorted((row["react"][0], row["patient"]) for row in rows)
