"""What a card says about vaccinations, opened under one audit entry: four round trips, however much there is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.vaccination_calendar.person import Exemption, Given, Person
from chalicelib.errors import NotFoundError
from chalicelib.ports import Sealed, Vault, keys
from chalicelib.ports.tables import Item, Store, Tables, every_row
from chalicelib.records.vaccination import EXEMPTION, FACTORS, PLANNED_FROM, VACCINATION
from chalicelib.records.vaccination_plan import VACCINATION_PLAN
from chalicelib.services.gate import Gate

PREFIX = f"R#{VACCINATION.name}"  # which the names of all that the plan is made of begin with


@dataclass(frozen=True, slots=True)
class Vaccinated:
    """One vaccination that was carried out: its row, and its body (of a limited consent the summary alone)."""

    row: Item
    body: Mapping[str, Any]

    @property
    def on(self) -> date:
        """The day where it was given: in the offset that was written down."""
        return datetime.fromisoformat(self.body["occurred_at"]).date()


@dataclass(frozen=True, slots=True)
class History:
    profile: Mapping[str, Any]
    person: Person
    vaccinations: tuple[Vaccinated, ...]
    exemptions: tuple[Exemption, ...]

    @property
    def given(self) -> list[Given]:
        return [
            Given(v.row["id"], v.on, v.body["vaccine"], {t["disease"]: t["stage"] for t in v.body["targets"]})
            for v in self.vaccinations
        ]


class Histories:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault

    def opened(self, actor: Actor, patient_id: PersonId) -> History:
        """Raises what the gate raises; NotFoundError for a person without a profile, or a day of birth in it."""
        permits = self._gate.admit_kinds(actor, patient_id, VACCINATION_PLAN, PLANNED_FROM)
        people = self._tables.get_many([keys.profile(patient_id), keys.vaccination_plan(patient_id)])
        row = people.get(keys.profile(patient_id))
        if row is None:
            raise NotFoundError
        profile = json.loads(self._vault.open(permits["profile"], Sealed.of("profile", row)))
        if "birth_date" not in profile:
            raise NotFoundError
        begun_here = keys.vaccination_plan(patient_id) in people  # a newborn's: nothing was given elsewhere before
        return self.of_card(permits, self.rows(patient_id), profile, begun_here=begun_here)

    def rows(self, patient_id: PersonId) -> list[Item]:
        """Every row that the plan is made of, sealed."""
        return list(every_row(self._tables, Store.CARD, keys.patient(patient_id), PREFIX))

    def of_card(
        self, permits: Mapping[str, Permit], rows: Iterable[Item], profile: Mapping[str, Any], *, begun_here: bool
    ) -> History:
        """The same for who has permits, rows and profile already; ``profile`` has a birth date."""
        found = self._bodies(permits, rows)
        return History(
            profile=profile,
            person=_person(profile, found[FACTORS.name], begun_here=begun_here),
            vaccinations=tuple(v for v in found[VACCINATION.name] if v.body.get("status", "completed") == "completed"),
            exemptions=tuple(
                _exemption(e) for e in found[EXEMPTION.name] if e.body.get("status", "active") == "active"
            ),
        )

    def _bodies(self, permits: Mapping[str, Permit], rows: Iterable[Item]) -> dict[str, list[Vaccinated]]:
        """By kind, the oldest first; without what was withdrawn at its source, and without a copy out of a merge, which
        has no place by date (services/carrying/).
        """
        found: dict[str, list[Vaccinated]] = {spec.name: [] for spec in PLANNED_FROM}
        for row in rows:
            permit = permits.get(row["kind"])
            if permit is None or row["kind"] not in found or "status" in row or "kd" not in row:
                continue
            body = json.loads(self._vault.open(permit, Sealed.of(row["id"], row)))
            found[row["kind"]].append(Vaccinated(row, body))
        return {kind: sorted(some, key=lambda v: (v.row["kd"], v.row["id"])) for kind, some in found.items()}


def _person(profile: Mapping[str, Any], factors: list[Vaccinated], *, begun_here: bool) -> Person:
    said: Mapping[str, Any] = factors[-1].body if factors else {}
    return Person(
        born=date.fromisoformat(profile["birth_date"]),
        sex=profile.get("sex", ""),
        groups=frozenset(said.get("groups", ())),
        had=frozenset(said.get("had", ())),
        complete=begun_here or said.get("history") == "complete",
        intervals=said.get("intervals", "order"),
    )


def _exemption(found: Vaccinated) -> Exemption:
    body = found.body
    until = body.get("until")
    return Exemption(
        id=found.row["id"],
        kind=body["kind"],
        since=date.fromisoformat(body["since"]),
        until=date.fromisoformat(until) if until else None,
        diseases=frozenset(body.get("diseases", ())),
    )
