"""The counter of a pharmacy: codes good and bad, parts, two at the same moment, and what was a mistake."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import prescriptions as rules
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyReversedError,
    CodeSignatureError,
    DispensingConflictError,
    ErasedError,
    ForeignCodeError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    NotYourDispensingError,
    ReversalTooLateError,
    ScannedCodeError,
    ScannedTooLongError,
    UnavailableError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.records.medication import PRESCRIPTION as KIND
from tests.prescriptions import KEY, PHARMACIST, dispensed, issue, prescribing
from tests.world import ANNA, PRESCRIPTION, URL, World

DRUG = PRESCRIPTION["drugs"][0]
TWO = [{**DRUG, "packs": 2}, {**DRUG, "inn": "Омепразол", "packs": 1}]


@pytest.fixture
def world() -> World:
    return prescribing()


@pytest.mark.requirement("RX-2")
def test_a_pharmacy_reads_what_it_needs_and_no_more(world: World) -> None:
    purpose = {"reason": "Гипертония", "dispensing_period": "monthly"}
    _, qr = issue(
        world, diagnosis={"code": "J20.9", "text": "Бронхит"}, validity="1y", special_purpose=purpose, drugs=TWO
    )
    shown, version = world.dispensing.verify(world.north, qr)
    assert (shown["valid"], shown["signature"], version, shown["dispensing_period"]) == (True, "valid", 1, "monthly")
    assert [(d["line"], d["inn"], d["remaining"]) for d in shown["drugs"]] == [
        (1, "Амоксициллин", 2),
        (2, "Омепразол", 1),
    ]
    assert shown["doctor_name"]
    assert "Гипертония" not in str(shown)
    assert not {"diagnosis", "qr", "patient", "override", "ground"} & set(shown)
    assert world.entries("prescription:read")[-1].subject == ANNA


@pytest.mark.requirement("RX-2", "RX-3", "AUD-1")
@pytest.mark.parametrize(
    ("scanned", "error"),
    [
        ("x" * 21, ScannedCodeError),
        ("я" * 22, ScannedCodeError),
        ("../../etc/passwd" + "a" * 9, ScannedCodeError),
        (f"{URL}/r/", ScannedCodeError),
        ("https://other.example/r/" + "a" * 22, ForeignCodeError),
        (f"{URL}.evil.example/r/" + "a" * 22, ForeignCodeError),
        ("http://card.example/r/" + "a" * 22, ForeignCodeError),
        ("a" * 3000, ScannedTooLongError),
    ],
    ids=["short", "cyrillic", "path", "no-code", "other-host", "host-that-begins-alike", "http", "3-kb"],
)
def test_each_bad_scan_has_a_code_and_an_entry_of_its_own(world: World, scanned: str, error: type[Any]) -> None:
    for ask in (world.dispensing.verify, world.dispensing.status):
        with pytest.raises(error) as refused:
            ask(world.north, scanned)
        assert type(refused.value) is error
    entries = world.entries("prescription:refused-code")
    assert [(entry.outcome, entry.reason) for entry in entries] == [("denied", error.code)] * 2


@pytest.mark.requirement("RX-2")
@pytest.mark.parametrize("around", ["{}\r\n", "{}\n", " {}"], ids=["return", "line", "blank"])
def test_what_a_scanner_puts_around_a_code_does_not_matter(world: World, around: str) -> None:
    _, qr = issue(world)
    for text in (qr, qr.split("#")[0], qr.split("#")[0].rsplit("/", 1)[1]):
        assert world.dispensing.verify(world.north, around.format(text))[0]["valid"] is True


@pytest.mark.requirement("RX-2")
def test_a_code_that_nobody_made(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.dispensing.verify(world.north, "x" * 22)
    assert world.entries("prescription:unknown-code")


@pytest.mark.requirement("RX-2")
def test_an_altered_signature_is_refused_and_the_patient_can_see_it(world: World) -> None:
    _, one = issue(world)
    _, two = issue(world, KEY + "2", drugs=[{**DRUG, "inn": "Омепразол"}])
    code, token = one.split("#")
    for forged in (f"{code}#{two.split('#')[1]}", f"{code}#{token[:-4]}AAAA", f"{code}#x.y.z"):
        with pytest.raises(CodeSignatureError):
            world.dispensing.verify(world.north, forged)
        with pytest.raises(CodeSignatureError):
            dispensed(world, world.north, forged, 1, 1)
    entry = world.entries("prescription:refused-code")[-1]
    assert (entry.subject, entry.reason, bool(entry.resource_id)) == (ANNA, CodeSignatureError.code, True)
    assert world.dispensing.verify(world.north, code)[0]["signature"] == "absent"


@pytest.mark.requirement("RX-3")
def test_in_parts_by_drug_until_nothing_is_left(world: World) -> None:
    record, qr = issue(world, drugs=TWO)
    first, version = dispensed(world, world.north, qr, 1, 1, KEY + "a")
    assert (first["state"], first["remaining"], version) == ("active", [1, 1], 2)
    second, version = dispensed(world, world.south, qr, 1, 2, KEY + "b", line=2)
    assert (second["state"], second["remaining"]) == ("active", [1, 0])
    last, version = dispensed(world, world.south, qr, 1, 3, KEY + "c")
    assert (last["state"], last["remaining"]) == ("dispensed", [0, 0])
    with pytest.raises(WrongStateError):
        dispensed(world, world.north, qr, 1, version, KEY + "d")
    assert world.records.read(world.anna, ANNA, KIND, record["id"])["status"]["state"] == "dispensed"
    world.pump()
    assert world.inbox(world.anna).count("prescription_dispensed") == 3
    assert world.entries("prescription:dispense")[0].details["pharmacist"] == PHARMACIST["name"]

    for reader in (world.anna, world.doctor):
        found = world.dispensed.listed(reader, ANNA, record["id"])
        assert [(one["number"], one["drugs"][0]) for one in found] == [
            (1, {"line": 1, "packs": 1}),
            (2, {"line": 2, "packs": 1}),
            (3, {"line": 1, "packs": 1}),
        ]
        assert {one["pharmacist"]["name"] for one in found} == {PHARMACIST["name"]}
    with pytest.raises(AccessDeniedError):
        world.dispensed.listed(world.north, ANNA, record["id"])


@pytest.mark.requirement("RX-3")
def test_two_pharmacies_at_the_same_moment(world: World) -> None:
    _, qr = issue(world)
    won, lost = [], []
    barrier = threading.Barrier(8)

    def try_it(number: int) -> None:
        barrier.wait()
        try:
            dispensed(world, world.north if number % 2 else world.south, qr, 1, 1, f"{KEY}{number}")
            won.append(number)
        except DispensingConflictError as error:
            lost.append(error.extra)

    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (len(won), len(lost)) == (1, 7)
    assert all(extra == {"state": "active", "remaining": [2], "version": 2} for extra in lost)


@pytest.mark.requirement("RX-3")
def test_a_lost_answer_is_repeated_not_dispensed_again(world: World) -> None:
    _, qr = issue(world)
    first, _ = dispensed(world, world.north, qr, 1, 1, KEY)
    again, version = dispensed(world, world.north, qr, 1, 1, KEY)
    assert (again, version) == (first, 2)
    assert world.dispensing.verify(world.north, qr)[0]["drugs"][0]["remaining"] == 2
    with pytest.raises(IdempotencyKeyReusedError):
        dispensed(world, world.north, qr, 2, 1, KEY)
    with pytest.raises(DispensingConflictError):
        dispensed(world, world.south, qr, 1, 1, KEY)  # the key is another caller's


@pytest.mark.parametrize(("line", "packs", "field"), [(1, 4, "packs"), (2, 1, "line")])
def test_what_does_not_stand_on_the_prescription(world: World, line: int, packs: int, field: str) -> None:
    _, qr = issue(world)
    with pytest.raises(InvalidFieldsError) as refused:
        dispensed(world, world.north, qr, packs, 1, KEY, line)
    assert refused.value.fields[0].field == f"/drugs/0/{field}"


def test_expired(world: World) -> None:
    _, qr = issue(world)
    world.clock.advance(days=61)
    assert world.dispensing.verify(world.north, qr)[0]["state"] == "expired"
    assert world.entries("prescription:read")[-1].details == {"state": "expired"}
    with pytest.raises(WrongStateError):
        dispensed(world, world.north, qr, 1, 1, KEY)


def test_a_pharmacy_lists_nothing_and_a_doctor_dispenses_nothing(world: World) -> None:
    record, qr = issue(world)
    with pytest.raises(AccessDeniedError):
        world.records.page(world.north, ANNA, KIND, limit=5, after=None)
    with pytest.raises(AccessDeniedError):
        world.records.read(world.north, ANNA, KIND, record["id"])  # the id is not the code
    with pytest.raises(AccessDeniedError):
        dispensed(world, world.doctor, qr, 1, 1, KEY)


@pytest.mark.requirement("RX-3")
def test_a_fault_between_leaves_the_packs_where_they_were(world: World) -> None:
    _, qr = issue(world)
    world.audit.fail_next(1, UnavailableError())
    with pytest.raises(UnavailableError):
        dispensed(world, world.north, qr, 1, 1, KEY)
    assert dispensed(world, world.north, qr, 1, 1, KEY)[0]["remaining"] == [2]


def test_nothing_is_dispensed_for_somebody_who_was_erased(world: World) -> None:
    _, qr = issue(world)
    world.keys.destroy(ANNA, "entry")
    with pytest.raises((ErasedError, NotFoundError)):
        dispensed(world, world.north, qr, 1, 1, KEY)


# --- taken back


def reverse(world: Any, who: Any, qr: str, number: int, version: int, key: str = KEY) -> tuple[dict[str, Any], int]:
    return world.dispensing.reverse(who, qr, number, "wrong-drug", version, key)


@pytest.mark.requirement("RX-3")
def test_a_mistake_is_taken_back_once_by_who_made_it(world: World) -> None:
    record, qr = issue(world)
    done, version = dispensed(world, world.north, qr, 3, 1, KEY)
    assert (done["dispensing"], done["state"]) == (1, "dispensed")
    with pytest.raises(NotYourDispensingError):
        reverse(world, world.south, qr, 1, version)
    with pytest.raises(NotFoundError):
        reverse(world, world.north, qr, 7, version)
    back, version = reverse(world, world.north, qr, 1, version)
    assert (back["state"], back["remaining"]) == ("active", [3])
    assert reverse(world, world.north, qr, 1, 2)[0] == back  # a lost answer
    with pytest.raises(AlreadyReversedError):
        reverse(world, world.north, qr, 1, version, KEY + "2")
    with pytest.raises(NotFoundError):
        reverse(world, world.north, qr, 2, version, KEY + "3")  # a reversal is no dispensing
    again, _ = dispensed(world, world.south, qr, 3, version, KEY)
    assert again["state"] == "dispensed"

    [first, second] = world.dispensed.listed(world.anna, ANNA, record["id"])
    assert (first["reversed"], first["reversal_reason"], second["reversed"]) == (True, "wrong-drug", False)
    [entry] = world.entries("prescription:reverse-dispensing")[-1:]
    assert entry.details["why"] == "wrong-drug"
    world.pump()
    assert "prescription_dispensing_reversed" in world.inbox(world.anna)


@pytest.mark.requirement("RX-3")
def test_too_late_to_take_back(world: World) -> None:
    _, qr = issue(world)
    _, version = dispensed(world, world.north, qr, 1, 1, KEY)
    world.clock.advance(hours=24, seconds=1)
    with pytest.raises(ReversalTooLateError):
        reverse(world, world.north, qr, 1, version)


@pytest.mark.requirement("RX-3", "RX-4")
def test_what_is_taken_back_of_a_revoked_prescription_stays_revoked(world: World) -> None:
    record, qr = issue(world)
    dispensed(world, world.north, qr, 1, 1, KEY)
    world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    back, _ = reverse(world, world.north, qr, 1, 3)
    assert (back["state"], back["remaining"]) == ("revoked", [3])


@pytest.mark.requirement("RX-3")
def test_taking_back_and_dispensing_at_the_same_moment(world: World) -> None:
    _, qr = issue(world)
    _, version = dispensed(world, world.north, qr, 1, 1, KEY)
    world.tables.before_next_commit(lambda: dispensed(world, world.south, qr, 1, version, KEY))
    with pytest.raises(DispensingConflictError):
        reverse(world, world.north, qr, 1, version)
    assert world.dispensing.verify(world.north, qr)[0]["drugs"][0]["remaining"] == 1
    assert "reversed" not in world.row(keys.prescription_code(_hash(qr)))


def _hash(qr: str) -> str:
    from chalicelib.domain.secrets import hash_secret

    return hash_secret(qr.removeprefix(f"{URL}/r/").split("#")[0])


PACKS = st.lists(st.integers(1, 50), min_size=1, max_size=3)
STEPS = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 50), st.booleans()), max_size=25)


@pytest.mark.requirement("RX-3")
@given(PACKS, STEPS)
def test_what_is_out_and_what_is_left_is_always_what_was_prescribed(
    packs: list[int], steps: list[tuple[int, int, bool]]
) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    state, left = rules.State.ACTIVE, list(packs)
    out: list[list[dict[str, int]]] = []
    for line, wanted, back in steps:
        try:
            if back and out:
                parts = out.pop()
                state, left = rules.after_reversal(state.value, left, parts, at=now, now=now, reversed_before=False)
            else:
                parts = [{"line": line, "packs": wanted}]
                state, left = rules.after_dispensing(state.value, now + timedelta(days=1), now, left, parts)
                out.append(parts)
        except MedkartaError:
            continue
    given_out = [sum(p["packs"] for parts in out for p in parts if p["line"] == n) for n in range(1, len(packs) + 1)]
    assert [g + rest for g, rest in zip(given_out, left, strict=True)] == packs
    assert min(left) >= 0
    assert (not any(left)) == (state is rules.State.DISPENSED)
