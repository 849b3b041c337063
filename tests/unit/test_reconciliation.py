"""Key uses against the log, and the reading of what CloudTrail delivers."""

from __future__ import annotations

import gzip
import io
import json
from datetime import timedelta

import pytest

from chalicelib.audit.key_uses import CloudTrailKeyUses
from chalicelib.errors import UnavailableError
from chalicelib.ports import keys
from chalicelib.ports.key_uses import AUDIT_SUBJECT, PATIENT_KEY, KeyUse
from chalicelib.ports.tables import Put
from tests.unit.review_world import ReviewWorld

pytestmark = pytest.mark.requirement("AUD-4")
DAY = "2026-03-02"


@pytest.fixture
def world() -> ReviewWorld:
    made = ReviewWorld()
    made.review.run()
    return made


def use(world: ReviewWorld, number: int = 1, *, minutes: float = 0, **changes) -> KeyUse:
    given = {
        "id": f"use-{number}",
        "at": world.log.now + timedelta(minutes=minutes),
        "purpose": PATIENT_KEY,
        "subject": "anna",
        "key": "key-1",
        "caller": "medkarta-APIHandlerRole-1",
        "succeeded": True,
    }
    return KeyUse(**(given | changes))


def later(world: ReviewWorld, minutes: float = 30) -> None:
    """Time passes, and the review comes to the end of the log."""
    world.clock.advance(minutes=minutes)
    world.review.run()


def test_a_use_beside_an_entry_of_that_person_is_explained(world):
    world.log.consented()
    world.log.read()
    uses = [use(world, n, minutes=m) for n, m in enumerate([0, 9, -2.5])]
    world.uses.deliver(f"{DAY}/a", *uses)
    later(world)
    assert world.reconciliation.run() == {"uses": 3, "unmatched": 0, "waiting": 0}
    assert world.rules() == []


@pytest.mark.parametrize(("minutes", "subject"), [(10.5, "anna"), (-3.5, "anna"), (0, "boris")])
def test_a_use_without_an_entry_near_it_is_a_finding(world, minutes, subject):
    officer = world.system_officer()
    world.log.consented()
    world.log.read()
    world.uses.deliver(f"{DAY}/a", use(world, minutes=minutes, subject=subject))
    later(world)
    assert world.reconciliation.run()["unmatched"] == 1
    (finding,) = world.found().values()
    assert (finding["rule"], finding["patient"], finding["actor"], finding["entries"]) == (
        "unmatched-key-use", subject, "medkarta-APIHandlerRole-1", ["use-1"],
    )  # fmt: skip
    assert world.events() == [("finding_opened", officer.person_id)]


def test_uses_that_failed_opened_nothing(world):
    world.uses.deliver(f"{DAY}/a", use(world, succeeded=False))
    later(world)
    assert world.reconciliation.run() == {"uses": 1, "unmatched": 0, "waiting": 0}


def test_each_file_is_read_once_and_each_event_counts_once(world):
    world.uses.deliver(f"{DAY}/a", use(world, 1), use(world, 2))
    later(world)
    world.reconciliation.run()
    world.uses.deliver(f"{DAY}/b", use(world, 2), use(world, 3))
    world.reconciliation.run()
    world.reconciliation.run()
    assert world.uses.opened == [f"{DAY}/a", f"{DAY}/b"]
    (finding,) = world.found().values()
    assert (finding["entries"], finding["count"]) == (["use-1", "use-2", "use-3"], 3)


def test_a_use_is_judged_when_the_log_had_time(world):
    world.uses.deliver(f"{DAY}/a", use(world))
    later(world, 4)
    assert world.reconciliation.run() == {"uses": 0, "unmatched": 0, "waiting": 1}
    world.log.now = world.clock()
    world.log.add("visit:read", "anna")  # sequenced late
    later(world, 2)
    assert world.reconciliation.run() == {"uses": 1, "unmatched": 1, "waiting": 0}


def test_nothing_is_judged_before_the_review_has_come_so_far(world):
    world.uses.deliver(f"{DAY}/a", use(world))
    world.clock.advance(hours=3)
    assert world.reconciliation.run()["waiting"] == 1
    fresh = ReviewWorld()
    fresh.uses.deliver(f"{DAY}/a", use(fresh))
    assert fresh.reconciliation.run() == {"uses": 0, "unmatched": 0, "waiting": 0}
    assert fresh.uses.opened == []


