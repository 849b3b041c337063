from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.domain import staff as rules
from chalicelib.domain.identity import STAFF_ROLES, Actor, PersonId, Role
from chalicelib.errors import AccessDeniedError, AlreadyExistsError, NotFoundError, SessionEndedError
from tests.accounts import Accounts

pytestmark = pytest.mark.requirement("ID-12")


@pytest.fixture
def world() -> Accounts:
    made = Accounts()
    made.root = made.administrator()
    made.clinic = made.staff.create_organisation(made.root, "Поликлиника № 1", "1.2.643.1")["organisation_id"]
    made.person = made.register(1)
    return made


def form(world: Accounts, n: int = 1, **changes) -> dict:
    return {
        "snils": world.form(n)["snils"],
        "role": "doctor",
        "department": "therapy",
        "staff_number": "17",
        "position": "терапевт",
        **changes,
    }


def local_administrator(world: Accounts, n: int = 2) -> Actor:
    world.register(n)
    world.staff.add(world.root, world.clinic, form(world, n, role="administrator"))
    return world.actor(world.enter(n, Role.ADMINISTRATOR))


# --- the first administrator


def test_there_is_one_first_administrator(world):
    with pytest.raises(AlreadyExistsError):
        world.staff.appoint_first_administrator(world.form(1)["snils"])
    assert world.staff.appoint_first_administrator(world.form(90)["snils"]) == world.root.member_id
    with pytest.raises(NotFoundError):
        world.staff.appoint_first_administrator(world.form(55)["snils"])


def test_of_many_first_administrators_one_wins():
    world = Accounts()
    for n in range(1, 5):
        world.register(n)

    def appoint(n):
        try:
            return world.staff.appoint_first_administrator(world.form(n)["snils"])
        except AlreadyExistsError:
            return None

    with ThreadPoolExecutor(4) as pool:
        made = [member for member in pool.map(appoint, range(1, 5)) if member]
    assert len(made) == 1


def test_the_first_administrator_can_appoint_a_second_one(world):
    world.staff.add(world.root, "system", form(world, role="administrator", department="system"))
    second = world.actor(world.enter(1, Role.ADMINISTRATOR))
    world.staff.create_organisation(second, "Больница № 2", "1.2.643.2")
    world.staff.remove(second, "system", world.root.member_id)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(world.root)


# --- organisations


def test_an_oid_is_entered_once(world):
    with pytest.raises(AlreadyExistsError):
        world.staff.create_organisation(world.root, "Другое имя", "1.2.643.1")


def test_a_local_administrator_sees_and_makes_no_other_organisation(world):
    local = local_administrator(world)
    world.staff.create_organisation(world.root, "Больница № 2", "1.2.643.2")
    shown, after = world.staff.organisations(local, 50, None)
    assert ([o["organisation_id"] for o in shown], after) == ([world.clinic], None)
    assert len(world.staff.organisations(world.root, 50, None)[0]) == 3
    with pytest.raises(AccessDeniedError):
        world.staff.create_organisation(local, "Больница № 3", "1.2.643.3")


# --- appointing


def test_an_appointed_person_can_act_and_is_listed(world):
    made = world.staff.add(world.root, world.clinic, form(world))
    doctor = world.actor(world.enter(1, Role.DOCTOR))
    assert (doctor.member_id, doctor.organisation_id, doctor.department) == (made["member_id"], world.clinic, "therapy")
    world.gate.signed_in(doctor)
    (listed,), _ = world.staff.listed(world.root, world.clinic, 50, None)
    assert (listed["member_id"], listed["position"], listed["state"]) == (made["member_id"], "терапевт", "active")
    event = world.events("staff:add")[-1]
    assert (event.subject, event.actor.person_id) == (world.person, world.root.person_id)


def test_unknown_people_and_organisations_are_not_found(world):
    with pytest.raises(NotFoundError):
        world.staff.add(world.root, world.clinic, form(world, 44))
    with pytest.raises(NotFoundError):
        world.staff.add(world.root, "nowhere", form(world))
    with pytest.raises(NotFoundError):
        world.staff.remove(world.root, world.clinic, "nobody")


