"""Orders at pharmacies (RX-7): rules, the cabinet, and a chain that fails, repeats itself and tells old news."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.pharmacy_orders import ENDED, FIRST_TRIES, Standing, State, after
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    InvalidFieldsError,
    NotFoundError,
    PharmacyAnswerError,
    PharmacyUnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.services.pharmacy_orders.work import A_RUN
from tests.pharmacy_world import CHAIN, ordering
from tests.prescriptions import KEY, dispensed
from tests.world import ANNA, PRESCRIPTION

pytestmark = pytest.mark.requirement("RX-7")


@pytest.fixture
def world() -> Any:
    return ordering()


def form(world: Any, **changes: Any) -> dict[str, Any]:
    asked = {
        "prescription_id": world.record["id"],
        "chain": CHAIN,
        "pharmacy_id": "p1",
        "kind": "reservation",
        "drugs": [],
        "delivery": None,
        "use_loyalty": False,
    }
    return {**asked, **changes}


def order(world: Any, key: str = KEY, **changes: Any) -> str:
    return str(world.orders.order(world.anna, form(world, **changes), key)[0]["id"])


def state(world: Any, order_id: str) -> str:
    return str(world.orders.one(world.anna, order_id)["state"])


def later(world: Any, **how_much: float) -> dict[str, int]:
    world.clock.advance(**how_much)
    return world.work.run()  # type: ignore[no-any-return]


def queue(world: Any) -> list[str]:
    return [key.sk for key in world.tables.rows(Store.CARD) if key.pk == f"QUEUE#{keys.PHARMACY_ORDERS_DUE}"]


STATE = st.sampled_from(list(State))


@given(STATE, st.integers(0, 9), st.lists(st.tuples(STATE, st.integers(1, 9)), max_size=12))
def test_old_news_repeated_news_and_the_end(begun: State, seen: int, said: list[tuple[State, int]]) -> None:
    states = [begun]
    for word, number in said:
        states.append(after(states[-1], seen, Standing(word, number)))
        assert states[-1] == states[-2] or number > seen
        seen = max(seen, number)
    ends = [one for one in states if one in ENDED]
    assert len(set(ends)) <= 1  # what has ended stays as it is
    open_ones = [list(State).index(one) for one in states if one not in ENDED]
    assert open_ones == sorted(open_ones)


def test_stock_is_asked_without_a_name_and_told_by_chain(world: Any) -> None:
    [found] = world.orders.stock(world.anna, world.record["id"], "Казань", [])
    assert (found["chain"], found["offers"][0]["drugs"]) == (CHAIN, [{"line": 1, "packs": 5, "price": "99.00"}])
    world.chain.fail(PharmacyUnavailableError)
    assert world.orders.stock(world.anna, world.record["id"], "Казань", [CHAIN]) == [{"chain": CHAIN, "offers": None}]
    with pytest.raises(InvalidFieldsError):
        world.orders.stock(world.anna, world.record["id"], "Казань", ["nobody"])
    with pytest.raises(NotFoundError):
        world.orders.stock(world.anna, "0" * 36, "Казань", [])


def test_from_the_wish_to_the_counter(world: Any) -> None:
    address = {"address": "ул. Садовая, 5", "phone": "+79160000000"}
    made = order(world, kind="delivery", delivery=address)
    assert b"\xd0\xa1\xd0\xb0\xd0\xb4\xd0\xbe\xd0\xb2\xd0\xb0\xd1\x8f" not in world.tables.raw_bytes()
    assert (state(world, made), world.chain.calls) == ("requested", [])
    assert later(world, minutes=1) == {"worked": 1, "failed": 0}
    told = world.chain.orders[made]
    assert (told.delivery, told.loyalty, told.drugs[0]["packs"]) == (address, "", 3)
    assert "dosage" not in told.drugs[0]
    assert state(world, made) == "confirmed"
    for said in ("ready", "collected"):
        number = world.chain.standings[made].number + 1
        world.chain.standings[made] = Standing(State(said), number, "Полка 7")
        later(world, minutes=5)
        assert (state(world, made), world.orders.one(world.anna, made)["text"]) == (said, "Полка 7")
    assert "Полка".encode() not in world.tables.raw_bytes()  # it may name somebody
    assert queue(world) == []
    world.pump()
    told_of = [event for event in world.inbox(world.anna) if event.startswith("pharmacy_order")]
    assert sorted(told_of) == ["pharmacy_order_collected", "pharmacy_order_confirmed", "pharmacy_order_ready"]
    [placed] = world.entries("pharmacy-order:place")
    assert (placed.subject, placed.details["chain"], placed.details["loyalty"]) == (ANNA, CHAIN, "not passed on")


def test_asked_a_hundred_times_nothing_new_is_written_or_logged(world: Any) -> None:
    made = order(world)
    later(world, minutes=1)
    before = len(world.audit.events)
    for _ in range(20):
        later(world, minutes=5)
    assert (len(world.audit.events), state(world, made)) == (before, "confirmed")
    world.pump()
    assert world.inbox(world.anna).count("pharmacy_order_confirmed") == 1


def test_one_wish_is_one_order_however_often_it_is_sent(world: Any) -> None:
    made = order(world)
    assert world.orders.order(world.anna, form(world), KEY) == (world.orders.one(world.anna, made), True)
    assert len(world.orders.listed(world.anna, 50, None)[0]) == 1


@pytest.mark.parametrize("error", [PharmacyUnavailableError, PharmacyAnswerError])
def test_an_answer_that_was_lost_is_asked_for_under_the_same_id(world: Any, error: Any) -> None:
    made = order(world)
    world.chain.fail(error)
    world.chain.deaf = True
    later(world, minutes=1)
    assert state(world, made) == "requested"
    later(world, minutes=1)
    assert (state(world, made), list(world.chain.orders)) == ("confirmed", [made])


def test_a_chain_that_never_answers_is_given_up_and_told_so(world: Any) -> None:
    made = order(world)
    world.chain.fail(PharmacyUnavailableError, 100)
    for wait in (*FIRST_TRIES, *FIRST_TRIES):
        world.clock.advance(seconds=wait.total_seconds())
        world.work.run()
    shown = world.orders.one(world.anna, made)
    assert (shown["state"], shown["reason"]) == ("failed", "pharmacy-unavailable")
    assert (world.chain.calls.count("place"), world.chain.calls[-1]) == (len(FIRST_TRIES) + 1, "cancel")
    assert queue(world) == []


def test_an_order_without_an_end_fails_after_two_weeks(world: Any) -> None:
    made = order(world)
    later(world, minutes=1)
    later(world, days=15)
    assert (state(world, made), queue(world)) == ("failed", [])


def test_without_its_entry_nothing_is_told(world: Any) -> None:
    made = order(world)
    world.audit.fail_next(1)
    assert later(world, minutes=1) == {"worked": 0, "failed": 1}
    assert (world.chain.calls, state(world, made)) == ([], "requested")
    later(world, minutes=1)
    assert (state(world, made), world.chain.calls) == ("confirmed", ["place"])


def test_whoever_dies_after_telling_the_chain_tells_it_again(world: Any) -> None:
    made, place = order(world), world.chain.place

    def die_after(chain: str, told: Any) -> Standing:
        said = place(chain, told)
        world.audit.fail_next(1)
        return said

    world.chain.place = die_after
    assert later(world, minutes=1) == {"worked": 0, "failed": 1}
    assert state(world, made) == "requested"
    world.chain.place = place
    later(world, minutes=1)
    assert (state(world, made), list(world.chain.orders)) == ("confirmed", [made])


# --- taken back


def test_cancelled_before_anybody_was_told(world: Any) -> None:
    made = order(world)
    assert world.orders.cancel(world.anna, made)["state"] == "cancelled"
    later(world, minutes=10)
    assert world.chain.calls == []
    with pytest.raises(WrongStateError):
        world.orders.cancel(world.anna, made)


def test_cancelled_when_the_chain_knows_it_is_the_chains_to_say(world: Any) -> None:
    made = order(world)
    later(world, minutes=1)
    world.chain.fail(PharmacyUnavailableError)
    assert world.orders.cancel(world.anna, made)["cancelling"] is True
    later(world, minutes=0)
    assert state(world, made) == "confirmed"
    later(world, minutes=5)
    assert (state(world, made), world.chain.calls) == ("cancelled", ["place", "cancel", "cancel"])

    second = order(world, KEY + "2")
    later(world, minutes=1)
    world.chain.standings[second] = Standing(State.COLLECTED, 2)
    world.orders.cancel(world.anna, second)
    later(world, minutes=0)
    assert state(world, second) == "collected"


@pytest.mark.requirement("RX-4")
@pytest.mark.parametrize("calls", [[], ["place", "cancel"]], ids=["nobody-was-told", "the-chain-knows"])
def test_a_revoked_prescription_takes_its_orders_back(world: Any, calls: list[str]) -> None:
    made = order(world)
    if calls:
        later(world, minutes=1)
    world.prescriptions.revoke(world.doctor, ANNA, world.record["id"], "error", 1)
    later(world, minutes=5)
    assert state(world, made) == "cancelled"
    assert world.chain.calls == calls
    with pytest.raises(WrongStateError):
        order(world, KEY + "2")


@pytest.mark.requirement("RX-4")
@pytest.mark.parametrize("calls", [[], ["place", "cancel"]], ids=["nobody-was-told", "the-chain-knows"])
def test_a_replaced_prescription_takes_back_what_was_ordered_by_its_old_code(world: Any, calls: list[str]) -> None:
    made = order(world)
    if calls:
        later(world, minutes=1)
    world.prescriptions.replace(world.doctor, ANNA, world.record["id"], {**PRESCRIPTION, "validity": "30d"}, 1)
    later(world, minutes=5)
    assert (state(world, made), world.chain.calls) == ("cancelled", calls)
    later(world, minutes=1)
    again = order(world, KEY + "2")
    later(world, minutes=1)
    assert state(world, again) == "confirmed"


def test_no_more_is_ordered_than_is_left(world: Any) -> None:
    dispensed(world, world.north, world.qr, 2, 1)
    with pytest.raises(InvalidFieldsError):
        order(world, drugs=[{"line": 1, "packs": 2}])
    with pytest.raises(InvalidFieldsError):
        order(world, drugs=[{"line": 2, "packs": 1}])
    made = order(world)
    assert world.orders.one(world.anna, made)["drugs"][0]["packs"] == 1


def test_a_suspended_card_orders_nothing_and_another_person_sees_nothing(world: Any) -> None:
    made = order(world)
    other = world.patient(PersonId("boris"))
    with pytest.raises(NotFoundError):
        world.orders.one(other, made)
    with pytest.raises(NotFoundError):
        world.orders.cancel(other, made)
    assert world.orders.listed(other, 50, None)[0] == []
    world.tables.commit([Update(keys.card(ANNA), {"state": "suspended"})])
    with pytest.raises(CardStateError):
        order(world, KEY + "2")


@pytest.mark.requirement("AUD-1")
def test_what_a_chain_says_anew_is_an_entry_and_asking_to_cancel_again_is_one(world: Any) -> None:
    made = order(world)
    later(world, minutes=1)
    world.chain.standings[made] = Standing(State.CONFIRMED, 2, "Будет к вечеру")
    before = len(world.entries("pharmacy-order:standing"))
    later(world, minutes=5)
    assert world.orders.one(world.anna, made)["text"] == "Будет к вечеру"
    assert len(world.entries("pharmacy-order:standing")) == before + 1
    for _ in range(2):
        world.orders.cancel(world.anna, made)
    assert len(world.entries("pharmacy-order:cancel")) == 2


def test_orders_that_nobody_can_work_stand_before_no_others_and_are_given_up(world: Any) -> None:
    broken = [order(world, f"{KEY}{number}") for number in range(A_RUN)]
    for one in broken:
        world.tables.tamper(keys.pharmacy_order(ANNA, one), attempts="many")
    world.clock.advance(seconds=1)
    good = order(world)
    assert later(world, seconds=1) == {"worked": 0, "failed": A_RUN}
    assert later(world, seconds=1) == {"worked": 1, "failed": 0}
    assert state(world, good) == "confirmed"
    world.chain.standings[good] = Standing(State.COLLECTED, 2)
    later(world, days=15)
    later(world, seconds=1)
    world.anna = world.session(ANNA, Role.PATIENT)
    assert {state(world, one) for one in broken} == {"failed"}
    assert queue(world) == []


def test_a_place_in_the_queue_that_was_left_over_is_cleared(world: Any) -> None:
    stale = {"patient": ANNA, "order": "nobody", "due": world.moment()}
    world.tables.commit([Put(keys.queue(keys.PHARMACY_ORDERS_DUE, f"{world.moment()}#x"), stale, None)])
    assert later(world, minutes=1) == {"worked": 1, "failed": 0}
    assert queue(world) == []


def test_an_erased_person_has_no_orders_that_work(world: Any) -> None:
    order(world)
    world.keys.destroy(ANNA, "entry")
    later(world, minutes=1)
    assert world.chain.calls == []


# --- loyalty


def test_a_loyalty_number_goes_along_with_consent_and_a_wish_and_never_otherwise(world: Any) -> None:
    world.loyalty.give(world.anna, CHAIN, "7700-1234", "ru")
    assert b"7700-1234" not in world.tables.raw_bytes()
    with_it, without = order(world, use_loyalty=True), order(world, KEY + "2")
    later(world, minutes=1)
    assert (world.chain.orders[with_it].loyalty, world.chain.orders[without].loyalty) == ("7700-1234", "")
    assert [entry.details["loyalty"] for entry in world.entries("pharmacy-order:place")] == [
        "passed on",
        "not passed on",
    ]
    third = order(world, KEY + "3", use_loyalty=True)
    world.loyalty.withdraw(world.anna, CHAIN)  # before the chain was told
    later(world, minutes=1)
    assert world.chain.orders[third].loyalty == ""
    assert "sealed" not in world.row(keys.loyalty(ANNA, CHAIN))
    world.loyalty.withdraw(world.anna, CHAIN)
    [chain] = world.loyalty.chains(world.anna, "en")
    assert (chain["title"], chain["loyalty"]) == ("Camomile", "withdrawn")
    assert world.loyalty.give(world.anna, CHAIN, "7700-9999", "ru")["loyalty"] == "given"


def test_consent_is_given_to_chains_that_have_a_programme_by_the_patient_alone(world: Any) -> None:
    for name in ("give", "withdraw"):
        with pytest.raises(NotFoundError):
            getattr(world.loyalty, name)(world.anna, "nobody", *(("1234", "ru") if name == "give" else ()))
    with pytest.raises(AccessDeniedError):
        world.gate.permit_private(world.doctor, ANNA, "loyalty", CHAIN, "loyalty:list")
