"""What a doctor did for a child's safety outlasts papers; who has a part in a child decides nothing about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import AccessDeniedError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Update
from chalicelib.services.representatives import RepresentativeService
from tests.special_world import BORIS, CLARA, SpecialWorld
from tests.world import ANNA

pytestmark = pytest.mark.requirement("ACC-8", "SPC-2")

CERTIFICATE = {
    "basis": "birth-certificate",
    "kind": "parent",
    "number": "II-АБ 123456",
    "authority": "Отдел ЗАГС",
    "issued_on": "2026-02-21",
    "child": {"birth_certificate": "II-АБ № 123456", "birth_date": "2026-02-20"},
}
COURT = {**CERTIFICATE, "basis": "court-decision"}


@pytest.fixture
def world() -> SpecialWorld:
    return SpecialWorld()


def restricted(world: SpecialWorld, *hidden: str) -> PersonId:
    """A child of Anna and Boris; a doctor ended what Boris may, or closed sections to him."""
    child_id, doctor = world.registered(), world.staff()
    world.consent(doctor, child_id)
    doctors = RepresentativeService(world.gate, world.tables, world.vault, world.keys, world.clock)
    form = {"reason": "safeguarding", "words": "Следы побоев", "hidden": list(hidden)}
    doctors.restrict(doctor, child_id, BORIS, 1, form)
    return child_id


def filed(world: SpecialWorld, form: dict[str, Any]) -> str:
    return world.file(world.boris, "minor-permission", form)


def test_a_birth_certificate_does_not_bring_back_whom_a_doctor_shut_out(world: SpecialWorld) -> None:
    child_id, case_id = restricted(world), filed(world, CERTIFICATE)
    shown = world.cases.show(world.registrar, BORIS, case_id)["beside"]["representations"]
    assert [(r["state"], r["applicant"], r["restricted"]) for r in shown] == [
        ("active", False, False),
        ("ended", True, True),
    ]
    with pytest.raises(WrongStateError):
        world.decide(case_id, of=BORIS)
    assert world.row(keys.representation(child_id, BORIS))["state"] == "ended"
    world.decide(filed(world, COURT), of=BORIS)
    assert world.row(keys.representation(child_id, BORIS))["state"] == "active"


def test_closed_sections_stay_closed_in_the_next_representation(world: SpecialWorld) -> None:
    child_id = restricted(world, "visits")
    ended = (world.clock() - timedelta(days=1)).isoformat()
    world.tables.commit([Update(keys.representation(child_id, BORIS), {"until": ended})])
    world.decide(filed(world, CERTIFICATE), of=BORIS)
    row = world.row(keys.representation(child_id, BORIS))
    assert (row["state"], row["hidden"], row["ver"]) == ("active", ["visits"], 3)


def test_who_acts_for_the_child_does_not_decide_about_it(world: SpecialWorld) -> None:
    child_id, registrar = world.registered(), world.second_registrar()
    world.tables.commit(
        representation(child_id, registrar.person_id, kind="guardian", until=None, basis="b", now=world.clock())
    )
    case_id = world.file(world.clara, "minor-permission", COURT)
    with pytest.raises(AccessDeniedError):
        world.decide(case_id, of=CLARA, registrar=registrar)
    assert world.tables.get(keys.representation(child_id, CLARA)) is None
    assert world.entries("case:decide")[-1].reason == "own-case"


@pytest.mark.requirement("SPC-1")
def test_a_child_with_a_second_certificate_is_seen(world: SpecialWorld) -> None:
    """A lost certificate is issued anew with another number; a twin has another name."""
    world.registered()
    for changes, findings in (({}, ["child-known"]), ({"first_name": "Марк"}, [])):
        form = world.newborn(birth_certificate=f"III-АБ № 77777{len(findings)}", **changes)
        case_id = world.file(world.anna, "newborn", form)
        world.agree(world.boris, case_id)
        assert world.cases.show(world.registrar, ANNA, case_id)["beside"]["findings"] == findings
    assert world.registrar.role is Role.REGISTRAR


@pytest.mark.parametrize("account", [True, False])
def test_a_child_with_an_account_hears_who_acts_for_them(world: SpecialWorld, *, account: bool) -> None:
    child_id = world.registered()
    if account:  # made at the identity desk, from 14 on
        world.tables.commit([Update(keys.profile(child_id), {"state": "active"})])
    permission = {**COURT, "kind": "guardian"}
    world.decide(world.file(world.clara, "minor-permission", permission), of=CLARA)
    world.pump()
    child = world.session(child_id, Role.PATIENT)
    assert ("representation_registered_own" in world.inbox(child)) is account
