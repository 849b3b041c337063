"""Prescriptions: from the doctor's signature to a code that is dead."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain import prescription_forms as forms
from chalicelib.domain.identity import Role
from chalicelib.errors import (
    AccessDeniedError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    PrescribingWarningsError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.records.bodies.medication import Prescription
from chalicelib.records.medication import PRESCRIPTION as KIND
from chalicelib.records.overview import compose
from chalicelib.records.registry import OVERVIEW_KINDS, record_type
from tests.prescriptions import KEY, dispensed, issue, prescribing
from tests.world import ANNA, PRESCRIPTION, URL, World

DRUG = PRESCRIPTION["drugs"][0]


@pytest.fixture
def world() -> World:
    return prescribing()


@pytest.mark.requirement("RX-1", "RX-2")
def test_the_patient_has_the_code_at_once_and_nobody_else_sees_it(world: World) -> None:
    record, qr = issue(world)
    assert qr.startswith(f"{URL}/r/")
    assert "qr" not in record["body"]
    assert "qr" not in world.records.read(world.doctor, ANNA, KIND, record["id"])["body"]
    code = qr.removeprefix(f"{URL}/r/").split("#")[0]
    assert code.encode() not in world.tables.raw_bytes()


@pytest.mark.requirement("RX-2")
def test_the_signed_text_names_nobody_and_the_entry_says_what_was_signed(world: World) -> None:
    _, qr = issue(world, diagnosis={"code": "J20.9", "text": "Бронхит"})
    token = qr.split("#")[1]
    claims = world.signer.verify(token, purpose="prescription")
    assert set(claims) == {"id", "iat", "exp", "form", "drugs"}
    assert claims["drugs"] == [DRUG]
    signed = base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()
    assert world.entries("prescription:create")[0].details["signed"] == signed


@pytest.mark.requirement("RX-4")
def test_a_revoked_code_stops_working_at_once(world: World) -> None:
    record, qr = issue(world)
    world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    shown, version = world.dispensing.verify(world.north, qr)
    assert (shown["valid"], shown["state"]) == (False, "revoked")
    with pytest.raises(WrongStateError):
        dispensed(world, world.north, qr, 1, version)
    assert world.dispensing.status(world.north, qr)["state"] == "revoked"
    with pytest.raises(WrongStateError):
        world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    world.pump()
    assert "prescription_revoked" in world.inbox(world.anna)


@pytest.mark.requirement("RX-3", "RX-4")
def test_revoking_while_a_pharmacy_dispenses_has_one_outcome(world: World) -> None:
    record, qr = issue(world)
    world.tables.before_next_commit(lambda: dispensed(world, world.north, qr, 3, 1))
    with pytest.raises(StaleVersionError):
        world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 1)
    assert world.dispensing.status(world.north, qr)["state"] == "dispensed"


@pytest.mark.requirement("RX-4", "REC-4")
def test_a_replaced_prescription_has_a_new_code_and_the_old_one_is_dead(world: World) -> None:
    record, old = issue(world)
    world.prescriptions.replace(world.doctor, ANNA, record["id"], {**PRESCRIPTION, "drugs": [{**DRUG, "packs": 1}]}, 1)
    new = world.records.read(world.anna, ANNA, KIND, record["id"])["body"]["qr"]
    assert world.dispensing.verify(world.north, old)[0]["state"] == "replaced"
    shown, version = world.dispensing.verify(world.north, new)
    assert shown["drugs"][0]["remaining"] == 1
    dispensed(world, world.north, new, 1, version)
    with pytest.raises(WrongStateError):
        world.prescriptions.replace(world.doctor, ANNA, record["id"], PRESCRIPTION, 2)


@pytest.mark.requirement("RX-3", "RX-4")
def test_what_was_dispensed_and_taken_back_before_a_replacement_stands_in_no_way(world: World) -> None:
    record, old = issue(world)
    dispensed(world, world.north, old, 1, 1, f"{KEY}a")
    world.dispensing.reverse(world.north, old, 1, "wrong-drug", 2, f"{KEY}b")
    world.prescriptions.replace(world.doctor, ANNA, record["id"], {**PRESCRIPTION, "validity": "30d"}, 1)
    new = world.records.read(world.anna, ANNA, KIND, record["id"])["body"]["qr"]
    _, version = world.dispensing.verify(world.south, new)
    done, _ = dispensed(world, world.south, new, 3, version, f"{KEY}c")
    assert done["state"] == "dispensed"
    listed = world.dispensed.listed(world.anna, ANNA, record["id"])
    assert [(one["pharmacy"], one["reversed"]) for one in listed] == [("—", True), ("—", False)]
    assert [one["drugs"][0]["packs"] for one in listed] == [1, 3]


@pytest.mark.requirement("RX-5", "REC-1")
def test_an_expired_one_leaves_the_active_list_by_itself(world: World) -> None:
    record, _ = issue(world)

    def current() -> list[str]:
        found = world.records.overview(world.anna, ANNA, record_type("overview"), OVERVIEW_KINDS)
        return [one["id"] for one in compose(found)["current_medication"]]

    assert current() == [record["id"]]
    world.clock.advance(days=61)
    world.anna = world.session(ANNA, Role.PATIENT)
    assert current() == []
    assert world.records.read(world.anna, ANNA, KIND, record["id"])["status"]["state"] == "expired"


@pytest.mark.requirement("ACC-5")
@pytest.mark.parametrize("role", [Role.NURSE, Role.REGISTRAR, Role.ADMINISTRATOR, Role.SECURITY_OFFICER])
def test_only_a_doctor_prescribes(world: World, role: Role) -> None:
    other = world.staff("other", role)
    world.consent(other)
    with pytest.raises(AccessDeniedError):
        world.prescriptions.issue(other, ANNA, PRESCRIPTION, KEY)


@pytest.mark.parametrize(
    "inn", ["\u200b\u200b", "\u202eнилатипакидолк", "а\u2066б"], ids=["unseen", "turned", "isolated"]
)
def test_a_drug_is_read_as_it_was_signed(inn: str) -> None:
    body = {**PRESCRIPTION, "drugs": [{**DRUG, "inn": inn}]}
    with pytest.raises(ValidationError):
        Prescription.model_validate(body)
    assert Prescription.model_validate({**PRESCRIPTION, "drugs": [{**DRUG, "inn": "Йод 💊"}]})


@pytest.mark.requirement("RX-5")
def test_a_code_that_was_left_out_gets_no_drug_past_the_rules_of_the_form(world: World) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        issue(world, drugs=[DRUG, {**DRUG, "inn": "Реланиум"}])  # diazepam, which stands alone
    assert [(one.field, one.code) for one in refused.value.fields] == [("/drugs/1/atc", "alone")]
    record, _ = issue(world, drugs=[{**DRUG, "inn": "Диазепам"}])
    assert "atc" not in record["body"]["drugs"][0]  # what was signed is what the doctor wrote


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
    with pytest.raises(IdempotencyKeyReusedError):
        world.prescriptions.issue(world.doctor, ANNA, {**PRESCRIPTION, "validity": "30d"}, KEY)


def test_more_than_a_qr_code_holds(world: World) -> None:
    full = {name: value * 9 for name, value in DRUG.items() if isinstance(value, str)}
    long = [{**full, "inn": f"{n}" + "ё" * 110, "dosage": _noise(240 + n), "packs": 1} for n in range(3)]
    with pytest.raises(InvalidFieldsError) as refused:
        issue(world, drugs=long)
    assert (refused.value.fields[0].field, refused.value.fields[0].code) == ("/drugs", "too-long")


def _noise(length: int) -> str:
    """Text that does not deflate."""
    return hashlib.shake_256(str(length).encode()).hexdigest(length // 2)


# --- forms

ISSUED = datetime(2026, 3, 1, tzinfo=UTC)
PSYCHOTROPIC = {"inn": "Золпидем", "atc": "N05CF02"}
PURPOSE = {"reason": "Длительный курс", "dispensing_period": "monthly"}


@pytest.mark.requirement("RX-5")
@pytest.mark.parametrize(
    ("form", "validity", "more", "days"),
    [
        ("107-1/у", "60d", {}, 60),
        ("107-1/у", "60d", {"drugs": [{}, {}, {}]}, 60),
        ("107-1/у", "60d", {"drugs": [PSYCHOTROPIC]}, 60),
        ("107-1/у", "1y", {"special_purpose": PURPOSE}, 365),
        ("148-1/у-88", "15d", {}, 15),
        ("148-1/у-04(л)", "30d", {}, 30),
        ("148-1/у-04(л)", "90d", {"ground": "pensioner", "drugs": [{"course_days": 180}]}, 90),
    ],
    ids=lambda value: str(value)[:20],
)
def test_validity_follows_the_form(form: str, validity: str, more: dict[str, Any], days: int) -> None:
    edition, end = forms.checked({"form": form, "validity": validity, "drugs": [{}], **more}, ISSUED)
    assert ((end - ISSUED).days, edition) == (days, "1094n-2021")


@pytest.mark.requirement("RX-5")
@pytest.mark.parametrize(
    ("issued", "end"),
    [
        ("2026-03-01T20:59:59+00:00", "2026-03-16T21:00:00+00:00"),
        ("2026-03-01T21:00:00+00:00", "2026-03-17T21:00:00+00:00"),  # it is the second of March in Moscow
        ("2026-12-31T12:00:00+00:00", "2027-01-15T21:00:00+00:00"),
    ],
)
def test_the_last_day_counts_to_its_end(issued: str, end: str) -> None:
    assert forms.end_of(datetime.fromisoformat(issued), "15d") == datetime.fromisoformat(end)


@pytest.mark.requirement("RX-5")
@pytest.mark.parametrize(
    ("form", "validity", "more", "fields"),
    [
        ("148-1/у-88", "60d", {}, ["/validity"]),
        ("107-1/у", "90d", {}, ["/validity"]),
        ("148-1/у-04(л)", "1y", {}, ["/validity"]),
        ("107-1/у", "1y", {}, ["/special_purpose"]),
        ("107-1/у", "60d", {"special_purpose": PURPOSE}, ["/special_purpose"]),
        ("107-1/у", "60d", {"ground": "chronic"}, ["/ground"]),
        ("148-1/у-04(л)", "90d", {}, ["/ground"]),
        ("148-1/у-04(л)", "90d", {"ground": "chronic", "drugs": [{"course_days": 181}]}, ["/drugs/0/course_days"]),
        ("148-1/у-88", "15d", {"drugs": [{}, {}]}, ["/drugs/1"]),
        ("107-1/у", "60d", {"drugs": [{}, {}, {}, {}]}, ["/drugs/3"]),
        ("107-1/у", "60d", {"drugs": [{}, PSYCHOTROPIC]}, ["/drugs/1/atc"]),
        ("107/у-НП", "15d", {}, ["/form"]),
        ("148-1/у-88", "1y", {"drugs": [{}, {}], "ground": "chronic"}, ["/validity", "/ground", "/drugs/1"]),
    ],
    ids=lambda value: str(value)[:20],
)
def test_every_rule_that_is_broken_names_its_field(
    form: str, validity: str, more: dict[str, Any], fields: list[str]
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        forms.checked({"form": form, "validity": validity, "drugs": [{}], **more}, ISSUED)
    assert [problem.field for problem in refused.value.fields] == fields


# --- warnings


def allergic(world: World, substance: str = "Амоксициллин", **more: Any) -> str:
    body = {"occurred_at": "2026-03-01T10:00:00+03:00", "substance": substance, "category": "drug", **more}
    record, _ = world.records.create(world.doctor, ANNA, record_type("allergy"), body, substance.ljust(16, "-"))
    return str(record["id"])


@pytest.mark.requirement("REC-14")
def test_a_warning_is_answered_with_a_reason_or_nothing_is_issued(world: World) -> None:
    allergy = allergic(world)
    with pytest.raises(PrescribingWarningsError) as refused:
        issue(world)
    told = refused.value.extra["warnings"]
    [stop] = [one for one in told if one["severity"] == "stop"]
    assert (stop["code"], stop["line"], stop["id"]) == ("allergy-same-drug", 1, allergy)
    assert "Амоксициллин" not in str(told)

    another = {"reason": "other", "warnings": ["allergy-same-drug/1//allergy/" + "0" * 36]}
    with pytest.raises(PrescribingWarningsError):
        issue(world, override=another)

    override = {"reason": "tolerated-before", "text": "В 2024 переносила", "warnings": [stop["key"]]}
    record, _ = issue(world, override=override)
    body = world.records.read(world.doctor, ANNA, KIND, record["id"])["body"]
    assert (body["override"], body["warnings"]) == (override, told)
    [entry] = world.entries("prescription:create")
    assert (entry.details["override"], entry.details["warnings"]) == (
        "tolerated-before",
        "allergy-same-drug",
    )


@pytest.mark.requirement("REC-14")
def test_what_is_taken_already_is_a_duplicate_and_a_replacement_is_none_of_itself(world: World) -> None:
    record, _ = issue(world)
    with pytest.raises(PrescribingWarningsError) as refused:
        issue(world, KEY + "2")
    assert [one["code"] for one in refused.value.extra["warnings"]] == ["duplicate-drug"]
    world.prescriptions.replace(world.doctor, ANNA, record["id"], PRESCRIPTION, 1)
    world.prescriptions.revoke(world.doctor, ANNA, record["id"], "error", 2)
    assert issue(world, KEY + "3")


@pytest.mark.requirement("REC-14", "ACC-3")
def test_what_the_consent_does_not_cover_is_said_not_to_be_checked(world: World) -> None:
    allergic(world)
    narrow = world.staff("narrow")
    world.consent(narrow, sections=("medication",))
    found = world.prescribing_checks.of(narrow, ANNA, [DRUG])
    assert ("not-checked", "allergy") in {(one.code, one.kind) for one in found}
    assert "allergy-same-drug" not in {one.code for one in found}
    [entry] = [entry for entry in world.entries("prescription:check") if entry.actor == narrow]
    assert "allergy" not in str(entry.details["kinds"])


@pytest.mark.requirement("REC-14")
def test_allergies_that_are_over_do_not_count(world: World) -> None:
    allergic(world, clinical_status="resolved")
    allergic(world, "Амоксициллин в пыльце", category="environment")
    assert issue(world)


@pytest.mark.requirement("REC-14")
@pytest.mark.parametrize("known", ["Amoxicillin", "Флемоксин"], ids=["english", "trade-name"])
def test_a_drug_is_known_by_every_name_of_the_code_set(world: World, known: str) -> None:
    allergic(world, known)
    with pytest.raises(PrescribingWarningsError) as refused:
        issue(world)
    assert [one["code"] for one in refused.value.extra["warnings"]] == ["allergy-same-drug"]
    cousin = {**DRUG, "inn": "Амоксициллин + Клавулановая кислота"}
    [alert] = world.prescribing_checks.of(world.doctor, ANNA, [cousin])
    assert (alert.code, alert.severity) == ("allergy-same-drug", "stop")  # the combination holds the very substance
