"""Registering at a clinic: who is there already is found, nobody is made twice, and an account finds its card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.domain.identifiers import snils_check_digits
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.patients import Answer
from chalicelib.errors import (
    AlreadyExistsError,
    CredentialsError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    OutcomeUnknownError,
    PossibleDuplicateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from chalicelib.services.patients import Decision, PatientService
from tests.accounts import CALLER, Accounts

pytestmark = pytest.mark.requirement("ACT-5")

NOTHING = Decision()
KEY = "0123456789abcdef"
DESK = Actor(PersonId("r1"), Role.REGISTRAR, "s", "m1", "clinic")
OTHER_DESK = Actor(PersonId("r2"), Role.REGISTRAR, "s", "m2", "hospital")


class Clinic(Accounts):
    def __init__(self) -> None:
        super().__init__()
        self.patients = PatientService(self.gate, self.tables, self.vault, self.keys, self.index, self.clock)
        self.count = 0

    def paper(self, n: int = 1, **changes: Any) -> dict[str, Any]:
        """The person of ``Accounts.form`` as a registrar types them in."""
        form = {name: value for name, value in self.form(n).items() if name != "password"}
        return {**form, "consent_text_version": "2026-11", **changes}

    def desk(
        self, n: int = 1, actor: Actor = DESK, decision: Decision = NOTHING, key: str = "", **changes: Any
    ) -> dict[str, Any]:
        self.count += 1
        return self.patients.register(actor, self.paper(n, **changes), decision, key or f"key-{self.count:016d}")

    def people_service(self, person: str) -> dict[str, Any]:
        return self.people.me(Actor(PersonId(person), Role.PATIENT))

    def people_stored(self) -> int:
        return sum(key.sk == "PROFILE" for key in self.tables.rows(Store.IDENTITY))


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


def asked(clinic: Clinic, *args: Any, **more: Any) -> list[dict[str, Any]]:
    with pytest.raises(PossibleDuplicateError) as caught:
        clinic.desk(*args, **more)
    return caught.value.extra["candidates"]


WITHOUT_NUMBERS = {"snils": "", "oms": "", "passport_series": "46 11", "passport_number": "999999"}


def test_a_new_patient_has_a_card_a_policy_and_no_account(clinic: Clinic) -> None:
    done = clinic.desk(oms="7800080000123454")
    person = done["patient_id"]
    assert done["outcome"] == "registered"
    profile = clinic.tables.get(keys.profile(person))
    assert (profile["state"], set(profile["tags"])) == ("unclaimed", {"snils", "passport"})
    assert "evidence_registrar" in profile
    assert clinic.tables.get(keys.card(person))["state"] == "active"
    assert clinic.tables.get(keys.policy(person))["tag"] == clinic.index.tag("oms", "7800080000123454")
    assert clinic.tables.get(keys.credentials(person)) is None
    assert clinic.tables.get(keys.clinic(person, "clinic"))["member"] == "m1"
    assert clinic.told(person) == ["card_opened", "plan_card"]
    with pytest.raises(CredentialsError):
        clinic.begin()  # nobody signs in to a person without an account


def test_no_table_holds_what_was_typed(clinic: Clinic) -> None:
    clinic.desk(oms="7800080000123454")
    stored = clinic.tables.raw_bytes()
    for text in ("Журавл", "1987", "7800080000123454", "999999", "+7926", "Person1"):
        assert text.encode() not in stored


@pytest.mark.parametrize("number", ["snils", "passport", "oms"])
def test_an_equal_number_is_that_person_and_nobody_is_made(clinic: Clinic, number: str) -> None:
    first = clinic.desk(oms="7800080000123454")
    others = {
        "snils": {"passport_number": "", "passport_series": "", "oms": ""},
        "passport": {"snils": "", "oms": ""},
        "oms": {"snils": "", "passport_number": "", "passport_series": "", "oms": "7800080000123454"},
    }[number]
    again = clinic.desk(actor=OTHER_DESK, last_name="Смирнова", **others)
    assert again == {"patient_id": first["patient_id"], "outcome": "exists"}
    assert clinic.people_stored() == 1
    assert clinic.tables.get(keys.clinic(first["patient_id"], "hospital"))["member"] == "m2"
    assert [e.subject for e in clinic.events("patient:bind")] == [first["patient_id"]]
    clinic.desk(actor=OTHER_DESK, last_name="Смирнова", **others)
    assert clinic.told(first["patient_id"]) == ["card_opened", "plan_card", "patient_bound"]  # once a clinic


def test_who_has_an_account_is_found_too(clinic: Clinic) -> None:
    person = clinic.register()
    assert clinic.desk() == {"patient_id": person, "outcome": "exists"}
    assert clinic.people_stored() == 1


def test_a_mistyped_number_of_somebody_else_is_asked_about(clinic: Clinic) -> None:
    first = clinic.desk()
    stranger = {"last_name": "Орлов", "first_name": "Пётр", "sex": "male", "birth_date": "1950-01-31"}
    (candidate,) = asked(clinic, passport_number="", passport_series="", **stranger)
    assert candidate["patient_id"] == first["patient_id"]
    assert set(candidate["differs"]) >= {"last_name", "first_name", "birth_date"}
    assert "Журавл" not in repr(candidate)
    assert clinic.people_stored() == 1
    same = Decision(Answer.SAME, (first["patient_id"],), "papers-compared")
    assert clinic.desk(decision=same, passport_number="", passport_series="", **stranger)["outcome"] == "exists"


def test_numbers_of_two_people_are_bound_to_neither(clinic: Clinic) -> None:
    one, two = clinic.desk(1, phone=""), clinic.desk(2, phone="", birth_date="1960-03-03", first_name="Ольга")
    found = asked(clinic, 1, passport_number="000002")
    assert {c["patient_id"] for c in found} == {one["patient_id"], two["patient_id"]}
    assert clinic.people_stored() == 2


def test_a_probable_duplicate_is_decided_by_the_registrar(clinic: Clinic) -> None:
    first = clinic.desk()
    (candidate,) = asked(clinic, last_name="Журавлеа", **WITHOUT_NUMBERS)
    assert candidate["patient_id"] == first["patient_id"]
    assert candidate["probability"] > 0.9
    assert {"first_name", "birth_date", "phone"} <= set(candidate["agrees"])
    assert clinic.people_stored() == 1
    assert [e.action for e in clinic.audit.events if e.action == "patient:possible-duplicate"]
    same = Decision(Answer.SAME, (first["patient_id"],), "papers-compared")
    done = clinic.desk(decision=same, last_name="Журавлеа", **WITHOUT_NUMBERS)
    assert done == {"patient_id": first["patient_id"], "outcome": "exists"}


def test_two_people_who_look_alike_stay_two(clinic: Clinic) -> None:
    first = clinic.desk()["patient_id"]
    different = Decision(Answer.DIFFERENT, (first,), "namesake")
    second = clinic.desk(decision=different, **WITHOUT_NUMBERS)
    assert second["outcome"] == "registered"
    row = clinic.tables.get(keys.distinct(first, second["patient_id"]))
    assert (row["why"], row["member"]) == ("namesake", "m1")
    assert clinic.patients.look_alikes(DESK, PersonId(first)) == []
    third = {**WITHOUT_NUMBERS, "passport_number": "888888"}
    found = asked(clinic, decision=different, **third)  # only one of two was decided about
    assert [c["patient_id"] for c in found] == [second["patient_id"]]
    found = asked(clinic, decision=Decision(Answer.SAME, ("somebody",), "other"), **third)
    assert len(found) == 2


def test_look_alikes_of_a_patient(clinic: Clinic) -> None:
    first = PersonId(clinic.desk(**WITHOUT_NUMBERS)["patient_id"])
    second = clinic.register()  # nobody decides when people register themselves
    (found,) = clinic.patients.look_alikes(DESK, first)
    assert found["patient_id"] == second
    with pytest.raises(NotFoundError):
        clinic.patients.look_alikes(DESK, PersonId("nobody"))


def test_a_twin_is_registered_without_a_question(clinic: Clinic) -> None:
    clinic.desk()
    assert clinic.desk(2, first_name="Полина", phone=clinic.form(1)["phone"])["outcome"] == "registered"


def test_a_repeat_is_answered_and_another_body_is_not(clinic: Clinic) -> None:
    first = clinic.desk(key=KEY)
    assert clinic.desk(key=KEY) == first
    assert len(clinic.events("patient:register")) == 1
    with pytest.raises(IdempotencyKeyReusedError):
        clinic.desk(key=KEY, phone="")


def when_the_keys_are_made(clinic: Clinic, work: Callable[[], Any]) -> None:
    """Run ``work`` once, between the enrolment of a new person and the commit that stores them."""
    enrol, left = clinic.keys.enrol, [work]

    def enrolled(person_id: PersonId) -> None:
        enrol(person_id)
        if left:
            left.pop()()

    clinic.keys.enrol = enrolled


def test_a_lost_reply_makes_one_patient(clinic: Clinic) -> None:
    when_the_keys_are_made(clinic, clinic.tables.lose_reply_next)
    with pytest.raises(OutcomeUnknownError):
        clinic.desk(key=KEY)
    assert clinic.desk(key=KEY)["outcome"] == "registered"
    assert clinic.people_stored() == 1


@pytest.mark.parametrize("changes", [{}, {"snils": "", "passport_number": "777777"}], ids=["one number", "no number"])
def test_of_two_registrars_at_one_moment_one_makes_the_patient(clinic: Clinic, changes: dict[str, str]) -> None:
    done: list[Any] = []
    when_the_keys_are_made(clinic, lambda: done.append(clinic.desk(actor=OTHER_DESK, **changes)))
    if changes:
        found = asked(clinic, 1)
        assert [c["patient_id"] for c in found] == [done[0]["patient_id"]]
    else:
        assert clinic.desk() == {"patient_id": done[0]["patient_id"], "outcome": "exists"}
    assert clinic.people_stored() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"snils": "112-233-445 96"}, "/snils"),
        ({"oms": "1"}, "/oms"),
        ({"birth_date": "2199-01-01"}, "/birth_date"),
        ({"passport_number": ""}, "/passport_number"),
        ({"snils": "", "passport_series": "", "passport_number": ""}, "/snils"),
        ({"last_name": "123"}, "/last_name"),
        ({"phone": "12"}, "/phone"),
    ],
)
def test_a_form_with_problems_names_the_field(clinic: Clinic, changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        clinic.desk(**changes)
    assert field in [p.field for p in caught.value.fields]
    assert clinic.people_stored() == 0


# --- an account on the clinic's person


@pytest.mark.requirement("ID-1")
def test_who_registers_later_gets_the_card_that_the_clinic_made(clinic: Clinic) -> None:
    person = clinic.desk(email="", middle_name="Аркадьевна")["patient_id"]
    assert clinic.register() == person
    profile = clinic.tables.get(keys.profile(person))
    assert (profile["state"], set(profile["tags"])) == ("active", {"snils", "passport", "phone", "email"})
    me = clinic.people_service(person)
    assert (me["level"], me["profile"]["email"]) == (1, "person1@example.org")
    assert {"card_claimed", "start_gathering"} <= set(clinic.told(person))
    assert clinic.people_stored() == 1
    clinic.enter()


@pytest.mark.parametrize(
    "changes",
    [{"phone": "8 (926) 555-22-33"}, {"last_name": "Орлова"}, {"birth_date": "1987-04-13"}, {"phone": ""}],
)
def test_who_does_not_fit_is_told_what_everybody_is_told(clinic: Clinic, changes: dict[str, str]) -> None:
    person = clinic.desk(**changes)["patient_id"]
    with pytest.raises(AlreadyExistsError):
        clinic.register()
    assert clinic.tables.get(keys.profile(person))["state"] == "unclaimed"
    assert clinic.tables.get(keys.credentials(person)) is None


@pytest.mark.requirement("ACC-8")
@pytest.mark.parametrize(("born", "is_theirs"), [("2011-03-03", False), ("2011-03-02", True)])
def test_a_parent_s_telephone_makes_nobody_the_child(clinic: Clinic, born: str, is_theirs: bool) -> None:  # noqa: FBT001
    """The clinic wrote the mother's number down: her account would have had no end at the child's 15th birthday."""
    assert clinic.clock().date().isoformat() == "2026-03-02"
    child = clinic.desk(birth_date=born)["patient_id"]
    if is_theirs:
        assert clinic.register(birth_date=born) == child
        return
    with pytest.raises(AlreadyExistsError):
        clinic.register(birth_date=born)
    assert clinic.tables.get(keys.credentials(child)) is None


def test_another_snils_than_the_clinics_claims_nothing(clinic: Clinic) -> None:
    clinic.desk()
    nine = "112233777"
    with pytest.raises(AlreadyExistsError):
        clinic.register(snils=nine + snils_check_digits(nine))


def test_of_two_claims_one_wins(clinic: Clinic) -> None:
    clinic.desk()
    made = [clinic.registrations.apply(CALLER, clinic.form(1))["registration_id"] for _ in range(1)]
    codes = clinic.codes()
    clinic.tables.before_next_commit(lambda: None)
    person = clinic.registrations.confirm(CALLER, made[0], *codes)
    assert clinic.registrations.confirm(CALLER, made[0], *codes) == person
    with pytest.raises(AlreadyExistsError):
        clinic.register()
