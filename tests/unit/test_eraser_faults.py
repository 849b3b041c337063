"""An erasure that is stopped, doubled, undone by a restore, or met by an access: it ends in the one state."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    ErasedError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    UnavailableError,
)
from chalicelib.ports import Event, keys
from chalicelib.ports.tables import Delete, Put, Store
from chalicelib.records.examination import EXAMINATION_PROTOCOL as KIND
from tests.unit.erasure_world import (
    RealOffice,
    audit_rows,
    check_gone,
    crash_at,
    digest,
    executed,
    five_minutes,
)
from tests.world import ANNA

pytestmark = pytest.mark.requirement("SPC-8")


@pytest.fixture
def office() -> RealOffice:
    return RealOffice()


# --- stopped anywhere


def commits_of_an_erasure() -> int:
    office = RealOffice()
    erasure_id = office.approved()
    done = crash_at(office, 0)
    office.new_eraser().execute(erasure_id)
    return len(done)


STEPS = commits_of_an_erasure()


def test_there_are_as_many_steps_as_are_tested() -> None:
    assert STEPS >= 12


STOPS = {
    "crash before": (SystemExit, False),
    "crash after": (SystemExit, True),
    "store down": (UnavailableError, False),
    "sent in vain, reply lost": (OutcomeUnknownError, False),
    "done, reply lost": (OutcomeUnknownError, True),
}


@pytest.mark.parametrize("number", range(1, STEPS + 1))
@pytest.mark.parametrize(("error", "lost"), STOPS.values(), ids=STOPS)
def test_stopped_at_any_step_and_run_again_it_ends_in_the_same_state(
    number: int, error: type[BaseException], *, lost: bool
) -> None:
    office = RealOffice()
    office.keys.rotate(ANNA)
    tags = [office.tag_of(ANNA)]
    erasure_id = office.approved()
    crash_at(office, number, error, lost=lost)
    with suppress(SystemExit, MedkartaError):
        office.new_eraser().execute(erasure_id)
    del office.tables.commit
    office.clock.advance(minutes=12)
    office.new_eraser().execute(erasure_id)
    check_gone(office, erasure_id, tags)
    before = office.tables.rows()
    assert office.new_eraser().execute(erasure_id) == "executed"
    assert office.tables.rows() == before


def test_a_crash_between_signing_and_storing_leaves_one_receipt(office: RealOffice) -> None:
    office.keys.rotate(ANNA)
    tags = [office.tag_of(ANNA)]
    erasure_id = office.approved()
    eraser = office.new_eraser()
    sign = eraser._signer.issue

    def dying(claims: dict[str, Any], *, purpose: str) -> str:
        sign(claims, purpose=purpose)
        raise SystemExit

    eraser._signer.issue = dying  # type: ignore[method-assign,assignment]
    with pytest.raises(SystemExit):
        eraser.execute(erasure_id)
    office.new_eraser().execute(erasure_id)
    check_gone(office, erasure_id, tags)


@pytest.mark.parametrize("number", range(1, STEPS + 1))
def test_two_erasers_at_once_agree(number: int) -> None:
    office = RealOffice()
    office.keys.rotate(ANNA)
    tags = [office.tag_of(ANNA)]
    erasure_id = office.approved()
    done: list[int] = []

    def commit(writes: list[Any]) -> None:
        done.append(1)
        if len(done) == number:
            del office.tables.commit
            office.new_eraser().execute(erasure_id)
        type(office.tables).commit(office.tables, writes)

    office.tables.commit = commit  # type: ignore[method-assign]
    try:
        office.new_eraser().execute(erasure_id)
    except ConflictError:
        office.new_eraser().execute(erasure_id)
    check_gone(office, erasure_id, tags)


def test_rows_that_a_restore_brings_back_go_again_without_a_second_receipt(office: RealOffice) -> None:
    office.keys.rotate(ANNA)
    tags = [office.tag_of(ANNA)]
    backup = office.tables.rows()
    row = executed(office)
    restored(office, backup, Store.KEYS, Store.IDENTITY)
    assert len(audit_rows(office)) == 4
    assert office.new_eraser().execute(row["id"]) == "executed"
    check_gone(office, row["id"], tags)
    assert office.row(keys.erasure(row["id"]))["receipt"] == row["receipt"]


def restored(office: RealOffice, backup: dict[Any, dict[str, Any]], *stores: Store, signing: bool = True) -> None:
    """These tables as they were; rows of keys made since are carried over, as the procedure says, or all but some."""
    for key in office.tables.rows():
        carried = key.store is Store.KEYS and (signing or not key.pk.startswith("signing#"))
        if key.store in stores and key not in backup and not carried:
            office.tables.commit([Delete(key)])
    for key, old in backup.items():
        if key.store in stores:
            office.tables.commit([Put(key, {n: v for n, v in old.items() if n not in {"pk", "sk"}}, None)])


def test_a_card_that_a_restore_brought_back_alone_stays_closed(office: RealOffice) -> None:
    backup = office.tables.rows(Store.CARD)
    executed(office)
    restored(office, backup, Store.CARD)
    five_minutes(office)
    with pytest.raises(ErasedError):
        office.records.page(office.doctor, ANNA, KIND, limit=5, after=None)
    assert audit_rows(office) == []


@pytest.mark.parametrize(
    "stores",
    [{Store.KEYS}, {Store.KEYS, Store.CARD}, {Store.KEYS, Store.IDENTITY}],
    ids=["keys", "keys and card", "keys and identity"],
)
def test_what_a_restore_brought_back_without_a_receipt_that_verifies_is_decided_anew(
    office: RealOffice, stores: set[Store]
) -> None:
    office.keys.rotate(ANNA)
    tags = [office.tag_of(ANNA)]
    backup = office.tables.rows()
    row = executed(office)
    with pytest.raises(NotFoundError):
        office.proposed()
    restored(office, backup, *stores, signing=False)
    if Store.CARD not in stores:
        with pytest.raises(AccessDeniedError):
            office.new_eraser().execute(row["id"])
    five_minutes(office)
    erasure_id = office.approved()
    office.new_eraser().execute(erasure_id)
    assert audit_rows(office) == []
    claims = office.make_signer().verify(office.row(keys.erasure(erasure_id))["receipt"], purpose="receipt")
    assert (claims["tags"], claims["key_versions"]) == ([digest(tags[0])], 2)


# --- an access at the same moment


READER = Event(Actor(PersonId("doctor"), Role.DOCTOR), "visit:read", ANNA)


@pytest.mark.requirement("SPC-8", "AUD-2")
@pytest.mark.parametrize("number", range(1, STEPS + 1))
@pytest.mark.parametrize("year", [2026, 2027], ids=["known chain", "new chain"])
def test_an_access_at_the_same_moment_is_before_or_fails_closed(number: int, year: int) -> None:
    """A cold environment writes an entry at each step: no subject is left behind that the receipt does not count."""
    office = RealOffice()
    erasure_id = office.approved()
    reader = office.make_audit()
    done: list[int] = []

    def commit(writes: list[Any]) -> None:
        done.append(1)
        if len(done) == number:
            del office.tables.commit
            try:
                reader.append(Event(READER.actor, READER.action, ANNA, year=year))
            except ErasedError:
                done.append(-1)
        type(office.tables).commit(office.tables, writes)

    office.tables.commit = commit  # type: ignore[method-assign]
    office.new_eraser().execute(erasure_id)
    assert audit_rows(office) == []
    used = {row["tag"] for row in office.pending()} - {office.tag_of(p) for p in ("sys", *people(office))}
    claims = office.signer.verify(office.row(keys.erasure(erasure_id))["receipt"], purpose="receipt")
    assert claims["tags"] == sorted(map(digest, used))
    assert (-1 in done) == (number > 2 if year == 2027 else not still_known(number))


def people(office: RealOffice) -> list[str]:
    subjects = (key for key in office.tables.rows(Store.KEYS) if key.sk.startswith("audit#"))
    return [key.pk for key in subjects if key.pk != "sys"]


def still_known(number: int) -> bool:
    """Whether the chain's row is still there before commit ``number``: it goes with the sixth."""
    return number <= 6
