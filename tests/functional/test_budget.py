"""What a doctor's read may cost in calls (design section 6). Counted, not timed: times belong to ``bench/``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bench.calls import Recorder, Seen, item_size, units
from chalicelib import bootstrap
from tests.functional.front import Front, Person

pytestmark = pytest.mark.xdist_group("functional-budget")

RESULT = {
    "occurred_at": "2026-03-02T08:00:00+03:00",
    "laboratory": "КДЛ № 1",
    "category": "biochemistry",
    "panel": "Глюкоза",
    "values": [{"name": "Глюкоза", "loinc": "14771-0", "value": "5.10", "unit": "mmol/L", "low": "3.9", "high": "6.1"}],
}
WARM = ["BatchGetItem", "PutItem", "GetItem"]
"""Session, membership, card and consent in one; the audit entry; the record."""


@dataclass(frozen=True)
class Ward:
    """A doctor with two patients who consented, and a record of each."""

    front: Front
    doctor: Person
    first: str
    second: str
    recorder: Recorder

    def read(self, path: str) -> Seen:
        with self.recorder.recording() as seen:
            self.front.ok("GET", path, token=self.doctor.token)
        return seen

    @staticmethod
    def forget() -> None:
        """As if this environment had just been started: whatever it has cached hangs on the services."""
        bootstrap.services.cache_clear()


@pytest.fixture(scope="module")
def ward(front: Front) -> Ward:
    doctor = front.staff("doctor")
    paths = []
    for _ in range(2):
        patient = front.patient()
        front.consent(patient, doctor)
        base = f"/api/v1/patients/{patient.id}/laboratory-results"
        made = front.ok("POST", base, RESULT, token=doctor.token, Idempotency_Key=front.key())
        paths.append(f"{base}/{made['id']}")
    recorder = Recorder()
    for service in ("dynamodb", "kms", "s3", "sns", "sqs", "ses"):
        recorder.watch(bootstrap.aws(service))
    return Ward(front, doctor, *paths, recorder)


def test_warm_read_is_three_round_trips_and_no_call_to_kms(ward: Ward) -> None:
    ward.read(ward.first)
    seen = ward.read(ward.first)
    assert seen.of("dynamodb") == WARM
    assert len(seen.calls) == len(WARM)


def test_first_read_of_a_patient_unwraps_one_key(ward: Ward) -> None:
    """In a running environment: the chain that the entry belongs to, and the patient's key, each once."""
    ward.forget()
    ward.read(ward.first)
    seen = ward.read(ward.second)
    assert seen.of("kms") == ["Decrypt"]
    assert seen.of("dynamodb") == ["BatchGetItem", "GetItem", "PutItem", "GetItem", "BatchGetItem"]
    assert len(seen.calls) == 6
    assert ward.read(ward.second).of("kms") == []


def test_new_environment_adds_the_token_key_its_writers_certificate_and_the_key_that_certifies(ward: Ward) -> None:
    """The public half of the writer CA is what a subject's row is held against: a row alone is not believed."""
    ward.forget()
    seen = ward.read(ward.first)
    assert seen.of("kms") == ["Decrypt", "Sign", "GetPublicKey", "Decrypt"]
    assert len(seen.of("dynamodb")) == 6
    assert len(seen.calls) == 10


def test_list_costs_what_one_record_costs(ward: Ward) -> None:
    """However many records it shows: one query in place of one get."""
    path = ward.first.rpartition("/")[0]
    ward.read(path)
    assert ward.read(path).counts() == {"dynamodb.BatchGetItem": 1, "dynamodb.PutItem": 1, "dynamodb.Query": 1}


def test_amending_costs_a_reading_more_where_what_stands_is_looked_at(ward: Ward) -> None:
    """A result has states: it is opened under a permit and an entry of its own. A visit of full consent is not."""
    visit = {"occurred_at": RESULT["occurred_at"], "doctor_name": "Петров Пётр Петрович", "reason": "Осмотр"}
    base = ward.second.rpartition("/")[0]
    counts = []
    for path, body in ((base.replace("laboratory-results", "visits"), visit), (base, RESULT)):
        made = ward.front.ok("POST", path, body, token=ward.doctor.token, Idempotency_Key=ward.front.key())
        with ward.recorder.recording() as seen:
            ward.front.ok("PUT", f"{path}/{made['id']}", body, token=ward.doctor.token, If_Match='"1"')
        counts.append(seen.of("dynamodb"))
    plain, looked = counts
    assert plain == ["BatchGetItem", "GetItem", "TransactWriteItems"]
    assert looked == ["BatchGetItem", "GetItem", "BatchGetItem", "PutItem", "TransactWriteItems"]


def test_counting_sees_every_call(ward: Ward) -> None:
    """The counter itself: one call made beside the application shows, with its price."""
    table = bootstrap.services().settings.card_table
    with ward.recorder.recording() as seen:
        bootstrap.aws("dynamodb").get_item(TableName=table, Key={"pk": {"S": "nobody"}, "sk": {"S": "CARD"}})
    assert [(call.operation, call.read_units, call.write_units) for call in seen.calls] == [("GetItem", 1, 0)]


def test_units_are_counted_as_dynamodb_counts_them() -> None:
    """Rules of the developer guide: names and contents in bytes of UTF-8; 4 KB read, 1 KB written a unit."""
    row = {"pk": {"S": "Ж"}, "n": {"N": "120"}, "b": {"B": b"12345"}, "l": {"L": [{"BOOL": True}]}}
    assert item_size(row) == (2 + 2) + (1 + 2) + (1 + 5) + (1 + 3 + 2)
    large = {"a": {"B": bytes(4096)}}
    assert units("GetItem", {}, {"Item": large}) == (2, 0)
    assert units("Query", {}, {"Items": [large, large]}) == (3, 0)
    assert units("PutItem", {"Item": large}, {}) == (0, 5)
    asked = {"RequestItems": {"t": {"Keys": [{}, {}, {}]}}}
    assert units("BatchGetItem", asked, {"Responses": {"t": [large]}}) == (4, 0)
