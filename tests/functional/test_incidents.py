"""What went wrong elsewhere, as tests: Estonian pharmacies 2020, the German ePA 2024, parents' access in the NHS.

The incidents and what follows from each stand in the reference on peers, section 4; every test is one of its lines.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain import limits
from chalicelib.domain.assurance import Channel, evidence
from chalicelib.domain.identity import Role
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Right
from chalicelib.handlers.endpoints import ENDPOINTS, Door
from chalicelib.ports import keys
from chalicelib.ports.tables import Update
from tests.functional.events import deliver_audit
from tests.functional.front import Front, Person
from tests.functional.story import DRUG, ONE_PACK, PRESCRIPTION, pump, sms_to

pytestmark = [pytest.mark.xdist_group("functional-incidents"), pytest.mark.usefixtures("patience")]

ID = "01890000-0000-7000-8000-000000000000"
WORDS = "Доставлена бригадой без сознания"


class Town:
    """A girl with a card, her mother, a doctor who has consent and one who has none, a security officer, a pharmacy.

    ``mother`` is in a session for her daughter, ``herself`` is she in a session of her own.
    """

    def __init__(self, front: Front) -> None:
        self.front = front
        born = datetime.now(UTC).date().replace(month=1, day=1)
        self.girl = front.patient(birth_date=born.replace(year=born.year - 16).isoformat())
        self.mother, self.clinic = front.sign_in(front.register()), front.organisation()
        shown = evidence(Channel.REGISTRAR, services().clock())
        services().tables.commit([Update(keys.profile(self.mother.id), shown)])
        self.herself = front.sign_in(replace(self.mother, extra={}))
        self.doctor = front.staff("doctor", self.clinic)
        self.stranger = front.staff("doctor", self.clinic)
        self.officer = front.staff("security-officer", self.clinic)
        front.consent(self.girl, self.doctor)
        self.pharmacy, self.client = front.pharmacy()
        self.base = f"/api/v1/patients/{self.girl.id}"
        self.prescriptions = [
            self.write("prescriptions", {**PRESCRIPTION, "drugs": [{**DRUG, "inn": inn, "atc": None}]}) for inn in "АБ"
        ]
        self.visit()
        front.represent(self.mother, self.girl)
        pump()

    def write(self, collection: str, body: dict[str, Any]) -> str:
        path = f"{self.base}/{collection}"
        made = self.front.ok("POST", path, body, token=self.doctor.token, Idempotency_Key=self.front.key())
        return str(made["id"])

    def visit(self) -> str:
        body = {"occurred_at": PRESCRIPTION["occurred_at"], "doctor_name": "Петров", "reason": "Осмотр"}
        return self.write("visits", {**body, "diagnoses": [{"code": "J45.0", "text": "Бронхиальная астма"}]})

    def code(self, prescription: str) -> str:
        path = f"{self.base}/prescriptions/{prescription}"
        return str(self.front.ok("GET", path, token=self.girl.token)["body"]["qr"])

    def inbox(self, person: Person) -> list[str]:
        pump()
        items = self.front.ok("GET", "/api/v1/me/notices", token=person.token)["items"]
        return [notice["event"] for notice in items]

    def becomes(self, **changes: Any) -> None:
        """What time, or staff with the papers, make of the representation."""
        services().tables.commit([Update(keys.representation(self.girl.id, self.mother.id), changes)])


@pytest.fixture(scope="module")
def town(front: Front, patience: None) -> Town:
    return Town(front)


@pytest.fixture
def mother(town: Town) -> Person:
    """In her daughter's name, with everything as the law gives it."""
    until = stamp(services().clock() + timedelta(days=300))
    law = {"state": "active", "kind": "parent", "until": until, "sections": [], "level": "full"}
    town.becomes(**law, rights=sorted(Right))
    return town.mother


# --- Estonia 2020: any personal code showed all open prescriptions


@pytest.mark.requirement("RX-2")
def test_estonia_a_code_opens_that_one_prescription_without_the_diagnosis(town: Town) -> None:
    first, second = town.prescriptions
    seen = town.front.ok("POST", "/api/v1/prescriptions/verify", {"code": town.code(first)}, token=town.pharmacy)
    assert second not in str(seen)
    assert not {"diagnosis", "diagnoses", "patient_id", "conclusion"} & set(seen)
    assert "Бронхиальная" not in str(seen)
    for path in (f"{town.base}/prescriptions", f"{town.base}/prescriptions/{first}", town.base + "/overview"):
        assert town.front.call("GET", path, token=town.pharmacy).status == 403


