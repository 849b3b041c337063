"""A card with a cardiologist's appointment to come; what forms before a visit and drafts of its record are tried on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.appointments import Appointment, State
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.ports import keys
from chalicelib.ports.appointment_rows import row_of
from chalicelib.ports.tables import Put, Store
from chalicelib.services.visit_forms.cabinet import FormService
from chalicelib.services.visit_forms.drafting import VisitDrafts
from chalicelib.services.visit_forms.reading import Tools
from tests.world import ANNA, World

KEY = "0123456789abcdef"
NEXT, PAST = "appointment-next", "appointment-past"
DIAGNOSIS = {"code": "I10", "text": "Гипертензия", "role": "main", "chronic": True}
COLD = {"code": "J20.9", "text": "Острый бронхит", "role": "secondary", "chronic": False}
DRUG = {"inn": "Лизиноприл", "form": "таблетки", "strength": "10 мг"}


class FormWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.doctor = self.staff()
        tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.keys,
            drafts=self.drafts,
            clock=self.clock,
        )
        self.forms = FormService(tools, self.records.read)
        self.visit_drafts = VisitDrafts(tools)
        self.schedule(self.doctor)
        self.appointment(NEXT, days=2)

    def schedule(self, doctor: Actor, name: str = "schedule") -> None:
        row = {
            "id": name,
            "organisation": doctor.organisation_id,
            "member": doctor.member_id,
            "person": doctor.person_id,
            "doctor": "Петров Пётр Петрович",
            "position": "кардиолог",
            "specialty": "cardiology",
            "room": "204",
            "zone": "Europe/Moscow",
            "slot_minutes": 20,
            "rules": [],
            "exceptions": [],
            "horizon_days": 30,
            "notice_minutes": 60,
            "cancel_hours": 3,
            "referral": False,
            "works_on_holidays": False,
            "state": "active",
            "ver": 1,
        }
        self.tables.commit([Put(keys.schedule(name), row)])

    def appointment(self, name: str, *, days: float, **more: Any) -> None:
        """``days``: from now; negative ones lie in the past."""
        start = self.clock() + timedelta(days=days)
        made: dict[str, Any] = {
            "id": name,
            "patient": ANNA,
            "schedule": "schedule",
            "organisation": "clinic",
            "member": self.doctor.member_id,
            "specialty": "cardiology",
            "start": start,
            "until": start + timedelta(minutes=20),
            "zone": "Europe/Moscow",
            "state": State.BOOKED,
            "version": 1,
            "by": "patient",
            "cancel_hours": 3,
        }
        self.tables.commit([Put(keys.appointment(ANNA, name), row_of(Appointment(**made | more), self.clock()), None)])

    def write(self, kind: str, body: dict[str, Any], *, days: float = 0, by: Actor | None = None, **row: Any) -> str:
        """A record as it would lie there, ``days`` from now; ``row``: attributes of its row."""
        at = stamp(self.clock() + timedelta(days=days))
        record_id = self.gate.new_id()
        permit = Permit(ANNA, kind, record_id, "test", writes=True)
        made = {
            "id": record_id,
            "patient": ANNA,
            "kind": kind,
            "ver": 1,
            "sealed": self.vault.seal(permit, 1, json.dumps({"occurred_at": at, **body}).encode()),
            "kd": keys.record_date(kind, at, record_id),
            "source": "staff",
            "person": by.person_id if by else "somebody",
            "role": "doctor",
            "organisation": "clinic",
            "created_at": at,
            "updated_at": at,
        }
        self.tables.commit([Put(keys.record(ANNA, kind, record_id), {**made, **row})])
        return str(record_id)

    def visited(self, **more: Any) -> str:
        """A visit of a month ago at an appointment of the specialty, with somebody else."""
        body = {"doctor_name": "Сидоров С. С.", "reason": "Жалобы на давление", "diagnoses": [DIAGNOSIS, COLD]}
        visit = self.write("visit", {**body, "recommendations": "Контроль давления", **more}, days=-30)
        self.appointment(PAST, days=-30, state=State.FULFILLED, visit=visit)
        return visit

    def form(self) -> dict[str, Any]:
        return self.forms.form(self.anna, NEXT, "ru")

    def draft(self, kind: str = "", actor: Actor | None = None) -> dict[str, Any]:
        return self.visit_drafts.draft(actor or self.doctor, PersonId(ANNA), NEXT, kind, "ru")

    def rows_of(self, kind: str) -> list[str]:
        prefix = f"R#{kind}#"
        return [key.sk.removeprefix(prefix) for key in self.tables.rows(Store.CARD) if key.sk.startswith(prefix)]
