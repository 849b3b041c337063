"""Notice that a prescription is about to end (RX-5): by form, once, for what is still good."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.prescription_forms import NOTICE_BEFORE, VALIDITY
from chalicelib.errors import UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.services.expiring_prescriptions import FURTHEST, ExpiringPrescriptionService
from tests.prescriptions import KEY, dispensed, issue, prescribing
from tests.world import ANNA, PRESCRIPTION

pytestmark = pytest.mark.requirement("RX-5")

DRUG = PRESCRIPTION["drugs"][0]
PURPOSE = {"reason": "Длительный курс", "dispensing_period": "monthly"}
FORMS = {
    "15d": {"form": "148-1/у-88"},
    "30d": {"form": "107-1/у"},
    "60d": {"form": "107-1/у"},
    "90d": {"form": "148-1/у-04(л)", "ground": "pensioner"},
    "1y": {"form": "107-1/у", "special_purpose": PURPOSE},
}


@pytest.fixture
def world() -> Any:
    made = prescribing()
    made.expiring = ExpiringPrescriptionService(made.tables, made.audit.new_id, made.clock)
    return made


def told(world: Any) -> int:
    return int(world.expiring.run()["told"])


@pytest.mark.parametrize("validity", sorted(VALIDITY))
def test_the_patient_is_told_so_many_days_before_by_the_period(world: Any, validity: str) -> None:
    assert told(world) == 0
    issue(world, validity=validity, **FORMS[validity])
    days = (VALIDITY[validity] - NOTICE_BEFORE[validity]).days
    for _ in range(days - 1):
        world.clock.advance(days=1)
        assert told(world) == 0
    world.clock.advance(days=1)
    assert told(world) == 1
    assert told(world) == 0  # the same day once more
    world.clock.advance(days=1)
    assert told(world) == 0
    world.pump()
    notes = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk.startswith("NOTICE#")]
    assert [row["event"] for row in notes].count("prescription_expiring") == 1


def test_only_what_can_still_be_dispensed(world: Any) -> None:
    told(world)
    kept, _ = issue(world)
    _, whole = issue(world, KEY + "2", drugs=[{**DRUG, "inn": "А"}])
    revoked, _ = issue(world, KEY + "3", drugs=[{**DRUG, "inn": "Б"}])
    replaced, _ = issue(world, KEY + "4", drugs=[{**DRUG, "inn": "В"}])
    dispensed(world, world.north, whole, 3, 1)
    world.prescriptions.revoke(world.doctor, ANNA, revoked["id"], "error", 1)
    world.prescriptions.replace(
        world.doctor, ANNA, replaced["id"], {**PRESCRIPTION, "drugs": [{**DRUG, "inn": "В"}], "validity": "15d"}, 1
    )
    world.clock.advance(days=53)
    assert told(world) == 1  # the replacement has ended meanwhile
    events = [row for row in world.tables.rows(Store.CARD).values() if row.get("react") == ["prescription_expiring"]]
    assert [row["record"] for row in events] == [kept["id"]]


def test_days_that_were_missed_are_caught_up_and_a_run_that_died_is_done_again(world: Any) -> None:
    told(world)
    for number in range(3):
        issue(world, f"{KEY}{number}", drugs=[{**DRUG, "inn": f"Препарат {number}"}])
        world.clock.advance(days=1)
        for who in (world.anna, world.doctor):
            world.session(who.person_id, who.role, who.member_id)
    world.clock.advance(days=52)
    world.tables.fail_next(1, UnavailableError())
    with pytest.raises(UnavailableError):
        told(world)
    assert told(world) == 3
    assert told(world) == 0


def test_a_run_reads_what_is_due_and_nothing_else(world: Any) -> None:
    told(world)
    for number in range(5):
        issue(world, f"{KEY}{number}", drugs=[{**DRUG, "inn": f"Препарат {number}"}], validity="15d", form="148-1/у-88")
    world.clock.advance(days=FURTHEST.days * 3)  # long past: the days of five weeks ago are not looked at any more
    assert told(world) == 0
    assert world.row(keys.expiring_done())["day"] == world.clock().date().isoformat()
