"""The sequencer over stores with real conditions, versions and locks: crashes, races, attacks (faults 4, 22, 26)."""

from __future__ import annotations

import contextlib
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.audit.alarms import ForkError, LostRaceError
from chalicelib.audit.ec_key import KmsEcKey
from chalicelib.audit.entry import b64
from chalicelib.audit.logstore import Head, LogStore
from chalicelib.audit.objects import S3Objects
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store
from chalicelib.storage.tables import DynamoTables
from tests.emulator.clients import client_of
from tests.emulator.conftest import Emulated
from tests.log.world import STEPS, Crash, LogWorld, crash_at

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("emulator"),
    pytest.mark.requirement("AUD-2"),
]

YEARS = itertools.count(2095, -10)
"""Downwards: a log says of the year before what it was, and some of these end badly."""


class CountingKey(KmsEcKey):
    """The log key in KMS; keeps what it signed."""

    def __init__(self, kms: Any, arn: str) -> None:
        super().__init__(kms, arn)
        self.signed_texts: list[bytes] = []

    def sign(self, message: bytes) -> bytes:
        self.signed_texts.append(message)
        return super().sign(message)


class RealWorld(LogWorld):
    """A year of its own in the emulator's stores; entries are made as in memory, keys are KMS's."""

    def __init__(self, emulator: Emulated) -> None:
        super().__init__(witness=False)
        self.year = next(YEARS)
        self.clock.now = self.clock.now.replace(year=self.year)
        kms, s3 = emulator.client("kms"), emulator.client("s3")
        outputs = emulator.outputs
        names = {store: outputs[f"{store.value.title().replace('_', '')}Table"] for store in Store}
        self.tables = DynamoTables(lambda: client_of(emulator.url, "dynamodb"), names)
        self.ca = KmsEcKey(lambda: kms, outputs["WriterCaKey"])
        self.log_key = CountingKey(lambda: kms, outputs["LogKey"])
        self.subjects._tables, self.subjects._authority = self.tables, self.ca
        self.subjects.forget()
        self.writers = [type(self.writers[0])(self.ca) for _ in range(2)]
        self.bucket = outputs["AuditLogBucket"]
        self.s3 = s3
        pool = ThreadPoolExecutor(8)
        self.store = LogStore(
            self.tables,
            S3Objects(lambda: s3, outputs["AuditLogBucket"]),
            S3Objects(lambda: s3, outputs["AuditEdgeBucket"]),
            lambda work, things: list(pool.map(work, things)),
        )
        self.edge_bucket = outputs["AuditEdgeBucket"]

    def exported(self) -> dict[str, bytes]:
        """Objects of this world's year."""
        found = {}
        for bucket in (self.bucket, self.edge_bucket):
            pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"{self.year}/")
            for entry in itertools.chain.from_iterable(page.get("Contents", ()) for page in pages):
                found[entry["Key"]] = self.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        return found


@pytest.fixture
def world(emulator: Emulated) -> RealWorld:
    return RealWorld(emulator)


def test_killed_at_every_step_over_real_stores(world: RealWorld) -> None:
    world.sequencer().run(world.year, world.rows(30))
    for step in STEPS:
        batch = world.rows(6)
        with pytest.raises(Crash):
            world.sequencer(crash_at(step)).run(world.year, batch)
        world.sequencer().run(world.year, batch)
        assert world.sequencer().run(world.year, batch) == 0
    world.check(year=world.year)


def test_four_at_once_over_real_stores(world: RealWorld) -> None:
    rows = world.rows(80)

    def work(first: int) -> None:
        sequencer = world.sequencer()
        for start in range(first, 80, 12):
            with contextlib.suppress(LostRaceError):
                sequencer.run(world.year, rows[start : start + 30])

    threads = [threading.Thread(target=work, args=(n * 5,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.sequencer().run(world.year, rows)
    world.check(year=world.year)


def test_locked_objects_are_neither_deleted_nor_put_twice(world: RealWorld) -> None:
    for _ in range(3):
        world.sequencer().run(world.year, world.rows(100))
    listed = world.s3.list_object_versions(Bucket=world.bucket, Prefix=f"{world.year}/")["Versions"]
    assert len(listed) >= 3 + 3 + 2
    for version in listed:
        with pytest.raises(ClientError) as refused:
            world.s3.delete_object(
                Bucket=world.bucket,
                Key=version["Key"],
                VersionId=version["VersionId"],
                BypassGovernanceRetention=True,
            )
        assert refused.value.response["Error"]["Code"] == "AccessDenied"
    name = f"{world.year}/checkpoints/{301:020d}"
    with pytest.raises(ClientError) as taken:
        world.s3.put_object(Bucket=world.bucket, Key=name, Body=b"x", IfNoneMatch="*")
    assert taken.value.response["Error"]["Code"] == "PreconditionFailed"


def test_a_whole_roll_back_under_delete_markers_is_an_alarm(world: RealWorld) -> None:
    """Head and pointer are put back, and everything later is hidden: only versions tell."""
    world.sequencer().run(world.year, world.rows(20))
    early = world.store.head(world.year)
    note = world.store.pointer(world.year)[0]
    assert early is not None
    for _ in range(2):
        world.sequencer().run(world.year, world.rows(20))
    now = world.store.head(world.year)
    assert now is not None
    signed = len(world.log_key.signed_texts)
    for size in (41, 61):
        for _ in range(6):
            world.s3.delete_object(Bucket=world.bucket, Key=f"{world.year}/checkpoints/{size:020d}")
    back = Head(now.ver + 1, now.ver + 1, early.size, early.root, early.t, early.seg, early.segsha)
    world.tables.commit([Put(keys.log_head(world.year), back.item(), None)])
    world.s3.put_object(Bucket=world.edge_bucket, Key=f"{world.year}/checkpoint", Body=note.encode())
    with pytest.raises(ForkError):
        world.sequencer().run(world.year, world.rows(40))
    assert len(world.log_key.signed_texts) == signed
    assert b64(early.root) in note
