"""Endpoint × role over every route. The table is written by hand: a route without an entry fails, and the reverse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.handlers.http import ENDPOINTS, Endpoint
from tests.functional.front import Front, Person
from tests.world import PRESCRIPTION, PROTOCOL

pytestmark = pytest.mark.xdist_group("functional-matrix")

HUMANS = {"patient", "doctor", "nurse", "registrar", "administrator", "security-officer", "identity-operator"}
STAFF = sorted(HUMANS - {"patient"})
CLINICIANS = {"doctor", "nurse"}
READERS = CLINICIANS | {"patient"}
EVERYBODY = HUMANS | {"pharmacy", "stranger", "anonymous"}
PEOPLE = HUMANS | {"stranger"}  # a stranger is a patient too, with another card

MAY: dict[str, set[str]] = {
    "health": EVERYBODY,
    "jwks": EVERYBODY,
    "openapi": EVERYBODY,
    "audit-policy": EVERYBODY,
    "registration-create": EVERYBODY,
    "registration-send-codes": EVERYBODY,
    "registration-confirm": EVERYBODY,
    "session-create": EVERYBODY,
    "session-send-code": EVERYBODY,
    "session-factor": EVERYBODY,
    "session-refresh": EVERYBODY,
    "partner-token": EVERYBODY,
    "prescription-status": EVERYBODY,
    "session-sign-out": PEOPLE,
    "session-list": PEOPLE,
    "session-end-others": PEOPLE,
    "session-end": PEOPLE,
    "step-up-send-code": PEOPLE,
    "step-up": PEOPLE,
    "session-role": PEOPLE,
    "profile-read": PEOPLE,
    "profile-change": PEOPLE,
    "totp-begin": PEOPLE,
    "totp-confirm": PEOPLE,
    "notice-list": PEOPLE,
    "notice-read": PEOPLE,
    "card-state": {"patient", "stranger"},
    "card-apply": {"patient", "stranger"},
    "erasure-propose": {"administrator"},
    "erasure-list": {"administrator", "security-officer"},
    "erasure-read": {"administrator", "security-officer"},
    "erasure-download": {"administrator", "security-officer"},
    "erasure-decide": {"security-officer"},
    "erasure-withdraw": {"administrator"},
    "erasure-withdraw-own": {"patient", "stranger"},
    "consent-list": {"patient", "stranger"},
    "consent-journal": {"patient", "stranger"},
    "consent-answer": {"patient", "stranger"},
    "journal-read": {"patient", "stranger"},
    "journal-fhir": {"patient", "stranger"},
    "journal-request": {"patient", "stranger"},
    "journal-download": {"patient", "stranger"},
    "audit-search": {"security-officer"},
    "audit-check-card": {"security-officer"},
    "finding-list": {"security-officer"},
    "finding-read": {"security-officer"},
    "finding-resolve": {"security-officer"},
    "access-report-read": {"security-officer"},
    "audit-checkpoint": {"security-officer"},
    "application-list": {"registrar"},
    "application-read": {"registrar"},
    "application-decide": {"registrar"},
    "patient-look-up": CLINICIANS | {"registrar"},
    "consent-request": CLINICIANS,
    "consent-my-patients": CLINICIANS,
    "organisation-create": {"administrator"},
    "organisation-list": {"administrator"},
    "staff-add": {"administrator"},
    "staff-list": {"administrator"},
    "staff-remove": {"administrator"},
    "partner-register": {"administrator"},
    "partner-list": {"administrator"},
    "partner-revoke": {"administrator"},
    "overview-read": READERS,
    "prescription-create": {"doctor"},
    "prescription-replace": {"doctor"},
    "prescription-revoke": {"doctor"},
    "prescription-verify": {"pharmacy"},
    "prescription-dispense": {"pharmacy"},
    "prescription-list": READERS,
    "prescription-read": READERS,
    "prescription-history": READERS,
    "prescription-download": READERS,
    "visit-list": READERS,
    "visit-read": READERS,
    "visit-history": READERS,
    "visit-download": READERS,
    "visit-create": {"doctor"},
    "visit-amend": {"doctor"},
    "examination-protocol-list": READERS,
    "examination-protocol-read": READERS,
    "examination-protocol-history": READERS,
    "examination-protocol-download": READERS,
    "examination-protocol-create": {"doctor"},
    "examination-protocol-amend": {"doctor"},
    "laboratory-result-list": READERS,
    "laboratory-result-read": READERS,
    "laboratory-result-history": READERS,
    "laboratory-result-download": READERS,
    "laboratory-result-create": CLINICIANS,
    "laboratory-result-amend": CLINICIANS,
    "allergy-list": READERS,
    "allergy-read": READERS,
    "allergy-history": READERS,
    "allergy-create": READERS,
    "allergy-amend": READERS,
    "vital-sign-list": READERS,
    "vital-sign-read": READERS,
    "vital-sign-history": READERS,
    "vital-sign-create": READERS,
    "vital-sign-amend": READERS,
}

AT = (datetime.now(UTC) - timedelta(days=1)).isoformat()
ID = "01890000-0000-7000-8000-000000000000"
BODIES: dict[str, Any] = {
    "Application": {"oms_policy": "7800080000123454", "consent_text_version": "2026-11", "consent_given": True},
    "Decision": {"approve": False, "reason": "other"},
    "LookUp": {"snils": "112-233-445 95"},
    "ErasureProposal": {"patient_id": ID, "basis": "court-order", "reference": "2-17/2026"},
    "ErasureDecision": {"approve": True},
    "ConsentRequest": {},
    "ConsentAnswer": {"state": "granted"},
    "Wishes": {"language": "ru"},
    "TotpCode": {"code": "000000"},
    "Partner": {"name": "x", "role": "pharmacy", "organisation_id": "none", "jwks": {"keys": [{"kty": "EC"}]}},
    "Prescription": {**PRESCRIPTION, "occurred_at": AT},
    "Revocation": {"reason": "error"},
    "Code": {"code": "a" * 22},
    "Dispensing": {"code": "a" * 22, "packs": 1, "pharmacist": {"name": "Сидорова"}},
    "Visit": {"occurred_at": AT, "doctor_name": "Петров", "reason": "Осмотр"},
    "ExaminationProtocol": {**PROTOCOL, "occurred_at": AT},
    "LaboratoryResult": {
        "occurred_at": AT,
        "laboratory": "КДЛ",
        "category": "blood",
        "panel": "ОАК",
        "values": [{"name": "СОЭ", "value": "5", "unit": "mm/h"}],
    },
    "Allergy": {"occurred_at": AT, "substance": "Пыльца", "category": "environment"},
    "VitalSign": {"occurred_at": AT, "code": "pulse", "value": "70", "unit": "/min"},
    "JournalOrder": {"nonce": "n" * 16},
    "AuditSearch": {},
    "CardCheck": {"patient_id": ID},
    "Resolution": {"outcome": "explained"},
    "Registration": {"last_name": "x"},
    "Confirmation": {"phone_code": "000000", "email_code": "000000"},
    "SignIn": {"login": "nobody@example.org", "password": "x"},
    "SecondFactor": {"factor": "sms", "code": "000000"},
    "Refresh": {"refresh_token": "x" * 40},
    "StepUp": {"factor": "totp", "code": "000000"},
    "Organisation": {"name": "Клиника", "oid": "1.2.3"},
    "Member": {"snils": "112-233-445 95", "role": "nurse", "department": "therapy"},
}


class Cast:
    """One caller a role, with their tokens; the doctor and the nurse have the patient's consent."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.people: dict[str, Person] = {"patient": front.patient(), "stranger": front.patient()}
        clinic = front.organisation()
        for role in STAFF:
            self.people[role] = front.administrator() if role == "administrator" else front.staff(role, clinic)
        for role in CLINICIANS:
            front.consent(self.people["patient"], self.people[role])
        self.pharmacy, _ = front.pharmacy()

    def token(self, role: str) -> str:
        if role == "anonymous":
            return ""
        return self.pharmacy if role == "pharmacy" else self.people[role].token


