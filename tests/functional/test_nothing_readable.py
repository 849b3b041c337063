"""After the whole story nothing of it can be read where it is kept, nor in the logs; moved ciphertext does not open."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.bootstrap import aws, services
from chalicelib.ports import keys
from chalicelib.ports.tables import Key, Store
from tests.functional.front import Front, Person, Reply
from tests.functional.story import PDF, PROTOCOL, Story, listening, mails_to, pump, reissued, sms_to, told

pytestmark = pytest.mark.xdist_group("story")

BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
CONTENT_UNREADABLE = (500, "content-unreadable")


@pytest.fixture(scope="module")
def story(front: Front) -> Story:
    return told(front)


# --- what is kept


def flat(value: Any) -> Iterator[bytes]:
    """Every name, text, number and blob of an item in DynamoDB's own JSON."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield str(name).encode()
            yield from flat(inner)
    elif isinstance(value, list | set | tuple):
        for inner in value:
            yield from flat(inner)
    else:
        yield value if isinstance(value, bytes) else str(value).encode()


def rows() -> Iterator[tuple[str, bytes]]:
    dynamodb = aws("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                yield f"{table} {item['pk']['S']} {item['sk']['S']}", b"\n".join(flat(item))


def files() -> Iterator[tuple[str, bytes]]:
    s3 = aws("s3")
    for bucket in s3.list_buckets()["Buckets"]:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket["Name"]):
            for found in page.get("Versions", []):
                one = s3.get_object(Bucket=bucket["Name"], Key=found["Key"], VersionId=found["VersionId"])
                place = f"{bucket['Name']}/{found['Key']}"
                yield place, b"\n".join((place.encode(), str(one["Metadata"]).encode(), one["Body"].read()))


def decoded(data: bytes) -> Iterator[bytes]:
    """What base64 in it says, in either alphabet: tokens, and blobs that went through JSON."""
    for found in BASE64.findall(data):
        text = found.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(text + b"=" * (-len(text) % 4))
        except binascii.Error:
            continue


def spelled(word: str) -> set[bytes]:
    """A word as it could stand somewhere in clear."""
    return {
        word.encode(),
        word.casefold().encode(),
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        word.encode().hex().encode(),
        json.dumps(word)[1:-1].encode(),
    }


def leaks(data: bytes, words: list[str]) -> list[str]:
    """The words that can be read in the data."""
    places = [data, *decoded(data)]
    return [word for word in words if any(form in place for form in spelled(word) for place in places)]


@pytest.mark.requirement("SEC-1")
@pytest.mark.parametrize(
    "data",
    [
        "Диагноз: Бронхиальная астма.".encode(),
        "бронхиальная астма".encode(),
        "Бронхиальная астма".encode("utf-16-le"),
        "Бронхиальная астма".encode("utf-16-be"),
        json.dumps({"x": "Бронхиальная астма"}).encode(),
        base64.b64encode("..Бронхиальная астма".encode()),
        b'{"a": "' + base64.urlsafe_b64encode("???>>>Бронхиальная астма".encode()).rstrip(b"=") + b'"}',
        "Бронхиальная астма".encode().hex().encode(),
    ],
)
def test_the_search_finds_what_is_there(data: bytes) -> None:
    assert leaks(data, ["Бронхиальная астма", "Гипертония"]) == ["Бронхиальная астма"]


@pytest.mark.requirement("SEC-1", "SEC-2", "ID-1")
def test_no_table_can_be_read(story: Story) -> None:
    words, found = story.secret_words(), 0
    for place, data in rows():
        found += 1
        assert leaks(data, words) == [], place
    assert found > 100


@pytest.mark.requirement("SEC-1", "SEC-2", "DOC-2")
def test_no_file_can_be_read(story: Story) -> None:
    words, seen = story.secret_words(), []
    for place, data in files():
        seen.append(place)
        assert leaks(data, words) == [], place
        assert b"%PDF" not in data, place
    for name in ("protocol", "result", "prescription"):  # the story's papers are among them
        assert any(story[name].body["id"] in place for place in seen)


