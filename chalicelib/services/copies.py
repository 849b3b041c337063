"""What the decisions on requests for copies and for a transfer do (DOC-5; domain/copies.py)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.access import Level
from chalicelib.domain.cases import Prepared
from chalicelib.domain.copies import normal_copies
from chalicelib.domain.forms import below_form
from chalicelib.domain.identifiers import problem
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, NotFoundError
from chalicelib.ports import Clock, Event, Sealed, Vault, evidence, keys
from chalicelib.ports.access_rows import Grantee, consent_of, consent_request
from chalicelib.ports.tables import Expect, Expected, Item, Store, Tables, Write, every_row
from chalicelib.records.registry import SECTIONS
from chalicelib.services.gate import Gate, Staged

WHO = ("last_name", "first_name", "middle_name", "birth_date")


class CopyEffect:
    """Nothing in the card changes: the organisation copies what it holds, and the case is the trace of it."""

    def __init__(self, gate: Gate, tables: Tables, vault: Vault, clock: Clock) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault
        self._clock = clock

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        self._check_whole(actor)
        with below_form():
            given = normal_copies(form, self._clock().date())
            self._organisation(given["organisation_id"], "/organisation_id")
        return Prepared(given, organisation=given["organisation_id"])

    def compare(self, actor: Actor, case: Item, content: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Whose records they are; who comes for them shows a passport."""
        person_id = PersonId(case["patient"])
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "profile:review")
        profile = json.loads(self._vault.open(permit, Sealed.of("profile", row)))
        return {"person": {name: profile[name] for name in WHO if name in profile}}

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        return [], []

    def refuse(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:  # noqa: ARG002
        return [], []

    def _check_whole(self, actor: Actor) -> None:
        """Paper knows no sections: for a ward asks who may see all of the card. Raises AccessDeniedError."""
        if not actor.ward_id:
            return
        standing = evidence.representation(self._tables.get_many(evidence.standing(actor)), actor)
        if standing is None or not standing.whole:
            self._gate.refuse(actor, "case:file", "representation-scope")
            raise AccessDeniedError

    def _organisation(self, organisation_id: str, field: str) -> None:
        if self._tables.get(keys.organisation(organisation_id)) is None:
            raise problem(field, "unknown", "no such organisation")


class TransferEffect(CopyEffect):
    """When the organisation has done its part, the receiving doctor's request for consent is put before the patient.

    Nothing is opened by staff: the patient answers that request, or does not.
    """

    def prepare(self, actor: Actor, form: dict[str, Any]) -> Prepared:
        self._check_whole(actor)
        with below_form():
            self._organisation(form["organisation_id"], "/organisation_id")
            doctor = self._doctor(form)
            for at, name in enumerate(form["sections"]):
                if name not in SECTIONS:
                    raise problem(f"/sections/{at}", "unknown", "no section of a card")
        content = {name: value for name, value in form.items() if name != "staff_number"}
        return Prepared({**content, "member_id": doctor}, organisation=form["organisation_id"])

    def _doctor(self, form: Mapping[str, Any]) -> str:
        """Membership of who takes over: as named, or by the staff number that a patient has from the clinic."""
        organisation, number = form["to_organisation_id"], form.get("staff_number")
        if number:
            every = every_row(self._tables, Store.IDENTITY, f"ORG#{organisation}", "STAFF#")
            found = [row for row in every if row.get("staff_number") == number]
        else:
            named = self._tables.get(keys.staff(organisation, form["member_id"]))
            found = [named] if named else []
        doctors = [row for row in found if (row["state"], row["role"]) == ("active", Role.DOCTOR.value)]
        if len(doctors) != 1:
            raise problem("/staff_number" if number else "/member_id", "unknown", "no doctor of that organisation")
        return str(doctors[0]["member"])

    def approve(self, actor: Actor, case: Item, content: dict[str, Any]) -> tuple[list[Staged], list[Write]]:
        """The request; none where a consent or request stands, the card is closed to the doctor, or they have left."""
        patient_id = PersonId(case["patient"])
        staff = keys.staff(content["to_organisation_id"], content["member_id"])
        consent = keys.consent(patient_id, content["member_id"])
        closed = [keys.barred(patient_id, content[name]) for name in ("member_id", "to_organisation_id")]
        card = keys.card(patient_id)
        rows = self._tables.get_many([staff, consent, card, *closed])
        doctor, old = rows.get(staff), rows.get(consent)
        left = doctor is None or doctor["state"] != "active"
        if left or doctor is None or any(key in rows for key in closed) or self._stands(old) or card not in rows:
            return [], []
        return self._asked(actor, patient_id, doctor, old, content)

    def _stands(self, row: Item | None) -> bool:
        """A consent that is live, or a request that has not lapsed."""
        standing = consent_of(row)
        return standing is not None and standing.stands(self._clock())

    def _asked(
        self, actor: Actor, patient_id: PersonId, doctor: Item, old: Item | None, content: Mapping[str, Any]
    ) -> tuple[list[Staged], list[Write]]:
        to = Grantee(
            doctor["member"], doctor["person"], content["to_organisation_id"], doctor["department"], doctor["role"]
        )
        expect: Expected = {"ver": int(old["ver"])} if old else Expect.ABSENT
        version = int(old["ver"]) + 1 if old else 1
        event = Event(
            actor,
            "consent:request",
            patient_id,
            resource_type="consent",
            resource_id=to.grantee_id,
            resource_version=version,
            reason="transfer",
        )
        writes = consent_request(
            actor,
            patient_id,
            self._clock(),
            self._gate.new_id(),
            to=to,
            level=Level(content["level"]),
            sections=content["sections"],
            version=version,
            expect=expect,
        )
        return [self._gate.stage(event)], writes
