"""Puts the built portal into its bucket, so that whoever looks meanwhile never meets half of it.

    python -m infra.portal_upload STACK POLICY.json

STACK is that of infra/portal.yaml. POLICY.json is the audit policy as it was published where the operator cannot change
it (operations.md): its keys are pinned in the build, so that a patient's browser does not take them from the service
that it checks.

New files with a hash in their name come first, pages next, index.html and sw.js last. Files of former builds stay for
30 days: a page that is open since yesterday still loads its parts.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from local import portal, portal_build
from verifier.policy import Policy

KEPT = timedelta(days=30)
FORMER = "former-since"  # tag of a file that the newest build does not name any more
ASSETS = "assets/"
LAST = ("index.html", "sw.js")
NOT_UPLOADED = (".br", ".gz")  # CloudFront compresses by itself


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys in the order of their uploading; those to be marked as former ones today, and those whose time is over."""

    put: tuple[str, ...]
    mark: tuple[str, ...]
    delete: tuple[str, ...]


def plan(built: Iterable[str], there: Mapping[str, date | None], today: date) -> Plan:
    """``there`` says of each key in the bucket since when it is a former one. What a name with a hash stands for is in
    the bucket already when the name is, and not a former one.
    """
    names = set(built)
    put = [name for name in names if not name.startswith(ASSETS) or there.get(name, today) is not None]
    gone = {name: since for name, since in there.items() if name not in names}
    return Plan(
        tuple(sorted(put, key=_turn)),
        tuple(sorted(name for name, since in gone.items() if since is None)),
        tuple(sorted(name for name, since in gone.items() if since is not None and today - since >= KEPT)),
    )


def _turn(name: str) -> tuple[int, str]:
    if name in LAST:
        return 2 + LAST.index(name), name
    return int(not name.startswith(ASSETS)), name


def files(folder: Path) -> Iterator[str]:
    """Keys of what is uploaded of a built portal."""
    for file in folder.rglob("*"):
        if file.is_file() and file.suffix not in NOT_UPLOADED and not file.name.startswith("."):
            yield file.relative_to(folder).as_posix()


def upload(s3: Any, bucket: str, folder: Path, today: date) -> Plan:
    """Carries the plan out, and returns it."""
    made = plan(files(folder), dict(_there(s3, bucket)), today)
    for name in made.put:
        s3.put_object(
            Bucket=bucket,
            Key=name,
            Body=(folder / name).read_bytes(),
            ContentType=portal.content_type(folder / name),
            CacheControl=portal.cache_rule(f"/{name}"),
        )
    for name in made.mark:
        tags = {"TagSet": [{"Key": FORMER, "Value": today.isoformat()}]}
        s3.put_object_tagging(Bucket=bucket, Key=name, Tagging=tags)
    for name in made.delete:
        s3.delete_object(Bucket=bucket, Key=name)
    return made


def _there(s3: Any, bucket: str) -> Iterator[tuple[str, date | None]]:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", ()):
            tags = s3.get_object_tagging(Bucket=bucket, Key=found["Key"])["TagSet"]
            since = next((date.fromisoformat(tag["Value"]) for tag in tags if tag["Key"] == FORMER), None)
            yield found["Key"], since


def pinned(text: str) -> str:
    """The policy as the build takes it. Raises Flaw when the verifier would not use it."""
    Policy.read(text.encode())
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def main(arguments: list[str]) -> int:
    import boto3

    if len(arguments) != 2:  # noqa: PLR2004
        print(__doc__, file=sys.stderr)
        return 2
    stack_name, policy = arguments
    os.environ[portal_build.PINNED] = pinned(Path(policy).read_text("utf-8"))
    try:
        portal_build.build(print)
    except portal_build.BuildError as error:
        print(error, file=sys.stderr)
        return 1
    (stack,) = boto3.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    done = upload(boto3.client("s3"), outputs["PortalBucket"], portal.BUILT, datetime.now(UTC).date())
    print(f"{len(done.put)} files uploaded, {len(done.mark)} kept for 30 days more, {len(done.delete)} deleted")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
