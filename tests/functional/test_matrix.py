"""Endpoint × role over every route. The table is written by hand: a route without an entry fails, and the reverse."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId
from chalicelib.domain.resource_ids import ResourceId, card_resource_id
from chalicelib.handlers.endpoints import ENDPOINTS, Door, Endpoint
from local.scans import PDF
from tests.functional.front import Front, Person
from tests.functional.may import BODIES, MAY
from tests.functional.may.people import CLINICIANS, EVERYBODY, ID, SESSIONS, STAFF

pytestmark = pytest.mark.xdist_group("functional-matrix")


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
        self.people["representative"] = front.represent(front.patient(), self.people["patient"])
        self.pharmacy, _ = front.pharmacy()
        scheduling = ["scheduling.read", "scheduling.write", "system/*.cruds", "hl7.write", "files.write"]
        self.clinical_system, _ = front.partner("clinical-system", clinic, scheduling, "МИС")
        self.share, self.recipient = self._link()

    def _link(self) -> tuple[str, str]:
        """A link of the patient to their visits, and the token of whoever opened it."""
        front, patient = self.front, self.people["patient"]
        form, key = BODIES["ShareForm"], {"Idempotency_Key": front.key()}
        made = front.ok("POST", "/api/v1/me/shares", form, token=front.fresh(patient.token), **key)
        given = {"secret": made["link"].partition("#")[2], "passcode": made["passcode"]}
        path = f"/api/v1/shares/{made['share_id']}/open"
        return made["share_id"], front.ok("POST", path, given)["share_token"]

    def back(self, role: str) -> None:
        """Whoever signed out comes in again."""
        as_patient = role in {"stranger", "representative"}
        self.front.sign_in(self.people[role], "patient" if as_patient else role)
        if role == "representative":
            self.front.represent(self.people[role], self.people["patient"])

    def token(self, role: str) -> str:
        if role == "anonymous":
            return ""
        if role == "recipient":
            return self.recipient
        machines = {"pharmacy": self.pharmacy, "clinical-system": self.clinical_system}
        return self.front.fresh(machines.get(role) or self.people[role].token)


@pytest.fixture(scope="module")
def cast(front: Front, patience: None) -> Cast:
    return Cast(front)


def entries() -> int:
    """How many audit entries there are."""
    return services().audit._writer().number  # what this thread has stored; a scan of the table takes moto too long


def body_of(cast: Cast, entry: Endpoint, role: str) -> Any:
    name = entry.body.rpartition(":")[2]
    if name == "ActAs" and role == "representative":
        return {"role": role, "patient_id": cast.people["patient"].id}
    if name == "ActAs":
        return {"role": "patient" if role in {"stranger", "pharmacy", "clinical-system", "anonymous"} else role}
    return BODIES[name] if name != "TokenRequest" else None


def call(cast: Cast, entry: Endpoint, role: str) -> Any:
    path = entry.path.replace("{patient_id}", cast.people["patient"].id)
    if entry.fhir:
        card = card_resource_id(cast.people["patient"].id)
        path = path.replace("/Patient/{resource_id}", f"/Patient/{card}")
        inside = ResourceId(PersonId(cast.people["patient"].id), "received-results", ID)
        path = path.replace("/{resource_type}/{resource_id}", f"/Observation/{inside}")
        path = path.replace("{resource_type}", "Observation").replace("{version_id}", "1")
    path = path.replace("{share_id}", cast.share if entry.door is Door.SHARE else ID)
    path = path.replace("/records/{kind}", "/records/visit").replace("{collection}", "attached-documents")
    if "/recognitions/" in path:
        path = path.replace("{kind}", "laboratory-result")
    for part in (
        "record_id",
        "anchor_id",
        "request_id",
        "application_id",
        "member_id",
        "notice_id",
        "passkey_id",
        "provider",
        "session_id",
        "client_id",
        "organisation_id",
        "erasure_id",
        "finding_id",
        "month",
        "recovery_id",
        "ticket_id",
        "sign_in_id",
        "case_id",
        "upload_id",
        "export_id",
        "file_id",
        "text_name",
        "grantee_id",
        "emergency_id",
        "person_id",
        "merge_id",
        "source_name",
        "chain_name",
        "order_id",
        "draft_id",
        "recognition_id",
        "list_name",
        "schedule_id",
        "appointment_id",
        "first_day",
        "code_set",
        "thread_id",
        "message_id",
        "code",
        "kind",
        "feed_id",
        "address",
        "conflict_id",
        "period",
        "table",
        "transfer_id",
        "sender_id",
        "resource_id",
        "import_id",
        "doubt_id",
        "entry_id",
        "template_id",
    ):
        path = path.replace("{" + part + "}", ID)
    path = path.replace("{registration_id}", "none").replace("{challenge_id}", "none")
    headers = {"Idempotency_Key": cast.front.key()} if entry.idempotent else {}
    if entry.if_match:
        headers["If_Match"] = 'W/"1"'
    if entry.digest:
        headers |= {"Content_Digest": f"sha-256=:{b64encode(sha256(b'part').digest()).decode()}:"}
    path = path.replace("{number}", "1").replace("{version}", "1")
    if entry.accepts:
        raw = b"part" if entry.digest else PDF
        return cast.front.call(
            entry.method, path, raw=raw, token=cast.token(role), Content_Type=entry.accepts[0], **headers
        )
    body = body_of(cast, entry, role) if entry.body else None
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
        elif role in {"anonymous", "recipient"} or entry.door is Door.SHARE:  # a token of a link is one for it alone
            assert reply.status == 401, where
            assert reply.code == "not-signed-in", where
        elif role == "stranger" and ("{patient_id}" in entry.path or "{resource_id}" in entry.path):
            assert reply.status in {403, 404}, where
            assert entries() > before, where
        else:
            assert reply.status == 403, where
            assert reply.code in {"access-denied", "consent-required"}, where
            assert entries() > before, where
        if entry.operation == "session-sign-out" and role in SESSIONS:
            cast.back(role)
