"""What stands in the way of a merge: orders of erasure, restrictions of a doctor, a part in one of the cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.domain.access import Action
from chalicelib.domain.erasures import Basis
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.pharmacy_orders import OPEN, State
from chalicelib.errors import AccessDeniedError, ConsentRequiredError, WrongStateError
from chalicelib.ports import keys
from chalicelib.ports.rows import representation
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import VISIT
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("SPC-5")
FATHER = PersonId("father")


def acts(registry: Registry, card: PersonId, person: PersonId = FATHER, **restriction: Any) -> None:
    """Somebody acts for a card's owner; a doctor may have narrowed or ended it."""
    registry.tables.commit(representation(card, person, kind="parent", until=None, basis="case", now=registry.clock()))
    if restriction:
        registry.tables.commit([Update(keys.representation(card, person), {"restriction": b"sealed", **restriction})])


@pytest.mark.requirement("SPC-8")
@pytest.mark.parametrize("person", [STAYS, GOES])
def test_a_card_that_is_about_to_be_erased_goes_nowhere(person: str) -> None:
    """The order names one card: copies on the other would outlive it, or another card would go with it."""
    registry = Registry()
    registry.fill()
    merge_id = registry.proposed()
    admin, officer = registry.staff("admin", Role.ADMINISTRATOR, "system"), registry.staff("o", Role.SECURITY_OFFICER)
    made = registry.erasures.propose(admin, person, Basis.OWN_REQUEST, "1")["erasure_id"]
    registry.erasures.decide(officer, made, 1, approve=True)
    with pytest.raises(WrongStateError):
        registry.decide(merge_id)
    registry.erasures.decide(officer, made, 2, approve=False)
    assert registry.decide(merge_id)["state"] == "running"


@pytest.mark.requirement("SPC-4")
def test_a_number_that_was_taken_into_the_profile_since_stays_there() -> None:
    registry = Registry()
    merge_id = registry.merged()
    taken = {"snils": f"snils-{STAYS}", "passport": f"passport-{GOES}"}
    registry.tables.tamper(keys.profile(STAYS), tags=taken)
    registry.undo(merge_id)
    registry.carry_on()
    assert registry.row(keys.blind_index("passport", f"passport-{GOES}"))["person"] == STAYS
    assert registry.row(keys.blind_index("snils", f"snils-{GOES}"))["person"] == GOES


@pytest.mark.requirement("ACC-2", "ACC-4")
def test_consents_that_nobody_could_revoke_are_not_revived() -> None:
    registry = Registry()
    for n in range(25):
        registry.consent(Actor(PersonId(f"d{n}"), Role.DOCTOR, member_id=f"m{n}", organisation_id="clinic"), GOES)
    merge_id = registry.merged()
    version = registry.version(merge_id)
    registry.merges.undo(registry.second, STAYS, merge_id, version, reason="other-person")
    consents = [row for key, row in registry.tables.rows(Store.CARD).items() if key.sk.startswith("CONSENT#")]
    assert {row["state"] for row in consents if row["patient"] == GOES} == {"revoked"}
    assert {row["state"] for row in consents if row["patient"] == STAYS} == {"granted"}
    with pytest.raises(ConsentRequiredError):
        registry.gate.admit(registry.doctor, Action.LIST, GOES, VISIT)
    lines = registry.consents.journal(registry.other, 50, None)[0]
    assert [line["what"] for line in lines] == ["undone-merge"] * 26
    assert {e.details["merge"] for e in registry.entries("consent:revoked")} == {merge_id}


@pytest.mark.requirement("ACC-8")
@pytest.mark.parametrize(
    ("goes", "stays", "open_"),
    [
        ({"state": "ended"}, {}, False),
        ({"hidden": ["visits"]}, {}, False),
        ({"hidden": ["visits"]}, {"hidden": ["results"]}, False),
        ({"hidden": ["visits"]}, {"hidden": ["results", "visits"]}, True),
        ({"state": "ended"}, {"state": "ended"}, True),
        ({}, {}, True),
    ],
)
def test_whom_a_doctor_shut_out_sees_nothing_through_the_other_card(goes: Any, stays: Any, *, open_: bool) -> None:
    registry = Registry()
    acts(registry, GOES, **goes)
    acts(registry, STAYS, **stays)
    if open_:
        assert registry.decide(registry.proposed())["state"] == "running"
        return
    with pytest.raises(WrongStateError):
        registry.proposed()


@pytest.mark.requirement("ACC-8")
@pytest.mark.parametrize("card", [STAYS, GOES])
def test_who_acts_for_the_patient_merges_nothing(card: PersonId) -> None:
    registry = Registry()
    merge_id = registry.proposed()
    acts(registry, card, registry.second.person_id)
    with pytest.raises(AccessDeniedError):
        registry.decide(merge_id)
    assert registry.state(merge_id) == "proposed"


@pytest.mark.requirement("RX-7")
@pytest.mark.parametrize(
    ("state", "card", "hinders"),
    [
        *((state, GOES, state in OPEN) for state in State),
        (State.READY, STAYS, False),
    ],
    ids=str,
)
def test_an_open_order_at_a_pharmacy_ends_before_its_card_goes(state: State, card: PersonId, *, hinders: bool) -> None:
    registry = Registry()
    merge_id = registry.proposed()
    registry.tables.commit([Put(keys.pharmacy_order(card, "order-1"), {"id": "order-1", "state": state.value})])
    if hinders:
        with pytest.raises(WrongStateError, match="order at a pharmacy"):
            registry.decide(merge_id)
        with pytest.raises(WrongStateError):
            registry.merges.propose(registry.desk, STAYS, GOES, "papers")
        registry.tables.tamper(keys.pharmacy_order(card, "order-1"), state="cancelled")
    assert registry.decide(merge_id)["state"] == "running"


@pytest.mark.requirement("APT-1")
@pytest.mark.parametrize(("card", "days", "hinders"), [(GOES, 1, True), (GOES, -1, False), (STAYS, 1, False)])
def test_an_open_appointment_takes_place_or_is_cancelled_before_its_card_goes(
    card: PersonId, days: int, *, hinders: bool
) -> None:
    registry = Registry()
    merge_id = registry.proposed()
    start = registry.clock() + timedelta(days=days)
    times = {"start": stamp(start), "until": stamp(start + timedelta(minutes=30))}
    row = {"ver": 1, "missed": 0, "open": {"a1": {**times, "schedule": "s1", "specialty": "therapy"}}}
    registry.tables.commit([Put(keys.bookings(card), row)])
    if hinders:
        with pytest.raises(WrongStateError, match="appointment"):
            registry.decide(merge_id)
        registry.tables.tamper(keys.bookings(card), open={})
    assert registry.decide(merge_id)["state"] == "running"