@pytest.mark.requirement("ACC-6")
def test_estonia_anothers_identifiers_look_like_unknown_ones_and_the_owner_is_told(town: Town) -> None:
    for card in (town.girl.id, ID):
        reply = town.front.call("GET", f"/api/v1/patients/{card}/prescriptions", token=town.herself.token)
        assert (reply.status, reply.code) == (404, "not-found")
    looked = town.front.call("POST", "/api/v1/patients/look-up", {"snils": town.girl.snils}, token=town.herself.token)
    assert (looked.status, looked.code) == (403, "access-denied")
    assert "access_refused" in town.inbox(town.girl)


@pytest.mark.requirement("RX-1", "ACC-1")
def test_estonia_a_new_prescription_is_open_to_nobody_else(town: Town, mother: Person) -> None:
    path = f"{town.base}/prescriptions/{town.prescriptions[0]}"
    for who in (town.girl.token, mother.token, town.doctor.token):
        assert town.front.call("GET", path, token=who).status == 200
    for who in (town.stranger.token, town.pharmacy, town.officer.token, town.front.administrator().token):
        assert town.front.call("GET", path, token=who).status == 403


@pytest.mark.requirement("ACC-8")
def test_estonia_a_tick_is_no_proof_of_acting_for_somebody(town: Town) -> None:
    code = town.code(town.prescriptions[1])
    claim = {"code": code, **ONE_PACK, "pharmacist": {"name": "Сидорова Анна"}, "collects_for_another": True}
    sent = {"If_Match": 'W/"1"', "Idempotency_Key": town.front.key()}
    reply = town.front.call("POST", "/api/v1/prescriptions/dispense", claim, token=town.pharmacy, **sent)
    assert (reply.status, reply.code) == (422, "invalid-fields")
    for ward in (town.girl.id, ID, ""):
        role = {"role": "representative", "patient_id": ward}
        reply = town.front.call("POST", "/api/v1/me/role", role, token=town.doctor.token)
        assert (reply.status, reply.code) == (403, "access-denied")


@pytest.mark.requirement("AUD-1", "AUD-3", "ACC-8")
def test_estonia_the_log_names_the_human_the_role_and_for_whom(town: Town, mother: Person) -> None:
    town.front.ok("GET", f"{town.base}/prescriptions", token=mother.token)
    deliver_audit()
    lines = town.front.ok("GET", "/api/v1/me/journal?action=prescription:list&limit=5", token=town.girl.token)["items"]
    line = lines[0]
    assert line["on_behalf_of"] == town.girl.id
    assert (line["who"]["id"], line["who"]["role"]) == (town.mother.id, "representative")
    assert line["who"]["name"]
    assert line["reason"] == "representation"


# --- Germany 2024: numbers opened records


@pytest.mark.requirement("ACC-1", "ID-7")
def test_germany_knowing_every_number_opens_nothing(town: Town) -> None:
    found = town.front.ok("POST", "/api/v1/patients/look-up", {"snils": town.girl.snils}, token=town.stranger.token)
    assert found["patient_id"] == town.girl.id
    reply = town.front.call("GET", f"{town.base}/visits", token=town.stranger.token)
    assert (reply.status, reply.code) == (403, "consent-required")


@pytest.mark.requirement("SEC-2", "ACC-1")
def test_germany_every_way_to_a_card_passes_the_gate(town: Town) -> None:
    ways = [entry for entry in ENDPOINTS if entry.door is Door.CARD]
    assert len(ways) > 30
    for entry in ways:
        path = entry.path.replace("{patient_id}", town.girl.id)
        for part in ("record_id", "person_id", "emergency_id"):
            path = path.replace("{" + part + "}", ID)
        if entry.method != "GET" or "{" in path:
            continue
        before = services().audit._writer().number
        reply = town.front.call("GET", path, token=town.stranger.token)
        assert (reply.status, reply.code) in {(403, "consent-required"), (403, "access-denied")}, entry.operation
        assert services().audit._writer().number > before, entry.operation


