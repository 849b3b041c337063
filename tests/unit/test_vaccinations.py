"""The plan made of what is recorded; certificates: issued once, read by verifiers, revoked (REC-6, SPC-1, DOC-1)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.domain import health_cards
from chalicelib.domain.access import Level
from chalicelib.domain.identity import PersonId, Role
from chalicelib.domain.vaccination_calendar.vaccines import VACCINES
from chalicelib.errors import (
    AccessDeniedError,
    ConflictError,
    ConsentRequiredError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    NothingToCertifyError,
    OutcomeUnknownError,
    StaleVersionError,
    WrongStateError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from chalicelib.records.bodies.vaccination import Vaccination, VaccinationExemption
from chalicelib.records.vaccination import CERTIFICATE, PLANNED_FROM, VACCINATION
from chalicelib.services.vaccinations.printing import printable
from tests.health_cards import third_party
from tests.vaccination_world import ANNA, VaccinationWorld
from verifier.health_cards import CardFlaw, Trust, cards

pytestmark = pytest.mark.requirement("REC-6")

HEXA = {"diphtheria": "V1", "tetanus": "V1", "pertussis": "V1", "polio": "V1", "hepatitis-b": "V3", "hib": "V1"}


@pytest.fixture
def world() -> VaccinationWorld:
    return VaccinationWorld()


# --- the plan


def test_the_plan_is_made_of_what_is_recorded(world: VaccinationWorld) -> None:
    assert world.course("hepatitis-b")["status"] == "unknown"
    world.given("hepb", "2025-01-31")
    world.given("hepb", "2025-02-28", stage="V2")
    found = world.course("hepatitis-b")
    assert (found["status"], found["given"], found["next"]["stage"]) == ("overdue", 2, "V3")
    record = world.given("dtap-ipv-hepb-hib", "2025-08-01", stages=HEXA)
    assert world.course("hepatitis-b")["status"] == "done"
    assert world.course("polio")["next"]["stage"] == "V2"
    doses = world.plans.plan(world.anna, ANNA, "en", courses={"hib"})["doses"]
    assert (doses[0]["stage"], doses[0]["state"], doses[0]["record"]) == ("V1", "given", record)
    (entry,) = world.entries("vaccination-plan:read")[-1:]
    assert entry.details["kinds"].split() == ["policy", "profile", *sorted(kind.name for kind in PLANNED_FROM)]


def test_what_was_entered_in_error_does_not_count(world: VaccinationWorld) -> None:
    record = world.given("mmr", "2026-01-31", stage="V")
    assert world.course("measles")["given"] == 1
    stored = world.records.read(world.doctor, ANNA, VACCINATION, record)
    wrong = {**stored["body"], "status": "entered-in-error"}
    world.records.amend(world.doctor, ANNA, VACCINATION, record, wrong, 1)
    assert world.course("measles")["given"] == 0


@pytest.mark.requirement("SPC-5")
def test_a_copy_out_of_a_merge_is_no_second_vaccination(world: VaccinationWorld) -> None:
    first = world.given("bcg", "2025-02-03", stage="V")
    copy = world.given("bcg", "2025-02-03", stage="V")
    place = keys.record(ANNA, VACCINATION.name, copy)
    world.tables.commit([Update(place, {"duplicate_of": first}, remove=("kd",), expect=None)])
    assert (world.course("tuberculosis")["given"], world.course("tuberculosis")["not_counted"]) == (1, [])
    assert len(world.certificate()["body"]["vaccinations"]) == 1


@pytest.mark.parametrize("until", ["2200-01-01", "9999-12-10", "9999-12-31"])
def test_an_exemption_to_the_end_of_time_is_for_good(world: VaccinationWorld, until: str) -> None:
    world.exempt("2026-01-01", until)
    found = world.course("dtp")
    assert (found["status"], "next" in found, found["exemption"]["until"]) == ("exempt", False, until)


def test_exemptions_and_risk_groups_are_the_newest_said(world: VaccinationWorld) -> None:
    world.factors("2026-01-01", history="complete", groups=["hepatitis-b"])
    assert world.course("measles")["status"] == "overdue"
    world.exempt("2026-02-01", "2026-05-31", diseases=["measles"])
    found = world.course("measles")
    assert (found["status"], found["next"]["due"]) == ("exempt", "2026-06-01")
    assert found["exemption"]["until"] == "2026-05-31"
    assert world.course("hepatitis-b")["next"]["line"] == 1
    world.factors("2026-02-02", history="complete", had=["rubella"])
    assert world.course("rubella")["reason"] == "had-disease"
    plan = world.plans.plan(world.anna, ANNA, "ru", statuses={"exempt"})
    assert [c["course"] for c in plan["courses"]] == ["measles"]
    assert plan["factors"] == {"groups": [], "had": ["rubella"], "history": "complete", "intervals": "order"}


def test_a_plan_costs_four_round_trips_however_much_there_is(world: VaccinationWorld) -> None:
    def calls() -> list[str]:
        """Without those of the fake vault, which looks its key up for every record."""
        world.tables.calls.clear()
        world.course("dtp")
        return [call for call in world.tables.calls if call != "get"]

    few = calls()
    assert few == ["get_many", "commit", "get_many", "query"]
    for number in range(20):
        world.given("influenza", f"{2005 + number}-10-01" if number < 19 else "2025-10-01", stage="V")
    assert calls() == few


def test_who_reads_the_plan(world: VaccinationWorld) -> None:
    assert world.course("dtp", world.doctor)["name"].startswith("Дифтерия")
    limited = world.staff("nurse", Role.NURSE)
    world.consent(limited, level=Level.LIMITED)
    world.given("mmr", "2026-01-31", stage="V")
    assert world.course("measles", limited)["given"] == 1
    with pytest.raises(ConsentRequiredError):
        world.course("dtp", world.staff("other"))
    with pytest.raises(AccessDeniedError):
        world.course("dtp", world.staff("registrar", Role.REGISTRAR))
    with pytest.raises(NotFoundError):
        world.course("dtp", world.patient(PersonId("boris")))


# --- what is recorded

BODY = {
    "occurred_at": "2026-01-31T09:00:00+03:00",
    "vaccine": "mmr",
    "targets": [{"disease": "measles", "stage": "V"}],
    "lot": "1",
    "organisation": "П",
}


@pytest.mark.parametrize("missing", ["occurred_at", "vaccine", "targets", "lot", "organisation"])
def test_what_is_mandatory_is_asked_for_by_name(missing: str) -> None:
    body = {name: value for name, value in BODY.items() if name != missing}
    with pytest.raises(ValidationError) as refused:
        Vaccination.model_validate(body)
    assert [e["loc"] for e in refused.value.errors()] == [(missing,)]


@pytest.mark.parametrize(
    "changes",
    [
        {"vaccine": "snake-oil"},
        {"targets": [{"disease": "polio", "stage": "V1"}]},
        {"targets": [{"disease": "measles", "stage": "V"}] * 2},
        {"targets": [{"disease": "measles", "stage": "X1"}]},
        {"lot": "л" * 21},
        {"expires_on": "2026-01-30"},
        {"amount": "0"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_what_is_no_vaccination(changes: dict) -> None:
    assert Vaccination.model_validate(BODY)
    with pytest.raises(ValidationError):
        Vaccination.model_validate({**BODY, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"permanent": True},
        {"until": None},
        {"until": "2026-01-01"},
        {"reason": None},
    ],
    ids=str,
)
def test_what_is_no_exemption(changes: dict) -> None:
    right = {
        "occurred_at": "2026-01-31T09:00:00+03:00",
        "kind": "medical",
        "since": "2026-01-31",
        "until": "2026-02-28",
        "reason": {"code": "J20.9", "text": "Острый бронхит"},
        "doctor_name": "Петров",
    }
    assert VaccinationExemption.model_validate(right)
    with pytest.raises(ValidationError):
        VaccinationExemption.model_validate({**right, **changes})


# --- certificates


def trust(world: VaccinationWorld) -> Trust:
    found = world.certificates.published()
    kids = [key["kid"] for key in found["keys"] if "crlVersion" in key]
    return Trust(world.certificates.issuer, found, {kid: world.certificates.revocations(kid) for kid in kids})


def checked(world: VaccinationWorld, made: dict[str, Any]) -> Any:
    (card,) = cards(made["body"]["qr"].encode(), trust(world), world.clock().timestamp())
    return card


def test_a_certificate_is_verified_by_two_verifiers(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    world.given("mmr", "2026-01-31", stage="V")
    made = world.certificate()
    coded = [(line["vaccine"], line["in_code"]) for line in made["body"]["vaccinations"]]
    assert coded == [("mmr", True), ("hepb", True)]
    card = checked(world, made)
    patient, *given = [entry["resource"] for entry in card.bundle["entry"]]
    assert patient == {
        "resourceType": "Patient",
        "name": [{"family": "Иванова", "given": ["Анна", "Борисовна"]}],
        "birthDate": "2025-01-31",
    }
    assert [(g["occurrenceDateTime"], g["lotNumber"]) for g in given] == [
        ("2025-01-31", "У-0417"),
        ("2026-01-31", "У-0417"),
    ]
    assert given[1]["vaccineCode"] == {"coding": [{"system": health_cards.CVX, "code": "03"}]}
    file = json.dumps(world.certificates.file(world.anna, ANNA, made["id"]))
    for form in ({"qr": made["body"]["qr"]}, {"file": file}):
        answer = third_party(world.certificates.issuer, world.certificates.published(), **form)
        assert answer["bundle"] == card.bundle


def test_the_header_and_the_keys_are_what_the_framework_wants(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    jws = health_cards.jws_of(world.certificate()["body"]["qr"])
    from tests.unit.signer_fakes import part

    (key,) = world.certificates.published()["keys"]
    assert json.loads(part(jws, 0)) == {"zip": "DEF", "alg": "ES256", "kid": key["kid"]}
    assert set(key) == {"kty", "crv", "x", "y", "use", "alg", "kid"}
    assert key["kid"] not in {k["kid"] for k in world.signer.published()["keys"]}


def test_a_code_holds_the_newest_of_each_kind_as_many_as_fit(world: VaccinationWorld) -> None:
    for number, vaccine in enumerate(sorted(VACCINES)):
        stages = dict.fromkeys(VACCINES[vaccine].diseases, "V")
        world.given(vaccine, f"2025-{number % 12 + 1:02}-{number % 27 + 1:02}", stages=stages, lot=f"L{number:07}X")
    world.given("hepb", "2026-02-20", stage="V2")
    made = world.certificate()
    coded = [line for line in made["body"]["vaccinations"] if line["in_code"]]
    assert coded[0]["on"] == "2026-02-20"
    assert 5 <= len(coded) < len(made["body"]["vaccinations"])
    jws = health_cards.jws_of(made["body"]["qr"])
    assert len(jws) <= health_cards.MAX_JWS
    assert len(checked(world, made).bundle["entry"]) == 1 + len(coded)
    signed = health_cards.claims("https://i", health_cards.Holder("А", ("Б",), "2025-01-31"), [], "r", world.clock())
    assert health_cards.length(signed) == len(world.signer.issue(signed, purpose="health-card"))


def test_the_holder_chooses_what_goes_into_the_code(world: VaccinationWorld) -> None:
    first, second = world.given("hepb", "2025-01-31"), world.given("hepb", "2025-02-28", stage="V2")
    made = world.certificate(vaccinations=[first])
    assert [line["in_code"] for line in made["body"]["vaccinations"]] == [False, True]
    assert len(checked(world, world.certificate(vaccinations=[second, first, first])).bundle["entry"]) == 3
    with pytest.raises(InvalidFieldsError) as error:
        world.certificate(vaccinations=[first, "01890000-0000-7000-8000-000000000000"])
    assert [(f.field, f.code) for f in error.value.fields] == [("/vaccinations/1", "unknown")]
    many = [world.given("influenza", f"2025-10-{n:02}", stage="V", lot=f"{n * 7919:x}") for n in range(1, 26)]
    with pytest.raises(InvalidFieldsError) as error:
        world.certificate(vaccinations=many)
    assert [(f.field, f.code) for f in error.value.fields] == [("/vaccinations", "too-many")]


def test_no_vaccination_before_birth_is_certified(world: VaccinationWorld) -> None:
    unborn = world.given("hepb", "2025-01-30")
    assert world.course("hepatitis-b")["not_counted"] == [
        {"record": unborn, "on": "2025-01-30", "reason": "before-birth", "earliest": "2025-01-31"}
    ]
    with pytest.raises(InvalidFieldsError) as error:
        world.certificate(vaccinations=[unborn])
    assert [(f.field, f.code) for f in error.value.fields] == [("/vaccinations/0", "before-birth")]
    with pytest.raises(NothingToCertifyError):
        world.certificate()
    world.given("hepb", "2025-01-31")
    assert [line["on"] for line in world.certificate()["body"]["vaccinations"]] == ["2025-01-31"]


def test_nothing_is_certified_that_is_not_there(world: VaccinationWorld) -> None:
    with pytest.raises(NothingToCertifyError):
        world.certificate()
    assert not [key for key in world.tables.rows(Store.CARD) if CERTIFICATE.name in key.sk]


def test_only_the_holder_asks_for_one(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    form = {"language": "ru", "vaccinations": None, "names_holder": True}
    with pytest.raises(AccessDeniedError):
        world.certificates.issue(world.doctor, ANNA, form, world.key())
    made = world.certificate()
    for call in (world.certificates.file, lambda *a: world.certificates.revoke(*a, 1)):
        with pytest.raises(AccessDeniedError):
            call(world.doctor, ANNA, made["id"])
    assert b"shc:" not in world.tables.raw_bytes()
    for secret in ("Иванова", "У-0417", "Поликлиника № 1 выдала"):
        assert secret.encode() not in world.tables.raw_bytes()


def test_one_key_makes_one_certificate(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    first = world.certificate("k" * 20)
    again, repeated = world.certificates.issue(
        world.anna, ANNA, {"language": "ru", "vaccinations": None, "names_holder": True}, "k" * 20
    )
    assert (again["id"], again["body"], repeated) == (first["id"], first["body"], True)
    with pytest.raises(IdempotencyKeyReusedError):
        world.certificate("k" * 20, language="en")


# --- revocation


def test_a_revoked_certificate_is_refused_by_who_looks_at_the_list(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    first, second = world.certificate(), world.certificate()
    kid = health_cards.kid_of(health_cards.jws_of(first["body"]["qr"]))
    with pytest.raises(NotFoundError):
        world.certificates.revocations(kid)
    with pytest.raises(StaleVersionError):
        world.certificates.revoke(world.anna, ANNA, first["id"], 2)
    assert world.certificates.revoke(world.anna, ANNA, first["id"], 1)["status"]["state"] == "revoked"
    listed = world.certificates.revocations(kid)
    assert (listed["ctr"], len(listed["rids"]), listed["method"]) == (1, 1, "rid")
    assert world.certificates.published()["keys"][0]["crlVersion"] == 1
    with pytest.raises(CardFlaw, match="revoked"):
        checked(world, first)
    assert checked(world, second)
    for call in (world.certificates.file, lambda *a: world.certificates.revoke(*a, 1)):
        with pytest.raises(WrongStateError):
            call(world.anna, ANNA, first["id"])
    published, crls = world.certificates.published(), [listed]
    answer = third_party(world.certificates.issuer, published, qr=first["body"]["qr"], crls=crls)
    assert "refused" in answer


def test_a_revocation_whose_answer_was_lost_is_whole_or_not_there(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    made = world.certificate()
    world.tables.lose_reply_next()
    with pytest.raises(OutcomeUnknownError):
        world.certificates.revoke(world.anna, ANNA, made["id"], 1)
    with pytest.raises(WrongStateError):
        world.certificates.revoke(world.anna, ANNA, made["id"], 1)
    kid = health_cards.kid_of(health_cards.jws_of(made["body"]["qr"]))
    assert world.certificates.revocations(kid)["ctr"] == 1


# --- the print


@pytest.mark.requirement("DOC-1")
def test_a_certificate_is_printed_once_and_by_a_repeat_not_again(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    made = world.certificate()
    world.pump()
    place = keys.document(ANNA, CERTIFICATE.name, made["id"], 1)
    first = world.row(place)
    assert world.pump() == 0
    assert world.row(place) == first
    pdf = world.documents.download(world.anna, ANNA, CERTIFICATE, made["id"])
    assert "Сертификат о профилактических прививках".encode() in pdf
    assert world.entries("vaccination-certificate:print")


@pytest.mark.parametrize(
    ("language", "title", "day"), [("ru", "Сертификат", "31.01.2025"), ("en", "Certificate", "2025-01-31")]
)
def test_the_print_is_in_the_language_that_was_asked_for(
    world: VaccinationWorld, language: str, title: str, day: str
) -> None:
    world.given("hepb", "2025-01-31")
    made = world.certificate(language=language)
    profile = {"last_name": "Иванова", "first_name": "Анна", "birth_date": "2025-01-31"}
    content = printable(made["body"], profile, made["id"], world.moment(), world.certificates.issuer)
    assert content["title"].startswith(title)
    table = content["sections"][0]["table"]
    assert table["rows"][0][0] == day
    assert table["rows"][0][3:5] == ["У-0417", "Поликлиника № 1"]
    assert content["qr"]["level"] == "L"
    assert world.certificates.issuer in content["sections"][1]["text"]


def test_a_conflict_with_somebody_else_is_told_as_one(world: VaccinationWorld) -> None:
    world.given("hepb", "2025-01-31")
    made = world.certificate()
    world.tables.fail_next_commit(error=ConflictError(index=2))
    with pytest.raises(ConflictError):
        world.certificates.revoke(world.anna, ANNA, made["id"], 1)
    assert world.certificates.revoke(world.anna, ANNA, made["id"], 1)
