"""Each function can do its work under its own policy: the calls of a whole journey against the policies as written."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from json import dumps

import pytest

from chalicelib import bootstrap
from chalicelib.domain.acts import Hours
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from local.clinic_month import Clinic, live, quiet
from local.fhir_source import FhirSource
from local.pharmacies import NAME as CHAIN
from local.scans import PDF, PDF_TYPE
from tests.functional import events, rights
from tests.functional.front import Front, Person
from tests.functional.gathering import BORN, connected
from tests.functional.may import BODIES
from tests.functional.pharmacies import pharmacies
from tests.functional.rights import SERVICES, Watch, allowed
from tests.functional.story import policy
from tests.functional.timers import ring
from tests.functional.waiting import freed, kept
from tests.unit.test_attachments import RESULT
from tests.world import PRESCRIPTION

pytestmark = pytest.mark.xdist_group("functional-rights")

AT = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
SCHEDULED: dict[str, object] = {
    "version": "0",
    "id": "1",
    "account": "1",
    "source": "aws.events",
    "detail-type": "Scheduled Event",
    "time": AT,
    "region": "eu-central-1",
    "resources": [],
    "detail": {},
}
"""What EventBridge sends to a function on a schedule."""
PULSE = {"occurred_at": AT, "code": "pulse", "value": "70", "unit": "/min"}


@pytest.fixture(scope="module")
def watch(front: Front) -> Iterator[Watch]:
    """The calls of: registration to card, consent, record, document, prescription to dispensing, and housekeeping."""
    watch = Watch()
    for service in SERVICES:
        watch.listen(bootstrap.aws(service))
    for service in ("sns", "ses"):  # of the senders, whose calls are repeated by their queues alone
        watch.listen(bootstrap.aws(service, 1))
    new_environment()
    with connected() as clinic, pharmacies():
        journey(front, clinic)
    yield watch
    for service in SERVICES:
        watch.silence(bootstrap.aws(service))
    for service in ("sns", "ses"):
        watch.silence(bootstrap.aws(service, 1))


def new_environment() -> None:
    """Nothing is cached, as each function has environments of its own: the rights to fill the caches are seen too."""
    bootstrap.services.cache_clear()


def journey(front: Front, clinic: FhirSource) -> None:
    from chalicelib.handlers.events import appoint_administrator

    patient, doctor = front.patient(), front.staff("doctor")
    front.awake(patient)
    clinic.people[patient.snils] = BORN
    new_environment()
    appoint_administrator({"snils": doctor.snils}, None)
    front.call("GET", "/.well-known/jwks.json")
    front.consent(patient, doctor)
    base = f"/api/v1/patients/{patient.id}"
    made = front.ok("POST", f"{base}/vital-signs", PULSE, token=doctor.token, Idempotency_Key=front.key())
    place = f"{base}/vital-signs/{made['id']}"
    front.ok("PUT", place, {**PULSE, "value": "71"}, token=doctor.token, If_Match='W/"1"')
    front.ok("GET", f"{base}/vital-signs", token=doctor.token)
    front.ok("GET", f"{place}/history", token=patient.token)
    body = {**PRESCRIPTION, "occurred_at": AT}
    scan = front.call("POST", "/api/v1/me/uploads", raw=PDF, token=patient.token, Content_Type=PDF_TYPE)
    front.ok("POST", "/api/v1/me/tickets", {"text": "Это были не вы?"}, token=patient.token)
    issued = front.ok("POST", f"{base}/prescriptions", body, token=doctor.token, Idempotency_Key=front.key())
    ordered(front, patient, issued["id"])
    new_environment()
    freed(front, patient, front.patient())
    kept(front, patient, doctor)
    new_environment()
    attached(front, patient, doctor)
    while events._stream():
        new_environment()
    while events._queue():
        new_environment()
    words_of_the_mail(patient)
    search(front, patient)
    load(front)
    document = f"{base}/prescriptions/{issued['id']}/document"
    reply = front.call("GET", document, token=patient.token, Accept="application/pdf, */*")
    assert (reply.status, reply.raw[:5]) == (200, b"%PDF-")
    own = f"/api/v1/me/uploads/{scan.body['upload_id']}"
    assert front.call("GET", own, token=patient.token, Accept=PDF_TYPE).raw == PDF
    redriven(patient)
    exported(front, patient)
    front.ok("GET", "/api/v1/me/notices", token=patient.token)
    front.call("POST", "/api/v1/me/card-application", {}, token=patient.token)
    front.ok(
        "DELETE",
        f"/api/v1/organisations/{doctor.extra['organisation']}/staff/{doctor.member}",
        token=front.administrator().token,
    )
    front.call("POST", "/api/v1/sessions/sign-out", token=patient.token)
    for housekeeping in (events.deliver_audit, minute, day, hour):
        new_environment()
        housekeeping()
    read_the_log(front, patient)
    review_the_log(front, patient)
    merge_cards(front)
    erase(front, patient)


def words_of_the_mail(patient: Person) -> None:
    """An e-mail that went out comes back."""
    services = bootstrap.services()
    rows = services.tables.query(Store.CARD, keys.patient(patient.id), keys.DELIVERIES, limit=100).items
    sent = next(row["provider_id"] for row in rows if row["channel"] == "email" and row["state"] == "sent")
    said = {"eventType": "Bounce", "bounce": {"bounceType": "Permanent"}, "mail": {"messageId": sent}}
    url = services.settings.feedback_queue
    bootstrap.aws("sqs").send_message(QueueUrl=url, MessageBody=dumps(said))
    new_environment()
    while events._queue() + events._stream():
        new_environment()


def attached(front: Front, patient: Person, doctor: Person) -> None:
    """A file hangs on a record and is taken; another one is deleted."""
    path, sort = f"/api/v1/patients/{patient.id}/attached-documents", {"Content_Type": PDF_TYPE}
    files = [
        front.call("POST", f"{path}/files", raw=PDF, token=doctor.token, **sort).body["upload_id"] for _ in range(2)
    ]
    while events._stream():
        new_environment()
    body = {**RESULT, "attachments": [{"upload_id": files[0], "title": "УЗИ"}]}
    made = front.ok("POST", path, body, token=doctor.token, Idempotency_Key=front.key())["id"]
    new_environment()
    reply = front.call("GET", f"{path}/{made}/files/{files[0]}", token=patient.token, Accept="*/*")
    assert reply.raw == PDF
    new_environment()
    assert front.call("DELETE", f"{path}/files/{files[1]}", token=doctor.token).status == 204


def redriven(patient: Person) -> None:
    """A reaction that was parked is looked at, run again and, another one, given up."""
    from chalicelib.handlers.events import redrive_parked

    said = {"reaction": "notify_patient", "pk": f"P#{patient.id}", "sk": "CARD", "version": 1, "patient": patient.id}
    for _ in range(2):
        bootstrap.services().parking.park("parked", {**said, "error": "unavailable"})
    new_environment()
    one, _ = redrive_parked({"do": "list"}, None)["parked"]
    gone = {"do": "discard", "ids": [one["id"]], "reason": "superseded"}
    assert redrive_parked(gone, None) == {"discarded": 1}
    new_environment()
    assert redrive_parked({"do": "redrive"}, None) == {"redriven": 1, "left": []}


def exported(front: Front, patient: Person) -> None:
    """An export is made, downloaded and over its time; a large file is checked, another one abandoned."""
    from chalicelib.handlers.events import tidy_files

    order = {"format": "pdf"}
    path = f"/api/v1/patients/{patient.id}/exports"
    made = front.ok("POST", path, order, token=patient.token, Idempotency_Key=front.key())["export_id"]
    whole = [part_of_file(front, patient, number) for number in (1, 2)]
    front.ok("POST", f"/api/v1/me/files/{whole[0]}/completion", token=patient.token)
    while events._stream():
        new_environment()
    for file in (f"/api/v1/me/exports/{made}/file", f"/api/v1/me/files/{whole[0]}/content"):
        reply = front.call("GET", file, token=patient.token, Accept="application/octet-stream")
        assert reply.status == 200, reply.raw
    tables = bootstrap.services().tables
    tables.commit([Update(keys.export(patient.id, made), {"until": "2020", "react": []})])
    due = [{"what": "export", "person": patient.id, "id": made}]
    due += [{"what": "file", "person": patient.id, "id": one} for one in whole]
    tables.commit([Put(keys.queue(keys.FILES, f"2020#{task['id']}"), task) for task in due])
    new_environment()
    assert tidy_files(SCHEDULED, None) == {"looked": 3, "failed": 0}
    new_environment()
    while events._stream():
        new_environment()


def part_of_file(front: Front, patient: Person, number: int) -> str:
    """A large file of one part, which was brought."""
    data = bytes(128) + b"DICM\x02\0\0\0UL\x04\0\x64\0\0\0" + bytes([number])
    digest = sha256(data)
    said = {"type": "application/dicom", "size": len(data), "sha256": digest.hexdigest()}
    made = front.ok("POST", "/api/v1/me/files", said, token=patient.token)["file_id"]
    place, base64 = f"/api/v1/me/files/{made}/parts/1", b64encode(digest.digest()).decode()
    headers = {"Content_Type": "application/octet-stream", "Content_Digest": f"sha-256=:{base64}:"}
    assert front.call("PUT", place, raw=data, token=patient.token, **headers).status == 200
    return str(made)


def search(front: Front, patient: Person) -> None:
    """A search, and the operator's wish for a new index."""
    from chalicelib.handlers.events import reindex_card

    new_environment()
    found = front.ok("POST", f"/api/v1/patients/{patient.id}/search", {"text": "амоксициллина"}, token=patient.token)
    assert len(found["items"]) == 1
    new_environment()
    assert reindex_card({"patient_id": patient.id}, None) == {"begun": True}
    while events._stream():
        new_environment()


