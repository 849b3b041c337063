"""The audit log as a folder: which version of which object, and only of one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.audit_export import ExportError, export, main
from tests.emulator.conftest import Emulated

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator"), pytest.mark.requirement("AUD-2")]

LOCKED, EDGE = "export-locked", "export-edge"


@pytest.fixture
def s3(emulator: Emulated) -> Iterator[Any]:
    """Two buckets with versions, empty at the start of each test."""
    client = emulator.client("s3")
    for bucket in (LOCKED, EDGE):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    yield client
    for bucket in (LOCKED, EDGE):
        pages = list(client.get_paginator("list_object_versions").paginate(Bucket=bucket))
        for version in [v for page in pages for v in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))]:
            client.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        client.delete_bucket(Bucket=bucket)


def put(s3: Any, bucket: str, name: str, *bodies: bytes) -> None:
    for body in bodies:
        s3.put_object(Bucket=bucket, Key=name, Body=body)


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_of_locked_objects_the_first_version_of_others_the_newest(s3: Any, tmp_path: Path) -> None:
    put(s3, LOCKED, "2026/tile/0/000", b"first", b"second", b"third")
    put(s3, LOCKED, "2026/segment/a", b"segment")
    put(s3, LOCKED, "2026/checkpoints/hidden", b"kept")
    s3.delete_object(Bucket=LOCKED, Key="2026/checkpoints/hidden")
    put(s3, EDGE, "2026/tile/0/001.p/7", b"old", b"new")
    put(s3, EDGE, "2026/tile/0/001.p/6", b"gone")
    s3.delete_object(Bucket=EDGE, Key="2026/tile/0/001.p/6")
    put(s3, EDGE, "2026/checkpoint", b"o\n1\nr\n", b"o\n2\nr\n")
    assert export(s3, LOCKED, EDGE, tmp_path / "log") == 5
    assert content(tmp_path / "log") == {
        "2026/tile/0/000": b"first",
        "2026/segment/a": b"segment",
        "2026/checkpoints/hidden": b"kept",
        "2026/tile/0/001.p/7": b"new",
        "2026/checkpoint": b"o\n2\nr\n",
    }


def test_a_long_log_is_whole(s3: Any, tmp_path: Path) -> None:
    for number in range(1005):
        put(s3, LOCKED, f"2026/segment/{number:04d}", b"x")
    assert export(s3, LOCKED, EDGE, tmp_path / "log") == 1005


def test_a_folder_that_is_not_empty_is_left_alone(s3: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(ExportError, match="not empty"):
        export(s3, LOCKED, EDGE, tmp_path)
    assert content(tmp_path) == {"mine": b"mine"}


class Growing:
    """A client whose log gets a new checkpoint each time the locked objects are listed, for a while."""

    def __init__(self, s3: Any, grow: Callable[[], bool]) -> None:
        self.s3, self.grow = s3, grow

    def get_paginator(self, name: str) -> Any:
        paginator, grow = self.s3.get_paginator(name), self.grow

        class Watched:
            def paginate(self, **arguments: Any) -> Any:
                if arguments["Bucket"] == LOCKED:
                    grow()
                return paginator.paginate(**arguments)

        return Watched()

    def get_object(self, **arguments: Any) -> Any:
        return self.s3.get_object(**arguments)


@pytest.mark.parametrize("times", [2, 50])
def test_a_log_that_grows_meanwhile_is_read_again(s3: Any, tmp_path: Path, times: int) -> None:
    sizes = iter(range(1, times + 1))

    def grow() -> bool:
        for size in sizes:
            put(s3, LOCKED, f"2026/segment/{size}", b"x")
            put(s3, EDGE, "2026/checkpoint", b"o\n%d\nr\n\n-- cosigned" % size)
            return True
        put(s3, EDGE, "2026/checkpoint", b"o\n%d\nr\n\n-- cosigned anew" % times)
        return False

    put(s3, EDGE, "2026/checkpoint", b"o\n0\nr\n")
    if times == 2:
        export(Growing(s3, grow), LOCKED, EDGE, tmp_path / "log")
        assert content(tmp_path / "log")["2026/checkpoint"].startswith(b"o\n2\n")
        assert "2026/segment/2" in content(tmp_path / "log")
    else:
        with pytest.raises(ExportError, match="too fast"):
            export(Growing(s3, grow), LOCKED, EDGE, tmp_path / "log")


def test_without_a_running_system_it_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for port in ("", "1", "words"):
        (tmp_path / "emulator").mkdir(exist_ok=True)
        (tmp_path / "emulator" / "port").write_text(port)
        assert main([str(tmp_path / "log"), "--state", str(tmp_path)]) == 1
        assert "no local system runs" in capsys.readouterr().err