@pytest.mark.requirement("ID-8")
def test_germany_a_phone_changes_at_the_desk_alone(town: Town) -> None:
    from chalicelib.handlers.bodies import model

    carrying = {
        entry.operation
        for entry in ENDPOINTS
        if entry.body and entry.door is not Door.PUBLIC and "phone" in model(entry.body).model_fields
    }
    # Compared with the profile; a new person at a clinic; a first account, at the desk.
    assert carrying <= {"card-apply", "patient-register", "first-account-open"}
    changed = town.front.call("PATCH", "/api/v1/me", {"phone": "+79990000000"}, token=town.girl.token)
    assert changed.status in {404, 405, 422}


@pytest.mark.requirement("PRT-1")
def test_germany_a_revoked_partner_is_out_with_the_next_request(town: Town) -> None:
    token, client = town.front.pharmacy()
    code = {"code": town.code(town.prescriptions[0])}
    town.front.ok("POST", "/api/v1/prescriptions/verify", code, token=token)
    town.front.ok("DELETE", f"/api/v1/partners/{client}", token=town.front.administrator().token)
    reply = town.front.call("POST", "/api/v1/prescriptions/verify", code, token=token)
    assert reply.status == 401


# --- the NHS: a parent's access, and the birthday


@pytest.mark.requirement("ACC-8", "MSG-2")
def test_nhs_on_the_birthday_everything_of_the_parents_stops(town: Town, mother: Person) -> None:
    assert town.front.call("GET", f"{town.base}/visits", token=mother.token).status == 200
    assert town.front.call("GET", "/api/v1/me/journal", token=mother.token).status == 200
    town.becomes(until=stamp(services().clock() - timedelta(seconds=1)))
    texts = len(sms_to(town.mother.phone))
    for path in (f"{town.base}/visits", f"{town.base}/overview", "/api/v1/me/journal", "/api/v1/me/consents"):
        assert town.front.call("GET", path, token=mother.token).status == 401, path
    again = town.herself
    role = {"role": "representative", "patient_id": town.girl.id}
    assert town.front.call("POST", "/api/v1/me/role", role, token=again.token).status == 403
    assert town.front.ok("GET", "/api/v1/me/wards", token=again.token)["items"] == []
    before = town.inbox(again)
    town.visit()
    assert "new_record" in town.inbox(town.girl)
    assert town.inbox(again) == before
    assert not {"new_record", "consent_requested", "access_refused"} & set(before)
    assert len(sms_to(town.mother.phone)) == texts


@pytest.mark.requirement("ACC-8")
def test_nhs_a_young_person_gives_access_again_with_a_scope_and_takes_it_back(town: Town, mother: Person) -> None:
    town.becomes(until=stamp(services().clock() - timedelta(seconds=1)))
    place = f"/api/v1/me/representatives/{town.mother.id}"
    made = town.front.ok("PUT", place, {"level": "limited", "sections": ["visits"]}, token=town.girl.token)
    acting = mother
    visits = town.front.ok("GET", f"{town.base}/visits", token=acting.token)["items"]
    assert all(visit["summary_only"] for visit in visits)
    assert town.front.call("GET", f"{town.base}/examination-protocols", token=acting.token).status == 403
    assert town.front.call("GET", "/api/v1/me/journal", token=acting.token).status == 403
    version = f'W/"{made["version"]}"'
    town.front.ok("POST", f"{place}/end", token=town.girl.token, If_Match=version)
    assert town.front.call("GET", f"{town.base}/visits", token=acting.token).status == 401


@pytest.mark.requirement("ACC-8", "SPC-2")
def test_nhs_what_a_court_ordered_does_not_end_by_age(town: Town, mother: Person) -> None:
    town.becomes(kind="court", until=stamp(services().clock() + timedelta(days=36500)))
    assert town.front.call("GET", f"{town.base}/visits", token=mother.token).status == 200
    end = f"/api/v1/me/representatives/{town.mother.id}/end"
    reply = town.front.call("POST", end, token=town.girl.token, If_Match='W/"1"')
    assert (reply.status, reply.code) == (409, "wrong-state")


