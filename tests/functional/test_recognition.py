"""A scan through the front door: handed over, read by a recogniser that is none, compared, confirmed, once (UX-3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.bootstrap import services
from chalicelib.domain.recognition.faults import Fault, UnreadableError
from chalicelib.domain.recognition.service import Offer
from chalicelib.errors import UnavailableError
from local.scans import PDF, PDF_TYPE
from tests.functional.events import deliver
from tests.functional.front import Front, Person, Reply
from tests.recognition_world import LABORATORY, PICTURE, PROTOCOL, FakeRecogniser

pytestmark = [pytest.mark.xdist_group("functional-recognition"), pytest.mark.requirement("UX-3")]

RESULT, EXAMINATION = "laboratory-result", "examination-protocol"


class Clinic:
    """A patient whose paper lies in the card as a document, and a doctor and a nurse who may write."""

    def __init__(self, front: Front) -> None:
        self.front, self.patient, organisation = front, front.patient(), front.organisation()
        self.doctor, self.nurse = front.staff("doctor", organisation), front.staff("nurse", organisation)
        front.consent(self.patient, self.doctor)
        front.consent(self.patient, self.nurse)
        self.card = f"/api/v1/patients/{self.patient.id}"
        self.reader = FakeRecogniser(LABORATORY)
        self.document, self.upload = self._document()

    def _document(self) -> tuple[str, str]:
        path, token = f"{self.card}/attached-documents", self.doctor.token
        made = self.front.call("POST", f"{path}/files", raw=PDF, token=token, Content_Type=PDF_TYPE)
        deliver()
        upload = str(made.body["upload_id"])
        at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        body = {"occurred_at": at, "title": "Анализ на бумаге", "category": "result"}
        body["attachments"] = [{"upload_id": upload, "title": "Скан"}]
        record = self.call("POST", path, self.doctor, body)
        assert record.status == 201, record.raw
        return str(record.body["id"]), upload

    def call(self, method: str, path: str, who: Person, body: Any = None, key: str = "") -> Reply:
        headers = {"Idempotency_Key": key or self.front.key()} if method == "POST" else {}
        return self.front.call(method, path, body, token=self.front.fresh(who.token), **headers)

    def base(self, kind: str = RESULT) -> str:
        return f"/api/v1/recognitions/{self.patient.id}/{kind}"

    def begin(self, kind: str = RESULT, who: Person | None = None, **more: Any) -> Reply:
        form = {"document": self.document, "upload_id": self.upload, **more}
        return self.call("POST", self.base(kind), who or self.doctor, form)

    def read(self, kind: str = RESULT) -> tuple[str, dict[str, Any]]:
        """A scan that was handed over and read: its address, and the draft as it is shown."""
        made = self.begin(kind)
        assert (made.status, made.body["state"]) == (202, "waiting"), made.raw
        deliver()
        place = f"{self.base(kind)}/{made.body['id']}"
        return place, self.call("GET", place, self.doctor).body


@pytest.fixture(scope="module")
def clinic(front: Front) -> Clinic:
    services().__dict__["recognition_offer"] = Offer(local=True, handwriting=True, title={"ru": "Служба", "en": "It"})
    services().__dict__["recogniser"] = lambda _engine: made.reader
    made = Clinic(front)
    return made


def confirmable(draft: dict[str, Any]) -> dict[str, Any]:
    """Every part confirmed as it was read."""
    body = draft["draft"]["body"]
    parts = [f"/{n}/{i}" for n, v in body.items() if isinstance(v, list) for i in range(len(v))]
    return {"body": body, "confirmed": parts + [f"/{n}" for n, v in body.items() if not isinstance(v, list)]}


@pytest.mark.requirement("AUD-1", "ACC-3")
def test_a_scan_becomes_a_record_when_a_person_confirmed_each_part_and_once(clinic: Clinic) -> None:
    clinic.reader = FakeRecogniser(LABORATORY)
    place, draft = clinic.read()
    assert (draft["state"], draft.get("fault")) == ("ready", None)
    assert draft["draft"]["patient"]["value"] == "Журавлёва Ксения Аркадьевна"
    by_field = {one["field"]: one for one in draft["draft"]["fields"]}
    assert by_field["/values/1/value"]["value"] == "11.2"
    assert (by_field["/values/2/unit"]["value"], by_field["/values/2/unit"]["text"]) == ("mm/h", "MM/4")
    assert all(0 <= share <= 1 for share in by_field["/laboratory"]["box"])
    picture = clinic.front.call("GET", f"{place}/page", token=clinic.doctor.token, Accept="*/*")
    assert (picture.raw, picture.headers["content-type"]) == (PICTURE, "image/jpeg")
    results = f"{clinic.card}/laboratory-results"
    before = clinic.call("GET", results, clinic.doctor).body["items"]
    sent = confirmable(draft)
    lacking = {**sent, "confirmed": [one for one in sent["confirmed"] if one != "/values/1"]}
    refused = clinic.call("POST", f"{place}/confirmation", clinic.doctor, lacking)
    assert (refused.status, refused.body["fields"][0]["code"]) == (422, "unconfirmed")
    assert refused.body["fields"][0]["field"] == "/body/values/1"
    assert clinic.call("GET", results, clinic.doctor).body["items"] == before
    sent["body"] = {**sent["body"], "laboratory": "Гемотест"}
    key = clinic.front.key()
    made = clinic.call("POST", f"{place}/confirmation", clinic.doctor, sent, key)
    assert made.status == 201, made.raw
    again = clinic.call("POST", f"{place}/confirmation", clinic.doctor, sent, key)
    assert (again.status, again.body["id"]) == (201, made.body["id"])
    other = clinic.call("POST", f"{place}/confirmation", clinic.doctor, sent)
    assert (other.status, other.code) == (409, "wrong-state")
    (record,) = [one for one in clinic.call("GET", results, clinic.doctor).body["items"] if one not in before]
    assert record["body"]["related"] == [{"kind": "attached-document", "id": clinic.document}]
    assert record["provenance"]["confirmed_by"] == clinic.doctor.id
    from_scan = {one["field"]: one["origin"] for one in record["provenance"]["parts"]}
    assert (from_scan["/laboratory"], from_scan["/values/0"]) == ("corrected", "recognised")
    assert clinic.call("GET", place, clinic.doctor).body["record"] == record["id"]


def test_a_protocol_is_the_doctors(clinic: Clinic) -> None:
    clinic.reader = FakeRecogniser(PROTOCOL)
    assert clinic.begin(EXAMINATION, clinic.nurse).status == 403
    place, draft = clinic.read(EXAMINATION)
    assert draft["draft"]["body"]["diagnoses"][0]["code"] == "I11.9"
    made = clinic.call("POST", f"{place}/confirmation", clinic.doctor, confirmable(draft))
    assert made.status == 201, made.raw


def test_what_failed_lies_in_the_list_with_its_reason_and_is_refused_by_a_person(clinic: Clinic) -> None:
    clinic.reader = FakeRecogniser(fault=UnreadableError(Fault.RESOLUTION, 2))
    place, failed = clinic.read()
    assert (failed["state"], failed["fault"]["code"], failed["fault"]["page"]) == (
        "failed",
        "recognition-resolution",
        2,
    )
    assert "300" in failed["fault"]["text"]
    assert "draft" not in failed
    listed = clinic.call("GET", clinic.base(), clinic.nurse).body["items"]
    assert listed[0]["fault"]["code"] == "recognition-resolution"
    refused = clinic.call("POST", f"{place}/refusal", clinic.doctor, {"reason": "unreadable"})
    assert (refused.status, refused.body["state"]) == (200, "refused")
    assert clinic.call("GET", f"{place}/page", clinic.doctor).status == 404


def test_what_breaks_is_tried_again_and_then_given_up(clinic: Clinic) -> None:
    clinic.reader = FakeRecogniser(fault=UnavailableError())
    made = clinic.begin().body["id"]
    for _ in range(3):
        with pytest.raises(UnavailableError):
            services().recognising.recognise(clinic.patient.id, made, 1)
    services().recognising.recognise(clinic.patient.id, made, 4)
    found = clinic.call("GET", f"{clinic.base()}/{made}", clinic.doctor).body
    assert (found["state"], found["fault"]["code"]) == ("failed", "recognition-gave-up")
    services().recognising.recognise(clinic.patient.id, made, 1)
    assert clinic.reader.calls == 3
    deliver()


def test_a_message_that_comes_twice_is_read_once(clinic: Clinic) -> None:
    clinic.reader = FakeRecogniser(LABORATORY)
    place, draft = clinic.read()
    services().recognising.recognise(clinic.patient.id, draft["id"], 1)
    assert clinic.reader.calls == 1
    assert clinic.call("GET", place, clinic.doctor).body == draft


@pytest.mark.requirement("ACC-6")
def test_who_has_no_consent_hands_nothing_over_and_sees_nothing(clinic: Clinic) -> None:
    stranger = clinic.front.staff("doctor")
    assert clinic.begin(who=stranger).status == 403
    assert clinic.call("GET", clinic.base(), stranger).status == 403


@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({"upload_id": "01890000-0000-7000-8000-000000000000"}, 422, "invalid-fields"),
        ({"document": "01890000-0000-7000-8000-000000000000"}, 422, "invalid-fields"),
        ({"document": 7}, 422, "invalid-fields"),
        ({"handwriting": True}, 409, "handwriting-off"),
    ],
)
def test_what_cannot_be_handed_over(clinic: Clinic, form: dict[str, Any], status: int, code: str) -> None:
    reply = clinic.begin(**form)
    assert (reply.status, reply.code) == (status, code), reply.raw


def test_a_scan_of_20_mb_does_not_come_so_far(clinic: Clinic) -> None:
    path = f"{clinic.card}/attached-documents/files"
    huge = PDF + b" " * 20_000_000
    reply = clinic.front.call("POST", path, raw=huge, token=clinic.doctor.token, Content_Type=PDF_TYPE)
    assert (reply.status, reply.code) == (413, "too-large")


def test_handwriting_needs_the_setting_and_the_administrators_word(clinic: Clinic) -> None:
    from dataclasses import replace

    front, admin = clinic.front, clinic.front.administrator()
    path = "/api/v1/recognition-settings"
    on = front.call("PUT", path, {"handwriting": True}, token=front.fresh(admin.token))
    assert on.body["handwriting"] == {"connected": True, "title": {"ru": "Служба", "en": "It"}, "switched_on": True}
    theirs = clinic.call("GET", path, clinic.doctor).body
    assert theirs["handwriting"]["switched_on"] is False  # another organisation's administrator said so
    tools = services().recognition_settings._t
    services().recognition_settings._t = replace(tools, offer=Offer(local=True, handwriting=False, title={}))
    refused = front.call("PUT", path, {"handwriting": True}, token=front.fresh(admin.token))
    services().recognition_settings._t = tools
    assert (refused.status, refused.code) == (409, "handwriting-off")


def test_where_nothing_reads_scans_it_says_so(clinic: Clinic) -> None:
    from dataclasses import replace

    tools = services().recognition._t
    services().recognition._t = replace(tools, offer=Offer(local=False, handwriting=False, title={}))
    reply = clinic.begin()
    services().recognition._t = tools
    assert (reply.status, reply.code) == (409, "recognition-missing")


def test_what_is_over_its_time_goes_with_its_pages(clinic: Clinic) -> None:
    clinic.reader = FakeRecogniser(LABORATORY)
    place, draft = clinic.read()
    staged, writes, again = services().recognising.look({"person": clinic.patient.id, "id": draft["id"]})
    services().gate.commit(staged, writes)
    assert again == ""
    assert clinic.call("GET", place, clinic.doctor).status == 404
    assert clinic.front.call("GET", f"{place}/page", token=clinic.doctor.token, Accept="*/*").status == 404
