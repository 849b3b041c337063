"""Delivery of the emulator's notes about KMS keys: in CloudTrail's shape, and nothing lost at a kill."""

from __future__ import annotations

import gzip
import json
import threading

import pytest

from local.key_log import KEPT, KeyLog, name_of

pytestmark = pytest.mark.requirement("AUD-4")


class Bucket:
    """Keeps what is put, as the emulator's memory; ``away`` fails before, ``mute`` after."""

    def __init__(self):
        self.objects, self.away, self.mute = {}, False, False

    def __call__(self, service):
        assert service == "s3"
        return self

    def put_object(self, *, Bucket, Key, Body, ContentType, ContentEncoding):  # noqa: N803 - as boto3 calls it
        assert (Bucket, ContentType, ContentEncoding) == ("keys", "application/json", "gzip")
        if self.away:
            raise OSError("away")
        self.objects[Key] = Body
        if self.mute:
            raise OSError("the answer was lost")

    def ids(self):
        return [r["eventID"] for body in self.objects.values() for r in json.loads(gzip.decompress(body))["Records"]]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def bucket():
    return Bucket()


def note(folder, *numbers):
    with (folder / "key-calls.jsonl").open("a") as file:
        for number in numbers:
            file.write(json.dumps({"eventID": number, "eventTime": f"2026-03-04T05:{number:02d}:07Z"}) + "\n")


def test_notes_are_delivered_once_under_cloudtrails_name(tmp_path, bucket):
    note(tmp_path, 1, 2)
    log = KeyLog(tmp_path, bucket, "keys")
    log.deliver()
    log.deliver()
    [name] = bucket.objects
    folder, _, file = name.rpartition("/")
    assert folder == "AWSLogs/000000000000/CloudTrail/eu-central-1/2026/03/04"
    assert file.startswith("000000000000_CloudTrail_eu-central-1_20260304T0502Z_")
    assert len(file) == len("000000000000_CloudTrail_eu-central-1_20260304T0502Z_0123456789abcdef.json.gz")
    note(tmp_path, 3)
    log.deliver()
    assert bucket.ids() == [1, 2, 3]


def test_without_notes_nothing_is_delivered(tmp_path, bucket):
    KeyLog(tmp_path, bucket, "keys").deliver()
    assert bucket.objects == {}


@pytest.mark.parametrize("how", ["away", "mute"])
def test_what_could_not_be_delivered_is_delivered_later_under_the_same_name(tmp_path, bucket, how):
    log = KeyLog(tmp_path, bucket, "keys")
    setattr(bucket, how, True)
    note(tmp_path, 1)
    with pytest.raises(OSError, match=r"away|lost"):
        log.deliver()
    note(tmp_path, 2)
    setattr(bucket, how, False)
    log.deliver()
    assert bucket.ids() == [1, 2]


def test_what_the_emulator_lost_in_a_kill_is_delivered_again(tmp_path, bucket):
    """Its objects of the last seconds are gone; the notes are deleted only long after."""
    clock = Clock()
    log = KeyLog(tmp_path, bucket, "keys", clock)
    note(tmp_path, 1)
    log.deliver()
    bucket.objects.clear()
    clock.now = KEPT - 1
    log.deliver()
    again = KeyLog(tmp_path, bucket, "keys", clock)
    again.deliver()
    assert bucket.ids() == [1]
    clock.now += KEPT + 1
    again.deliver()
    assert list(tmp_path.glob("*.jsonl")) == []
    KeyLog(tmp_path, bucket, "keys", clock).deliver()
    assert bucket.ids() == [1]


def test_a_torn_line_does_not_stop_the_others(tmp_path, bucket, caplog):
    note(tmp_path, 1)
    with (tmp_path / "key-calls.jsonl").open("a") as file:
        file.write('{"eventID": 2, "eve\n[]\n{"eventID": 4}\n')
    note(tmp_path, 5)
    KeyLog(tmp_path, bucket, "keys").deliver()
    assert bucket.ids() == [1, 5]
    assert caplog.text.count("no record") == 3


def test_it_delivers_by_itself_and_at_the_end(tmp_path, bucket, monkeypatch, caplog):
    monkeypatch.setattr("local.key_log.PERIOD", 0.01)
    log = KeyLog(tmp_path, bucket, "keys")
    seen = threading.Event()
    put = bucket.put_object

    def watched(**arguments):
        put(**arguments)
        seen.set()

    bucket.put_object = watched
    bucket.away = True
    note(tmp_path, 1)
    log.start()
    while "tried again" not in caplog.text:
        threading.Event().wait(0.01)
    bucket.away = False
    assert seen.wait(10)
    note(tmp_path, 2)
    log.stop()
    assert sorted(bucket.ids()) == [1, 2]
    KeyLog(tmp_path, bucket, "keys").stop()  # never started


def test_names_of_different_content_differ():
    moment = "2026-03-04T05:06:07Z"
    assert name_of(b"a", moment) == name_of(b"a", moment) != name_of(b"b", moment)
