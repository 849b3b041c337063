"""Confirming an identity by a scan of the passport (ID-7): the effect of the case kind ``identity-scan``."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.cases import Prepared
from chalicelib.domain.identifiers import Findings, normal_passport_number, normal_passport_series
from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import NotFoundError, WrongStateError
from chalicelib.ports import Clock, Event, Sealed, Vault, keys
from chalicelib.ports.tables import Item, Tables, Update, Write
from chalicelib.services.gate import Gate, Staged

COMPARED = (
    "last_name",
    "first_name",
    "middle_name",
    "birth_date",
    "sex",
    "snils",
    "passport_series",
    "passport_number",
)


class IdentityScans:
    def __init__(self, gate: Gate, tables: Tables, vault: Vault, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._clock = clock

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        """The passport that the scan shows, and which version of the profile it is to confirm."""
        found = Findings()
        series = found.check(normal_passport_series, form["passport_series"], "/form/passport_series")
        number = found.check(normal_passport_number, form["passport_number"], "/form/passport_number")
        found.close()
        profile = self._profile(actor.card_id)
        content = {"passport_series": series, "passport_number": number, "profile_version": int(profile["ver"])}
        return Prepared(content)

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:
        """The profile, and which fields of the form differ from it."""
        return self._beside(actor, PersonId(case["patient"]), content)

    def _beside(self, actor: Actor, person_id: PersonId, content: dict[str, Any]) -> dict[str, Any]:
        row = self._profile(person_id)
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "profile:review")
        profile = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        differs = [name for name in ("passport_series", "passport_number") if content[name] != profile.get(name)]
        return {"profile": {name: profile[name] for name in COMPARED if name in profile}, "differs": differs}

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """Evidence on the profile, if it is still the one that was filed for. WrongStateError for another passport."""
        person_id = PersonId(case["patient"])
        if self._beside(actor, person_id, content)["differs"]:
            raise WrongStateError(
                "the passport is not the one in the profile: refuse it, or ask for a change of profile"
            )
        event = Event(
            actor,
            "identity:confirm",
            person_id,
            resource_type="profile",
            resource_id="profile",
            details={"channel": Channel.SCAN.value},
        )
        confirmed = Update(
            keys.profile(person_id),
            evidence(Channel.SCAN, self._clock()),
            expect={"ver": int(content["profile_version"])},
        )
        return [self._gate.stage(event)], [confirmed]

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        return [], []

    def _profile(self, person_id: PersonId) -> Item:
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            raise NotFoundError
        return row
