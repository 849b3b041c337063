"""People without accounts, through the front door: a consent on paper, a claim, a first account (ACT-5, SPC-1)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.identifiers import snils_check_digits
from tests.functional.front import PDF, PDF_TYPE, Front, Person
from tests.functional.story import pump

pytestmark = pytest.mark.xdist_group("story")


class Clinic:
    """A registrar and a doctor of one clinic, two operators of an identity desk."""

    def __init__(self, front: Front) -> None:
        self.front, clinic, centre = front, front.organisation(), front.organisation("МФЦ")
        self.registrar, self.doctor = front.staff("registrar", clinic), front.staff("doctor", clinic)
        self.first, self.second = (front.staff("identity-operator", centre) for _ in range(2))
        self.member = front.ok("GET", "/api/v1/me", token=self.doctor.token)["memberships"][0]["member_id"]

    def ok(self, who: Person | None, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.front.ok(method, "/api/v1" + path, body, token=who.token if who else "", **headers)

    def code(self, who: Person | None, method: str, path: str, body: Any = None) -> str:
        return self.front.call(method, "/api/v1" + path, body, token=who.token if who else "").code

    def registered(self, n: int, **changes: str) -> dict[str, str]:
        nine = f"3377001{n:02d}"
        form = {
            "last_name": f"Бумагина{'абвгд'[n]}",
            "first_name": "Лада",
            "birth_date": f"1951-0{1 + n}-11",
            "sex": "female",
            "snils": nine + snils_check_digits(nine),
            "passport_series": "4477",
            "passport_number": f"7700{n:02d}",
            "phone": f"+79037700{n:03d}",
            **changes,
        }
        body = {**form, "consent_text_version": "2026-11", "consent_given": True}
        made = self.ok(self.registrar, "POST", "/patients", body, Idempotency_Key=self.front.key())
        return {**form, "id": made["patient_id"]}

    def scan(self, patient: dict[str, str]) -> str:
        path = f"/api/v1/patients/{patient['id']}/uploads"
        reply = self.front.call("POST", path, raw=PDF, token=self.registrar.token, Content_Type=PDF_TYPE)
        assert reply.status == 201, reply.raw
        pump()
        (shown,) = self.ok(self.registrar, "GET", path.removeprefix("/api/v1"))["items"]
        assert (shown["upload_id"], shown["state"]) == (reply.body["upload_id"], "clean")
        return str(shown["upload_id"])


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


@pytest.mark.requirement("ACC-1", "ACC-2", "ACT-5", "ID-7")
def test_a_consent_on_paper_outlives_the_claim_and_is_revoked(clinic: Clinic) -> None:
    patient = clinic.registered(1)
    text = clinic.ok(None, "GET", "/texts/access-consent")
    body = {"member_id": clinic.member, "level": "full", "scans": [clinic.scan(patient)]}
    body |= {"consent_text_version": text["version"], "consent_text_sha256": text["texts"][0]["sha256"]}
    visits, path = f"/patients/{patient['id']}/visits", f"/patients/{patient['id']}/paper-consents"
    assert clinic.code(clinic.doctor, "GET", visits) == "consent-required"
    assert clinic.code(clinic.doctor, "POST", path, body) == "access-denied"
    assert clinic.code(clinic.registrar, "POST", path, {**body, "level": "all"}) == "invalid-fields"
    assert clinic.ok(clinic.registrar, "POST", path, body)["on_paper"] is True
    clinic.ok(clinic.doctor, "GET", visits)
    pump()

    person = clinic.front.register(**{name: value for name, value in patient.items() if name != "id"})
    assert person.id == patient["id"]
    clinic.front.sign_in(person)
    assert clinic.code(clinic.registrar, "POST", path, body) == "wrong-state"
    assert clinic.ok(person, "GET", "/me")["level"] == 1
    for closed in (visits, "/me/consents", "/me/journal", "/me/policy"):
        assert clinic.code(person, "GET", closed) == "assurance-level"
    papers = {name: patient[name] for name in ("snils", "passport_series", "passport_number", "birth_date")}
    found = clinic.ok(clinic.first, "POST", "/desk/look-ups", papers)
    clinic.ok(clinic.first, "POST", "/desk/confirmations", {"look_up_id": found["look_up_id"]})
    (consent,) = clinic.ok(person, "GET", "/me/consents")["items"]
    assert (consent["on_paper"], consent["recorded_by"]) == (True, clinic.registrar.id)
    assert consent["who"]["role"] == "doctor"
    pump()
    told = {notice["event"] for notice in clinic.ok(person, "GET", "/me/notices")["items"]}
    assert told >= {"consent_on_paper", "card_claimed"}
    tag = f'W/"{consent["version"]}"'
    clinic.ok(person, "PUT", f"/me/consents/{clinic.member}", {"state": "revoked"}, If_Match=tag)
    assert clinic.code(clinic.doctor, "GET", visits) == "consent-required"


@pytest.mark.requirement("SPC-1", "ID-8", "ACC-8")
def test_a_child_of_fourteen_gets_an_account_at_the_desk(clinic: Clinic) -> None:
    born = services().clock().date().replace(day=1)
    child = clinic.registered(2, birth_date=born.replace(year=born.year - 14).isoformat())
    names = ("last_name", "first_name", "birth_date", "snils", "passport_series", "passport_number", "phone")
    body = {**{name: child[name] for name in names}, "email": "young@example.org"}
    assert clinic.code(clinic.registrar, "POST", "/desk/first-accounts", body) == "access-denied"
    assert clinic.code(clinic.first, "POST", "/desk/first-accounts", {**body, "first_name": "Вера"}) == "not-found"
    opened = clinic.ok(clinic.first, "POST", "/desk/first-accounts", body)
    assert opened["person_id"] == child["id"]
    place, password = f"/desk/recoveries/{opened['recovery_id']}", "Журавль-в-небе-9"
    clinic.ok(clinic.second, "POST", f"{place}/approval")
    code = clinic.ok(clinic.first, "POST", f"{place}/code")["code"]
    redemption = f"/recoveries/{opened['recovery_id']}"
    handle = clinic.ok(None, "POST", redemption, {"code": code, "password": password})["handle"]
    clinic.ok(None, "POST", f"{redemption}/completion", {"handle": handle, "code": clinic.front.code(child["phone"])})
    begun = clinic.ok(None, "POST", "/sessions", {"login": child["phone"], "password": password})
    clinic.ok(None, "POST", f"/sessions/{begun['challenge_id']}/sms")
    answer = {"factor": "sms", "code": clinic.front.code(child["phone"])}
    token = clinic.ok(None, "POST", f"/sessions/{begun['challenge_id']}/factor", answer)["access_token"]
    person = Person(child["id"], child["phone"], "young@example.org", child["snils"])
    person.token = token
    assert clinic.ok(person, "GET", "/me")["level"] == 3
    clinic.ok(person, "GET", f"/patients/{child['id']}/visits")
    consent = {"organisation_id": "o", "member_id": clinic.member}
    assert clinic.code(person, "POST", "/me/consents", consent) == "access-denied"  # not before 15
