"""A person is erased through the front door; the eraser is called as SQS would."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib import bootstrap
from chalicelib.bootstrap import aws, services
from chalicelib.ports import keys
from chalicelib.ports.tables import Store
from tests.functional import events
from tests.functional.front import Front, Person
from tests.functional.test_schedules import OPEN, today
from tests.world import PROTOCOL

pytestmark = [pytest.mark.requirement("SPC-8"), pytest.mark.xdist_group("functional-erasure")]
ERASURES = "/api/v1/erasures"


@dataclass
class Ward:
    front: Front
    admin: Person
    officer: Person
    doctor: Person

    def patient(self) -> Person:
        """With a consent, a record and its paper."""
        person = self.front.patient()
        self.front.consent(person, self.doctor)
        path, key = f"/api/v1/patients/{person.id}/examination-protocols", self.front.key()
        made = self.front.ok("POST", path, PROTOCOL, token=self.doctor.token, Idempotency_Key=key)
        person.extra["record"] = f"{path}/{made['id']}"
        return person

    def propose(self, person: Person, basis: str = "court-order") -> str:
        body = {"patient_id": person.id, "basis": basis, "reference": "2-17/2026"}
        return str(self.front.ok("POST", ERASURES, body, token=self.admin.token)["erasure_id"])

    def approve(self, erasure_id: str) -> None:
        path = f"{ERASURES}/{erasure_id}/decision"
        self.front.ok("POST", path, {"approve": True}, token=self.officer.token, If_Match='W/"1"')
        self.front.pump()

    def state(self, erasure_id: str) -> str:
        return str(self.front.ok("GET", f"{ERASURES}/{erasure_id}", token=self.officer.token)["state"])

    def rows_of(self, person: Person) -> dict[str, list[str]]:
        """Sort keys of what is the person's in the stores of accounts and keys."""
        tables = services().tables
        places = {"identity": (Store.IDENTITY, keys.person(person.id)), "keys": (Store.KEYS, person.id)}
        return {n: [r["sk"] for r in tables.query(store, pk).items] for n, (store, pk) in places.items()}


@pytest.fixture(scope="module")
def ward(front: Front) -> Ward:
    return Ward(front, front.administrator(), front.staff("security-officer"), front.staff("doctor"))


def new_environment() -> None:
    bootstrap.services.cache_clear()


def test_from_the_proposal_to_the_receipt(ward: Ward) -> None:
    front, anna = ward.front, ward.patient()
    boris = ward.patient()
    front.pump()
    assert front.call("GET", anna.extra["record"], token=ward.doctor.token).status == 200
    erasure_id = ward.propose(anna)
    front.pump()
    notices = front.ok("GET", "/api/v1/me/notices", token=anna.token)["items"]
    assert notices[0]["event"] == "erasure_proposed"
    ward.approve(erasure_id)
    assert ward.state(erasure_id) == "approved"
    new_environment()
    assert events.deliver_erasures() == 1
    assert ward.rows_of(anna) == {"identity": [], "keys": ["active"]}

    receipt = front.call("GET", f"{ERASURES}/{erasure_id}/receipt", token=ward.admin.token)
    assert (receipt.status, receipt.headers["content-type"]) == (200, "application/jose")
    token = receipt.raw.decode()
    published = front.ok("GET", "/.well-known/jwks.json")["keys"]
    [jwk] = [key for key in published if key["kid"] == jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token, jwt.PyJWK.from_dict(jwk).key, algorithms=["ES256"], issuer=services().settings.public_url
    )
    assert (claims["erasure"], claims["patient"], len(claims["tags"]), claims["key_versions"]) == (
        erasure_id,
        anna.id,
        1,
        1,
    )
    assert claims["proposed_by"] != claims["approved_by"]

    for path in (anna.extra["record"], anna.extra["record"] + "/document"):
        reply = front.call("GET", path, token=ward.doctor.token)
        assert (reply.status, reply.code) == (403, "consent-required"), path
    assert front.call("GET", "/api/v1/me", token=anna.token).code == "session-ended"
    signing_in = front.call("POST", "/api/v1/sessions", {"login": anna.phone, "password": "Demo-Card-2026"})
    assert (signing_in.status, signing_in.code) == (401, "credentials-invalid")
    assert front.call("GET", boris.extra["record"], token=ward.doctor.token).status == 200


def test_the_same_snils_registers_again_as_somebody_new(ward: Ward) -> None:
    anna = ward.patient()
    ward.approve(ward.propose(anna))
    assert events.deliver_erasures() == 1
    again = ward.front.register(snils=anna.snils, phone=anna.phone, email=anna.email)
    assert again.id != anna.id
    ward.front.sign_in(again)
    assert ward.front.ok("GET", "/api/v1/me/card", token=again.token)["card"] == "none"


def test_a_message_delivered_again_changes_nothing(ward: Ward) -> None:
    anna = ward.patient()
    erasure_id = ward.propose(anna)
    ward.approve(erasure_id)
    assert events.deliver_erasures() == 1
    before = ward.front.ok("GET", f"{ERASURES}/{erasure_id}", token=ward.officer.token)
    services().erasure_queue.send(erasure_id)
    assert events.deliver_erasures() == 1
    assert ward.front.ok("GET", f"{ERASURES}/{erasure_id}", token=ward.officer.token) == before


