"""The gate: decide, log, permit; and what the owner is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.domain.access import Action, Level
from chalicelib.domain.identity import PersonId, Role, system_actor
from chalicelib.errors import (
    AccessDeniedError,
    AssuranceLevelError,
    AuditUnavailableError,
    CardStateError,
    ConsentRequiredError,
    ErasedError,
    NotFoundError,
    SessionEndedError,
    StepUpRequiredError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL as PROTOCOL
from chalicelib.records.examination import VISIT
from tests.world import ANNA, BORIS, World


@pytest.fixture
def world() -> World:
    return World()


def test_a_read_leaves_its_entry_before_the_permit(world: World) -> None:
    anna = world.patient()
    permit = world.gate.admit(anna, Action.LIST, ANNA, VISIT)
    assert permit.entry_id == world.audit.entries[-1][0]
    assert world.audit.events[-1].action == "visit:list"


@pytest.mark.requirement("AUD-1")
def test_no_log_no_permit(world: World) -> None:
    anna = world.patient()
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.gate.admit(anna, Action.LIST, ANNA, VISIT)


@pytest.mark.requirement("SEC-3")
def test_one_batch_read_then_one_entry(world: World) -> None:
    world.patient()
    doctor = world.staff()
    world.consent(doctor)
    world.tables.calls.clear()
    world.gate.admit(doctor, Action.READ, ANNA, VISIT, "r1")
    assert world.tables.calls == ["get_many", "commit"]


@pytest.mark.requirement("ACC-1")
def test_first_access_by_a_doctor_raises_one_request_and_stays_closed(world: World) -> None:
    anna, doctor = world.patient(), world.staff()
    for _ in range(2):
        with pytest.raises(ConsentRequiredError):
            world.gate.admit(doctor, Action.LIST, ANNA, VISIT)
    row = world.row(keys.consent(ANNA, doctor.member_id))
    assert (row["state"], row["ver"]) == ("requested", 1)
    world.pump()
    assert world.inbox(anna).count("consent_requested") == 1
    assert [e.outcome for e in world.entries("visit:list")] == ["denied", "denied"]


@pytest.mark.requirement("ACC-6")
def test_a_refused_attempt_is_logged_and_the_owner_told_once_a_day(world: World) -> None:
    anna, registrar = world.patient(), world.staff("reg", Role.REGISTRAR)
    for _ in range(3):
        with pytest.raises(AccessDeniedError):
            world.gate.admit(registrar, Action.LIST, ANNA, VISIT)
    world.pump()
    assert world.inbox(anna) == ["access_refused"]
    assert "Роль: регистратор," in world.notices.mine(anna, "ru", 10, None)[0][0]["text"]
    assert len(world.entries("visit:list")) == 3
    world.clock.advance(days=1)
    with pytest.raises(SessionEndedError):  # the session is over by then
        world.gate.admit(registrar, Action.LIST, ANNA, VISIT)


@pytest.mark.requirement("ACC-6")
def test_each_who_was_refused_the_same_thing_is_told_of(world: World) -> None:
    anna = world.patient()
    for name in ("one", "two"):
        with pytest.raises(AccessDeniedError):
            world.gate.admit(world.staff(name, Role.REGISTRAR), Action.LIST, ANNA, VISIT)
        world.pump()
    assert world.inbox(anna) == ["access_refused", "access_refused"]


@pytest.mark.requirement("ACC-6")
def test_anothers_card_looks_like_an_unknown_one(world: World) -> None:
    world.patient(BORIS)
    anna = world.patient()
    with pytest.raises(NotFoundError) as real:
        world.gate.admit(anna, Action.LIST, BORIS, VISIT)
    with pytest.raises(NotFoundError) as unknown:
        world.gate.admit(anna, Action.LIST, PersonId("nobody"), VISIT)
    assert str(real.value) == str(unknown.value)


@pytest.mark.requirement("ACC-1")
def test_an_unknown_patient_looks_like_one_who_has_not_answered(world: World) -> None:
    doctor = world.staff()
    before = len(world.tables.rows())
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(doctor, Action.LIST, PersonId("nobody"), VISIT)
    assert len(world.tables.rows()) == before + 1  # the entry alone, in the doctor's own chain
    assert world.audit.events[-1].subject == doctor.person_id


@pytest.mark.requirement("ACC-3")
def test_limited_consent_reads_summaries_and_downloads_nothing(world: World) -> None:
    world.patient()
    doctor = world.staff()
    world.consent(doctor, level=Level.LIMITED)
    assert world.gate.admit(doctor, Action.READ, ANNA, VISIT, "r").summary_only
    for action in (Action.DOWNLOAD, Action.HISTORY, Action.CREATE, Action.AMEND):
        with pytest.raises(AccessDeniedError):
            world.gate.admit(doctor, action, ANNA, PROTOCOL, "r")


@pytest.mark.requirement("ACC-4")
def test_consent_to_one_section_opens_no_other(world: World) -> None:
    world.patient()
    doctor = world.staff()
    world.consent(doctor, sections=("visits",))
    assert world.gate.admit(doctor, Action.LIST, ANNA, VISIT)
    with pytest.raises(AccessDeniedError):
        world.gate.admit(doctor, Action.LIST, ANNA, PROTOCOL)


@pytest.mark.requirement("ACC-2", "ID-9")
@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda d: (keys.consent(ANNA, d.member_id), {"state": "revoked"}), AccessDeniedError),
        (lambda d: (keys.consent(ANNA, d.member_id), {"valid_until": "2026-03-01T00:00:00.000Z"}), AccessDeniedError),
        (lambda d: (keys.session(d.person_id, d.session_id), {"state": "revoked"}), SessionEndedError),
        (lambda d: (keys.session(d.person_id, d.session_id), {"role": "nurse"}), SessionEndedError),
        (lambda d: (keys.member(d.person_id, d.member_id), {"state": "removed"}), SessionEndedError),
    ],
)
def test_what_is_taken_away_is_gone_with_the_next_request(world: World, change, error) -> None:
    world.patient()
    doctor = world.staff()
    world.consent(doctor)
    world.gate.admit(doctor, Action.LIST, ANNA, VISIT)
    key, attributes = change(doctor)
    world.tables.commit([Update(key, attributes)])
    with pytest.raises(error):
        world.gate.admit(doctor, Action.LIST, ANNA, VISIT)


@pytest.mark.requirement("ID-12")
def test_a_token_that_claims_another_role_than_the_session_is_refused(world: World) -> None:
    world.patient()
    nurse = world.staff("n", Role.NURSE)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(replace(nurse, role=Role.ADMINISTRATOR))
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(replace(nurse, member_id=""))


@pytest.mark.requirement("ACC-5")
def test_unconfirmed_identity_sees_no_card(world: World) -> None:
    anna = world.patient(level=1)
    with pytest.raises(AssuranceLevelError):
        world.gate.admit(anna, Action.LIST, ANNA, VISIT)


def test_suspended_card_is_read_and_not_written(world: World) -> None:
    anna = world.patient()
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    assert world.gate.admit(anna, Action.LIST, ANNA, VISIT)
    doctor = world.staff()
    world.consent(doctor)
    with pytest.raises(CardStateError):
        world.gate.admit_change(doctor, Action.CREATE, ANNA, VISIT, "r", version=1)


def test_erased_card_says_so_to_its_owner_alone(world: World) -> None:
    anna = world.patient()
    world.tables.commit([Update(keys.card(ANNA), {"state": "erased"})])
    with pytest.raises(ErasedError):
        world.gate.admit(anna, Action.LIST, ANNA, VISIT)
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.staff(), Action.LIST, ANNA, VISIT)


def test_the_system_runs_only_what_the_kind_names(world: World) -> None:
    world.patient()
    assert world.gate.admit(system_actor("issue_document"), Action.READ, ANNA, PROTOCOL, "r")
    with pytest.raises(AccessDeniedError):
        world.gate.admit(system_actor("check_vital_sign"), Action.READ, ANNA, VISIT, "r")
    with pytest.raises(AccessDeniedError):
        world.gate.permit_private(system_actor("issue_document"), ANNA, "totp", "totp", "totp:open")


@pytest.mark.requirement("SEC-2")
def test_private_kinds_are_closed_by_default(world: World) -> None:
    world.patient()
    for actor in (world.staff(), world.staff("adm", Role.ADMINISTRATOR), world.pharmacy()):
        for kind in ("profile", "totp", "notice", "application", "never-heard-of"):
            with pytest.raises(AccessDeniedError):
                world.gate.permit_private(actor, ANNA, kind, None, "test:open")
            assert world.audit.events[-1].outcome == "denied"


@pytest.mark.requirement("RX-1")
def test_step_up_grows_old(world: World) -> None:
    doctor = world.staff()
    world.gate.fresh(doctor)
    world.clock.advance(minutes=6)
    with pytest.raises(StepUpRequiredError):
        world.gate.fresh(doctor)
    with pytest.raises(StepUpRequiredError):
        world.gate.fresh(replace(doctor, confirmed_at=None))
