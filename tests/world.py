"""A hospital in memory: fakes behind every port, people with sessions, cards and consents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from chalicelib.domain.access import ConsentState, Level, Permit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.access_rows import consent_request
from chalicelib.ports.appointment_rows import NOTED
from chalicelib.ports.certificates import TrustStore
from chalicelib.ports.tables import Put, Store
from chalicelib.services.aggregates import Counting
from chalicelib.services.attachments import AttachmentService
from chalicelib.services.calendars import OutsideLog
from chalicelib.services.cards import CardService
from chalicelib.services.clearing import ClearingService
from chalicelib.services.consents import ConsentService
from chalicelib.services.dispensing import Counter, DispensingService
from chalicelib.services.documents import DocumentService
from chalicelib.services.drafts import Drafts
from chalicelib.services.entry_checks import EntryCheckService
from chalicelib.services.eraser import EraserService
from chalicelib.services.erasures import ErasureService
from chalicelib.services.gate import Gate
from chalicelib.services.issuing import IssuingService, Press
from chalicelib.services.load import LoadCounting
from chalicelib.services.notices import NoticeService
from chalicelib.services.prescriptions import DispensedService, PrescribingChecks, PrescriptionService, Stores
from chalicelib.services.reactions import ReactionService, Tools
from chalicelib.services.records import RecordService
from chalicelib.services.reminders import Planning
from chalicelib.services.search import IndexService, SearchService
from chalicelib.services.search.held import HeldKeys
from chalicelib.services.sources import SourceService
from chalicelib.services.upload_signatures import UploadSignatureService
from chalicelib.services.vaccinations.history import Histories
from chalicelib.services.vital_signs.devices import Devices
from chalicelib.services.vital_signs.reading import Reading
from chalicelib.services.vital_signs.rows import Tools as VitalSignTools
from chalicelib.services.vital_signs.sheets import Sheets
from chalicelib.services.vital_signs.transfers import Transfers
from chalicelib.services.vital_signs.watch import Watch
from chalicelib.services.waiting_list import Offers
from chalicelib.services.waiting_list import Tools as WaitingTools
from chalicelib.storage.code_sets import FileCodeSets
from tests.fakes import (
    FakeAudit,
    FakeBlindIndex,
    FakeDocuments,
    FakeErasureQueue,
    FakeKeys,
    FakeMessenger,
    FakeNotifier,
    FakePrinter,
    FakeSigner,
    FakeVault,
    FixedClock,
    MemoryTables,
)
from tests.issuing_fakes import FakeDocumentSigner, FakeFileSignatures
from tests.outside import Outside

CODE_SETS = FileCodeSets(Path("nowhere"))
"""Our own sets, whatever was built beside."""
URL = "https://card.example"
ANNA = PersonId("anna")
BORIS = PersonId("boris")

PROTOCOL = {
    "occurred_at": "2026-03-01T10:00:00+03:00",
    "doctor_name": "Петров Пётр Петрович",
    "examination": "Осмотр терапевта",
    "conclusion": "Острый бронхит",
    "follow_up_plan": "Повторный осмотр через неделю",
}
PRESCRIPTION = {
    "occurred_at": "2026-03-02T09:00:00+00:00",
    "doctor_name": "Петров Пётр Петрович",
    "form": "107-1/у",
    "validity": "60d",
    "drugs": [
        {
            "inn": "Амоксициллин",
            "form": "таблетки",
            "strength": "500 мг",
            "dosage": "по 1 таблетке 3 раза в день",
            "packs": 3,
        }
    ],
}


class World:
    def __init__(self) -> None:
        self.clock = FixedClock()
        self.tables: Any = self.make_tables()
        self.audit: Any = self.make_audit()
        self.keys: Any = self.make_keys()
        self.vault: Any = self.make_vault()
        self.signer = FakeSigner(self.clock)
        self.index = FakeBlindIndex()
        self.files = FakeDocuments()
        self.notifier = FakeNotifier()
        self.messenger = FakeMessenger()
        self.gate = Gate(self.tables, self.audit, self.clock)
        self.entry_checks = EntryCheckService(CODE_SETS, self.tables, self.clock)
        self.drafts = Drafts(self.gate, self.vault, self.clock, lambda: self.entry_checks)
        self.records = RecordService(self.gate, self.tables, self.vault, self.keys, self.drafts, self.clock)
        self.consents = ConsentService(self.gate, self.tables, self.vault, self.clock)
        self.cards = CardService(self.gate, self.tables, self.vault, self.keys, self.index, self.files, self.clock)
        self.documents = DocumentService(self.gate, self.tables, self.vault, self.files)
        self.attachments = AttachmentService(self.gate, self.tables, self.vault, self.files)
        self.notices = NoticeService(self.gate, self.tables, self.vault, self.clock)
        self.outside = Outside(self)
        shared: dict[str, Any] = {
            "gate": self.gate,
            "tables": self.tables,
            "vault": self.vault,
            "patient_keys": self.keys,
            "signer": self.signer,
            "clock": self.clock,
            "public_url": URL,
        }
        self.prescribing_checks = PrescribingChecks(self.gate, self.tables, self.vault, CODE_SETS, self.clock)
        self.prescriptions = PrescriptionService(Stores(**shared, drafts=self.drafts, checks=self.prescribing_checks))
        self.dispensed = DispensedService(self.gate, self.tables, self.vault)
        self.dispensing = DispensingService(Counter(**shared))
        self.queue = FakeErasureQueue()
        self.erasures = ErasureService(self.gate, self.tables, self.signer, self.clock)
        self.eraser = EraserService(self.gate, self.tables, self.keys, self.signer, self.queue, self.clock)
        tools = Tools(self.gate, self.tables, self.vault, self.notifier, self.queue, self.clock)
        sources = SourceService(self.gate, self.tables, self.vault, {}, self.clock)
        self.trust_store = TrustStore(self.tables, self.clock)
        self.document_signer = FakeDocumentSigner()
        self.issuing = IssuingService(self.press())
        self.file_signatures = FakeFileSignatures()
        self.upload_signatures = UploadSignatureService(
            self.gate, self.tables, self.vault, self.files, self.file_signatures, self.trust_store, self.clock
        )
        held = HeldKeys(self.gate, self.tables, self.vault, self.keys, self.clock)
        self.search = SearchService(self.gate, self.tables, self.vault, held, self.clock)
        self.search_index = IndexService(self.gate, self.tables, self.vault, self.keys, held, self.clock)
        signs = VitalSignTools(
            self.gate,
            self.tables,
            self.vault,
            self.keys,
            self.drafts,
            lambda *said: self.reactions.notice(*said),  # noqa: PLW0108 - reactions are made of these
            self.clock,
        )
        self.vital_signs = Reading(signs)
        self.devices = Devices(signs)
        self.transfers = Transfers(signs, self.vital_signs)
        self.sheets = Sheets(signs, self.vital_signs, FakePrinter())
        planning = Planning(
            self.gate,
            self.tables,
            self.vault,
            Histories(self.gate, self.tables, self.vault).opened,
            lambda *said: self.reactions.notice(*said),  # noqa: PLW0108 - reactions are made of these
            self.clock,
        )
        self.offers = Offers(WaitingTools(self.gate, self.tables, self.vault, self.keys, self.clock))
        self.others: dict[str, Any] = {
            "start_gathering": sources.start,
            **Watch(signs).reactions,
            "tell_series": self.transfers.tell,
            **self.issuing.reactions,
            **self.upload_signatures.reactions,
            **self.search_index.reactions,
            **Counting(self.gate, self.tables, self.vault, self.keys, self.clock).reactions,
            **planning.reactions,
            **self.outside.reactions,
            **LoadCounting(self.tables).reactions,
            NOTED: OutsideLog(self.gate, self.tables, self.clock).note,
            **ClearingService(self.gate, self.tables, self.offers.given_back, self.clock).reactions,
        }
        self.reactions = ReactionService(tools, self.others)

    def press(self) -> Press:
        return Press(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            documents=self.files,
            printer=FakePrinter(),
            signer=self.document_signer,
            trust=self.trust_store,
            clock=self.clock,
            public_url=URL,
        )

    # --- what a world with the real thing makes otherwise

    def make_tables(self) -> Any:
        return MemoryTables()

    def make_audit(self) -> Any:
        return FakeAudit(self.tables, self.clock)

    def make_keys(self) -> Any:
        return FakeKeys(self.tables, self.clock)

    def make_vault(self) -> Any:
        return FakeVault(self.keys)

    # --- people

    def person(self, person_id: PersonId, *, level: int = 2, **profile: str) -> PersonId:
        self.keys.enrol(person_id)
        permit = Permit(person_id, "profile", "profile", "test", writes=True)
        content = {"last_name": "Иванова", "first_name": "Анна", "phone": "+79161234567", **profile}
        sealed = self.vault.seal(permit, 1, json.dumps(content).encode())
        row = {"sealed": sealed, "ver": 1, "level": level, "state": "active", "language": "ru"}
        row["created_at"] = stamp(self.clock())
        self.tables.commit([Put(keys.profile(person_id), row)])
        return person_id

    def session(self, person_id: PersonId, role: Role, member: str = "") -> Actor:
        session_id = f"s-{person_id}-{role.value}"
        expires = int(self.clock().timestamp()) + 86_400
        row = {"state": "active", "role": role.value, "member": member, "expires": expires}
        self.tables.commit([Put(keys.session(person_id, session_id), row, None)])
        return Actor(person_id, role, session_id=session_id, member_id=member, confirmed_at=self.clock())

    def patient(self, person_id: PersonId = ANNA, *, level: int = 2, card: bool = True) -> Actor:
        self.person(person_id, level=level)
        if card:
            sealed = self.vault.seal(
                Permit(person_id, "policy", "policy", "test", writes=True), 1, b'{"oms_policy": "1"}'
            )
            self.tables.commit(
                [
                    Put(keys.card(person_id), {"state": "active", "ver": 1}),
                    Put(keys.policy(person_id), {"sealed": sealed, "ver": 1}),
                ]
            )
        return self.session(person_id, Role.PATIENT)

    def staff(self, name: str = "doctor", role: Role = Role.DOCTOR, organisation: str = "clinic") -> Actor:
        person_id = self.person(
            PersonId(f"staff-{name}"), last_name="Петров", first_name="Пётр", middle_name="Петрович"
        )
        member = f"member-{name}"
        row = {"state": "active", "role": role.value, "organisation": organisation}
        row |= {"member": member, "department": "therapy"}
        self.tables.commit(
            [
                Put(keys.member(person_id, member), row),
                Put(keys.organisation(organisation), {"name": "Поликлиника № 1"}, None),
            ]
        )
        actor = self.session(person_id, role, member)
        return Actor(
            person_id,
            role,
            actor.session_id,
            member,
            organisation,
            "therapy",
            confirmed_at=self.clock(),
            ip="192.0.2.1",
        )

    def pharmacy(self, name: str = "pharmacy") -> Actor:
        client = PersonId(name)
        row = {"state": "active", "role": Role.PHARMACY.value, "organisation": f"org-{name}"}
        self.tables.commit([Put(keys.client(client), row)])
        return Actor(client, Role.PHARMACY, organisation_id=f"org-{name}")

    def consent(
        self, doctor: Actor, patient_id: PersonId = ANNA, *, level: Level = Level.FULL, sections: tuple[str, ...] = ()
    ) -> None:
        (asked, mirror, *_) = consent_request(doctor, patient_id, self.clock(), "line", level=level, sections=sections)
        assert isinstance(asked, Put)
        asked.item["state"] = ConsentState.GRANTED.value
        asked.item["react"] = []
        self.tables.commit([Put(asked.key, asked.item, None), mirror])

    # --- what happened

    def entries(self, action: str) -> list[Any]:
        return [event for event in self.audit.events if event.action == action]

    def row(self, key: keys.Key) -> dict[str, Any]:
        row = self.tables.get(key)
        assert row is not None
        return row

    def pump(self) -> int:
        """Run all reactions of all rows, as the stream would, until nothing new happens; returns how many ran."""
        ran = 0
        while True:
            fresh = 0
            for row in self.tables.rows(Store.CARD).values():
                fresh += sum(self.reactions.run(name, row) for name in row.get("react", []))
            if not fresh:
                return ran
            ran += fresh

    def inbox(self, actor: Actor) -> list[str]:
        return [notice["event"] for notice in self.notices.mine(actor, "ru", 50, None)[0]]

    def moment(self) -> str:
        return stamp(self.clock())
