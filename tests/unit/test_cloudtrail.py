"""Reading what CloudTrail delivers about KMS."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from botocore.exceptions import ClientError

from chalicelib.audit.key_uses import CloudTrailKeyUses
from chalicelib.errors import MalformedError, MedkartaError, UnavailableError
from chalicelib.ports.key_uses import AUDIT_SUBJECT, PATIENT_KEY

pytestmark = pytest.mark.requirement("AUD-4")


class Bucket:
    """As much of S3 as is asked; pages of two."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects

    def get_object(self, *, Bucket: str, Key: str) -> dict:  # noqa: N803 - S3's own names
        return {"Body": io.BytesIO(self.objects[Key])}

    def list_objects_v2(self, *, Prefix: str, **asked: str) -> dict:  # noqa: N803 - S3's own names
        names = sorted(name for name in self.objects if name.startswith(Prefix))
        if "Delimiter" in asked:
            folders = sorted({Prefix + name[len(Prefix) :].split("/")[0] + "/" for name in names})
            return {"CommonPrefixes": [{"Prefix": folder} for folder in folders], "IsTruncated": False}
        start = int(asked.get("ContinuationToken", 0))
        page = {"Contents": [{"Key": name} for name in names[start : start + 2]]}
        more = len(names) > start + 2
        return {**page, "IsTruncated": more, **({"NextContinuationToken": str(start + 2)} if more else {})}


def record(**changes) -> dict:
    given = {
        "eventID": "ev1",
        "eventTime": "2026-03-02T09:00:00Z",
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "requestParameters": {
            "encryptionContext": {"purpose": "patient-kek", "tenant": "demo", "patient_id": "anna", "version": "v1"},
        },
        "resources": [{"ARN": "arn:aws:kms:eu-central-1:000000000000:key/k1", "type": "AWS::KMS::Key"}],
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::000000000000:assumed-role/medkarta-APIHandlerRole-1/fn",
            "sessionContext": {"sessionIssuer": {"userName": "medkarta-APIHandlerRole-1"}},
        },
    }
    return given | changes


def delivered(*records: dict) -> bytes:
    return gzip.compress(json.dumps({"Records": list(records)}).encode())


NAME = "AWSLogs/000000000000/CloudTrail/eu-central-1/2026/03/02/000000000000_CloudTrail_x_{}.json.gz"


def adapter(objects: dict[str, bytes]) -> CloudTrailKeyUses:
    return CloudTrailKeyUses(lambda: Bucket(objects), "bucket", "demo")


def test_files_of_a_day_in_every_account_and_region():
    names = [NAME.format(n) for n in range(5)]
    other = NAME.format("o").replace("eu-central-1", "eu-west-1")
    digest = NAME.format("d").replace("CloudTrail/", "CloudTrail-Digest/")
    next_day = NAME.format("n").replace("03/02", "03/03")
    found = adapter(dict.fromkeys([*names, other, digest, next_day], b"")).files("2026-03-02")
    assert found == sorted([*names, other])


def test_only_decryptions_under_our_purposes_are_uses():
    context = {"purpose": "audit-subject", "tenant": "demo", "tag": "t1"}
    text = delivered(
        record(),
        record(eventID="ev2", requestParameters={"encryptionContext": context}, errorCode="AccessDenied"),
        record(eventName="GenerateDataKey"),
        record(eventName="ReEncrypt", requestParameters={"destinationEncryptionContext": context}),
        record(eventSource="s3.amazonaws.com"),
        record(requestParameters=None),
        record(requestParameters={"encryptionContext": {**context, "tenant": "other"}}),
        record(requestParameters={"encryptionContext": {**context, "purpose": "signing"}}),
        record(eventID="ev3", userIdentity={"type": "IAMUser", "accessKeyId": "AKIA1"}, resources=None),
    )
    one, two, three = adapter({"f": text}).uses("f")
    assert (one.id, one.subject, one.key, one.caller, one.succeeded) == (
        "ev1", "anna", "k1", "medkarta-APIHandlerRole-1", True,
    )  # fmt: skip
    assert one.at.isoformat() == "2026-03-02T09:00:00+00:00"
    assert (two.purpose, two.subject, two.succeeded) == (AUDIT_SUBJECT, "t1", False)
    assert (three.caller, three.key) == ("AKIA1", "")


def test_a_copy_under_another_key_is_a_use_of_the_first():
    context = {"purpose": "patient-kek", "tenant": "demo", "patient_id": "anna", "version": "v1"}
    asked = {"sourceEncryptionContext": context, "destinationEncryptionContext": {"x": "y"}, "destinationKeyId": "k2"}
    both = [{"ARN": "arn:aws:kms:eu-central-1:000000000000:key/k1"}, {"ARN": "arn:aws:kms:eu-west-1:1:key/k2"}]
    (one,) = adapter({"f": delivered(record(eventName="ReEncrypt", requestParameters=asked, resources=both))}).uses("f")
    assert (one.purpose, one.subject, one.key) == (PATIENT_KEY, "anna", "k1")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        gzip.compress(b"{}"),
        gzip.compress(b"[]"),
        delivered({"eventID": 1}),
        gzip.compress(b"[" * 200_000),
        gzip.compress(b"{}")[:10] + b"\xff" * 20,
        delivered(record(eventTime="2026-03-02T09:00:00")),
        delivered(record(eventTime="yesterday")),
    ],
    ids=[  # packed bytes hold the time
        "nothing",
        "not packed",
        "an object",
        "a list",
        "an id that is a number",
        "too deep",
        "damaged",
        "no zone",
        "no time",
    ],
)
def test_a_file_that_cannot_be_read_does_not_count_as_done(text):
    with pytest.raises(MalformedError):
        adapter({"f": text}).uses("f")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("NoSuchKey", MalformedError),
        ("AccessDenied", MalformedError),
        ("InvalidObjectState", MalformedError),
        ("SlowDown", UnavailableError),
        ("InternalError", UnavailableError),
    ],
)
def test_an_object_that_is_gone_or_locked_is_no_outage_and_an_outage_is_no_damage(code, error):
    class Refusing(Bucket):
        def get_object(self, **_asked: str) -> dict:
            raise ClientError({"Error": {"Code": code}}, "GetObject")

    with pytest.raises(MedkartaError) as raised:
        CloudTrailKeyUses(lambda: Refusing({}), "bucket", "demo").uses("f")
    assert raised.type is error
