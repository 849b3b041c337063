"""Two cards of one person, registrars who merge them, and everything that can lie on a card."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import Sealed, keys
from chalicelib.ports.tables import Put, Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.carrying import CarryingService
from chalicelib.services.comparisons import ComparisonService
from chalicelib.services.merges import MergeService
from tests.world import ANNA, BORIS, PRESCRIPTION, PROTOCOL, World

STAYS, GOES = ANNA, BORIS
BESIDE = {"DISP": "dispensing", "DOC": "document", "PLAN": "plan", "UNMAPPED": "unmapped"}
CONTENT = {"R", "V", *BESIDE}
NUMBERS = {"snils": "s", "passport": "p"}


class Registry(World):
    """Anna's second card is Boris's row: ``STAYS`` and ``GOES``."""

    def __init__(self) -> None:
        super().__init__()
        self.merges = MergeService(
            self.gate, self.tables, ComparisonService(self.gate, self.tables, self.vault), self.clock
        )
        self.carrying = self.new_carrying()
        self.anna, self.other = self.patient(STAYS), self.patient(GOES)
        self.doctor = self.staff()
        self.desk, self.second = self.staff("desk", Role.REGISTRAR), self.staff("second", Role.REGISTRAR)
        self.consent(self.doctor, STAYS)
        self.consent(self.doctor, GOES)
        for person in (STAYS, GOES):
            row = self.row(keys.profile(person))
            tags = {field: f"{field}-{person}" for field in (*NUMBERS, "phone")}
            row = {name: value for name, value in row.items() if name not in {"pk", "sk"}} | {"tags": tags}
            self.tables.commit(
                [
                    Put(keys.profile(person), row, None),
                    *(Put(keys.blind_index(field, tag), {"person": person}) for field, tag in tags.items()),
                ]
            )

    def new_carrying(self) -> CarryingService:
        return CarryingService(self.gate, self.tables, self.vault, self.keys, self.files, self.clock)

    # --- what is on the cards

    def protocol(self, person: PersonId, n: int, **changes: Any) -> str:
        body = {**PROTOCOL, "examination": f"Осмотр {n}", **changes}
        made, _ = self.records.create(self.doctor, person, EXAMINATION_PROTOCOL, body, f"key-{person}-{n:012d}")
        return str(made["id"])

    def amend(self, person: PersonId, record_id: str, version: int, text: str) -> None:
        body = {**PROTOCOL, "conclusion": text}
        self.records.amend(self.doctor, person, EXAMINATION_PROTOCOL, record_id, body, version)

    def prescription(self, person: PersonId, n: int = 1) -> tuple[str, str]:
        """Id and code."""
        drug = {**PRESCRIPTION["drugs"][0], "inn": f"Препарат {n}"}
        body = {**PRESCRIPTION, "drugs": [drug]}
        made, _ = self.prescriptions.issue(self.doctor, person, body, f"rx-{person}-{n:012d}")
        row = self.row(keys.record(person, "prescription", made["id"]))
        permit = Permit(person, "prescription", None, "test")
        qr = json.loads(self.vault.open(permit, Sealed(made["id"], 1, row["sealed"])))["qr"]
        return made["id"], qr

    def fill(self) -> None:
        """Five records on the card that goes: a twin of one that stays, one amended twice, a prescription …"""
        self.twin = (self.protocol(STAYS, 1), self.protocol(GOES, 1))
        self.protocol(STAYS, 2)
        self.amended = self.protocol(GOES, 3)
        self.amend(GOES, self.amended, 1, "Бронхит")
        self.amend(GOES, self.amended, 2, "Пневмония")
        self.near = self.protocol(GOES, 4)
        self.rx, self.code = self.prescription(GOES)
        self.pharmacist = self.pharmacy()
        self.dispense(1, "before-the-merge")
        self.beside(GOES, "plan", "plan")
        for n in range(3):
            self.beside(GOES, "unmapped", f"source-record-{n}")
        self.beside(STAYS, "unmapped", "own-record")
        self.pump()

    def beside(self, person: PersonId, kind: str, row_id: str, version: int = 1) -> None:
        """A plan of vaccinations, or a record of a source that the card cannot hold."""
        permit = Permit(person, kind, row_id, "test", writes=True)
        sealed = self.vault.seal(permit, version, f"{kind} {row_id} {version}".encode())
        row = {"id": row_id, "patient": person, "ver": version, "at": "2026-03-01T00:00:00.000Z", "sealed": sealed}
        key = keys.vaccination_plan(person) if kind == "plan" else keys.unmapped(person, row_id)
        self.tables.commit([Put(key, row, None)])

    def dispense(self, packs: int, key: str) -> dict[str, Any]:
        _, version = self.dispensing.verify(self.pharmacist, self.code)
        done, _ = self.dispensing.dispense(
            self.pharmacist, self.code, [{"line": 1, "packs": packs}], {"name": "Аптекарь"}, version, key.ljust(16, "-")
        )
        return done

    # --- merging

    def proposed(self) -> str:
        return str(self.merges.propose(self.desk, STAYS, GOES, "papers")["merge_id"])

    def version(self, merge_id: str) -> int:
        return int(self.row(keys.merge(STAYS, merge_id))["ver"])

    def decide(self, merge_id: str, *, approve: bool = True, by: Actor | None = None) -> dict[str, Any]:
        return self.merges.decide(
            by or self.second, STAYS, merge_id, self.version(merge_id), approve=approve, reason="papers-compared"
        )

    def approved(self) -> str:
        merge_id = self.proposed()
        self.decide(merge_id)
        return merge_id

    def merged(self) -> str:
        merge_id = self.approved()
        self.carry_on()
        return merge_id

    def carry_on(self) -> None:
        """As the schedule does: once a minute, until nothing is on its way."""
        for _ in range(9):
            self.clock.advance(minutes=1)
            self.carrying.run()

    def undo(self, merge_id: str) -> dict[str, Any]:
        """And the patient of the card that is open again lets the doctor read it anew."""
        shown = self.merges.undo(self.second, STAYS, merge_id, self.version(merge_id), reason="other-person")
        self.consent(self.doctor, GOES)
        return shown

    def state(self, merge_id: str) -> str:
        return str(self.row(keys.merge(STAYS, merge_id))["state"])

    # --- what is to be seen

    def contents(self, person: PersonId) -> dict[str, tuple[str, ...]]:
        """Opened content of everything clinical that lies on a card, by sort key; duplicates marked."""
        found: dict[str, tuple[str, ...]] = {}
        for key, row in self.tables.rows(Store.CARD).items():
            if key.pk != keys.patient(person) or key.sk.split("#")[0] not in CONTENT:
                continue
            what, *ids = key.sk.split("#")
            kind = BESIDE.get(what) or ids[0]
            record_id = row["id"] if what in {"PLAN", "UNMAPPED"} else ids[0 if what == "DISP" else 1]
            ciphertext = self.files.get(row["place"]) if what == "DOC" else row["sealed"]
            text = self.vault.open(Permit(person, kind, None, "test"), Sealed(record_id, row["ver"], ciphertext))
            found[key.sk] = (text.decode("utf-8", "replace"), "" if "kd" in row or what != "R" else "duplicate")
        return found

    def listed(self, person: PersonId, kind: Any = EXAMINATION_PROTOCOL) -> set[str]:
        page, _ = self.records.page(self.doctor, person, kind, limit=50, after=None)
        return {record["id"] for record in page}
