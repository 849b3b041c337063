"""An account on a clinic's person opens nothing before the identity is confirmed (ACT-5, ID-7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.domain.access import Action, Permit
from chalicelib.domain.assurance import AFTER_A_CLAIM, Channel, evidence, level_of, set_aside, unproven, wanted_level
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import AssuranceLevelError
from chalicelib.handlers.endpoints import ENDPOINTS
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.notices import NoticeService
from tests.unit.test_patients import Clinic

pytestmark = pytest.mark.requirement("ACT-5", "ID-7")


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def claimed(clinic: Clinic) -> Actor:
    """Somebody who knew the numbers and had the telephone."""
    person = clinic.desk()["patient_id"]
    assert clinic.register() == person
    session = {"state": "active", "role": "patient", "member": "", "expires": int(clinic.clock().timestamp()) + 9999}
    clinic.tables.commit([Put(keys.session(person, "s1"), session)])
    return Actor(PersonId(person), Role.PATIENT, session_id="s1", confirmed_at=clinic.clock())


def confirm(clinic: Clinic, actor: Actor, channel: Channel) -> None:
    clinic.tables.commit([Update(keys.profile(actor.person_id), evidence(channel, clinic.clock()))])


def test_the_clinic_s_evidence_is_set_aside(clinic: Clinic) -> None:
    actor = claimed(clinic)
    row = clinic.tables.get(keys.profile(actor.person_id))
    assert "evidence_registrar" not in row
    assert row["clinic_evidence_registrar"]
    assert (level_of(row), unproven(row)) == (1, True)
    with pytest.raises(AssuranceLevelError):
        clinic.gate.admit(actor, Action.LIST, actor.person_id, EXAMINATION_PROTOCOL)


@pytest.mark.parametrize("channel", [Channel.SCAN, Channel.BANK, Channel.OIDC, Channel.SIGNATURE, Channel.DESK])
def test_a_confirmation_opens_the_card(clinic: Clinic, channel: Channel) -> None:
    actor = claimed(clinic)
    confirm(clinic, actor, channel)
    clinic.gate.admit(actor, Action.LIST, actor.person_id, EXAMINATION_PROTOCOL)
    clinic.gate.signed_in(actor, "consent-list")


def test_the_own_profile_tells_what_was_given_and_no_more(clinic: Clinic) -> None:
    actor = claimed(clinic)
    assert not {"first_name", "middle_name", "sex"} & set(clinic.people.me(actor)["profile"])
    confirm(clinic, actor, Channel.BANK)
    assert clinic.people.me(actor)["profile"]["first_name"]


def test_a_passkey_alone_does_not(clinic: Clinic) -> None:
    actor = claimed(clinic)
    confirm(clinic, actor, Channel.BIOMETRIC)
    with pytest.raises(AssuranceLevelError):
        clinic.gate.signed_in(actor, "journal-read")


@pytest.mark.parametrize("operation", sorted(AFTER_A_CLAIM))
def test_what_tells_of_the_card_waits_for_it_too(clinic: Clinic, operation: str) -> None:
    actor = claimed(clinic)
    clinic.gate.signed_in(actor, "profile-read")
    with pytest.raises(AssuranceLevelError):
        clinic.gate.signed_in(actor, operation)
    assert wanted_level({}, operation) == 0  # nobody else's


def test_the_operations_are_routes() -> None:
    import app  # noqa: F401 - declares them

    assert {entry.operation for entry in ENDPOINTS} >= AFTER_A_CLAIM


def test_notices_that_name_somebody_wait(clinic: Clinic) -> None:
    actor = claimed(clinic)
    person = actor.person_id
    for name, content in {
        "n1": {"event": "consent_requested", "params": {"who": "Петров", "organisation": "Онкодиспансер"}},
        "n2": {"event": "card_claimed", "params": {}},
    }.items():
        permit = Permit(person, "notice", name, "test", writes=True)
        row: Any = {"id": name, "ver": 1, "at": "2026-03-01T00:00:00+00:00"}
        row["sealed"] = clinic.vault.seal(permit, 1, json.dumps(content).encode())
        clinic.tables.commit([Put(keys.notice(person, name), row)])
    notices = NoticeService(clinic.gate, clinic.tables, clinic.vault, clinic.clock)
    shown = lambda: {one["event"] for one in notices.mine(actor, "en", 10, None)[0]}  # noqa: E731
    assert shown() == {"card_claimed"}
    confirm(clinic, actor, Channel.SCAN)
    assert shown() == {"card_claimed", "consent_requested"}


def test_setting_aside_twice_changes_nothing() -> None:
    row = {"evidence_registrar": "t", "evidence_sms": "t", "level": 1}
    seen, gone = set_aside(row)
    assert (seen, gone) == ({"clinic_evidence_registrar": "t"}, ("evidence_registrar",))
    after = {name: value for name, value in {**row, **seen}.items() if name not in gone}
    assert set_aside(after) == ({}, ())
