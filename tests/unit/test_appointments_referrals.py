"""What a registrar is told of referrals that they may not read (APT-1)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.identity import Role
from chalicelib.errors import AuditUnavailableError, CardMergedError, NotFoundError
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from chalicelib.services.appointments import ReferralDesk
from tests.appointment_world import AppointmentWorld
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("APT-1")


@pytest.fixture
def world() -> Any:
    made: Any = AppointmentWorld()
    made.anna, made.boris, made.doctor, made.registrar = made.patient(), made.patient(BORIS), made.staff(), made.desk()
    made.schedule("heart", specialty="cardiology", referral=True)
    made.consent(made.doctor)
    made.registered()
    made.referrals = ReferralDesk(made.booker._t)
    return made


def test_of_those_that_fit_the_id_and_the_end_and_nothing_else(world: Any) -> None:
    fits, ends = world.referral(world.doctor), world.referral(world.doctor, valid_until="2026-03-20")
    world.referral(world.doctor, specialty="К неврологу")
    world.referral(world.doctor, valid_until="2026-03-01")
    world.referral(world.doctor, status="completed", no_record_because="Сделано в другом месте")
    used = world.referral(world.doctor)
    world.book(world.anna, world.at(3), "heart", referral_id=used)
    found = world.referrals.fitting(world.registrar, "heart", ANNA)
    assert sorted(found, key=len) == [{"referral_id": fits}, {"referral_id": ends, "valid_until": "2026-03-20"}]
    form = {"patient_id": ANNA, "start": world.at(4), "referral_id": fits}
    assert world.clinic.book(world.registrar, "heart", form, world.key())[0]["referral_id"] == fits
    assert [one["referral_id"] for one in world.referrals.fitting(world.registrar, "heart", ANNA)] == [ends]


def test_who_asked_and_that_the_system_looked_is_in_the_patients_chain(world: Any) -> None:
    world.referral(world.doctor)
    world.referrals.fitting(world.registrar, "heart", ANNA)
    (asked,), (looked,) = world.entries("appointment:referrals"), world.entries("referral:list")
    assert (asked.subject, asked.actor.person_id) == (ANNA, world.registrar.person_id)
    assert (looked.subject, looked.actor.role) == (ANNA, Role.SYSTEM)
    world.audit.fail_next()
    with pytest.raises(AuditUnavailableError):
        world.referrals.fitting(world.registrar, "heart", ANNA)


def test_not_of_strangers_nor_for_other_clinics(world: Any) -> None:
    with pytest.raises(NotFoundError):
        world.referrals.fitting(world.registrar, "heart", BORIS)
    world.schedule("theirs", organisation="hospital")
    with pytest.raises(NotFoundError):
        world.referrals.fitting(world.registrar, "theirs", ANNA)
    world.tables.commit([Update(keys.card(ANNA), {"state": "merged", "merged_into": BORIS})])
    with pytest.raises(CardMergedError):
        world.referrals.fitting(world.registrar, "heart", ANNA)
    assert world.entries("referral:list") == []