def load(front: Front) -> None:
    """The operator has the load of a clinic counted anew, of which nothing was counted yet."""
    from chalicelib.handlers.events import rebuild_load

    clinic = front.organisation()
    doctor = front.staff("doctor", clinic)
    last = bootstrap.services().clock().date() - timedelta(days=1)
    lived = live(
        bootstrap.services().tables, Clinic(clinic, (quiet(doctor.member, doctor.id),)), last - timedelta(days=6), last
    )
    new_environment()
    assert rebuild_load({"organisation_id": clinic}, None)["counted"] == len(lived)


def merge_cards(front: Front) -> None:
    """A clinic's patient with a document, whose card goes into the one of their account and comes back."""
    clinic = front.organisation()
    one, two = front.staff("registrar", clinic), front.staff("registrar", clinic)
    doctor = front.staff("doctor", clinic)
    born = {"last_name": "Двойникова", "first_name": "Ольга", "birth_date": "1968-05-21"}
    paper = {"passport_series": "4501", "passport_number": "000001", "oms": policy()}
    form = {**BODIES["Patient"], **born, **paper}
    goes = front.ok("POST", "/api/v1/patients", form, token=one.token, Idempotency_Key=front.key())["patient_id"]
    stays = front.patient(**born)
    new_environment()
    front.paper_consent(goes, one, doctor)
    body = {**PRESCRIPTION, "occurred_at": AT}
    path = f"/api/v1/patients/{goes}/prescriptions"
    front.ok("POST", path, body, token=doctor.token, Idempotency_Key=front.key())
    while events._stream():
        new_environment()
    new_environment()
    front.ok("GET", f"/api/v1/patients/{stays.id}/duplicates", token=one.token)
    place = f"/api/v1/patients/{stays.id}/merges"
    form = {"source": goes, "basis": "papers-compared"}
    place += "/" + front.ok("POST", place, form, token=one.token)["merge_id"]
    new_environment()
    front.ok("GET", place, token=two.token)
    said = {"approve": True, "reason": "papers-compared"}
    front.ok("POST", f"{place}/decision", said, token=two.token, If_Match='W/"1"')
    carry()
    assert front.ok("GET", place, token=two.token)["state"] == "merged"
    new_environment()
    front.ok("POST", f"{place}/undoing", {"reason": "error"}, token=two.token, If_Match='W/"3"')
    carry()


