"""Prescriptions: from the doctor's signature to the last pack."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import prescriptions as rules
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    DispensingConflictError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    MedkartaError,
    NotFoundError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.records.medication import PRESCRIPTION as KIND
from tests.world import ANNA, PRESCRIPTION, URL, World

KEY = "0123456789abcdef"
PHARMACIST = {"name": "Сидорова Мария", "number": "17"}


@pytest.fixture
def world() -> World:
    made = World()
    made.anna, made.doctor = made.patient(), made.staff()
    made.consent(made.doctor)
    made.north, made.south = made.pharmacy("north"), made.pharmacy("south")
    return made


def issue(world: World, key: str = KEY, **changes):
    record, _ = world.prescriptions.issue(world.doctor, ANNA, {**PRESCRIPTION, **changes}, key)
    qr = world.records.read(world.anna, ANNA, KIND, record["id"])["body"]["qr"]
    return record, qr


def dispense(world: World, who, qr: str, packs: int, version: int, key: str):
    return world.dispensing.dispense(who, qr, packs, PHARMACIST, version, key)


@pytest.mark.requirement("RX-1", "RX-2")
def test_the_patient_has_the_code_at_once_and_nobody_else_sees_it(world: World) -> None:
    record, qr = issue(world)
    assert qr.startswith(f"{URL}/r/")
    assert "qr" not in record["body"]
    assert "qr" not in world.records.read(world.doctor, ANNA, KIND, record["id"])["body"]
    code = qr.removeprefix(f"{URL}/r/").split("#")[0]
    assert code.encode() not in world.tables.raw_bytes()


@pytest.mark.requirement("RX-2")
def test_a_pharmacy_reads_what_it_needs_and_no_more(world: World) -> None:
    _, qr = issue(world, diagnosis={"code": "J20.9", "text": "Бронхит"})
    shown, version = world.dispensing.verify(world.north, qr)
    assert (shown["valid"], shown["signature"], shown["remaining"], version) == (True, "valid", 3, 1)
    assert shown["drug"]["inn"] == "Амоксициллин"
    assert shown["doctor_name"]
    assert not {"diagnosis", "qr", "patient"} & set(shown)
    assert world.entries("prescription:read")[-1].subject == ANNA


@pytest.mark.requirement("RX-2")
def test_the_signed_text_names_nobody(world: World) -> None:
    _, qr = issue(world, diagnosis={"code": "J20.9", "text": "Бронхит"})
    claims = world.signer.verify(qr.split("#")[1], purpose="prescription")
    assert set(claims) == {"id", "iat", "exp", "form", "drug", "dosage", "packs"}


@pytest.mark.requirement("RX-2", "RX-3")
@pytest.mark.parametrize(
    "scanned", ["x" * 22, "http://evil.example/r/" + "a" * 22, "я" * 22, "a" * 2049, "../../etc/passwd" + "a" * 9]
)
def test_hostile_scans_are_unknown_and_logged(world: World, scanned: str) -> None:
    with pytest.raises(NotFoundError):
        world.dispensing.verify(world.north, scanned)
    assert world.entries("prescription:unknown-code")


@pytest.mark.requirement("RX-2")
def test_a_code_with_another_prescriptions_signature_is_said_to_be_invalid(world: World) -> None:
    _, one = issue(world)
    _, two = issue(world, key=KEY + "2")
    mixed = one.split("#")[0] + "#" + two.split("#")[1]
    assert world.dispensing.verify(world.north, mixed)[0]["signature"] == "invalid"
    assert world.dispensing.verify(world.north, one.split("#")[0])[0]["signature"] == "absent"


@pytest.mark.requirement("RX-3")
def test_in_parts_until_nothing_is_left(world: World) -> None:
    record, qr = issue(world)
    first, version = dispense(world, world.north, qr, 1, 1, KEY + "a")
    assert (first["state"], first["remaining"], version) == ("active", 2, 2)
    last, version = dispense(world, world.south, qr, 2, 2, KEY + "b")
    assert (last["state"], last["remaining"]) == ("dispensed", 0)
    with pytest.raises(WrongStateError):
        dispense(world, world.north, qr, 1, version, KEY + "c")
    assert world.records.read(world.anna, ANNA, KIND, record["id"])["status"]["state"] == "dispensed"
    world.pump()
    assert world.inbox(world.anna).count("prescription_dispensed") == 2
    assert world.entries("prescription:dispense")[0].details["pharmacist"] == PHARMACIST["name"]


@pytest.mark.requirement("RX-3")
def test_two_pharmacies_at_the_same_moment(world: World) -> None:
    _, qr = issue(world)
    won, lost = [], []
    barrier = threading.Barrier(8)

    def try_it(number: int) -> None:
        barrier.wait()
        try:
            dispense(world, world.north if number % 2 else world.south, qr, 1, 1, f"{KEY}{number}")
            won.append(number)
        except DispensingConflictError as error:
            lost.append(error.extra)

    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(8)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert (len(won), len(lost)) == (1, 7)
    assert all(extra == {"state": "active", "remaining": 2, "version": 2} for extra in lost)


@pytest.mark.requirement("RX-3")
def test_a_lost_answer_is_repeated_not_dispensed_again(world: World) -> None:
    _, qr = issue(world)
    first, _ = dispense(world, world.north, qr, 1, 1, KEY)
    again, version = dispense(world, world.north, qr, 1, 1, KEY)
    assert (again, version) == (first, 2)
    assert world.dispensing.verify(world.north, qr)[0]["remaining"] == 2
    with pytest.raises(IdempotencyKeyReusedError):
        dispense(world, world.north, qr, 2, 1, KEY)
    with pytest.raises(DispensingConflictError):
        dispense(world, world.south, qr, 1, 1, KEY)  # the key is another caller's


def test_more_than_there_is(world: World) -> None:
    _, qr = issue(world)
    with pytest.raises(InvalidFieldsError):
        dispense(world, world.north, qr, 4, 1, KEY)


@pytest.mark.requirement("RX-4")
def test_a_revoked_code_stops_working_at_once(world: World) -> None:
    record, qr = issue(world)
    world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    shown, version = world.dispensing.verify(world.north, qr)
    assert (shown["valid"], shown["state"]) == (False, "revoked")
    with pytest.raises(WrongStateError):
        dispense(world, world.north, qr, 1, version, KEY)
    assert world.dispensing.status(world.north, qr)["state"] == "revoked"
    with pytest.raises(WrongStateError):
        world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    world.pump()
    assert "prescription_revoked" in world.inbox(world.anna)


@pytest.mark.requirement("RX-3", "RX-4")
def test_revoking_while_a_pharmacy_dispenses_has_one_outcome(world: World) -> None:
    record, qr = issue(world)
    world.tables.before_next_commit(lambda: dispense(world, world.north, qr, 3, 1, KEY))
    with pytest.raises(StaleVersionError):
        world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    assert world.dispensing.status(world.north, qr)["state"] == "dispensed"


@pytest.mark.requirement("RX-4", "REC-4")
def test_a_replaced_prescription_has_a_new_code_and_the_old_one_is_dead(world: World) -> None:
    record, old = issue(world)
    world.prescriptions.replace(world.doctor, ANNA, record["id"], {**PRESCRIPTION, "packs": 1}, 1)
    new = world.records.read(world.anna, ANNA, KIND, record["id"])["body"]["qr"]
    assert world.dispensing.verify(world.north, old)[0]["state"] == "replaced"
    assert world.dispensing.verify(world.north, new)[0]["remaining"] == 1
    dispense(world, world.north, new, 1, 1, KEY)
    with pytest.raises(WrongStateError):
        world.prescriptions.replace(world.doctor, ANNA, record["id"], PRESCRIPTION, 2)


def test_expired(world: World) -> None:
    _, qr = issue(world)
    world.clock.advance(days=60)
    assert world.dispensing.verify(world.north, qr)[0]["state"] == "expired"
    with pytest.raises(WrongStateError):
        dispense(world, world.north, qr, 1, 1, KEY)


@pytest.mark.requirement("ACC-5")
@pytest.mark.parametrize("role", [Role.NURSE, Role.REGISTRAR, Role.ADMINISTRATOR, Role.SECURITY_OFFICER])
def test_only_a_doctor_prescribes(world: World, role: Role) -> None:
    other = world.staff("other", role)
    world.consent(other)
    with pytest.raises(AccessDeniedError):
        world.prescriptions.issue(other, ANNA, PRESCRIPTION, KEY)


def test_a_pharmacy_lists_nothing_and_a_doctor_dispenses_nothing(world: World) -> None:
    record, qr = issue(world)
    with pytest.raises(AccessDeniedError):
        world.records.page(world.north, ANNA, KIND, limit=5, after=None)
    with pytest.raises(AccessDeniedError):
        world.records.read(world.north, ANNA, KIND, record["id"])  # the id is not the code
    with pytest.raises(AccessDeniedError):
        dispense(world, world.doctor, qr, 1, 1, KEY)


@pytest.mark.requirement("RX-1")
def test_a_doctor_signs_under_their_own_name(world: World) -> None:
    for name in ("Соколова Анна Игоревна", "Петров Петр"):
        with pytest.raises(InvalidFieldsError) as refused:
            issue(world, doctor_name=name)
        assert refused.value.fields[0].field == "/doctor_name"
    assert issue(world, doctor_name="петров  Петр Петрович")  # ё and blanks do not matter


def test_issuing_twice_with_one_key(world: World) -> None:
    first, _ = issue(world)
    again, repeated = world.prescriptions.issue(world.doctor, ANNA, PRESCRIPTION, KEY)
    assert (again["id"], repeated, "qr" in again["body"]) == (first["id"], True, False)


@pytest.mark.requirement("RX-5")
def test_validity_follows_the_form() -> None:
    issued = datetime(2026, 3, 1, tzinfo=UTC)
    assert rules.expires_at("107-1/у", "60d", issued) - issued == timedelta(days=60)
    for form, validity in (("148-1/у-88", "60d"), ("107-1/у", "90d"), ("148-1/у-04(л)", "1y")):
        with pytest.raises(InvalidFieldsError):
            rules.expires_at(form, validity, issued)


@pytest.mark.requirement("RX-3")
@given(st.integers(1, 50), st.lists(st.integers(1, 50), max_size=20))
def test_never_more_is_dispensed_than_prescribed(packs: int, asked: list[int]) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    state, left, given_out = rules.State.ACTIVE, packs, 0
    for wanted in asked:
        try:
            state, left = rules.after_dispensing(state.value, now + timedelta(days=1), now, left, wanted)
        except MedkartaError:
            continue
        given_out += wanted
    assert given_out + left == packs
    assert left >= 0
    assert (left == 0) == (state is rules.State.DISPENSED)
