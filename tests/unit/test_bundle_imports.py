"""Large transactions: all of one shows at one moment or none of it ever does, wherever it dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain import exact_json
from chalicelib.domain.access import CardState
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import (
    BundleMixedError,
    BundleTooLargeError,
    ConflictError,
    ImportFailedError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.ports.timers import timer_of
from chalicelib.services.bundles import Outcome
from local.population import patients
from tests.bundle_world import BundleWorld, card_of, observation, person, places, post, transaction
from tests.resource_world import VERA, practitioner

pytestmark = pytest.mark.requirement("PRT-6")

P = "urn:uuid:11111111-1111-4111-8111-111111111111"
KEY = "one-key-of-a-client"
MANY = 60
"""Two rows each, the entry of the log among them: more than one transaction of the database holds."""


@pytest.fixture
def world() -> BundleWorld:
    return BundleWorld()


def many(about: str = P, count: int = MANY) -> list[dict[str, Any]]:
    first = [post(person(), P, ifNoneExist="identifier=urn:mis:mrn|1")] if about == P else []
    return [*first, *(post(observation(about, valueString=f"{number}")) for number in range(count))]


def shown(world: BundleWorld) -> int:
    """What whoever reads the tables sees of records, in every card."""
    seen = 0
    for pk in {key.pk for key in world.tables.rows(Store.CARD) if key.pk.startswith("P#")}:
        by_key = world.tables.query(Store.CARD, pk, "R#", limit=1000).items
        by_date = world.tables.query(Store.CARD, pk, "received", index=keys.BY_DATE, limit=1000).items
        assert len(by_date) == sum(row["kind"].startswith("received") for row in by_key)
        singly = [world.tables.get(keys.record(pk[2:], row["kind"], row["id"])) for row in by_key]
        assert None not in singly
        seen += len(by_key)
    return seen


def stored(world: BundleWorld) -> int:
    return sum(key.sk.startswith("R#") for key in world.tables.rows(Store.CARD))


def logged(world: BundleWorld) -> int:
    """Entries of the log that say that a result was stored."""
    rows = world.tables.rows(Store.AUDIT_OUTBOX).values()
    return sum(row["action"] == "received-results:create" for row in rows)


def state(world: BundleWorld) -> str:
    (row,) = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk == "TXN"]
    return str(row["state"])


def test_a_large_one_is_in_whole_with_one_notice_and_every_entry(world: BundleWorld) -> None:
    done = world.send(*many())
    found = places(done)
    assert len(found) == MANY + 1
    assert shown(world) == MANY + 1
    assert logged(world) == MANY
    assert world.read(found[7])["valueString"] == "6"
    world.pump()
    assert not any("txn" in row for row in world.tables.rows(Store.CARD).values())
    told = [row["event"] for row in world.tables.rows(Store.CARD).values() if "event" in row]
    assert sorted(told) == ["card_opened", "import_delivered"]
    assert world.tables.get(keys.card(card_of(found[0])))["opened_by"] == "partner"


def test_records_get_the_reactions_that_they_would_have_had(world: BundleWorld) -> None:
    world.send(*many())
    assert not any("react" in row and "txn" in row for row in world.tables.rows(Store.CARD).values())
    world.pump()
    ran = [key for key in world.tables.rows(Store.CARD) if key.sk.endswith("#index_record")]
    assert len(ran) == MANY + 1
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.endswith("#notify_patient")]


class Dies(Exception):
    """The process is gone."""


def dying(world: BundleWorld, at: int, *, after: bool = False) -> None:
    """The process dies at its ``at``-th write from now on, before it or right after it."""
    beneath, left = world.tables.beneath, [at]
    commit, put_many = beneath.commit, beneath.put_many

    def counted(real: Any) -> Any:
        def write(rows: Any) -> None:
            left[0] -= 1
            if left[0] == 0 and not after:
                raise Dies
            real(rows)
            if left[0] == 0:
                raise Dies

        return write

    beneath.commit, beneath.put_many = counted(commit), counted(put_many)


def alive(world: BundleWorld) -> None:
    del world.tables.beneath.commit, world.tables.beneath.put_many


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(1, 6))
def test_wherever_it_dies_nothing_shows_and_a_repeat_ends_it(world: BundleWorld, at: int, *, after: bool) -> None:
    entries = many(f"Patient/{card_resource_id(VERA)}")
    dying(world, at, after=after)
    with suppress(Dies):
        world.send(*entries, key=KEY)
    alive(world)
    assert shown(world) in {0, MANY}
    done = world.send(*entries, key=KEY)
    assert len(places(done)) == shown(world) == stored(world) == MANY
    assert logged(world) == MANY


def test_while_it_is_brought_in_nobody_sees_a_part(world: BundleWorld) -> None:
    seen: list[tuple[int, int]] = []
    beneath = world.tables.beneath
    commit = beneath.commit

    def watched(writes: Any) -> None:
        seen.append((shown(world), stored(world)))
        commit(writes)

    beneath.commit = watched
    world.send(*many(f"Patient/{card_resource_id(VERA)}"))
    assert {visible for visible, _ in seen} == {0}
    assert max(there for _, there in seen) == MANY
    assert shown(world) == MANY


def test_a_timer_brings_in_what_was_left(world: BundleWorld) -> None:
    dying(world, 4)
    with suppress(Dies):
        world.send(*many(), key=KEY)
    alive(world)
    assert shown(world) == 0
    (timer,) = [row for key, row in world.tables.rows(Store.CARD).items() if key.sk.startswith("TIMER#import")]
    world.tables.commit(world.imports.ring(timer_of(timer)).writes)
    world.pump()
    assert world.imports.ring(timer_of(timer)).writes == ()
    assert shown(world) == MANY + 1
    assert state(world) == "settled"
    assert not [key for key in world.tables.rows(Store.CARD) if key.sk.startswith("TIMER#import")]


@pytest.mark.parametrize("fault", [UnavailableError, OutcomeUnknownError])
@pytest.mark.parametrize("lost", [False, True])
def test_faults_of_the_store_and_lost_replies(world: BundleWorld, fault: Any, *, lost: bool) -> None:
    entries = many()
    if lost:
        world.tables.lose_reply_next(2)
    else:
        world.tables.fail_next_commit(2, fault())
    for _ in range(6):
        with suppress(MedkartaError):
            done = world.send(*entries, key=KEY)
            break
    assert len(places(done)) == shown(world) == MANY + 1


def test_two_at_once_with_one_condition_open_one_card(world: BundleWorld) -> None:
    def send(number: int) -> Outcome:
        return world.send(*many(), key=f"{KEY}-{number}")

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(send, range(2))
    assert places(one)[0] == places(other)[0]
    assert shown(world) == 2 * MANY + 1


def test_the_same_key_at_once_is_one_import(world: BundleWorld) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = [places(done) for done in pool.map(lambda _: world.send(*many(), key=KEY), range(3))]
    assert found[0] == found[1] == found[2]
    assert shown(world) == MANY + 1


# --- in the background


def test_answered_before_it_is_in(world: BundleWorld) -> None:
    done = world.send(*many(), later=True)
    assert (done.body, shown(world)) == ({}, 0)
    with pytest.raises(NotFoundError):
        world.transactions.standing(world.partner("other"), done.import_id)
    assert shown(world) == 0
    world.pump()
    outcome, count, every = world.transactions.standing(world.system, done.import_id)
    assert (count, every) == (MANY + 1, MANY + 1)
    assert len(places(outcome)) == shown(world) == MANY + 1
    assert not any("txn" in row for row in world.tables.rows(Store.CARD).values())


def test_whoever_asks_after_it_carries_it_on(world: BundleWorld) -> None:
    done = world.send(*many(), later=True)
    row = world.imports.bring_in(done.import_id, world.clock())  # one part at least
    count, every = world.imports.progress(row)
    assert 0 < count < every == MANY + 1
    assert (shown(world), stored(world)) == (0, count)
    outcome, *_ = world.transactions.standing(world.system, done.import_id)
    assert len(places(outcome)) == shown(world) == MANY + 1


def test_what_takes_too_long_is_answered_before_it_is_in(world: BundleWorld) -> None:
    commit = world.tables.beneath.commit

    def slow(writes: Any) -> None:
        world.clock.advance(seconds=15)
        commit(writes)

    world.tables.beneath.commit = slow
    done = world.send(*many(f"Patient/{card_resource_id(VERA)}"), key=KEY)
    assert (done.body, shown(world)) == ({}, 0)
    del world.tables.beneath.commit
    again = world.send(*many(f"Patient/{card_resource_id(VERA)}"), key=KEY)
    assert len(places(again)) == shown(world) == MANY


def test_what_is_amended_before_the_marks_are_gone_stays_amended(world: BundleWorld) -> None:
    found = places(world.send(*many()))
    changed = {**observation(found[0], valueString="другое"), "id": found[5].split("/")[1]}
    world.send({"resource": changed, "request": {"method": "PUT", "url": found[5], "ifMatch": 'W/"1"'}})
    world.pump()
    assert world.read(found[5])["valueString"] == "другое"
    assert world.read(found[6])["valueString"] == "5"


# --- what cannot be carried through


@pytest.mark.parametrize("closed", [CardState.ERASED, CardState.MERGED])
def test_a_card_that_is_closed_meanwhile_ends_it(world: BundleWorld, closed: CardState) -> None:
    done = world.send(*many(f"Patient/{card_resource_id(VERA)}"), later=True)
    world.tables.commit([Update(keys.card(VERA), {"state": closed.value})])
    with pytest.raises(ImportFailedError):
        world.imports.bring_in(done.import_id)
    with pytest.raises(ImportFailedError):
        world.transactions.standing(world.system, done.import_id)
    world.pump()
    assert (shown(world), state(world)) == (0, "void")
    assert [e.reason for e in world.entries("bundle:void")] == ["card"]


def test_a_card_that_is_closed_for_a_while_makes_it_wait(world: BundleWorld) -> None:
    done = world.send(*many(f"Patient/{card_resource_id(VERA)}"), later=True)
    world.tables.commit([Update(keys.card(VERA), {"state": CardState.SUSPENDED.value})])
    with pytest.raises(MedkartaError):
        world.imports.bring_in(done.import_id)
    assert (shown(world), state(world)) == (0, "committed")
    world.tables.commit([Update(keys.card(VERA), {"state": CardState.ACTIVE.value})])
    world.imports.bring_in(done.import_id)
    assert shown(world) == MANY


def test_a_card_that_is_just_being_merged_shows_nothing_that_nobody_would_carry_on(world: BundleWorld) -> None:
    done = world.send(*many(f"Patient/{card_resource_id(VERA)}"), later=True)
    commit = world.tables.beneath.commit

    def merging(writes: Any) -> None:
        if any(isinstance(one, Update) and one.set.get("state") == "settled" for one in writes):
            commit([Update(keys.card(VERA), {"state": CardState.MERGING.value})])
        commit(writes)

    world.tables.beneath.commit = merging
    with pytest.raises(ConflictError):
        world.imports.bring_in(done.import_id)
    del world.tables.beneath.commit
    assert (shown(world), state(world)) == (0, "committed")
    world.tables.commit([Update(keys.card(VERA), {"state": CardState.MERGED.value})])
    with pytest.raises(ImportFailedError):
        world.imports.bring_in(done.import_id)
    assert (shown(world), state(world)) == (0, "void")


# --- limits


def test_a_large_one_only_creates(world: BundleWorld) -> None:
    with pytest.raises(BundleMixedError):
        world.send(*many(), {"request": {"method": "GET", "url": "Patient/x"}})
    (one,) = places(world.send(post(observation(f"Patient/{card_resource_id(VERA)}"))))
    with pytest.raises(BundleMixedError):
        world.send(*many(), {"request": {"method": "DELETE", "url": one}})
    assert shown(world) == 1


def test_a_large_one_opens_few_cards(world: BundleWorld) -> None:
    numbers = [[{"system": "urn:mis:mrn", "value": f"{year}"}] for year in range(50, 70)]
    people = [post(person(identifier=one, birthDate=f"19{one[0]['value']}-01-01")) for one in numbers]
    with pytest.raises(BundleTooLargeError) as caught:
        world.send(*people)
    assert caught.value.extra["limit"] == 100
    assert shown(world) == 0


def test_deep_nesting_is_refused_as_it_is_read() -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = {"extension": [{"url": "u", "valueReference": deep}]}
    with pytest.raises(MedkartaError):
        exact_json.loads(exact_json.dumps(transaction(post({**practitioner(), "extension": [deep]}))))


# --- round trip


def plain(resource: dict[str, Any], names: dict[str, str]) -> Any:
    """A resource as it was sent: without what the server says of it, references by their new names."""
    said = exact_json.dumps({name: value for name, value in resource.items() if name not in {"id", "meta"}})
    for old, new in names.items():
        said = said.replace(f'"{old}"', f'"{new}"')
    return exact_json.loads(said)


def test_a_made_up_history_reads_back_as_it_was_sent(world: BundleWorld) -> None:
    (given_,) = patients(5, 1, (3, 3))
    given_ = exact_json.loads(exact_json.dumps(given_))
    done = world.transactions.run(world.system, given_, KEY)
    names = {entry["fullUrl"]: place for entry, place in zip(given_["entry"], places(done), strict=True)}
    for entry in given_["entry"]:
        found = world.read(names[entry["fullUrl"]])
        assert plain(found, {}) == plain(entry["resource"], names)
    assert "laboratory-result" in {row["kind"] for row in world.tables.rows(Store.CARD).values() if "kind" in row}


def test_numbers_keep_their_spelling(world: BundleWorld) -> None:
    quantity = '{"value": 5.10, "unit": "kg"}'
    given_ = exact_json.loads(exact_json.dumps(transaction(*many())))
    given_["entry"][1]["resource"] |= {"valueQuantity": exact_json.loads(quantity)}
    given_["entry"][1]["resource"].pop("valueString")
    done = world.transactions.run(world.system, given_, KEY)
    assert '"value":5.10' in exact_json.dumps(world.read(places(done)[1]))


def test_rows_of_nobodys_import_are_never_shown(world: BundleWorld) -> None:
    """A mark whose transaction nobody knows: such a row is on its way for ever."""
    row = {"id": "x", "kind": "visit", "kd": "visit#x", "txn": "unknown"}
    world.tables.commit([Put(keys.record(VERA, "visit", "x"), row)])
    assert world.tables.get(keys.record(VERA, "visit", "x")) is None
    assert world.tables.get_many([keys.record(VERA, "visit", "x"), keys.card(VERA)]).keys() == {keys.card(VERA)}
    assert shown(world) == 0
