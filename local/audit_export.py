"""``python -m local.audit_export DIR``: the audit log of the running local system as a folder that the verifier reads.

What docs/audit.md calls the export of a log. Of a locked object the first version is taken, whatever was put over it;
of the others the newest. Needs nothing of the application: on AWS an auditor does the same with rights to read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from local.emulator import Emulator
from local.layout import ROOT, Layout
from local.stack import NAME

TRIES = 5
POINTER = "checkpoint"  # the only object that moves; the others must not be older than it


class ExportError(Exception):
    """The log cannot be exported; the text says why."""


def export(s3: Any, locked: str, edge: str, folder: Path) -> int:
    """Number of objects written below ``folder``, which must be empty or new. Raises ExportError.

    The log goes on growing meanwhile; when its checkpoint moved, everything is read once more.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportError(f"{folder} is not empty")
    for _ in range(TRIES):
        before = _pointers(s3, edge)
        objects = {**_objects(s3, locked, newest=False), **_objects(s3, edge, newest=True)}
        if _pointers(s3, edge) == before:
            break
    else:
        raise ExportError("the log grows too fast to be read as one moment; try again")
    for name, (bucket, version) in objects.items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ExportError(f"an object with a strange name: {name!r}")
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(s3.get_object(Bucket=bucket, Key=name, VersionId=version)["Body"].read())
    return len(objects)


def _objects(s3: Any, bucket: str, *, newest: bool) -> dict[str, tuple[str, str]]:
    """Bucket and version by name. S3 lists the versions of a name newest first, so the first one is listed last."""
    found: dict[str, tuple[str, str]] = {}
    for version in _versions(s3, bucket):
        if version["IsLatest"] or not newest:
            found[version["Key"]] = (bucket, version["VersionId"])
    return found


def _versions(s3: Any, bucket: str) -> Iterator[Mapping[str, Any]]:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        yield from page.get("Versions", ())


def _pointers(s3: Any, bucket: str) -> dict[str, list[bytes]]:
    """Origin, size and root that the newest checkpoint of each year says; cosignatures may change."""
    names = [name for name in _objects(s3, bucket, newest=True) if PurePosixPath(name).name == POINTER]
    return {name: s3.get_object(Bucket=bucket, Key=name)["Body"].read().split(b"\n")[:3] for name in names}


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0, or 1 with the reason on standard error."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    parser = argparse.ArgumentParser(prog="python -m local.audit_export", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to; must be empty or new")
    parser.add_argument("--state", type=Path, default=ROOT / ".local", help="folder of the state (default .local)")
    options = parser.parse_args(arguments)
    layout = Layout(options.state.resolve())
    try:
        emulator = Emulator(layout.emulator, port=int((layout.emulator / "port").read_text("ascii")))
        at = emulator.environment()
        session = boto3.Session(at["AWS_ACCESS_KEY_ID"], at["AWS_SECRET_ACCESS_KEY"], region_name=at["AWS_REGION"])
        described = session.client("cloudformation", endpoint_url=emulator.url).describe_stacks(StackName=NAME)
        outputs = {o["OutputKey"]: o["OutputValue"] for o in described["Stacks"][0]["Outputs"]}
        s3 = session.client("s3", endpoint_url=emulator.url)
        number = export(s3, outputs["AuditLogBucket"], outputs["AuditEdgeBucket"], options.folder)
    except (OSError, ValueError, BotoCoreError, ClientError):
        print(f"audit_export: no local system runs with the state {layout.state}", file=sys.stderr)
        return 1
    except ExportError as error:
        print(f"audit_export: {error}", file=sys.stderr)
        return 1
    check = f".venv/bin/python -m verifier fsck {options.folder} --policy {layout.policy}"
    print(f"{number} objects in {options.folder}\n{check}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
