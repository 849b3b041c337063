"""Notice that a prescription is about to end (RX-5): by form, once, for what is still good."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.prescription_forms import NOTICE_BEFORE, VALIDITY
from chalicelib.errors import UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.services.reminders import Rings
from chalicelib.services.timers import TimerService
from tests.outside_fakes import FakeParking
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
    rings = Rings(made.audit.new_id, made.clock)
    made.timers = TimerService(made.gate, made.tables, FakeParking(), lambda: rings.topics, made.clock, 1)
    return made


def told(world: Any) -> int:
    """The trigger runs; how many ends it told of."""
    before = len(events(world))
    world.timers.run()
    return len(events(world)) - before


def events(world: Any) -> list[str]:
    rows = world.tables.rows(Store.CARD).values()
    return [row["record"] for row in rows if row.get("react") == ["prescription_expiring"]]


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
    assert events(world) == [kept["id"]]


def test_a_trigger_that_was_dead_tells_late_and_once(world: Any) -> None:
    told(world)
    for number in range(3):
        issue(world, f"{KEY}{number}", drugs=[{**DRUG, "inn": f"Препарат {number}"}])
        world.clock.advance(days=1)
        for who in (world.anna, world.doctor):
            world.session(who.person_id, who.role, who.member_id)
    world.clock.advance(days=52)
    world.tables.fail_next_commit()
    with pytest.raises(UnavailableError):
        told(world)
    assert told(world) == 3
    assert told(world) == 0


def test_what_ended_while_the_trigger_was_dead_is_not_told_of(world: Any) -> None:
    told(world)
    issue(world, validity="15d", form="148-1/у-88")
    world.clock.advance(days=30)
    assert told(world) == 0


def test_a_code_that_works_no_more_has_no_timer(world: Any) -> None:
    revoked, _ = issue(world)
    replaced, _ = issue(world, KEY + "2", drugs=[{**DRUG, "inn": "Б"}])
    codes = {one["id"]: world.row(keys.record(ANNA, "prescription", one["id"]))["rx"] for one in (revoked, replaced)}
    assert all(world.tables.get(keys.timer(ANNA, "prescription-expiry", code)) for code in codes.values())
    world.prescriptions.revoke(world.doctor, ANNA, revoked["id"], "error", 1)
    world.prescriptions.replace(
        world.doctor, ANNA, replaced["id"], {**PRESCRIPTION, "drugs": [{**DRUG, "inn": "Б"}], "validity": "15d"}, 1
    )
    timers = [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("TIMER#prescription-expiry")]
    now = world.row(keys.record(ANNA, "prescription", replaced["id"]))["rx"]
    assert [key.sk.rpartition("#")[2] for key in timers] == [now]


def test_one_whose_code_leads_to_another_card_is_told_of_there(world: Any) -> None:
    record, _ = issue(world)
    code = world.row(keys.record(ANNA, "prescription", record["id"]))["rx"]
    world.tables.tamper(keys.prescription_code(code), patient="boris")
    world.clock.advance(days=54)
    assert told(world) == 0
