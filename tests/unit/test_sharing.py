"""Consent of the patient's own accord, periods by role, purposes in entries, closed doors (ACC-1 .. ACC-4)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from chalicelib.domain.access import CARD_SCOPE, Action, Level
from chalicelib.domain.consent_texts import ACCESS_CONSENT, current
from chalicelib.domain.consents import DEFAULT_PERIODS, PURPOSES
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    ConsentRequiredError,
    InvalidFieldsError,
    NotFoundError,
    WrongStateError,
)
from chalicelib.handlers.models.card import Purpose
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from tests.access_world import AccessWorld, sharing
from tests.world import ANNA


@pytest.fixture
def world() -> AccessWorld:
    made = AccessWorld()
    made.anna, made.doctor = made.patient(), made.staff()
    return made


def ask(world: AccessWorld, doctor: Actor | None = None) -> int:
    asked = world.consents.request(
        doctor or world.doctor, ANNA, level=Level.FULL, sections=(), purpose="second-opinion"
    )
    return asked["version"]


def say(world: AccessWorld, state: str, version: int, **more):
    answer = {"state": state, "level": None, "sections": None, "valid_until": None, **more}
    return world.consents.answer(world.anna, "member-doctor", version, answer)


def days(shown) -> int:
    start, end = (datetime.fromisoformat(shown[name]) for name in ("valid_from", "valid_until"))
    return (end - start).days


def test_the_models_and_the_rules_know_the_same_purposes() -> None:
    assert get_args(Purpose) == PURPOSES
    assert "emergency" not in PURPOSES  # that word is broken glass's


@pytest.mark.requirement("ACC-4", "AUD-1")
def test_every_entry_says_what_the_consent_was_for(world: AccessWorld) -> None:
    granted = say(world, "granted", ask(world))
    world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    assert world.audit.events[-1].purpose == "second-opinion"
    say(world, "granted", granted["version"], purpose="consultation")
    world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    assert world.audit.events[-1].purpose == "consultation"


@pytest.mark.requirement("ACC-4")
@pytest.mark.parametrize("role", [Role.DOCTOR, Role.NURSE])
def test_a_consent_without_a_day_ends_after_the_period_of_the_role(world: AccessWorld, role: Role) -> None:
    staff = world.staff("one", role)
    version = ask(world, staff)
    answer = {"state": "granted"}
    shown = world.consents.answer(world.anna, staff.member_id, version, answer)
    assert days(shown) == DEFAULT_PERIODS[role.value].days


@pytest.mark.requirement("ACC-4")
def test_the_patient_narrows_what_was_granted(world: AccessWorld) -> None:
    granted = say(world, "granted", ask(world))
    soon = (world.clock() + timedelta(days=2)).isoformat()
    narrowed = say(world, "granted", granted["version"], level="limited", sections=["visits"], valid_until=soon)
    assert (narrowed["level"], narrowed["sections"], days(narrowed)) == ("limited", ["visits"], 2)
    assert world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT).summary_only
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, EXAMINATION_PROTOCOL)
    world.clock.advance(days=2)
    assert world.consents.mine(world.anna, 10, None)[0][0]["state"] == "expired"


def test_a_request_that_nobody_answers_shows_as_expired_and_may_be_made_again(world: AccessWorld) -> None:
    version = ask(world)
    world.clock.advance(days=30)
    assert world.consents.mine(world.anna, 10, None)[0][0]["state"] == "expired"
    assert ask(world) == version + 1


@pytest.mark.requirement("ACC-4")
def test_a_request_that_has_lapsed_keeps_nobody_from_sharing(world: AccessWorld) -> None:
    version = ask(world)
    form = sharing(member_id=None, staff_number="№ doctor")
    with pytest.raises(AlreadyExistsError):
        world.sharing.grant(world.anna, form, "ru")
    world.clock.advance(days=30)
    made = world.sharing.grant(world.anna, form, "ru")
    assert (made["state"], made["version"]) == ("granted", version + 1)
    assert world.consents.mine(world.anna, 10, None)[0][0]["state"] == "granted"


@pytest.mark.requirement("ACC-2")
def test_the_journal_keeps_text_scope_and_who_said_it(world: AccessWorld) -> None:
    say(world, "granted", ask(world))
    (granted, asked), _ = world.consents.journal(world.anna, 10, None)
    text = current(ACCESS_CONSENT)
    assert (granted["text_version"], granted["text_sha256"]) == (text.version, text.hashes["ru"])
    assert (granted["by"], granted["by_role"], granted["purpose"]) == (ANNA, "patient", "second-opinion")
    assert asked["by"] == world.doctor.person_id


# --- unasked


@pytest.mark.requirement("ACC-4")
def test_the_patient_shares_chosen_sections_unasked(world: AccessWorld) -> None:
    made = world.sharing.grant(world.anna, sharing(member_id=None, staff_number="№ doctor", sections=["visits"]), "ru")
    assert (made["state"], made["purpose"]) == ("granted", "consultation")
    world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    with pytest.raises(AccessDeniedError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, EXAMINATION_PROTOCOL)
    world.pump()
    assert world.consents.mine(world.anna, 10, None)[0][0]["who"]["name"] == "Петров Пётр Петрович"
    assert world.consents.journal(world.anna, 10, None)[0][0]["what"] == "granted"
    assert world.entries("consent:grant")[0].purpose == "consultation"
    assert world.consents.my_patients(world.doctor, 10, None)[0][0]["patient_id"] == ANNA


@pytest.mark.requirement("ACC-4")
def test_an_insurer_reads_what_was_shared_and_takes_no_document(world: AccessWorld) -> None:
    row = {"id": "ins", "state": "active", "role": "insurer", "organisation": "org-ins", "name": "Страховая"}
    world.tables.commit([Put(keys.client("ins"), row)])
    insurer = Actor(PersonId("ins"), Role.INSURER, organisation_id="org-ins", scopes=frozenset({CARD_SCOPE}))
    with pytest.raises(AccessDeniedError):
        world.gate.admit(insurer, Action.LIST, ANNA, VISIT)
    form = sharing(organisation_id="org-ins", member_id=None, client_id="ins", sections=["visits"], purpose="insurance")
    made = world.sharing.grant(world.anna, form, "ru")
    world.gate.admit(insurer, Action.LIST, ANNA, VISIT)
    assert world.audit.events[-1].purpose == "insurance"
    assert world.consents.mine(world.anna, 10, None)[0][0]["partner"] == "Страховая"
    for action, kind in ((Action.LIST, EXAMINATION_PROTOCOL), (Action.DOWNLOAD, VISIT), (Action.CREATE, VISIT)):
        with pytest.raises(AccessDeniedError):
            world.gate.admit(insurer, action, ANNA, kind)
    weak = Actor(PersonId("ins"), Role.INSURER, organisation_id="org-ins")
    with pytest.raises(AccessDeniedError):
        world.gate.admit(weak, Action.LIST, ANNA, VISIT)
    world.consents.answer(world.anna, "ins", made["version"], {"state": "revoked"})
    world.pump()
    with pytest.raises(AccessDeniedError):
        world.gate.admit(insurer, Action.LIST, ANNA, VISIT)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"member_id": "nobody"}, NotFoundError),
        ({"organisation_id": "elsewhere"}, NotFoundError),
        ({"member_id": None, "staff_number": "no such"}, NotFoundError),
        ({"member_id": "member-reg"}, NotFoundError),
        ({"member_id": None, "client_id": "nobody"}, NotFoundError),
        ({"valid_until": "2028-01-01T00:00:00+00:00"}, InvalidFieldsError),
    ],
)
def test_sharing_with_nobody_fitting(world: AccessWorld, form, error) -> None:
    world.staff("reg", Role.REGISTRAR)
    with pytest.raises(error):
        world.sharing.grant(world.anna, sharing(**form), "ru")


def test_sharing_meets_a_request_or_a_consent_that_stands(world: AccessWorld) -> None:
    say(world, "refused", ask(world))
    world.sharing.grant(world.anna, sharing(), "ru")
    with pytest.raises(AlreadyExistsError):
        world.sharing.grant(world.anna, sharing(), "ru")


# --- closed doors


@pytest.mark.requirement("ACC-1", "ACC-2")
@pytest.mark.parametrize(("kind", "who"), [("member", "member-doctor"), ("organisation", "clinic")])
def test_a_closed_door_ends_consent_and_stops_new_requests(world: AccessWorld, kind: str, who: str) -> None:
    say(world, "granted", ask(world))
    world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    world.sharing.bar(world.anna, kind, who)
    for _ in range(2):
        with pytest.raises(ConsentRequiredError):
            world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
        with pytest.raises(ConsentRequiredError):
            ask(world)
    assert world.row(keys.consent(ANNA, "member-doctor"))["state"] == "revoked"
    assert {e.reason for e in world.audit.events if e.outcome == "denied"} == {"blocked"}
    world.pump()
    assert "access_refused" in world.inbox(world.anna)
    assert [line["id"] for line in world.sharing.barred(world.anna)] == [who]
    with pytest.raises(WrongStateError):
        world.sharing.grant(world.anna, sharing(), "ru")
    with pytest.raises(WrongStateError):
        say(world, "granted", int(world.row(keys.consent(ANNA, "member-doctor"))["ver"]))
    world.sharing.unbar(world.anna, who)
    with pytest.raises(ConsentRequiredError):  # nothing is revived
        world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    ask(world)


@pytest.mark.requirement("ACC-1")
def test_the_first_attempt_of_somebody_barred_raises_no_request(world: AccessWorld) -> None:
    world.sharing.bar(world.anna, "organisation", "clinic")
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(world.doctor, Action.LIST, ANNA, VISIT)
    assert world.tables.get(keys.consent(ANNA, world.doctor.member_id)) is None


def test_a_door_that_closes_while_somebody_asks(world: AccessWorld) -> None:
    world.tables.before_next_commit(lambda: world.sharing.bar(world.anna, "organisation", "clinic"))
    with pytest.raises(ConsentRequiredError):
        ask(world)
    assert world.tables.get(keys.consent(ANNA, world.doctor.member_id)) is None


def test_only_who_was_met_or_a_known_organisation_can_be_barred(world: AccessWorld) -> None:
    for kind, who in (("member", "member-doctor"), ("organisation", "nowhere")):
        with pytest.raises(NotFoundError):
            world.sharing.bar(world.anna, kind, who)
    world.sharing.unbar(world.anna, "nobody")


def test_closing_takes_everybody_of_the_organisation_also_after_a_crash(world: AccessWorld) -> None:
    people = [world.staff(f"d{n}") for n in range(25)]
    for doctor in people:
        world.consent(doctor)
    other = world.staff("other", organisation="elsewhere")
    world.consent(other)
    door = {"id": "clinic", "kind": "organisation", "organisation": "clinic", "at": world.moment()}
    world.tables.commit([Put(keys.barred(ANNA, "clinic"), door)])  # and there it died
    with pytest.raises(ConsentRequiredError):
        world.gate.admit(people[0], Action.LIST, ANNA, VISIT)
    world.sharing.unbar(world.anna, "clinic")
    states = {world.row(keys.consent(ANNA, d.member_id))["state"] for d in people}
    assert states == {"revoked"}
    world.gate.admit(other, Action.LIST, ANNA, VISIT)


@pytest.mark.requirement("ACC-7")
def test_life_comes_before_a_closed_door(world: AccessWorld) -> None:
    from chalicelib.domain.emergency import Reason

    world.sharing.bar(world.anna, "organisation", "clinic")
    world.emergencies.open(world.doctor, ANNA, Reason.LIFE_THREAT, "Анафилактический шок")
    assert world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r")
    assert world.sharing.bar(world.anna, "member", world.doctor.member_id)["organisation"] == "clinic"


# --- one read, whatever there is


@pytest.mark.requirement("ACC-1", "SEC-3")
def test_a_thousand_consents_are_one_batch_read(world: AccessWorld) -> None:
    for n in range(1000):
        doctor = Actor(PersonId(f"p{n}"), Role.DOCTOR, member_id=f"m{n}", organisation_id="elsewhere")
        world.consent(doctor)
    world.consent(world.doctor)
    world.tables.calls.clear()
    world.gate.admit(world.doctor, Action.READ, ANNA, VISIT, "r1")
    assert world.tables.calls == ["get_many", "commit"]


@pytest.mark.requirement("ACC-2")
def test_a_read_that_was_admitted_ends_and_the_next_is_refused(world: AccessWorld) -> None:
    world.consent(world.doctor)
    world.tables.before_next_commit(
        lambda: world.tables.commit([Update(keys.consent(ANNA, "member-doctor"), {"state": "revoked"})])
    )
    assert world.records.page(world.doctor, ANNA, VISIT, limit=10, after=None) == ([], None)
    with pytest.raises(ConsentRequiredError):
        world.records.page(world.doctor, ANNA, VISIT, limit=10, after=None)


@pytest.mark.requirement("ACC-4", "SEC-3")
def test_a_thousand_consents_are_withdrawn_in_two_passes(world: AccessWorld) -> None:
    for n in range(1000):
        doctor = Actor(PersonId(f"p{n}"), Role.DOCTOR, member_id=f"m{n}", organisation_id="clinic")
        world.consent(doctor)
    world.tables.calls.clear()
    world.sharing.bar(world.anna, "organisation", "clinic")
    assert len(world.tables.calls) < 80
    assert "granted" not in {row["state"] for key, row in world.tables.rows().items() if key.sk.startswith("CONSENT#")}


@pytest.mark.requirement("ACC-4")
def test_a_consent_that_changes_while_the_door_closes_is_taken_in_the_next_pass(world: AccessWorld) -> None:
    for n in range(3):
        world.consent(Actor(PersonId(f"p{n}"), Role.DOCTOR, member_id=f"m{n}", organisation_id="clinic"))
    touched = Update(keys.consent(ANNA, "m1"), {"level": "limited"}, {"ver": 1})
    door = {"id": "clinic", "kind": "organisation", "organisation": "clinic", "at": world.moment()}
    world.tables.commit([Put(keys.barred(ANNA, "clinic"), door)])
    world.tables.before_next_commit(lambda: world.tables.commit([touched]))
    world.sharing.unbar(world.anna, "clinic")
    assert {world.row(keys.consent(ANNA, f"m{n}"))["state"] for n in range(3)} == {"revoked"}
