"""The hospital in memory with results compared, drafted from, and put before a doctor."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor
from chalicelib.ports import keys
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.shapes import validate
from chalicelib.services.results.accepting import Accepting
from chalicelib.services.results.comparing import Comparing, Question
from chalicelib.services.results.drafting import Drafting, Tools
from chalicelib.services.results.sending import Sending
from chalicelib.services.results.sheets import Sheets
from chalicelib.services.sharing import SharingService
from tests.fakes import FakePrinter
from tests.world import ANNA, CODE_SETS, World

DOCTOR_NAME = "Петров Пётр Петрович"


def value(name: str, number: str, unit: str = "g/L", **more: Any) -> dict[str, Any]:
    return {"name": name, "value": number, "unit": unit, **more}


class ResultWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.comparing = Comparing(self.gate, self.tables, self.vault, CODE_SETS)
        self.sheet = Sheets(self.gate, self.tables, self.vault, self.comparing, FakePrinter(), self.clock)
        self.sharing = SharingService(self.gate, self.tables, self.clock)
        self.sending = Sending(self.gate, self.tables, self.sharing, self.reactions.notice, self.clock)
        tools = Tools(self.gate, self.tables, self.vault, self.keys, CODE_SETS, self.clock)
        self.drafting = Drafting(tools)
        issuers = {"prescriptions": self.prescriptions.issue}
        self.accepting = Accepting(tools, self.drafting, self.drafts, issuers, self.records.read)
        self.others["tell_result_sent"] = self.sending.tell
        self.others["issue_vaccination_certificate"] = lambda _row: ((), ())
        self.reactions = type(self.reactions)(self.reactions._t, self.others)
        self.anna, self.doctor = self.patient(), self.staff()
        self.consent(self.doctor)

    def key(self) -> str:
        self.number += 1
        return f"0123456789abcdef{self.number:04d}"

    def born(self, date: str, sex: str) -> None:
        permit = Permit(ANNA, "profile", "profile", "test", writes=True)
        content = {"last_name": "Иванова", "first_name": "Анна", "birth_date": date, "sex": sex}
        self.tables.tamper(keys.profile(ANNA), sealed=self.vault.seal(permit, 1, json.dumps(content).encode()))

    def body(self, *values: dict[str, Any], ago: int = 0, **more: Any) -> dict[str, Any]:
        """A result of so many days ago, as it is stored."""
        given = {
            "occurred_at": (self.clock() - timedelta(days=ago)).isoformat(),
            "laboratory": "КДЛ",
            "category": "blood",
            "panel": "Общий анализ крови",
            "values": list(values),
            **more,
        }
        made: dict[str, Any] = validate(LABORATORY_RESULT.body, given).model_dump(mode="json")
        return made

    def result(self, *values: dict[str, Any], ago: int = 0, **more: Any) -> str:
        made, _ = self.records.create(
            self.doctor, ANNA, LABORATORY_RESULT, self.body(*values, ago=ago, **more), self.key()
        )
        return str(made["id"])

    def compared(self, *analytes: str, by: Actor | None = None, **asked: Any) -> dict[str, Any]:
        return self.comparing.page(by or self.anna, ANNA, Question(tuple(analytes), **asked), None)[0]

    def drafts_of(self, result: str, *kinds: str, diagnosis: Any = None, by: Actor | None = None) -> list[Any]:
        form = {"record_id": result, "kinds": list(kinds), "diagnosis": diagnosis}
        return self.drafting.make(by or self.doctor, ANNA, form, self.key(), "ru")[0]
