"""Special cases through the front door: a family, a new name, a foreign citizen, a suspended card."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.ports.migration import Stay
from tests.functional.front import Front, Person

pytestmark = pytest.mark.xdist_group("functional-special-cases")

MINE = "/api/v1/me/cases"


@pytest.fixture(scope="module")
def member(front: Front) -> Person:
    return front.staff("registrar")


@pytest.fixture
def registrar(front: Front, member: Person) -> Person:
    member.token = front.fresh(member.token)
    return member


@pytest.fixture(scope="module")
def mother(front: Front) -> Person:
    return front.patient()


@pytest.fixture(scope="module")
def father(front: Front) -> Person:
    return front.patient()


def file(front: Front, person: Person, kind: str, form: dict[str, Any], *slots: str) -> str:
    body = {"kind": kind, "form": form, "documents": {slot: [front.scan(person)] for slot in slots}}
    return str(front.ok("POST", MINE, body, token=person.token, Idempotency_Key=front.key())["case_id"])


def decide(front: Front, registrar: Person, person: Person, case_id: str) -> Any:
    path = f"/api/v1/cases/{person.id}/{case_id}"
    shown = front.call("GET", path, token=registrar.token)
    assert shown.status == 200, shown.raw
    decision = {"decision": "approve"}
    front.ok("POST", f"{path}/decision", decision, token=registrar.token, If_Match=shown.headers["etag"])
    front.pump()
    return shown.body["beside"]


def inbox(front: Front, person: Person) -> set[str]:
    return {n["event"] for n in front.ok("GET", "/api/v1/me/notices?limit=50", token=person.token)["items"]}


def newborn(front: Front, **changes: Any) -> dict[str, Any]:
    now = services().clock()
    return {
        "last_name": "Журавлёв",
        "first_name": "Лев",
        "birth_date": now.date().isoformat(),
        "sex": "male",
        "birth_certificate": f"II-АБ № {secrets.randbelow(1_000_000):06d}",
        **changes,
    }


@pytest.mark.requirement("SPC-1", "SPC-2", "ACC-8")
def test_a_newborn_of_two_parents(front: Front, mother: Person, father: Person, registrar: Person) -> None:
    other = {"snils": father.snils, "birth_date": "1987-04-12"}
    case_id = file(front, mother, "newborn", newborn(front, other_parent=other), "birth-certificate")
    (asked,) = front.ok("GET", "/api/v1/me/case-requests", token=father.token)["items"]
    assert asked["told"]["first_name"] == "Лев"
    path = f"/api/v1/me/case-requests/{mother.id}/{case_id}"
    front.ok("POST", path, {"agree": True}, token=father.token)
    assert decide(front, registrar, mother, case_id)["findings"] == []
    for parent in (mother, father):
        (child,) = front.ok("GET", "/api/v1/me/family", token=parent.token)["items"]
        assert (child["person"]["first_name"], child["card"]) == ("Лев", "active")
        assert "newborn_registered" in inbox(front, parent)
    plan = f"/api/v1/patients/{child['patient_id']}/vaccination-plan"
    assert front.call("GET", plan, token=mother.token).status == 404  # not as oneself
    role = {"role": "representative", "patient_id": child["patient_id"]}
    acting = front.ok("POST", "/api/v1/me/role", role, token=father.token)
    doses = front.ok("GET", plan, token=acting["access_token"])["doses"]
    assert {"hepatitis-b-v1", "tuberculosis-v", "polio-r2", "measles-v"} <= {dose["id"] for dose in doses}
    assert doses[0]["name"] == "Гепатит B"


@pytest.mark.requirement("SPC-1")
def test_the_other_parent_is_asked_for_by_the_right_fields(front: Front, mother: Person) -> None:
    for other in ({"snils": mother.snils, "birth_date": "1987-04-12"}, {"snils": "11223344595", "birth_date": "x"}):
        form = newborn(front, other_parent=other)
        body = {"kind": "newborn", "form": form, "documents": {"birth-certificate": [front.scan(mother)]}}
        reply = front.call("POST", MINE, body, token=mother.token, Idempotency_Key=front.key())
        assert reply.status == 422, reply.raw
        assert reply.body["fields"][0]["field"].startswith("/form/other_parent")


@pytest.mark.requirement("SPC-4")
def test_a_new_name(front: Front, mother: Person, registrar: Person) -> None:
    form = {
        "reason": "marriage",
        "last_name": "Синицына",
        "passport_series": "4526",
        "passport_number": f"{secrets.randbelow(1_000_000):06d}",
        "passport_issued_on": "2026-02-20",
        "birth_date": "1987-04-12",
    }
    case_id = file(front, mother, "profile-change", form, "passport")
    assert decide(front, registrar, mother, case_id)["findings"] == []
    assert front.ok("GET", "/api/v1/me", token=mother.token)["profile"]["last_name"] == "Синицына"
    (earlier,) = front.ok("GET", "/api/v1/me/profile-history", token=mother.token)["items"]
    assert earlier["profile"]["last_name"] == "Журавлёва"
    assert "profile_changed" in inbox(front, mother)


class Registry:
    """What the registry would say, at the place of the HTTP client."""

    def check(self, number: str) -> Stay | None:
        from datetime import timedelta

        return Stay(services().clock().date() + timedelta(days=100), "work")


@pytest.mark.requirement("SPC-6", "ID-1")
def test_a_foreign_citizen(front: Front, registrar: Person) -> None:
    papers = {"document_kind": "foreign", "citizenship": "UZ", "foreign_passport": f"FA{secrets.randbelow(10**7):07d}"}
    person = front.sign_in(front.register(**papers, snils=None, passport_series=None, passport_number=None))
    today = services().clock().date().isoformat()
    form = {
        "citizenship": "UZ",
        "foreign_passport": papers["foreign_passport"],
        "migration_card": "46121234567",
        "stay_from": today,
        "stay_until": f"{services().clock().year + 1}-01-01",
    }
    services().cases._t.effects["foreign-citizen"]._registry = Registry()  # type: ignore[attr-defined]
    case_id = file(front, person, "foreign-citizen", form, "migration-card", "passport")
    assert decide(front, registrar, person, case_id)["registry"] == "confirmed"
    assert front.ok("GET", "/api/v1/me/card", token=person.token)["card"] == "active"
    assert front.ok("GET", f"/api/v1/patients/{person.id}/visits", token=person.token)["items"] == []
    overview = front.ok("GET", f"/api/v1/patients/{person.id}/overview", token=person.token)
    assert overview["person"]["last_name"] == "Журавлёва"
    application = front.application(person)
    refused = front.call("POST", "/api/v1/me/card-application", application, token=person.token)
    assert (refused.status, refused.code) == (403, "limited-account")
    other = {"kind": "newborn", "form": newborn(front, single_parent_basis="court-decision"), "documents": {}}
    refused = front.call("POST", MINE, other, token=person.token, Idempotency_Key=front.key())
    assert (refused.status, refused.code) == (403, "limited-account")


@pytest.mark.requirement("SPC-7")
def test_a_suspended_card(front: Front, mother: Person, registrar: Person) -> None:
    path, entries = "/api/v1/me/card/suspension", f"/api/v1/patients/{mother.id}/allergies"
    allergy = {"occurred_at": "2026-03-01T10:00:00+03:00", "substance": "Пыльца", "category": "environment"}
    assert front.ok("PUT", path, {"reason": "Уезжаю"}, token=mother.token)["card"] == "suspended"
    assert front.ok("GET", entries, token=mother.token)["items"] == []
    refused = front.call("POST", entries, allergy, token=mother.token, Idempotency_Key=front.key())
    assert (refused.status, refused.code) == (403, "card-state")
    assert front.call("PUT", path, {"reason": ""}, token=mother.token).code == "wrong-state"
    assert front.ok("DELETE", path, token=mother.token)["card"] == "active"
    front.ok("PUT", path, {"reason": ""}, token=mother.token)
    lift = {"reason": "заявление № 7"}
    front.ok("POST", f"/api/v1/suspended-cards/{mother.id}/lift", lift, token=registrar.token)
    lines = front.ok("GET", "/api/v1/me/card/suspensions", token=mother.token)["items"]
    assert [(line["step"], line["role"]) for line in lines] == [
        ("lift", "registrar"),
        ("suspend", "patient"),
        ("lift", "patient"),
        ("suspend", "patient"),
    ]
    front.pump()
    assert {"card_suspended", "card_resumed"} <= inbox(front, mother)
