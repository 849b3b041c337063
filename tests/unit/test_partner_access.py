"""Partners before the gate: what they bring, what they brought, and what a patient lets their systems read (PRT-1)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, MedkartaError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from chalicelib.records.registry import RECORD_TYPES, record_type
from chalicelib.records.search import SEARCH
from chalicelib.services.consents import ConsentService
from chalicelib.services.sharing import SharingService
from tests.world import ANNA, World

pytestmark = pytest.mark.requirement("PRT-1")

RESULT, VISIT, ALLERGY = record_type("laboratory-result"), record_type("visit"), record_type("allergy")


class Partners(World):
    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.sharing = SharingService(self.gate, self.tables, self.clock)
        self.consents = ConsentService(self.gate, self.tables, self.vault, self.clock)
        self.lab = self.partner("lab", Role.LABORATORY, "system/Observation.cruds system/DiagnosticReport.cruds")
        self.mis = self.partner("mis", Role.CLINICAL_SYSTEM, "system/*.cruds")

    def partner(self, name: str, role: Role, scopes: str) -> Actor:
        row = {"id": name, "state": "active", "role": role.value, "organisation": f"org-{name}", "name": name}
        self.tables.commit(
            [Put(keys.client(name), row), Put(keys.organisation(f"org-{name}"), {"id": f"org-{name}", "name": name})]
        )
        return Actor(PersonId(name), role, organisation_id=f"org-{name}", scopes=frozenset(scopes.split()))

    def may(self, actor: Actor, action: Action, spec: Any, *, delivered: bool = False) -> bool:
        try:
            if action in {Action.CREATE, Action.AMEND}:
                self.gate.admit_change(actor, action, ANNA, spec, "r", version=1, delivered=delivered)
            else:
                self.gate.admit(actor, action, ANNA, spec, delivered=delivered)
        except MedkartaError:
            return False
        return True

    def share(self, client: Actor, **more: Any) -> Any:
        form = {
            "organisation_id": client.organisation_id,
            "client_id": client.person_id,
            "level": "full",
            "sections": ["results"],
            "purpose": "treatment",
            "valid_until": None,
            **more,
        }
        return self.sharing.grant(self.anna, form, "ru")


@pytest.fixture
def world() -> Partners:
    return Partners()


def test_a_delivery_needs_no_consent_and_opens_nothing_else(world):
    assert world.may(world.lab, Action.CREATE, RESULT)
    assert world.entries("laboratory-result:create") == []  # its entry is stored with the change
    for action in (Action.READ, Action.LIST, Action.HISTORY, Action.AMEND):
        assert world.may(world.lab, action, RESULT, delivered=True)
        assert not world.may(world.lab, action, RESULT)
    assert not world.may(world.lab, Action.CREATE, VISIT)
    assert world.may(world.mis, Action.CREATE, VISIT)
    assert not world.may(world.mis, Action.CREATE, record_type("prescription"))
    denied = [event for event in world.audit.events if event.outcome == "denied"]
    assert {event.reason for event in denied} == {"consent-missing", "another-delivery", "role"}
    assert {event.actor.person_id for event in denied} == {"lab", "mis"}


def test_links_and_lists_show_a_partner_no_records_of_others(world):
    permit = world.gate.admit(world.mis, Action.READ, ANNA, RESULT, "r", delivered=True)
    assert not [spec.name for spec in RECORD_TYPES if spec.name in permit.linked]
    own = world.gate.admit_listed(world.mis, ANNA, SEARCH, RECORD_TYPES, "search-key", delivered=True)
    assert "visit" in own
    with pytest.raises(AccessDeniedError):
        world.gate.admit_listed(world.mis, ANNA, SEARCH, RECORD_TYPES, "search-key")
    world.share(world.mis)
    read = world.gate.admit_listed(world.mis, ANNA, SEARCH, RECORD_TYPES, "search-key")
    assert {"laboratory-result", "received-results"} <= set(read)
    assert "visit" not in read


def test_a_patient_lets_a_system_read_and_shuts_it_out(world):
    made = world.share(world.lab)
    assert world.may(world.lab, Action.READ, RESULT)
    assert not world.may(world.lab, Action.READ, ALLERGY)
    assert not world.may(world.lab, Action.AMEND, RESULT)
    assert world.consents.mine(world.anna, 10, None)[0][0]["partner"] == "lab"
    world.consents.answer(world.anna, "lab", made["version"], {"state": "revoked"})
    assert not world.may(world.lab, Action.READ, RESULT)
    world.sharing.bar(world.anna, "organisation", "org-lab")
    for action in (Action.CREATE, Action.READ, Action.AMEND):
        assert not world.may(world.lab, action, RESULT, delivered=True)
    assert world.audit.events[-1].reason == "blocked"
    world.sharing.unbar(world.anna, "org-lab")
    assert world.may(world.lab, Action.CREATE, RESULT)


def test_a_pharmacy_is_no_grantee(world):
    pharmacy = world.partner("shop", Role.PHARMACY, "system/MedicationRequest.r")
    with pytest.raises(NotFoundError):
        world.share(pharmacy)
    assert not world.may(pharmacy, Action.READ, record_type("prescription"))


@pytest.mark.parametrize(
    ("scopes", "allowed"),
    [
        ("", set()),
        ("card.read", set()),
        ("scheduling.write", set()),
        ("system/Observation.c", {Action.CREATE}),
        ("system/Observation.rs", {Action.READ, Action.LIST, Action.HISTORY}),
        ("system/Observation.u", {Action.AMEND}),
        ("patient/Observation.cruds", set()),
        ("hl7.write", {Action.CREATE, Action.AMEND, Action.READ, Action.LIST, Action.HISTORY}),
    ],
)
def test_a_token_must_speak_of_it(world, scopes, allowed):
    actor = world.partner("other", Role.LABORATORY, scopes)
    allowed = allowed or ({Action.READ, Action.LIST, Action.HISTORY} if scopes == "card.read" else set())
    for action in (Action.CREATE, Action.AMEND, Action.READ, Action.LIST, Action.HISTORY):
        assert world.may(actor, action, RESULT, delivered=True) is (action in allowed), action


def test_a_client_that_was_revoked_brings_nothing(world):
    world.tables.commit([Update(keys.client("lab"), {"state": "revoked"})])
    assert not world.may(world.lab, Action.CREATE, RESULT)
