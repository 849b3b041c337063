"""What a bucket of the log promises (audit/objects.py): the one in memory, and S3 as moto plays it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.audit.objects import Objects, S3Objects, Version
from chalicelib.errors import NotFoundError, UnavailableError
from tests.log.world import MemoryObjects

pytestmark = [pytest.mark.xdist_group("contract"), pytest.mark.requirement("AUD-2")]


class Marked:
    """Objects with a way to leave delete markers."""

    def __init__(self, objects: Any, mark: Any) -> None:
        self.objects: Objects = objects
        self.mark = mark


@pytest.fixture(params=["memory", "moto"])
def bucket(request: pytest.FixtureRequest) -> Iterator[Marked]:
    if request.param == "memory":
        memory = MemoryObjects()
        yield Marked(memory, memory.mark_deleted)
        return
    import boto3
    from moto import mock_aws

    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="log", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket="log", VersioningConfiguration={"Status": "Enabled"})
        yield Marked(S3Objects(lambda: client, "log"), lambda name: client.delete_object(Bucket="log", Key=name))


def test_a_name_is_taken_once(bucket: Marked) -> None:
    objects = bucket.objects
    assert objects.put_new("a/1", b"one")
    assert not objects.put_new("a/1", b"two")
    assert objects.get("a/1") == b"one"
    with pytest.raises(NotFoundError):
        objects.get("a/2")


def test_what_is_derived_is_put_over(bucket: Marked) -> None:
    bucket.objects.put("a", b"one")
    bucket.objects.put("a", b"two")
    assert bucket.objects.get("a") == b"two"


def test_only_the_version_that_was_read_is_replaced(bucket: Marked) -> None:
    objects = bucket.objects
    assert not objects.replace("p", b"x", "no such tag")
    assert objects.replace("p", b"one", "")
    assert not objects.replace("p", b"two", "")
    _, tag = objects.get_tagged("p")
    assert objects.replace("p", b"two", tag)
    assert not objects.replace("p", b"three", tag)
    assert objects.get("p") == b"two"


def test_versions_and_markers_are_listed_after_a_name_in_their_folder(bucket: Marked) -> None:
    objects = bucket.objects
    for name in ("c/1", "c/2", "c/3", "d/9"):
        objects.put_new(name, b"x")
    objects.put("c/3", b"y")
    bucket.mark("c/2")
    found = objects.versions("c/", "c/1")
    assert sorted((version.name, version.marker) for version in found) == [
        ("c/2", False),
        ("c/2", True),
        ("c/3", False),
        ("c/3", False),
    ]
    assert objects.versions("c/", "c/3") == []
    assert objects.versions("e/") == []
    assert len(objects.versions("c/")) == 5


def test_a_marker_hides_a_name_but_no_version(bucket: Marked) -> None:
    objects = bucket.objects
    objects.put_new("c/1", b"x")
    bucket.mark("c/1")
    with pytest.raises(NotFoundError):
        objects.get("c/1")
    assert objects.put_new("c/1", b"second")  # so the guard must look at versions, not at names
    assert len(objects.versions("c/")) == 3


def test_more_markers_than_a_page_holds_hide_nothing(bucket: Marked) -> None:
    """Fault 28: a listing gives a thousand versions a page, and markers come first."""
    objects = bucket.objects
    objects.put_new("c/1", b"x")
    for _ in range(1005):
        bucket.mark("c/1")
    objects.put_new("c/2", b"x")
    found = objects.versions("c/")
    assert Version("c/2", marker=False) in found
    assert Version("c/1", marker=False) in found
    assert len(found) == 1007


def test_names_are_listed_with_their_moment_and_taken_away(bucket: Marked) -> None:
    objects = bucket.objects
    for name in ("e/1", "e/2", "f/1"):
        objects.put(name, b"x")
    names = dict(objects.dated("e/"))
    assert set(names) == {"e/1", "e/2"}
    assert all(abs(datetime.now(UTC) - moment) < timedelta(minutes=5) for moment in names.values())
    objects.remove("e/1")
    objects.remove("e/1")
    assert [name for name, _ in objects.dated("e/")] == ["e/2"]
    with pytest.raises(NotFoundError):
        objects.get("e/1")


def test_a_bucket_that_is_away_says_so() -> None:
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3", endpoint_url="http://127.0.0.1:9", config=Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    )
    objects = S3Objects(lambda: client, "log")
    for call in (
        lambda: objects.get("a"),
        lambda: objects.put_new("a", b""),
        lambda: objects.put("a", b""),
        lambda: objects.replace("a", b"", ""),
        lambda: objects.versions("a"),
        lambda: objects.dated("a"),
        lambda: objects.remove("a"),
    ):
        with pytest.raises(UnavailableError):
            call()