def test_what_cannot_be_executed_stays_in_the_queue(ward: Ward) -> None:
    services().erasure_queue.send("unknown")
    assert events.deliver_erasures() == 0
    aws("sqs").purge_queue(QueueUrl=services().settings.erasure_queue)


def test_one_human_in_both_roles_is_refused(ward: Ward) -> None:
    front, anna = ward.front, ward.patient()
    second = front.register()
    for role in ("administrator", "security-officer"):
        body = {"snils": second.snils, "role": role, "department": "system"}
        front.ok("POST", "/api/v1/organisations/system/staff", body, token=ward.admin.token)
    front.sign_in(second, "administrator")
    body = {"patient_id": anna.id, "basis": "court-order", "reference": "1"}
    made = front.ok("POST", ERASURES, body, token=second.token)
    changed = front.ok("POST", "/api/v1/me/role", {"role": "security-officer"}, token=second.token)
    path = f"{ERASURES}/{made['erasure_id']}/decision"
    reply = front.call("POST", path, {"approve": True}, token=changed["access_token"], If_Match='W/"1"')
    assert (reply.status, reply.code) == (403, "access-denied")
    assert ward.state(made["erasure_id"]) == "proposed"


def test_ones_own_request_waits_a_day_and_can_be_taken_back(ward: Ward) -> None:
    front, anna = ward.front, ward.patient()
    erasure_id = ward.propose(anna, "own-request")
    ward.approve(erasure_id)
    assert events.deliver_erasures() == 1  # and sent again, to be held back
    assert ward.state(erasure_id) == "approved"
    assert front.call("GET", anna.extra["record"], token=anna.token).status == 200
    assert front.call("DELETE", "/api/v1/me/erasure", token=anna.token).status == 204
    held = services().clock
    services().clock = lambda: held() + timedelta(days=1)
    assert services().eraser.execute(erasure_id) == "withdrawn"
    new_environment()
    assert front.call("GET", anna.extra["record"], token=anna.token).status == 200


def test_a_decision_needs_a_fresh_factor_and_the_newest_version(ward: Ward) -> None:
    front, anna = ward.front, ward.patient()
    erasure_id = ward.propose(anna)
    path = f"{ERASURES}/{erasure_id}/decision"
    assert front.call("POST", path, {"approve": True}, token=ward.officer.token).code == "version-required"
    stale = front.call("POST", path, {"approve": True}, token=ward.officer.token, If_Match='W/"7"')
    assert (stale.status, stale.body["version"]) == (412, 1)
    assert front.call("DELETE", f"{ERASURES}/{erasure_id}", token=ward.admin.token).status == 204
    for reference in ("Иванова Анна Сергеевна, по личным причинам", "<script>", ""):
        body = {"patient_id": anna.id, "basis": "own-request", "reference": reference}
        assert front.call("POST", ERASURES, body, token=ward.admin.token).code == "invalid-fields"


@pytest.mark.requirement("APT-1", "APT-2")
def test_who_waits_gets_the_visit_of_somebody_erased(ward: Ward) -> None:
    """And whoever has the address of their calendar gets no answer."""
    front, anna, vera = ward.front, ward.front.patient(), ward.front.patient()
    clinic = front.organisation("Поликлиника № 8")
    registrar, doctor = front.staff("registrar", clinic), front.staff("doctor", clinic)

    def made(path: str, body: object, who: Person) -> Any:
        return front.ok("POST", f"/api/v1{path}", body, token=who.token, Idempotency_Key=front.key())

    form = {**OPEN, "member_id": doctor.member, "specialty": "surgery", "referral": False}
    schedule = made("/schedules", form, registrar)["schedule_id"]
    day = today() + timedelta(days=3)
    place = f"/api/v1/schedules/{schedule}"
    slots = front.ok("GET", f"{place}/slots?from={day}&to={day}", token=anna.token)["items"]
    made("/me/appointments", {"schedule_id": schedule, "start": slots[0]["start"]}, anna)
    feed = made("/me/calendars", {"detail": "times", "language": "ru"}, anna)["url"]
    path = feed[feed.index("/api/") :]
    assert front.call("GET", path).status == 200
    front.pump()
    made("/me/waiting-list", {"schedule_id": schedule, "first": str(day), "last": str(day)}, vera)
    visits = f"{place}/appointments?day={day}"
    assert len(front.ok("GET", visits, token=registrar.token)["items"]) == 1
    ward.approve(ward.propose(anna))
    assert events.deliver_erasures() == 1
    front.pump()
    assert front.call("GET", path).status == 404
    assert front.ok("GET", visits, token=registrar.token)["items"] == []
    (entry,) = front.ok("GET", "/api/v1/me/waiting-list", token=vera.token)["items"]
    assert (entry["state"], entry["offer"]["start"]) == ("offered", slots[0]["start"])
    rows = services().tables.query(Store.CARD, keys.schedule_rows(schedule)).items
    assert anna.id not in str(rows)
