"""How long the order of an erasure holds: a copy of a withdrawn one goes stale, what has begun is finished."""

from __future__ import annotations

import pytest

from chalicelib.errors import AccessDeniedError, AlreadyExistsError
from chalicelib.ports import keys
from chalicelib.ports.tables import Put
from tests.unit.erasure_world import OWN, RealOffice, crash_at
from tests.world import ANNA

pytestmark = pytest.mark.requirement("SPC-8")


@pytest.fixture
def office() -> RealOffice:
    return RealOffice()


def put_back(office: RealOffice, erasure_id: str, saved: dict) -> None:
    """As who owns the table can: a row that was saved, over the one that stands there."""
    row = {name: value for name, value in saved.items() if name not in {"pk", "sk"}}
    office.tables.commit([Put(keys.erasure(erasure_id), row, None)])


@pytest.mark.parametrize("state", ["approved", "executing"])
def test_a_withdrawn_order_that_is_put_back_goes_stale(office: RealOffice, state: str) -> None:
    erasure_id = office.approved(OWN)
    saved = {**office.row(keys.erasure(erasure_id)), "state": state, "begin_entry": "e1"}
    office.erasures.withdraw_own(office.anna)
    office.clock.advance(days=15)  # a day until it was due
    put_back(office, erasure_id, saved)
    with pytest.raises(AccessDeniedError):
        office.eraser.execute(erasure_id)
    assert office.bodies(action="erasure:begin")[-1]["reason"] == "order-expired"
    assert office.keys.active(ANNA).version


def test_an_order_holds_for_two_weeks_from_its_time_and_is_approved_anew_after_them(office: RealOffice) -> None:
    first = office.approved(OWN)
    office.clock.advance(days=15, seconds=-1)
    assert office.erasures.read(office.officer, first)["state"] == "approved"
    office.clock.advance(seconds=1)
    assert office.erasures.read(office.officer, first)["state"] == "lapsed"
    with pytest.raises(AccessDeniedError):
        office.eraser.execute(first)
    second = office.approved(OWN)
    office.clock.advance(days=15, seconds=-1)
    assert office.eraser.execute(second) == "executed"


def test_what_has_begun_is_finished_after_the_time_of_its_order(office: RealOffice) -> None:
    """The tombstone says that it has begun; a row that merely says so does not."""
    erasure_id = office.approved()
    crash_at(office, 3)  # begun, tombstone, and then no more
    with pytest.raises(SystemExit):
        office.eraser.execute(erasure_id)
    del office.tables.commit
    assert office.row(keys.key_state(ANNA))["state"] == "destroyed"
    office.clock.advance(days=100)
    assert office.new_eraser().execute(erasure_id) == "executed"


def test_what_has_begun_and_destroyed_nothing_in_time_is_decided_anew(office: RealOffice) -> None:
    first = office.approved()
    crash_at(office, 2)
    with pytest.raises(SystemExit):
        office.eraser.execute(first)
    del office.tables.commit
    with pytest.raises(AlreadyExistsError):
        office.proposed()
    office.clock.advance(days=14)
    with pytest.raises(AccessDeniedError):
        office.eraser.execute(first)
    assert office.eraser.execute(office.approved()) == "executed"
