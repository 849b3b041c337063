"""The hospital in memory with vital signs watched: readings go in, the stream is pumped, inboxes are read."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.vital_signs.signs import SIGNS
from chalicelib.ports import keys
from chalicelib.records.conditions import CHRONIC_CONDITION
from chalicelib.records.observation import VITAL_SIGN
from tests.world import ANNA, World

HOW = {"glucose": {"specimen": "capillary-blood", "timing": "fasting"}, "saturation": {"breathing": "air"}}


def body(code: str, at: datetime, *numbers: str, **more: Any) -> dict[str, Any]:
    """A body as it is stored, of ``numbers`` in the order of the sign's fields."""
    sign = SIGNS[code]
    values = dict(zip(sign.fields, numbers, strict=True))
    return {"occurred_at": at.isoformat(), "code": code, "unit": sign.unit, **HOW.get(code, {}), **values, **more}


def born(world: World, person: PersonId, date: str) -> None:
    """Say in a profile when somebody was born."""
    permit = Permit(person, "profile", "profile", "test", writes=True)
    content = {"last_name": "Иванова", "first_name": "Анна", "phone": "+79161234567", "birth_date": date}
    world.tables.tamper(keys.profile(person), sealed=world.vault.seal(permit, 1, json.dumps(content).encode()))


class VitalWorld(World):
    def __init__(self, born: str = "1980-05-01") -> None:
        super().__init__()
        self.number = 0
        self.anna = self.born(born)
        self.doctor = self.staff()
        self.consent(self.doctor)

    def born(self, date: str) -> Actor:
        """Anna, who was born then, with her card."""
        self.anna = self.patient()
        born(self, ANNA, date)
        return self.anna

    def key(self) -> str:
        self.number += 1
        return f"0123456789abcdef{self.number:04d}"

    def enter(
        self, code: str, *numbers: str, ago: timedelta = timedelta(), by: Actor | None = None, **more: Any
    ) -> str:
        """Store a reading of so long ago; its record id."""
        made, _ = self.records.create(
            by or self.anna, ANNA, VITAL_SIGN, body(code, self.clock() - ago, *numbers, **more), self.key()
        )
        return str(made["id"])

    def amend(self, record: str, code: str, *numbers: str, version: int = 1, ago: timedelta = timedelta()) -> None:
        self.records.amend(self.anna, ANNA, VITAL_SIGN, record, body(code, self.clock() - ago, *numbers), version)

    def targets(self, *targets: dict[str, Any], by: Actor | None = None) -> str:
        condition = {
            "occurred_at": self.clock().isoformat(),
            "diagnosis": {"code": "I10", "text": "Гипертензия", "role": "main", "chronic": True},
            "clinical_status": "active",
            "control_targets": list(targets),
        }
        made, _ = self.records.create(by or self.doctor, ANNA, CHRONIC_CONDITION, condition, self.key())
        return str(made["id"])

    def series(self, code: str, days: int = 7, points: int = 300, by: Actor | None = None) -> dict[str, Any]:
        since = self.clock() - timedelta(days=days)
        until = self.clock() + timedelta(seconds=1)
        return self.vital_signs.series(by or self.anna, ANNA, code, since, until, points)

    def told(self, actor: Actor) -> list[str]:
        """Events about vital signs in somebody's inbox, oldest first."""
        return [event for event in reversed(self.inbox(actor)) if "vital_sign" in event]
