"""Which referral a registrar may book with, of those that they may not read: ids, and until when each is good.

Only what fits a schedule is told: active, of its specialty, not used up. What it is about stays in the card. Two
entries come first, in the patient's chain: who asked, and that the system looked.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.appointments import check_referral
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.schedules import Schedule
from chalicelib.errors import ReferralNeededError
from chalicelib.ports import Event, Sealed, keys, schedule_rows
from chalicelib.ports.record_rows import newest
from chalicelib.ports.tables import Item
from chalicelib.records.orders import REFERRAL
from chalicelib.services.appointments.booking import TASK
from chalicelib.services.appointments.tools import Tools, of_clinic

NEWEST = 50
"""So many referrals of a patient are looked at."""


class ReferralDesk:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def fitting(self, actor: Actor, schedule_id: str, patient_id: PersonId) -> list[dict[str, Any]]:
        """Newest first. Raises NotFoundError for another organisation's schedule, and for whom is not one of the
        clinic's patients; CardMergedError.
        """
        schedule = schedule_rows.of_organisation(self._t.tables, schedule_id, actor.organisation_id)
        of_clinic(self._t.tables, actor, patient_id)
        details = {"schedule": schedule_id}
        asked = Event(actor, "appointment:referrals", patient_id, resource_type=REFERRAL.name, details=details)
        self._t.gate.record(asked)
        permit = self._t.gate.admit(system_actor(TASK), Action.LIST, patient_id, REFERRAL)
        found = newest(self._t.tables, patient_id, REFERRAL.name, NEWEST)
        used = self._t.tables.get_many([keys.referral_use(patient_id, row["id"]) for row in found.items])
        fitting = []
        for row in found.items:
            body = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
            if keys.referral_use(patient_id, row["id"]) not in used and self._fits(body, schedule):
                until = {"valid_until": body["valid_until"]} if body.get("valid_until") else {}
                fitting.append({"referral_id": row["id"], **until})
        return fitting

    def _fits(self, body: Item, schedule: Schedule) -> bool:
        try:
            check_referral(body, schedule.specialty, self._t.clock(), schedule.zone)
        except ReferralNeededError:
            return False
        return True