def test_a_file_that_comes_two_days_late_is_reconciled_and_after_an_outage_all_are(world):
    later(world)
    world.reconciliation.run()
    late = use(world)
    later(world, 60 * 48)
    world.uses.deliver(f"{DAY}/late", late)
    assert world.reconciliation.run()["unmatched"] == 1
    world.uses.deliver("2026-03-04/a", use(world, 2, minutes=60 * 47))
    later(world, 60 * 24 * 10)
    world.reconciliation.run()
    (one, other) = world.found().values()
    assert {one["entries"][0], other["entries"][0]} == {"use-1", "use-2"}


def test_a_waiting_file_is_not_forgotten_when_days_pass_without_a_review(world):
    world.uses.deliver(f"{DAY}/a", use(world))
    for _ in range(6):
        world.clock.advance(days=1)
        assert world.reconciliation.run()["waiting"] == 1
    world.review.run()
    assert world.reconciliation.run()["unmatched"] == 1


def test_opening_the_log_must_be_an_entry_too(world):
    world.tables.commit([Put(keys.audit_tag("t-anna"), {"person": "anna", "year": 2026})])
    subject = {"purpose": AUDIT_SUBJECT, "subject": "t-anna", "caller": "medkarta-AuditReaderRole-1"}
    world.uses.deliver(f"{DAY}/a", use(world, 1, **subject))
    later(world)
    assert world.reconciliation.run()["unmatched"] == 1
    (finding,) = world.found().values()
    assert (finding["patient"], finding["about"]["purpose"]) == ("anna", AUDIT_SUBJECT)


@pytest.mark.parametrize(
    ("kind", "whose", "explained"),
    [("audit-log", "sys", True), ("journal", "anna", True), ("journal", "boris", False), ("visit", "anna", False)],
)
def test_which_readings_explain_the_key_of_a_chain(world, kind, whose, explained):
    world.tables.commit([Put(keys.audit_tag("t-anna"), {"person": "anna", "year": 2026})])
    world.log.add("audit:read", whose, "officer", role="security-officer", kind=kind)
    subject = {"purpose": AUDIT_SUBJECT, "subject": "t-anna"}
    world.uses.deliver(f"{DAY}/a", use(world, 1, minutes=14, **subject), use(world, 2, minutes=-2, **subject))
    world.uses.deliver(f"{DAY}/b", use(world, 3, minutes=40, **subject))
    later(world, 60)
    assert world.reconciliation.run()["unmatched"] == (1 if explained else 3)


def test_a_use_before_an_erasure_had_its_entries_in_what_is_gone(world):
    row = {"state": "destroyed", "destroyed_at": (world.clock() + timedelta(minutes=1)).isoformat()}
    world.tables.commit([Put(keys.key_state("anna"), row)])
    world.uses.deliver(f"{DAY}/a", use(world, 1), use(world, 2, minutes=2))
    later(world)
    assert world.reconciliation.run()["unmatched"] == 1
    (finding,) = world.found().values()
    assert finding["entries"] == ["use-2"]


@pytest.mark.parametrize("failing", range(1, 6))
def test_a_crash_in_between_judges_every_use_and_none_twice(world, failing):
    for number in range(60):
        world.uses.deliver(f"{DAY}/{number // 30}", *(
            use(world, n, subject=f"p{n}") for n in range(number // 30 * 30, number // 30 * 30 + 30)
        ))  # fmt: skip
    later(world)
    inner, calls = world.tables.commit, []

    def commit(writes):
        calls.append(len(writes))
        if len(calls) == failing:
            raise UnavailableError
        inner(writes)

    world.tables.commit = commit
    with pytest.raises(UnavailableError):
        world.reconciliation.run()
    world.reconciliation.run()
    assert max(calls) <= 100
    assert sorted(f["patient"] for f in world.found().values()) == sorted(f"p{n}" for n in range(60))
    assert {f["count"] for f in world.found().values()} == {1}


# --- CloudTrail


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


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", gzip.compress(b"{}"), gzip.compress(b"[]"), delivered({"eventID": 1})],
    ids=["nothing", "not packed", "an object", "a list", "an id that is a number"],  # packed bytes hold the time
)
def test_a_file_that_cannot_be_read_does_not_count_as_done(text):
    with pytest.raises(UnavailableError):
        adapter({"f": text}).uses("f")