def carry() -> None:
    """The schedule's next minute, with no wait for late writes."""
    from chalicelib.domain import merges
    from chalicelib.handlers.events import carry_merges

    new_environment()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merges, "SETTLED", timedelta(0))
        carry_merges(SCHEDULED, None)


def erase(front: Front, patient: Person) -> None:
    officer = front.staff("security-officer")
    form = {"patient_id": patient.id, "basis": "court-order", "reference": "1"}
    place = "/api/v1/erasures"
    made = front.ok("POST", place, form, token=front.administrator().token)["erasure_id"]
    front.ok("POST", f"{place}/{made}/decision", {"approve": True}, token=officer.token, If_Match='W/"1"')
    new_environment()
    while events._stream():
        new_environment()
    new_environment()
    assert events.deliver_erasures() == 1
    while events._stream():
        new_environment()
    front.ok("GET", f"{place}/{made}", token=officer.token)


def read_the_log(front: Front, patient: Person) -> None:
    """A person's own journal, as a list and as a copy; the officer's search; what verifiers need."""
    front.sign_in(patient)
    officer = front.staff("security-officer")
    nonce = {"nonce": front.key()}
    ordered = front.ok("POST", "/api/v1/me/journal/requests", nonce, token=patient.token)
    new_environment()
    events.deliver_audit()
    for path in ("journal", "journal/fhir", f"journal/requests/{ordered['request_id']}"):
        new_environment()
        front.ok("GET", f"/api/v1/me/{path}", token=patient.token)
    for form in ({}, {"patient_id": patient.id}):
        new_environment()
        front.ok("POST", "/api/v1/audit/search", form, token=officer.token)
    new_environment()
    front.ok("GET", "/api/v1/audit/checkpoint", token=officer.token)
    new_environment()
    front.ok("GET", "/.well-known/audit-policy.json")


