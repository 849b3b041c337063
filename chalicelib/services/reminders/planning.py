"""Timers that follow from what is sealed: reactions after each version of a record that ``reminds`` (records/spec.py).

A timer is set by the newest version, whichever version the reaction runs for; that it still is the newest is a
condition of the transaction. What stands as it should is left alone, so nothing that is due is lost by an amendment of
something else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.intakes import prescribed, regimen
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.reminders import (
    DAY_APART,
    LOOK_AGAIN,
    Wishes,
    morning,
    next_of,
    soonest,
    study_moments,
    wishes_of,
)
from chalicelib.domain.vaccination_calendar.person import VaccinationHistory
from chalicelib.domain.vaccination_calendar.plan import due_on, states
from chalicelib.errors import NotFoundError
from chalicelib.ports import Clock, Sealed, Vault, keys
from chalicelib.ports.reminder_rows import OF_PLAN, OF_RECORD, representation_reminder
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Check, Expect, Item, Page, Store, Tables, Write
from chalicelib.ports.timers import Timer, drop_timer, set_timer
from chalicelib.records.registry import record_type
from chalicelib.records.vaccination_plan import VACCINATION_PLAN
from chalicelib.services.gate import Gate, Staged
from chalicelib.services.reminders.rings import standing

TASK = system_actor("plan_reminder")
PLAN = "plan"
"""Subject of the timer of vaccinations: a person has one."""
PAGE = 30  # rows that are looked at in one reaction: two writes each
PREFIX = "R#"

Work = tuple[Sequence[Staged], Sequence[Write]]
Tell = Callable[[str, str, Mapping[str, str], Mapping[str, str]], Work]
Made = Timer | None


class Planning:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        vault: Vault,
        vaccinated: Callable[[Actor, PersonId], VaccinationHistory],
        tell: Tell,
        clock: Clock,
    ) -> None:
        """``vaccinated``: ``Histories.opened``. ``tell``: ``ReactionService.notice``."""
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._vaccinated = vaccinated
        self._tell = tell
        self._clock = clock

    @property
    def reactions(self) -> dict[str, Callable[[Item], Work]]:
        """By the names that rows call them by: never rename."""
        return {
            "plan_reminder": self.plan,
            "replan_reminder": self.replan,
            "plan_card": self.plan_card,
            "plan_ends": self.plan_ends,
            "plan_vaccinations": self.plan_vaccinations,
            "zone_changed": self.zone_changed,
        }

    # --- reactions

    def plan(self, row: Item) -> Work:
        """A version was written."""
        return self._planned(PersonId(row["patient"]), row["kind"], row["id"])

    def replan(self, row: Item) -> Work:
        """A record came or went without being written; the event names it."""
        return self._planned(PersonId(row["patient"]), row["kind"], row["record"])

    def plan_card(self, row: Item) -> Work:
        """A card was opened, or is itself again after a merge: all that it has, some records at a time."""
        page = self._page(row, PREFIX)
        told: list[tuple[str, dict[str, str]]] = []
        if "after" not in row:
            told = [("plan_vaccinations", {}), ("plan_ends", {})]
        mine = [one for one in page.items if record_type(one["kind"]).reminds in OF_RECORD]
        told += [("replan_reminder", {"kind": one["kind"], "record": one["id"]}) for one in mine]
        return (), [*(self._event(row, event, about) for event, about in told), *self._further(row, "plan_card", page)]

    def plan_ends(self, row: Item) -> Work:
        """The same of ends of representations, for what rang while the card was merged told nobody; consents are given
        anew then.
        """
        page = self._page(row, keys.REPRESENTATIONS)
        writes = [write for one in page.items for write in representation_reminder(one, self._clock())]
        return (), [*writes, *self._further(row, "plan_ends", page)]

    def plan_vaccinations(self, row: Item) -> Work:
        """``day``: the one that the timer rang for. What became due on it is told of; then the next is planned."""
        return self._vaccinations(PersonId(row["patient"]), row.get("day", ""))

    def zone_changed(self, row: Item) -> Work:
        """The person lives by another clock: what is planned by it moves. Nothing is opened."""
        patient_id, now = PersonId(row["patient"]), self._clock()
        wishes, page = self._wishes(patient_id), self._page(row, keys.TIMERS)
        writes: list[Write] = []
        for one in page.items:
            if one["topic"] in OF_RECORD | OF_PLAN and one["about"].get("zone") != wishes.zone:
                timer = _in_zone(patient_id, one, wishes, now)
                writes += self._set(patient_id, one["topic"], one["subject"], one, timer)
        return (), [*writes, *self._further(row, "zone_changed", page)]

    # --- pieces

    def _page(self, row: Item, prefix: str) -> Page:
        """Some rows of the card: the first of them, or those after where the last reaction stopped."""
        pk = keys.patient(row["patient"])
        after = {"pk": pk, "sk": row["after"]} if "after" in row else None
        return self._tables.query(Store.CARD, pk, prefix, limit=PAGE, after=after)

    def _further(self, row: Item, event: str, page: Page) -> list[Write]:
        """The next reaction, where there is more."""
        return [self._event(row, event, {"after": str(page.after["sk"])})] if page.after is not None else []

    def _event(self, row: Item, event: str, about: Mapping[str, str]) -> Write:
        return happened(PersonId(row["patient"]), self._gate.new_id(), event, self._clock(), about)

    def _planned(self, patient_id: PersonId, kind: str, record_id: str) -> Work:
        spec = record_type(kind)
        if spec.reminds in OF_PLAN:
            return self._vaccinations(patient_id, "")
        permit = self._gate.admit(TASK, Action.READ, patient_id, spec, record_id)
        own, timer = keys.record(patient_id, kind, record_id), keys.timer(patient_id, spec.reminds, record_id)
        rows = self._tables.get_many([own, timer])
        stored, made = rows.get(own), None
        if standing(stored) and stored is not None:
            body = json.loads(self._vault.open(permit, Sealed.of(record_id, stored)))
            made = _of_record(spec.reminds, patient_id, stored, body, self._wishes(patient_id), self._clock())
        newest = Check(own, {"ver": int(stored["ver"])} if stored else Expect.ABSENT)
        writes = self._set(patient_id, spec.reminds, record_id, rows.get(timer), made)
        return (), [*writes, newest] if writes else []

    def _vaccinations(self, patient_id: PersonId, day: str) -> Work:
        try:
            history = self._vaccinated(TASK, patient_id)
        except NotFoundError:
            return (), ()
        wishes, now = self._wishes(patient_id), self._clock()
        known = (history.person, history.given, history.exemptions)
        staged: Sequence[Staged] = ()
        told: Sequence[Write] = ()
        if day and due_on(*known, date.fromisoformat(day)):
            staged, told = self._tell(patient_id, "vaccination_due", {}, {"kind": VACCINATION_PLAN.name})
        today = local_day(now, wishes.zone)
        open_now = [state.next.due for state in states(*known, today) if state.next is not None]
        due = soonest(open_now, today) or (today + LOOK_AGAIN if open_now else None)
        timer = _vaccination(patient_id, due, wishes) if due else None
        old = self._tables.get(keys.timer(patient_id, "vaccination", PLAN))
        return staged, [*told, *self._set(patient_id, "vaccination", PLAN, old, timer)]

    def _set(self, owner: PersonId, topic: str, subject: str, old: Item | None, wanted: Made) -> list[Write]:
        """What makes the timer that stands the one that is wanted."""
        if wanted is None:
            return [drop_timer(owner, topic, subject)] if old else []
        if old is not None and "parked" not in old and _same(old["about"], wanted.about):
            return []
        return set_timer(wanted, self._clock())

    def _wishes(self, person_id: str) -> Wishes:
        return wishes_of(self._tables.get(keys.profile(person_id)))


def _same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """The same plan; at which moment of it the timer stands is its own."""
    return {**old, "at": ""} == {**new, "at": ""}


def _of_record(topic: str, owner: PersonId, row: Item, body: Mapping[str, Any], wishes: Wishes, now: datetime) -> Made:
    if topic == "intake":
        found = prescribed(body, wishes.zone)
        return _intake(owner, row["id"], found.plain(), now) if found else None
    if body.get("status") != "active" or not body.get("planned_for"):
        return None
    return _test(owner, row["id"], {"kind": row["kind"], "day": body["planned_for"]}, wishes, now)


def _intake(owner: PersonId, subject: str, plain: Mapping[str, Any], now: datetime) -> Made:
    due = regimen(plain).after(now)
    return Timer(owner, "intake", subject, due, {**plain, "at": stamp(due)}) if due else None


def _test(owner: PersonId, subject: str, about: Mapping[str, Any], wishes: Wishes, now: datetime) -> Made:
    due = next_of(study_moments(date.fromisoformat(about["day"]), wishes), now)
    return Timer(owner, "test", subject, due, {**about, "zone": wishes.zone}) if due else None


def _vaccination(owner: PersonId, day: date, wishes: Wishes) -> Timer:
    due = morning(day, "vaccination", wishes)
    return Timer(owner, "vaccination", PLAN, due, {"day": day.isoformat(), "zone": wishes.zone})


def _in_zone(owner: PersonId, row: Item, wishes: Wishes, now: datetime) -> Made:
    """The same timer by another clock."""
    about = {**row["about"], "zone": wishes.zone}
    if row["topic"] == "intake":
        return _intake(owner, row["subject"], about, now)
    if row["topic"] == "test":
        told = datetime.fromisoformat(row["due"]) - DAY_APART  # what came before it was told by the old clock
        return _test(owner, row["subject"], about, wishes, max(now, told))
    return _vaccination(owner, date.fromisoformat(about["day"]), wishes)