@pytest.mark.requirement("SEC-2")
def test_no_code_that_was_sent_is_kept(story: Story) -> None:
    """Six digits stand in too many numbers to be looked for anywhere: whole attributes are compared."""
    texts = " ".join(sms_to(story.patient.phone) + mails_to(story.patient.email))
    codes = set(re.findall(r"\b\d{6}\b", texts))
    assert len(codes) == 3  # by SMS at registration and sign-in, by e-mail at registration
    for place, data in rows():
        assert not codes & {line.decode("utf-8", "replace") for line in data.split(b"\n")}, place


@pytest.mark.requirement("SEC-3")
def test_the_logs_say_nothing(story: Story) -> None:
    assert leaks(story.logs.encode(), story.secret_words()) == []


class Broken:
    """A service with a fault, and a cause of it, that both quote what they were given."""

    def look_up(self, _actor: Any, snils: str) -> Any:
        try:
            return {}[snils]
        except KeyError as error:
            raise ValueError(snils) from error


@pytest.mark.requirement("SEC-3")
def test_a_fault_of_ours_is_logged_without_what_it_quotes(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(services().__dict__, "cards", Broken())
    token = reissued(story.doctor.token)
    with listening() as logs:
        body = {"snils": story.patient.snils}
        reply = story.front.call("POST", "/api/v1/patients/look-up", body, token=token)
    assert (reply.status, reply.code) == (500, "internal")
    assert "patient-look-up" in logs.getvalue()
    assert "ValueError" in logs.getvalue()
    for text in (reply.raw, logs.getvalue().encode()):
        assert leaks(text, story.secret_words()) == []


@pytest.mark.requirement("SEC-3")
def test_the_answers_to_others_say_nothing(story: Story) -> None:
    """Errors and refusals quote nothing."""
    words = story.secret_words()
    for name, reply in story.replies.items():
        if reply.status >= 400:
            assert leaks(reply.raw, words) == [], name


# --- what is moved


class Ward:
    """Two patients of one doctor, each with two protocols of two versions."""

    def __init__(self, front: Front) -> None:
        self.front = front
        self.doctor = front.staff("doctor")
        self.anna, self.boris = front.patient(), front.patient()
        self.records: dict[str, list[str]] = {}
        for patient in (self.anna, self.boris):
            front.consent(patient, self.doctor)
            self.records[patient.id] = [self._written(patient) for _ in range(2)]

    def _written(self, patient: Person) -> str:
        path, token = f"/api/v1/patients/{patient.id}/examination-protocols", self.doctor.token
        made = self.front.ok("POST", path, PROTOCOL, token=token, Idempotency_Key=self.front.key())
        self.front.ok("PUT", f"{path}/{made['id']}", PROTOCOL, token=token, If_Match='W/"1"')
        return str(made["id"])

    def get(self, patient: Person, number: int = 0, tail: str = "") -> Reply:
        one = f"/api/v1/patients/{patient.id}/examination-protocols/{self.records[patient.id][number]}{tail}"
        return self.front.call("GET", one, token=patient.token, Accept=PDF)

    def row(self, patient: Person, number: int = 0) -> Key:
        return keys.record(patient.id, "examination-protocol", self.records[patient.id][number])


@pytest.fixture
def ward(front: Front) -> Ward:
    return Ward(front)


def blob(key: Key, attribute: str = "sealed") -> bytes:
    return bytes(services().tables.get(key)[attribute])  # type: ignore[index]


def put_blob(key: Key, value: bytes, attribute: str = "sealed") -> None:
    """As somebody with the rights of the database would: past the application."""
    aws("dynamodb").update_item(
        TableName=services().settings.tables()[key.store],
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        UpdateExpression="SET #a = :v",
        ExpressionAttributeNames={"#a": attribute},
        ExpressionAttributeValues={":v": {"B": value}},
    )


def unreadable(reply: Reply) -> bool:
    """A clear error of ours that shows nothing."""
    shown = leaks(reply.raw, [str(PROTOCOL["conclusion"]), str(PROTOCOL["examination"]), "Журавлёва"])
    return (reply.status, reply.code) == CONTENT_UNREADABLE and not shown


@pytest.mark.requirement("SEC-1")
def test_moved_ciphertext_does_not_open(ward: Ward) -> None:
    anna, boris = ward.anna, ward.boris
    right = blob(ward.row(anna))
    earlier = keys.record_version(anna.id, "examination-protocol", ward.records[anna.id][0], 1)
    moved = {
        "another record of hers": blob(ward.row(anna, 1)),
        "another patient's": blob(ward.row(boris)),
        "an earlier version": blob(earlier),
        "another kind": blob(keys.profile(anna.id)),
        "one bit": right[:-20] + bytes([right[-20] ^ 1]) + right[-19:],
        "cut off": right[:-1],
        "nothing": b"",
        "text": b"{}",
    }
    for name, value in moved.items():
        put_blob(ward.row(anna), value)
        assert unreadable(ward.get(anna)), name
        listed = ward.front.call("GET", f"/api/v1/patients/{anna.id}/examination-protocols", token=anna.token)
        assert unreadable(listed), name
    put_blob(ward.row(anna), right)
    assert ward.get(anna).status == 200
    assert ward.get(boris).status == 200


@pytest.mark.requirement("SEC-1", "DOC-2")
def test_a_moved_paper_does_not_open(ward: Ward) -> None:
    pump()
    s3, bucket = aws("s3"), services().settings.documents_bucket

    def place(patient: Person, number: int = 0) -> str:
        row = services().tables.get(
            keys.document(patient.id, "examination-protocol", ward.records[patient.id][number], 2)
        )
        assert row is not None
        return str(row["place"])

    assert ward.get(ward.anna, 0, "/document").raw.startswith(b"%PDF-")
    for source in (place(ward.anna, 1), place(ward.boris)):
        s3.copy_object(Bucket=bucket, Key=place(ward.anna), CopySource={"Bucket": bucket, "Key": source})
        assert unreadable(ward.get(ward.anna, 0, "/document")), source
    assert ward.get(ward.boris, 0, "/document").raw.startswith(b"%PDF-")


@pytest.mark.requirement("SPC-8", "SEC-1")
def test_without_their_keys_a_card_is_closed_for_good(ward: Ward) -> None:
    anna, boris = ward.anna, ward.boris
    dynamodb, table = aws("dynamodb"), services().settings.tables()[Store.KEYS]
    rows = services().tables.query(Store.KEYS, anna.id, "kek#", limit=50).items
    assert rows
    for row in rows:
        dynamodb.delete_item(TableName=table, Key={"pk": {"S": anna.id}, "sk": {"S": row["sk"]}})
    services().patient_keys.forget()
    for number in (0, 1):
        assert unreadable(ward.get(anna, number))
        assert ward.get(boris, number).status == 200
    overview = ward.front.call("GET", f"/api/v1/patients/{anna.id}/overview", token=anna.token)
    assert unreadable(overview)
    path = f"/api/v1/patients/{anna.id}/allergies"
    body = {"occurred_at": PROTOCOL["occurred_at"], "substance": "Пыльца", "category": "environment"}
    written = ward.front.call("POST", path, body, token=anna.token, Idempotency_Key=ward.front.key())
    assert (written.status, written.code) == (500, "key-integrity")
    assert ward.front.call("GET", path, token=anna.token).body["items"] == []


@pytest.mark.requirement("SPC-8")
def test_an_erased_card_says_so(ward: Ward) -> None:
    services().patient_keys.destroy(ward.anna.id, "entry")
    reply = ward.get(ward.anna)
    assert (reply.status, reply.code) == (410, "erased")
    assert ward.get(ward.boris).status == 200
