"""What of a card the rules are judged by: newest records of several kinds, read side by side, and the vaccinations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.moments import local_day
from chalicelib.domain.needs.facts import Facts, with_analytes
from chalicelib.domain.needs.marks import Mark, mark_of
from chalicelib.domain.needs.matching import Known
from chalicelib.domain.needs.table import KINDS, VACCINATIONS
from chalicelib.domain.prescriptions import from_stamp
from chalicelib.domain.vaccination_calendar.person import CourseState, VaccinationHistory
from chalicelib.domain.vaccination_calendar.plan import states
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.code_sets import CodeSets
from chalicelib.ports.record_rows import newest, stands
from chalicelib.ports.tables import Item, Key, Page, Tables
from chalicelib.services.gate import Gate

MARKS = "need-marks"
PROFILE = "profile"
WITHDRAWN = "entered-in-error"
MOST: Mapping[str, int] = dict.fromkeys((kind for kind in KINDS if kind not in VACCINATIONS), 60) | {
    "laboratory-result": 100,
    "vital-sign": 100,
    "prescription": 30,
}
"""Newest records of each kind that are read. Where there are more, a rule that looks further back is not judged."""
AT_ONCE = 10
"""Queries side by side."""


class Histories(Protocol):
    """services/vaccinations/history.py"""

    def rows(self, patient_id: PersonId) -> list[Item]: ...
    def of_card(
        self, permits: Mapping[str, Permit], rows: Iterable[Item], profile: Mapping[str, Any], *, begun_here: bool
    ) -> VaccinationHistory: ...


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    sets: CodeSets
    histories: Histories
    clock: Clock


@dataclass(frozen=True, slots=True)
class Looked:
    """``version``: of the row of marks, 0 where there is none."""

    facts: Facts
    marks: Sequence[Mark]
    version: int


class Reading:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def looked(self, patient_id: PersonId, permits: Mapping[str, Permit]) -> Looked:
        """``permits`` as ``Gate.admit_listed`` gives them; of a kind with summaries alone nothing is judged."""
        whole = {kind: permit for kind, permit in permits.items() if not permit.summary_only or kind in _BESIDE}
        wanted = [kind for kind in MOST if kind in whole]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            pages = {kind: pool.submit(copy_context().run, self._newest, patient_id, kind) for kind in wanted}
            given = pool.submit(copy_context().run, self._given, patient_id, whole)
            people = self._t.tables.get_many(
                [keys.profile(patient_id), keys.vaccination_plan(patient_id), keys.need_marks(patient_id)]
            )
            profile = self._profile(whole, patient_id, people)
            found = {kind: page.result() for kind, page in pages.items()}
            begun_here = keys.vaccination_plan(patient_id) in people
            courses = self._courses(whole, profile, given.result(), begun_here=begun_here)
        marks, version = self._marks(whole, patient_id, people)
        facts = self._facts(whole, profile, found)
        planned = () if courses is None else VACCINATIONS  # looked at, though the plan alone is judged
        records = {**facts.records, **dict.fromkeys(planned, ())}
        return Looked(replace(facts, records=records, courses=courses or ()), marks, version)

    def _facts(self, permits: Mapping[str, Permit], profile: Mapping[str, Any], found: Mapping[str, Page]) -> Facts:
        born, analytes = profile.get("birth_date"), self._t.sets("analytes")
        records = {kind: [self._known(permits[kind], row) for row in page.items] for kind, page in found.items()}
        named = {
            kind: [replace(one, analytes=with_analytes(one, analytes)) for one in some]
            for kind, some in records.items()
        }
        reach = {
            kind: date.fromisoformat(page.items[-1]["kd"].split("#")[1][:10])
            for kind, page in found.items()
            if page.after is not None and page.items
        }
        return Facts(
            today=self.today(),
            born=date.fromisoformat(born) if born else None,
            sex=str(profile.get("sex") or ""),
            records=named,
            analytes=analytes,
            reach=reach,
        )

    def today(self) -> date:
        return local_day(self._t.clock())

    def _newest(self, patient_id: PersonId, kind: str) -> Page:
        return newest(self._t.tables, patient_id, kind, MOST[kind])

    def _given(self, patient_id: PersonId, permits: Mapping[str, Permit]) -> list[Item] | None:
        return None if VACCINATIONS - permits.keys() else self._t.histories.rows(patient_id)

    def _profile(
        self, permits: Mapping[str, Permit], patient_id: PersonId, people: Mapping[Key, Item]
    ) -> Mapping[str, Any]:
        row = people.get(keys.profile(patient_id))
        if row is None:
            return {}
        opened: dict[str, Any] = json.loads(self._t.vault.open(permits[PROFILE], Sealed.of(PROFILE, row)))
        return opened

    def _courses(
        self,
        permits: Mapping[str, Permit],
        profile: Mapping[str, Any],
        rows: Sequence[Item] | None,
        *,
        begun_here: bool,
    ) -> Sequence[CourseState] | None:
        """The plan of vaccinations; None where it may not be looked at, empty without a birth date to plan by."""
        if rows is None:
            return None
        if "birth_date" not in profile:
            return ()
        found = self._t.histories.of_card(permits, rows, profile, begun_here=begun_here)
        return states(found.person, found.given, found.exemptions, self.today())

    def _marks(
        self, permits: Mapping[str, Permit], patient_id: PersonId, people: Mapping[Key, Item]
    ) -> tuple[list[Mark], int]:
        row = people.get(keys.need_marks(patient_id))
        if row is None:
            return [], 0
        content = json.loads(self._t.vault.open(permits[MARKS], Sealed.of(MARKS, row)))
        return [mark_of(one) for one in content["marks"]], int(row["ver"])

    def _known(self, permit: Permit, row: Item) -> Known:
        body: dict[str, Any] = json.loads(self._t.vault.open(permit, Sealed.of(row["id"], row)))
        ends = row["status"].get("expires_at") if "status" in row else None
        return Known(
            kind=row["kind"],
            id=row["id"],
            on=datetime.fromisoformat(body["occurred_at"]).date(),
            body=body,
            standing=stands(row, self._t.clock()) and body.get("status") != WITHDRAWN,
            doctor=row["role"] == Role.DOCTOR.value,
            until=local_day(from_stamp(ends)) if ends else None,
        )


_BESIDE = frozenset({PROFILE, MARKS})