def test_a_role_is_held_once_and_can_come_back_as_another_membership(world):
    first = world.staff.add(world.root, world.clinic, form(world))["member_id"]
    with pytest.raises(AlreadyExistsError):
        world.staff.add(world.root, world.clinic, form(world))
    world.staff.add(world.root, world.clinic, form(world, department="surgery"))
    world.staff.remove(world.root, world.clinic, first)
    assert world.staff.add(world.root, world.clinic, form(world))["member_id"] != first


def test_a_removed_member_is_out_with_the_next_request(world):
    member = world.staff.add(world.root, world.clinic, form(world))["member_id"]
    doctor = world.actor(world.enter(1, Role.DOCTOR))
    world.staff.remove(world.root, world.clinic, member)
    world.staff.remove(world.root, world.clinic, member)
    with pytest.raises(SessionEndedError):
        world.gate.signed_in(doctor)
    with pytest.raises(AccessDeniedError):
        world.enter(1, Role.DOCTOR)
    assert len(world.events("staff:remove")) == 1


# --- who may


def test_an_administrator_stays_within_the_own_organisation(world):
    local = local_administrator(world)
    other = world.staff.create_organisation(world.root, "Больница № 2", "1.2.643.2")["organisation_id"]
    member = world.staff.add(world.root, other, form(world))["member_id"]
    for call in (
        lambda: world.staff.add(local, other, form(world, department="surgery")),
        lambda: world.staff.listed(local, other, 50, None),
        lambda: world.staff.remove(local, other, member),
        lambda: world.staff.listed(local, "system", 50, None),
    ):
        with pytest.raises(AccessDeniedError):
            call()
    refused = [event for event in world.audit.events if event.outcome == "denied" and event.reason == "scope"]
    assert len(refused) == 4
    assert world.staff.add(local, world.clinic, form(world))["role"] == "doctor"


@pytest.mark.requirement("ACC-5")
def test_nobody_appoints_or_removes_themselves(world):
    local = local_administrator(world)
    for actor, organisation, n in ((local, world.clinic, 2), (world.root, world.clinic, 90)):
        with pytest.raises(AccessDeniedError):
            world.staff.add(actor, organisation, form(world, n))
    with pytest.raises(AccessDeniedError):
        world.staff.remove(local, world.clinic, local.member_id)
    with pytest.raises(AccessDeniedError):
        world.staff.remove(world.root, "system", world.root.member_id)


@pytest.mark.parametrize("role", sorted(rules.BEYOND_ONE_ORGANISATION))
def test_roles_beyond_one_organisation_come_from_the_system(world, role):
    local = local_administrator(world)
    with pytest.raises(AccessDeniedError):
        world.staff.add(local, world.clinic, form(world, role=role.value))
    assert world.staff.add(world.root, world.clinic, form(world, role=role.value))["role"] == role.value


@pytest.mark.parametrize("role", sorted(Role))
def test_only_administrators_manage(role):
    for organisation in ("clinic", "other", rules.SYSTEM):
        actor = Actor(PersonId("p"), role, organisation_id=organisation, department="system")
        allowed = not rules.refusal_to_manage(actor, "clinic")
        assert allowed == (role is Role.ADMINISTRATOR and organisation in {"clinic", rules.SYSTEM})


@pytest.mark.parametrize("role", sorted(Role))
def test_staff_are_listed_for_who_manages_them_and_for_registrars_of_the_same_organisation(role):
    for organisation in ("clinic", "other", rules.SYSTEM):
        actor = Actor(PersonId("p"), role, organisation_id=organisation, department="system")
        allowed = not rules.refusal_to_list(actor, "clinic")
        registrar = role is Role.REGISTRAR and organisation == "clinic"
        assert allowed == (registrar or not rules.refusal_to_manage(actor, "clinic"))


@pytest.mark.parametrize("role", sorted(Role))
def test_only_roles_of_staff_are_given(role):
    root = Actor(PersonId("p"), Role.ADMINISTRATOR, organisation_id=rules.SYSTEM)
    assert (not rules.refusal_to_change(root, "q", role)) == (role in STAFF_ROLES)