@pytest.mark.requirement("ACC-8")
def test_nhs_a_representative_appoints_nobody_and_touches_no_account(town: Town, mother: Person) -> None:
    reachable = {entry.operation for entry in ENDPOINTS if Role.REPRESENTATIVE in entry.roles and entry.right}
    closed = [e for e in ENDPOINTS if e.path.startswith("/api/v1/me/") and Role.REPRESENTATIVE not in e.roles]
    assert not {op for op in reachable if op.startswith(("representation-", "erasure-", "totp-", "passkey-"))}
    assert {"representation-grant", "representation-end", "profile-read", "erasure-withdraw-own"} <= {
        entry.operation for entry in closed
    } | {"profile-read"}
    place = f"/api/v1/me/representatives/{town.mother.id}"
    for method, path, body in (
        ("PUT", place, {"level": "full"}),
        ("POST", f"{place}/end", None),
        ("GET", "/api/v1/me/representatives", None),
        ("GET", "/api/v1/me", None),
    ):
        reply = town.front.call(method, path, body, token=mother.token, If_Match='W/"1"')
        assert (reply.status, reply.code) == (403, "access-denied"), path


@pytest.mark.requirement("ACC-8")
def test_nhs_a_doctor_ends_a_representation_for_the_childs_safety(town: Town, mother: Person) -> None:
    row = services().tables.get(keys.representation(town.girl.id, town.mother.id))
    place = f"{town.base}/representatives/{town.mother.id}/restriction"
    form = {"reason": "safeguarding", "words": "Ребёнок просит не показывать карту"}
    version = f'W/"{int(row["ver"])}"'
    refused = town.front.call("POST", place, form, token=town.stranger.token, If_Match=version)
    assert refused.status == 403
    town.front.ok("POST", place, form, token=town.doctor.token, If_Match=version)
    assert town.front.call("GET", f"{town.base}/visits", token=mother.token).status == 401
    assert "representation_ended" in town.inbox(town.girl)
    assert "Ребёнок" not in str(town.front.ok("GET", "/api/v1/me/notices", token=town.herself.token))


# --- broken glass, from the doctor to the officer


@pytest.mark.requirement("ACC-7")
def test_broken_glass_is_seen_by_everybody_it_concerns(town: Town) -> None:
    body = {"reason": "unconscious", "words": WORDS}
    opened = town.front.ok("POST", f"{town.base}/emergency-access", body, token=town.stranger.token)
    assert town.front.call("GET", f"{town.base}/visits", token=town.stranger.token).status == 200
    document = f"{town.base}/visits/{ID}/document"
    assert town.front.call("GET", document, token=town.stranger.token, Accept="application/pdf").status == 403
    assert "emergency_opened" in town.inbox(town.girl)
    (shown,) = town.front.ok("GET", "/api/v1/me/emergencies", token=town.girl.token)["items"]
    assert (shown["words"], shown["name"]) == (WORDS, "Петров Пётр Петрович")
    waiting = town.front.ok("GET", "/api/v1/emergencies", token=town.officer.token)["items"]
    assert [item["id"] for item in waiting] == [opened["emergency_id"]]
    place = f"/api/v1/emergencies/{town.girl.id}/{opened['emergency_id']}"
    assert town.front.ok("GET", place, token=town.officer.token)["words"] == WORDS
    said = {"outcome": "unjustified", "words": "Пациентка была в сознании"}
    town.front.ok("POST", f"{place}/decision", said, token=town.officer.token, If_Match='W/"1"')
    assert "emergency_unjustified" in town.inbox(town.girl)
    assert town.front.ok("GET", "/api/v1/emergencies", token=town.officer.token)["items"] == []


# --- at last, for it ends the session


@pytest.mark.requirement("ID-11", "SEC-3")
def test_germany_walking_through_numbers_is_throttled(town: Town) -> None:
    thief, rule = town.stranger, limits.PER_CALLER["patient-look-up"]
    window = str(limits.window_of(rule, services().clock()))
    key = keys.limit(rule.scope, thief.id, window)
    services().tables.commit([Update(key, {"count": rule.limit, "expires": 2**31}, expect=None)])
    asked = ("POST", "/api/v1/patients/look-up", {"snils": town.girl.snils})
    reply = town.front.call(*asked, token=thief.token)
    assert (reply.status, reply.code) == (429, "too-many-requests")
    assert int(reply.headers["retry-after"]) > 0
    assert town.front.call(*asked, token=thief.token).code == "session-blocked"
