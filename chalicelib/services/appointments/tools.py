"""What booking stands on, and how an appointment is shown."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.access import CardState, Permit
from chalicelib.domain.appointments import OPEN, Appointment
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.errors import CardMergedError, NotFoundError
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.appointment_rows import appointment_of
from chalicelib.ports.tables import Item, Tables
from chalicelib.services.gate import Gate

KIND = "appointment"
OF_SCHEDULE = ("doctor", "position", "room")


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    clock: Clock

    def schedules(self, rows: Sequence[Item]) -> Mapping[str, Item]:
        """Rows of the schedules that appointments are of, by id."""
        found = self.tables.get_many([keys.schedule(one) for one in {row["schedule"] for row in rows}])
        return {row["id"]: row for row in found.values()}

    def reason(self, permit: Permit, row: Item) -> dict[str, Any]:
        """What the patient wrote, if they wrote anything."""
        if "sealed" not in row:
            return {}
        sealed = Sealed(str(row["id"]), 1, bytes(row["sealed"]))
        opened: dict[str, Any] = json.loads(self.vault.open(permit, sealed))
        return opened


def shown(row: Item, now: datetime, schedule: Item | None = None) -> dict[str, Any]:
    """As patients and the clinic see it; ``schedule`` adds what the clinic publishes about the doctor."""
    found = appointment_of(row)
    said: dict[str, Any] = {
        "id": found.id,
        "schedule_id": found.schedule,
        "organisation_id": found.organisation,
        "specialty": found.specialty,
        "start": stamp(found.start),
        "end": stamp(found.until),
        "zone": found.zone,
        "state": found.state.value,
        "version": found.version,
        "booked_by": found.by,
        "displaced": bool(found.displaced),
        "updated_at": found.changed_at,
    }
    said |= {name: schedule[name] for name in OF_SCHEDULE if schedule is not None}
    said |= {"form_id": row["form"]} if "form" in row else {}
    said |= {name: value for name, value in _more(found, now).items() if value}
    return said


def _more(found: Appointment, now: datetime) -> dict[str, str]:
    until = found.changeable_until()
    return {
        "referral_id": found.referral,
        "visit_id": found.visit,
        "why": found.why,
        "changeable_until": stamp(until) if found.state in OPEN and now < until else "",
    }


def of_clinic(tables: Tables, actor: Actor, patient_id: PersonId) -> None:
    """Raises NotFoundError unless a patient is registered where the actor works; CardMergedError."""
    rows = tables.get_many([keys.card(patient_id), keys.clinic(patient_id, actor.organisation_id)])
    card = rows.get(keys.card(patient_id), {})
    if card.get("state") == CardState.MERGED:
        raise CardMergedError(card["merged_into"])
    if keys.clinic(patient_id, actor.organisation_id) not in rows:
        raise NotFoundError