@pytest.fixture(scope="module")
def cast(front: Front) -> Cast:
    return Cast(front)


def entries() -> int:
    """How many audit entries there are."""
    return services().audit._writer().number  # what this thread has stored; a scan of the table takes moto too long


def body_of(entry: Endpoint, role: str) -> Any:
    name = entry.body.rpartition(":")[2]
    if name == "ActAs":
        return {"role": "patient" if role in {"stranger", "pharmacy", "anonymous"} else role}
    return BODIES[name] if name != "TokenRequest" else None


def call(cast: Cast, entry: Endpoint, role: str) -> Any:
    path = entry.path.replace("{patient_id}", cast.people["patient"].id)
    for part in (
        "record_id",
        "request_id",
        "application_id",
        "member_id",
        "notice_id",
        "session_id",
        "client_id",
        "organisation_id",
        "erasure_id",
        "finding_id",
        "month",
    ):
        path = path.replace("{" + part + "}", ID)
    path = path.replace("{registration_id}", "none").replace("{challenge_id}", "none")
    headers = {"Idempotency_Key": cast.front.key()} if entry.idempotent else {}
    if entry.if_match:
        headers["If_Match"] = 'W/"1"'
    body = body_of(entry, role) if entry.body else None
    return cast.front.call(entry.method, path, body, token=cast.token(role), **headers)


def test_the_table_and_the_routes_are_the_same(front: Front) -> None:
    assert {entry.operation for entry in ENDPOINTS} == set(MAY)
    assert len(ENDPOINTS) == len(MAY)


@pytest.mark.requirement("ACC-5", "ACC-6", "ID-12", "SEC-2", "AUD-1", "PRT-1")
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_every_route_for(role: str, cast: Cast) -> None:
    for entry in ENDPOINTS:
        before = entries()
        reply = call(cast, entry, role)
        where = (entry.operation, role, reply.status, reply.raw[:300])
        assert reply.status < 500, where
        if role in MAY[entry.operation]:
            assert reply.code not in {"access-denied", "consent-required", "not-signed-in", "step-up-required"}, where
        elif role == "anonymous":
            assert reply.status == 401, where
            assert reply.code == "not-signed-in", where
        elif role == "stranger" and "{patient_id}" in entry.path:
            assert reply.status in {403, 404}, where
            assert entries() > before, where
        else:
            assert reply.status == 403, where
            assert reply.code in {"access-denied", "consent-required"}, where
            assert entries() > before, where
        if entry.operation == "session-sign-out" and role in PEOPLE:
            cast.front.sign_in(cast.people[role], "patient" if role == "stranger" else role)
