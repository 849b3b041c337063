"""Who gets one more reminder of a visit, why, and how a person switches that off (ANA-3).

Scores are computed when they are asked for and stored nowhere. Only plain rows are looked at. Without a threshold, and
with a model that is refused, nobody is chosen, and all other reminders come as always.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.no_show import BadModelError, Model, visit_of
from chalicelib.domain.reminders import EXTRA_LEAD
from chalicelib.domain.texts.no_show import reasons
from chalicelib.errors import ConflictError, NotFoundError
from chalicelib.ports import Clock, Event, keys
from chalicelib.ports.appointment_rows import Standing, standing_of
from chalicelib.ports.tables import Item, Tables, Update, every_one
from chalicelib.records.reminders import REMINDERS
from chalicelib.services.gate import Gate

log = logging.getLogger("medkarta.reminders")

SWITCH = "extra_reminders"
"""Of the profile's row: "off", or absent."""
OFF = "off"
Reasons = list[dict[str, str]]


class Choosing:
    """By a model, from a threshold on."""

    def __init__(self, threshold: str, model: Callable[[], Model]) -> None:
        """``threshold``: a probability as text; "" chooses nobody. ``model`` may raise BadModelError."""
        self._threshold = threshold
        self._model = model

    @cached_property
    def _ready(self) -> tuple[Model, float] | None:
        if not self._threshold:
            return None
        try:
            least = float(self._threshold)
            if not 0 < least < 1:
                log.error("extra reminders are off: the threshold is no probability")
                return None
            return self._model(), least
        except (BadModelError, ValueError) as error:
            log.error("extra reminders are off: %s", error)  # noqa: TRY400 - the reason is all there is to know
            return None

    @property
    def on(self) -> bool:
        return self._ready is not None

    def reasons(self, row: Item, standing: Standing) -> Reasons | None:
        """Why there is one more reminder of a booked visit; None when there is none."""
        visit = visit_of(row, standing.kept, standing.missed)
        if self._ready is None or visit is None:
            return None
        model, least = self._ready
        return reasons(model.because(visit), visit) if model.score(visit) >= least else None


def _none() -> Model:
    raise BadModelError("no model")


NOBODY = Choosing("", _none)


def switched_off(profile: Mapping[str, Any] | None) -> bool:
    return profile is not None and profile.get(SWITCH) == OFF


@dataclass(frozen=True, slots=True)
class Known:
    """What the choice hangs on, of one person."""

    off: bool
    standing: Standing


class ExtraReminders:
    def __init__(self, gate: Gate, tables: Tables, clock: Clock, choosing: Choosing) -> None:
        self._gate = gate
        self._tables = tables
        self._clock = clock
        self._choosing = choosing

    def shown(self, actor: Actor) -> dict[str, Any]:
        """Whether the service has them at all, whether this card's are on, and the coming visits with one, why."""
        self._gate.unrestricted(actor, "reminder-extra")
        patient_id = PersonId(actor.card_id)
        self._gate.record(Event(actor, "reminder:extra", patient_id, resource_type=REMINDERS.name))
        known = self._known(patient_id)
        now = self._clock()
        found = self._chosen(patient_id, [one.id for one in known.standing.open], known)
        visits = [
            {"appointment": row["id"], "start": row["start"], "because": why} for row, why in found if _asked(row, now)
        ]
        return {
            "available": self._choosing.on,
            "on": not known.off,
            "visits": sorted(visits, key=lambda visit: (visit["start"], visit["appointment"])),
        }

    def switch(self, actor: Actor, *, on: bool) -> dict[str, Any]:
        """Repeatable. From now on: who switches it off is scored no more. NotFoundError for a card of nobody."""
        self._gate.unrestricted(actor, "reminder-extra-switch")
        patient_id = PersonId(actor.card_id)
        action = "reminder:extra-on" if on else "reminder:extra-off"
        event = Event(actor, action, patient_id, resource_type=REMINDERS.name)
        profile = keys.profile(patient_id)
        change = Update(profile, remove=(SWITCH,)) if on else Update(profile, {SWITCH: OFF})
        try:
            self._gate.commit([self._gate.stage(event)], [change])
        except ConflictError:
            raise NotFoundError from None
        return {"available": self._choosing.on, "on": on}

    def reasons(self, patient_id: PersonId, appointments: Sequence[str]) -> dict[str, Reasons]:
        """Of those appointments that one more reminder is to come of."""
        if not self._choosing.on or not appointments:
            return {}
        return {row["id"]: why for row, why in self._chosen(patient_id, appointments, self._known(patient_id))}

    def _known(self, patient_id: PersonId) -> Known:
        rows = self._tables.get_many([keys.profile(patient_id), keys.bookings(patient_id)])
        off = switched_off(rows.get(keys.profile(patient_id)))
        return Known(off, standing_of(rows.get(keys.bookings(patient_id))))

    def _chosen(self, patient_id: PersonId, appointments: Sequence[str], known: Known) -> list[tuple[Item, Reasons]]:
        """Who switched it off is not scored, here neither."""
        if known.off or not self._choosing.on:
            return []
        rows = every_one(self._tables, [keys.appointment(patient_id, one) for one in appointments])
        booked = [row for row in rows.values() if row["state"] == "booked"]
        found = [(row, self._choosing.reasons(row, known.standing)) for row in booked]
        return [(row, why) for row, why in found if why is not None]


def _asked(row: Item, now: datetime) -> bool:
    """Whether it is still to be asked of this visit, or was: as it is now it stood long enough before."""
    start = datetime.fromisoformat(row["start"])
    return start > now and start - datetime.fromisoformat(row["updated_at"]) >= EXTRA_LEAD
