"""The plan of vaccinations: made anew of what is recorded, whenever it is read."""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import local_day
from chalicelib.domain.vaccination_calendar.plan import states
from chalicelib.domain.vaccination_calendar.shown import shown
from chalicelib.ports import Clock
from chalicelib.ports.tables import Item
from chalicelib.services.vaccinations.history import Histories


class VaccinationPlans:
    def __init__(self, histories: Histories, clock: Clock) -> None:
        self._histories = histories
        self._clock = clock

    def plan(
        self,
        actor: Actor,
        patient_id: PersonId,
        language: str,
        *,
        statuses: Collection[str] = (),
        courses: Collection[str] = (),
    ) -> Item:
        """Status of every course, doses given and planned (domain/vaccination_calendar/shown.py)."""
        history = self._histories.opened(actor, patient_id)
        today = local_day(self._clock())
        found = states(history.person, history.given, history.exemptions, today)
        plan = shown(found, today, language, statuses=statuses, courses=courses)
        factors = {
            "groups": sorted(history.person.groups),
            "had": sorted(history.person.had),
            "history": "complete" if history.person.complete else "unknown",
            "intervals": history.person.intervals,
        }
        return {"patient_id": patient_id, "factors": factors, **plan}
