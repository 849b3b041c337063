"""Signed documents, their stamp and their verification; signatures of uploads (DOC-1, DOC-2, DOC-3, RX-1, RX-4, RX-6).

    python docs/journeys/signed_documents.py [http://localhost:8000]

A new organisation asks for a certificate, as does its doctor; the certification centre is made here. What is shown: a
document without certificates says so; a prescription bears its doctor's signature and the organisation's stamp; anybody
verifies the paper by its code; an altered file is found; a revoked prescription withdraws its paper; a signed upload
says who signed it, a wrong signature is marked.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from base64 import b64decode, b64encode
from typing import Any

from client import Answer, Person, System, now
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7

from local.certification_centre import Centre
from local.demo_signatures import stamp
from local.scans import PDF

DETACHED = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
DRUG = {"form": "таблетки", "strength": "10 мг", "dosage": "по 1 таблетке в день", "packs": 1}


def main() -> None:
    system = System()
    administrator, officer = system.demo("administrator"), system.demo("security-officer")
    system.step("DOC-3: whom certificates are trusted by takes two people")
    centre = trusted(system, administrator, officer)

    system.step("RX-6: an organisation and its doctor, without certificates yet")
    clinic, doctor = hospital(system, administrator)
    patient = system.with_card()
    consent(system, patient, doctor)
    first = prescribed(system, patient, doctor, "Омепразол")
    print(f"signatures: {len(signatures(paper(system, patient, first)))}; the document says that it has none")

    system.step("DOC-3: a key is made by the system, its certificate comes from the centre")
    certify(system, centre, f"/organisations/{clinic}/seal-certificate", administrator)
    system.show(certify(system, centre, "/me/signing-certificate", doctor).body)

    system.step("RX-6: the organisation's stamp is checked, drawn anew, and used")
    place = f"/organisations/{clinic}/stamp"
    system.call(202, "PUT", place, who=administrator, raw=stamp(), content_type="image/png")
    system.show(system.wait(lambda body: body["state"] == "active", place, administrator).body)

    system.step("RX-1, RX-6: a prescription is signed by its doctor; what is downloaded is the signed file")
    record = prescribed(system, patient, doctor, "Лоратадин")
    pdf = paper(system, patient, record)
    (signature,) = signatures(pdf)
    holder = signature.signer_cert.subject.native
    print(f"signed by {holder['surname']} {holder['given_name']}, holds: {holds(signature, centre)}")
    assert holds(signature, centre)
    assert not holds(signatures(pdf + b"\n")[0], centre)

    system.step("DOC-1: anybody verifies the paper by its code, and compares the file; no word about the patient")
    code = code_of(pdf)
    found = system.call(200, "POST", "/documents/verify", {"code": code})
    system.show(found.body)
    assert (found["state"], found["sha256"]) == ("current", hashlib.sha256(pdf).hexdigest())
    assert found["sha256"] != hashlib.sha256(pdf[:-1]).hexdigest()
    for wrong, status in (
        (code[:-2], 422),
        (code[:-8] + "22222222", 422),
        (f"https://elsewhere.example/d/{code.rsplit('/', 1)[1]}", 422),
        (f"{'A' * 22}#22222222", 404),
    ):
        print(system.call(status, "POST", "/documents/verify", {"code": wrong})["code"])

    system.step("RX-4: the doctor revokes it, and the paper says so at once")
    system.sign_in(doctor, "doctor")
    headers = {"If-Match": 'W/"1"'}
    system.call(200, "POST", f"{record}/revocation", {"reason": "error"}, doctor, headers=headers)
    assert system.call(200, "POST", "/documents/verify", {"code": code})["state"] == "withdrawn"

    system.step("DOC-2, DOC-3: a file with a signature; a wrong one is marked, and the file stays")
    uploads(system, centre, patient)

    system.step("DOC-3: a certificate is withdrawn: the seal signs in the doctor's place")
    system.call(204, "DELETE", "/me/signing-certificate", who=system.sign_in(doctor, "doctor"))
    later = prescribed(system, patient, doctor, "Панкреатин")
    print(signatures(paper(system, patient, later))[0].signer_cert.subject.native["organization_name"])


def trusted(system: System, administrator: Person, officer: Person) -> Centre:
    centre = Centre()
    anchor = system.call(201, "POST", "/trust/anchors", {"certificate": centre.certificate}, administrator)
    approval = f"/trust/anchors/{anchor['id']}/approval"
    system.call(200, "POST", approval, who=officer, headers={"If-Match": anchor.etag})
    system.call(201, "POST", "/trust/revocation-lists", {"content": centre.revocation_list()}, administrator)
    return centre


def hospital(system: System, administrator: Person) -> tuple[str, Person]:
    """Id of a new organisation, and its doctor, signed in."""
    form = {"name": "Клиника «Подпись»", "oid": f"1.2.643.5.1.13.13.12.2.77.{system.policy()[4:12].lstrip('0')}"}
    clinic = str(system.call(201, "POST", "/organisations", form, administrator)["organisation_id"])
    doctor = system.register(last_name="Громова", first_name="Вера", middle_name="Ильинична")
    role = {"snils": doctor.snils, "role": "doctor", "department": "therapy", "position": "врач-терапевт"}
    made = system.call(201, "POST", f"/organisations/{clinic}/staff", role, administrator)
    system.sign_in(doctor, "doctor")
    doctor.form["member"] = str(made["member_id"])
    return clinic, doctor


def consent(system: System, patient: Person, doctor: Person) -> None:
    system.call(201, "POST", f"/patients/{patient.id}/consent-requests", {}, doctor)
    given = {"state": "granted", "level": "full"}
    place = f"/me/consents/{doctor.form['member']}"
    system.call(200, "PUT", place, given, patient, headers={"If-Match": 'W/"1"'})


def certify(system: System, centre: Centre, place: str, who: Person) -> Answer:
    asked = system.call(201, "POST", f"{place}/requests", {"algorithm": "ecdsa-p256"}, who)
    return system.call(200, "PUT", place, {"certificate": centre.certified(asked["request"])}, who)


def prescribed(system: System, patient: Person, doctor: Person, inn: str) -> str:
    """The place of a new prescription. Signing wants a fresh second factor."""
    body = {
        "occurred_at": now(),
        "doctor_name": "Громова Вера Ильинична",
        "form": "107-1/у",
        "validity": "60d",
        "drugs": [{**DRUG, "inn": inn}],
    }
    place = f"/patients/{patient.id}/prescriptions"
    system.sign_in(doctor, "doctor")
    return f"{place}/{system.call(201, 'POST', place, body, doctor, headers=system.key())['id']}"


def paper(system: System, patient: Person, record: str) -> bytes:
    """The printed document; it is there in a moment."""
    return bytes(system.wait_for(f"{record}/document", patient).body)


def signatures(pdf: bytes) -> list[Any]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    return list(PdfFileReader(io.BytesIO(pdf)).embedded_signatures)


def holds(signature: Any, centre: Centre) -> bool:
    """Right, over the whole file, and nothing after it: what every verifier has to ask."""
    from asn1crypto.x509 import Certificate
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    anchors = [Certificate.load(b64decode(centre.certificate))]
    context = ValidationContext(trust_roots=anchors, allow_fetching=False)
    status = asyncio.run(async_validate_pdf_signature(signature, context))
    whole = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    return bool(status.bottom_line and whole and status.modification_level == ModificationLevel.NONE)


def code_of(pdf: bytes) -> str:
    """What a camera reads of the page: the code that leads to ``/d/``."""
    from tests.functional.paper import scanned

    return next(text for text in scanned(pdf) if "/d/" in text)


def uploads(system: System, centre: Centre, patient: Person) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Лаборатория «Анализ»")])
    asked = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    request = b64encode(asked.public_bytes(serialization.Encoding.DER)).decode()
    certificate = x509.load_der_x509_certificate(b64decode(centre.certified(request)))
    place = f"/me/uploads/{system.scan(patient)}/signature"
    for data, state in ((b"another file", "wrong"), (PDF, "valid")):
        made = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificate, key, hashes.SHA256())
        cms = b64encode(made.sign(serialization.Encoding.DER, DETACHED)).decode()
        system.call(202, "PUT", place, {"cms": cms}, patient)
        found = system.wait(lambda body: body["state"] != "waiting", place, patient)
        system.show(found.body)
        assert found["state"] == state


if __name__ == "__main__":
    main()
