"""Documents from the front door: certificates, a signed prescription, its stamp, its code, a signed upload."""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from pypdf import PdfReader

from local.demo_signatures import stamp
from tests import pki
from tests.cases_world import paper
from tests.document_keys import USAGES, holds, judged
from tests.functional.front import Front, Person
from tests.functional.paper import read_text, scanned
from tests.functional.story import PRESCRIPTION

pytestmark = [pytest.mark.xdist_group("functional-signed-documents"), pytest.mark.requirement("DOC-3", "RX-6")]

NOW = datetime.now(UTC)
WHEN: dict[str, Any] = {"since": NOW - timedelta(days=1), "until": NOW + timedelta(days=90)}
SEAL = "/api/v1/organisations/{}/seal-certificate"
OWN = "/api/v1/me/signing-certificate"
DRUG = {"form": "таблетки", "strength": "10 мг", "dosage": "по 1 таблетке в день", "packs": 1}


class Clinic:
    """An organisation and its doctor, both with certificates under an anchor; a patient who gave consent."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.drugs = iter(("Лоратадин", "Омепразол", "Панкреатин", "Ацетилцистеин"))  # one twice would be warned of
        self.administrator, officer = front.administrator(), front.system_officer()
        self.root = pki.root(**WHEN)
        content = {"certificate": b64encode(self.root.der).decode()}
        made = front.call("POST", "/api/v1/trust/anchors", content, token=self.administrator.token)
        place = f"/api/v1/trust/anchors/{made.body['id']}/approval"
        front.ok("POST", place, token=officer.token, If_Match=made.headers["etag"])
        listed = {"content": b64encode(self.root.crl(at=NOW - timedelta(minutes=1))).decode()}
        front.ok("POST", "/api/v1/trust/revocation-lists", listed, token=self.administrator.token)
        self.organisation = front.organisation()
        self.doctor = front.staff("doctor", self.organisation)
        self.patient: Person = front.patient()
        front.consent(self.patient, self.doctor)

    def certify(self, place: str, token: str) -> dict[str, Any]:
        asked = self.front.ok("POST", f"{place}/requests", {}, token=token)
        request = x509.load_der_x509_csr(b64decode(asked["request"]))
        made = self.root.issue(request.subject, request.public_key(), usages=USAGES, extended=None, **WHEN)
        form = {"certificate": b64encode(pki.der(made)).decode()}
        return self.front.ok("PUT", place, form, token=token)

    def prescribed(self) -> tuple[str, str]:
        """Id of a printed prescription, and where it is."""
        place = f"/api/v1/patients/{self.patient.id}/prescriptions"
        token = self.front.fresh(self.doctor.token)
        body = {**PRESCRIPTION, "drugs": [{**DRUG, "inn": next(self.drugs)}]}
        made = self.front.ok("POST", place, body, token=token, Idempotency_Key=self.front.key())
        self.front.pump()
        return made["id"], f"{place}/{made['id']}"

    def paper(self, place: str) -> bytes:
        reply = self.front.call("GET", f"{place}/document", token=self.patient.token, Accept="application/pdf")
        assert reply.status == 200, reply.raw
        return reply.raw

    def verify(self, code: str) -> Any:
        return self.front.call("POST", "/api/v1/documents/verify", {"code": code})


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    return Clinic(front)


def test_without_certificates_a_document_says_that_it_is_not_signed(clinic: Clinic) -> None:
    _, place = clinic.prescribed()
    pdf = clinic.paper(place)
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"].get("/AcroForm") is None
    text = read_text(pdf)
    assert "Без электронной подписи" in text
    assert "12.04.1987" in text  # a birth date as every other date of a Russian document


def test_a_prescription_is_signed_by_the_doctor_and_stamped(clinic: Clinic) -> None:
    front = clinic.front
    administrator = front.fresh(clinic.administrator.token)
    seal = clinic.certify(SEAL.format(clinic.organisation), administrator)
    own = clinic.certify(OWN, front.fresh(clinic.doctor.token))
    assert (seal["state"], own["name"]) == ("active", "Петров Пётр Петрович")
    place = f"/api/v1/organisations/{clinic.organisation}/stamp"
    put = front.call("PUT", place, raw=stamp(), token=administrator, Content_Type="image/png")
    assert put.status == 202, put.raw
    front.pump()
    assert front.ok("GET", place, token=administrator)["state"] == "active"
    _, where = clinic.prescribed()
    pdf = clinic.paper(where)
    (status,) = judged(pdf, clinic.root, NOW)
    assert holds(status)
    assert status.signing_cert.subject.native["surname"] == "Петров"
    text = read_text(pdf)
    assert "ДОКУМЕНТ ПОДПИСАН ЭЛЕКТРОННОЙ ПОДПИСЬЮ" in text
    assert own["serial"] in text
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1


@pytest.mark.requirement("DOC-1", "RX-4")
def test_the_paper_is_verified_by_its_code_by_anybody(clinic: Clinic) -> None:
    record_id, where = clinic.prescribed()
    pdf = clinic.paper(where)
    (code,) = (text for text in scanned(pdf) if "/d/" in text)
    found = clinic.verify(code)
    assert found.status == 200, found.raw
    assert found.body["sha256"] == hashlib.sha256(pdf).hexdigest()
    assert (found.body["state"], found.body["kind"], found.body["signed"]) == ("current", "prescription", True)
    assert not re.search(rf"{clinic.patient.id}|{record_id}|Журавл", found.raw.decode())
    revoked = clinic.front.call(
        "POST",
        f"{where}/revocation",
        {"reason": "error"},
        token=clinic.front.fresh(clinic.doctor.token),
        If_Match='W/"1"',
    )
    assert revoked.status == 200, revoked.raw
    assert clinic.verify(code).body["state"] == "withdrawn"
    assert clinic.verify(code[:-1]).code == "document-code-altered"
    assert clinic.verify(code[:-8] + "22222222").code == "document-code-altered"
    assert clinic.verify(code.replace("/d/", "/d/AAAA", 1)[: len(code)]).code in {
        "document-code-altered",
        "document-unknown",
    }
    assert clinic.verify("https://elsewhere.example" + code[code.index("/d/") :]).code == "document-of-another-system"


def test_certificates_are_refused_with_a_reason_and_withdrawn(clinic: Clinic) -> None:
    front, token = clinic.front, clinic.front.fresh(clinic.doctor.token)
    asked = front.ok("POST", f"{OWN}/requests", {"algorithm": "rsa-2048"}, token=token)
    request = x509.load_der_x509_csr(b64decode(asked["request"]))
    stranger = pki.root("Stranger", **WHEN)
    made = stranger.issue(request.subject, request.public_key(), usages=USAGES, extended=None, **WHEN)
    refused = front.call("PUT", OWN, {"certificate": b64encode(pki.der(made)).decode()}, token=token)
    assert (refused.status, refused.code, refused.body["reason"]) == (401, "certificate-refused", "untrusted")
    other = clinic.root.issue(request.subject, pki.key("x").public_key(), usages=USAGES, extended=None, **WHEN)
    refused = front.call("PUT", OWN, {"certificate": b64encode(pki.der(other)).decode()}, token=token)
    assert (refused.status, refused.code) == (409, "signing-request-missing")
    assert front.call("DELETE", OWN, token=token).status == 204
    shown = front.ok("GET", OWN, token=token)
    assert (shown["state"], shown["requested"]["algorithm"]) == ("withdrawn", "rsa-2048")
    _, where = clinic.prescribed()
    (status,) = judged(clinic.paper(where), clinic.root, NOW)
    assert status.signing_cert.subject.native["organization_name"] == "Поликлиника № 1"


def test_an_upload_with_a_signature(clinic: Clinic) -> None:
    front, token, data = clinic.front, clinic.patient.token, paper()
    said = pki.subject_of("Лаборатория", surname="Орлова", given="Ирина Викторовна")
    key = pki.key("laboratory")
    certificate = clinic.root.issue(said, key.public_key(), usages=USAGES, extended=None, **WHEN)
    upload = front.scan(clinic.patient, data)
    place = f"/api/v1/me/uploads/{upload}/signature"
    for signed, state in ((b"another file", "wrong"), (data, "valid")):
        cms = b64encode(pki.cms(signed, certificate, key)).decode()
        assert front.call("PUT", place, {"cms": cms}, token=token).status == 202
        front.pump()
        assert front.ok("GET", place, token=token)["state"] == state
    assert front.ok("GET", place, token=token)["signer"]["name"] == "Орлова Ирина Викторовна"
    (listed,) = [
        one for one in front.ok("GET", "/api/v1/me/uploads", token=token)["items"] if one["upload_id"] == upload
    ]
    assert listed["signature"] == {"state": "valid", "reason": ""}
    assert front.call("PUT", place, {"cms": "MAA=" * 3_000_000}, token=token).status == 413
