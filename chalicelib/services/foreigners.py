"""What a decision about a foreign citizen does (SPC-6): the stay is confirmed by the registry and the account limited.

The registry is asked by staff's look at the case, which shows its answer or that it is away, and again by the decision,
which is not made without it. The card is opened when there is none yet.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.domain.access import CardState
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.cases import Prepared
from chalicelib.domain.forms import below_form
from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.domain.moments import local_day, stamp
from chalicelib.domain.residence import TEMPORARY, normal_foreigner, stay_ends
from chalicelib.errors import RegistryUnavailableError, StayUnconfirmedError
from chalicelib.ports import Clock, Event, PatientKeys, keys
from chalicelib.ports.migration import MigrationRegistry, Stay
from chalicelib.ports.profiles import Profiles
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Put, Tables, Write
from chalicelib.services.gate import Gate, Staged


class ForeignerEffect:
    def __init__(
        self,
        gate: Gate,
        tables: Tables,
        patient_keys: PatientKeys,
        profiles: Profiles,
        registry: MigrationRegistry,
        clock: Clock,
    ) -> None:
        self._gate = gate
        self._tables = tables
        self._keys = patient_keys
        self._profiles = profiles
        self._registry = registry
        self._clock = clock

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        """Raises InvalidFieldsError, also for who has a Russian passport here: nobody limits a citizen by mistake."""
        profile = self._profiles.open(actor, actor.person_id, "residence:prepare")
        with below_form():
            given = normal_foreigner(form, self._today())
            if profile.content.get("passport_number"):
                raise problem("/citizenship", "citizen", "this profile has a Russian passport")
            return Prepared(given)

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """The registry's word beside the form's; ``registry`` is confirmed, unknown or unavailable."""
        try:
            stay = self._asked(actor, case, content)
        except RegistryUnavailableError:
            return {"registry": "unavailable"}
        if stay is None:
            return {"registry": "unknown"}
        said = {"valid_until": stay.valid_until.isoformat(), "purpose": stay.purpose}
        agrees = stay.valid_until >= date.fromisoformat(content["stay_until"])
        return {"registry": "confirmed", **said, "findings": [] if agrees else ["stay-shorter"]}

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """Raises StayUnconfirmedError, RegistryUnavailableError, AlreadyExistsError for another person's card."""
        person_id = PersonId(case["patient"])
        stay = self._asked(actor, case, content)
        today = self._today()
        until = min(stay.valid_until, date.fromisoformat(content["stay_until"])) if stay else today
        if stay is None or until < today:
            raise StayUnconfirmedError
        profile = self._profiles.open(actor, person_id, "residence:compare")
        said = {name: content[name] for name in ("citizenship", "foreign_passport", "migration_card")}
        now = self._clock()
        residence = {"residence": TEMPORARY, "residence_until": stamp(stay_ends(until))}
        staged, writes = self._profiles.next_version(
            actor,
            profile,
            {**profile.content, **said},
            "residence:set",
            {**residence, **evidence(Channel.REGISTRAR, now)},
        )
        if self._tables.get(keys.card(person_id)) is None:
            opened = {"state": CardState.ACTIVE.value, "opened_at": stamp(now), "ver": 1}
            begun = happened(person_id, self._gate.new_id(), "start_gathering", now)
            writes += [Put(keys.card(person_id), opened), self._keys.alive(person_id), begun]
        return staged, writes

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        """Nothing was changed."""
        return [], []

    def _asked(self, actor: Actor, case: Item, content: dict[str, Any]) -> Stay | None:
        """The entry says that the card's number was told to the registry; it comes first."""
        event = Event(actor, "residence:check", case["patient"], resource_type="case", resource_id=case["id"])
        self._gate.record(event)
        return self._registry.check(content["migration_card"])

    def _today(self) -> date:
        return local_day(self._clock())