def review_the_log(front: Front, patient: Person) -> None:
    """The review with its schedules; the officer's findings, report and check of a card."""
    from chalicelib.handlers.events import check_cards, close_month, review_audit

    events.deliver_audit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hours, "closed", lambda *_: True)  # a finding at every hour of the day
        for function in (review_audit, check_cards, close_month):
            new_environment()
            function(SCHEDULED, None)
    system = front.system_officer()
    new_environment()
    found = front.ok("GET", "/api/v1/findings", token=system.token)["items"]
    new_environment()
    path = f"/api/v1/findings/{found[0]['finding_id']}"
    front.ok("GET", path, token=system.token)
    front.ok("POST", f"{path}/resolution", {"outcome": "confirmed"}, token=system.token, If_Match='W/"1"')
    new_environment()
    month = f"{datetime.now(UTC):%Y-%m}"
    front.ok("GET", f"/api/v1/organisations/system/access-reports/{month}", token=system.token)
    new_environment()
    front.ok("POST", "/api/v1/audit/checks", {"patient_id": patient.id}, token=system.token)


def ordered(front: Front, patient: Person, record_id: str) -> None:
    """An order that has a loyalty number with it; and the prescription is made to be about to end."""
    from chalicelib.ports.prescription_rows import expiry_reminder

    loyalty = f"/api/v1/me/pharmacies/{CHAIN}/loyalty"
    front.ok("PUT", loyalty, {"number": "7700-1234", "consent_given": True}, token=patient.token)
    wish = {"prescription_id": record_id, "chain": CHAIN, "pharmacy_id": "r-1", "kind": "reservation"}
    wish |= {"use_loyalty": True}
    front.ok("POST", "/api/v1/me/pharmacy-orders", wish, token=patient.token, Idempotency_Key=front.key())
    tables = bootstrap.services().tables
    row = tables.get(keys.record(patient.id, "prescription", record_id))
    assert row is not None
    now = bootstrap.services().clock()
    tables.commit(expiry_reminder(patient.id, row["rx"], record_id, now, now))


def minute() -> None:
    from chalicelib.handlers.events import sweep_audit

    sweep_audit(SCHEDULED, None)


def day() -> None:
    """Over minutes in place of days, which are tens of thousands of queries."""
    from chalicelib.handlers import events as triggers

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triggers, "SWEEP_LONG", triggers.SWEEP)
        triggers.sweep_audit_long(SCHEDULED, None)


def hour() -> None:
    from chalicelib.handlers.events import check_policies, gather, pharmacy_orders, sweep

    sweep(SCHEDULED, None)
    new_environment()
    assert ring()["rung"] >= 1
    new_environment()
    for function in (gather, check_policies, pharmacy_orders):
        new_environment()
        assert function(SCHEDULED, None)["failed"] == 0


@pytest.mark.requirement("SEC-2")
def test_every_call_is_allowed_by_the_policy_of_its_function(watch: Watch) -> None:
    refused = {wish for wish in watch.wishes if not allowed(wish)}
    assert not refused


def test_the_journey_reaches_every_function_and_store(watch: Watch) -> None:
    assert {wish.function for wish in watch.wishes} == {"api_handler", "audit_reader", *rights.FUNCTIONS}
    touched = {wish.resource.partition("/")[0] for wish in watch.wishes}
    assert {"IdentityTable", "CardTable", "KeysTable", "AuditOutboxTable", "DocumentsBucket", "NoticesTopic"} <= touched
    assert "QuarantineBucket" in touched
    assert {"PatientKey", "SystemKey", "IndexKey", "AuditKey", "WriterCaKey"} <= touched
