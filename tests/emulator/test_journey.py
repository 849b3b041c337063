"""The running system as a user meets it: ``python -m local``, then docs/journey.sh; then a look into every store."""

from __future__ import annotations

import base64
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.ports.tables import Store
from local.demo import Api
from local.demo_card import HISTORY
from local.demo_people import PATIENTS, STAFF
from tests.emulator.clients import client_of
from tests.emulator.conftest import until
from tests.emulator.running import Running

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]


@pytest.mark.requirement(
    "ID-1",
    "ID-2",
    "ID-3",
    "ACT-1",
    "ACC-1",
    "ACC-2",
    "REC-3",
    "REC-4",
    "REC-5",
    "RX-1",
    "RX-2",
    "RX-3",
    "RX-4",
    "PRT-1",
)
def test_the_story_is_walked_to_its_end(journey: str) -> None:
    assert "The journey is complete" in journey
    assert [line for line in journey.splitlines() if line.startswith("== ")][-1].startswith("== 20.")


def everything(running: Running) -> Iterator[tuple[str, bytes]]:
    """Every attribute of every row of every table, every object of every bucket, every message that waits."""
    emulator = running.get("/_local/health")["emulator"]
    dynamodb, s3 = client_of(emulator, "dynamodb"), client_of(emulator, "s3")
    for table in dynamodb.list_tables()["TableNames"]:
        start: dict[str, Any] = {}
        while True:
            page = dynamodb.scan(TableName=table, **start)
            for row in page["Items"]:
                yield from ((table, leaf) for leaf in leaves(unpublished(row)))
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    for bucket in s3.list_buckets()["Buckets"]:
        for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            yield bucket["Name"], entry["Key"].encode()
            yield bucket["Name"], s3.get_object(Bucket=bucket["Name"], Key=entry["Key"])["Body"].read()


def unpublished(row: dict[str, Any]) -> dict[str, Any]:
    """Without what a clinic has to publish: who its doctors are (323-FZ, article 79), plain in their schedules."""
    published = {"doctor"} if row["pk"]["S"].startswith(("SCHEDULE#", "SCHEDULES#", "SPECIALTY#")) else set()
    return {name: value for name, value in row.items() if name not in published}


def leaves(value: Any) -> Iterator[bytes]:
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, str):
        yield value.encode()
        try:
            yield base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_")
        except ValueError:
            return
    elif isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)


def forbidden() -> list[str]:
    """Names, identifiers and clinical words of the demo people and of the journey."""
    people = [person for person, *_ in STAFF] + [person for person, _ in PATIENTS]
    words = [
        person[field] for person in people for field in ("last_name", "snils", "phone", "email", "passport_number")
    ]
    words += [policy for _, policy in PATIENTS]
    words += ["Журавлёва", "Ксения", "Аркадьевна", "1987-04-12", "+7926", "@example.org", "Demo-Card-2026"]
    words += ["бронхит", "Амоксициллин", "J01CA04", "J20.9", "Гемоглобин", "Кашель", "Хрипы", "таблетке"]
    words += ["Метформин", "диабет", "E11.9", "Пенициллин", "Крапивница", "Глюкоза"]
    assert len(HISTORY) > 5
    return sorted(set(words))


def by_chance(word: str, needle: bytes, data: bytes) -> bool:
    """Whether six digits of a passport stand only inside longer runs of hexadecimal digits, as random ids have them."""
    return word.isdigit() and not re.search(rb"(?<![0-9a-f])" + needle + rb"(?![0-9a-f])", data)


@pytest.mark.requirement("SEC-1", "SEC-2", "SEC-3")
def test_nothing_readable_lies_in_any_store(running: Running, journey: str) -> None:
    assert journey
    needles = [(word, encoded) for word in forbidden() for encoded in (word.encode(), word.encode("utf-16-le"))]
    seen = 0
    for place, data in everything(running):
        seen += 1
        for word, needle in needles:
            assert needle not in data or by_chance(word, needle, data), (place, word)
    assert seen > 1000
    stores = {table.rpartition("-")[2] for table, _ in everything(running)}
    assert len(stores) >= len(Store) - 1  # the index of the log is filled by the sequencer


@pytest.mark.requirement("AUD-1")
def test_every_step_is_in_the_journal(running: Running, journey: str) -> None:
    assert journey
    emulator = running.get("/_local/health")["emulator"]
    dynamodb = client_of(emulator, "dynamodb")
    (outbox,) = [t for t in dynamodb.list_tables()["TableNames"] if "outbox" in t.lower()]
    rows, start = [], {}
    while True:
        page = dynamodb.scan(TableName=outbox, **start)
        rows += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert len(rows) > 100
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row["wid"]["S"], []).append(int(row["wn"]["N"]))
    for found in numbers.values():  # no writer dropped or repeated a number
        assert sorted(found) == list(range(len(found)))


def test_the_logs_name_nobody(running: Running, journey: str) -> None:
    assert journey
    for log in running.state.rglob("*.log"):  # the screen is beside it: the accounts of the demo are printed there
        text = log.read_text(errors="replace")
        for word in forbidden():
            assert word not in text, (log.name, word)


@pytest.mark.requirement("SEC-1")
def test_state_survives_a_kill(running: Running, journey: str) -> None:
    assert journey
    before = running.get("/_local/outbox.json")["messages"]
    time.sleep(5)  # the documented window: an autosave every two seconds
    running.process.kill()
    running.process.wait()
    time.sleep(1)
    running.start()
    assert len(running.get("/_local/outbox.json")["messages"]) == len(before)
    assert "The journey is complete" in running.walk()


@pytest.mark.requirement("AUD-2")
def test_the_log_goes_on_after_everything_was_killed_at_once(running: Running, journey: str) -> None:
    """The emulator forgets the last seconds of its tables, but no object and no cosignature: as after a restore."""
    assert journey
    running.fire("sweep_audit")
    for child in Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    running.process.kill()
    running.process.wait()
    running.start()
    api = Api(running.url)
    before = log_size(running)
    api.sign_in(PATIENTS[0][0])
    until(lambda: log_size(running) > before, 60)
    assert running.fire("sweep_audit")["checkpoint_age"] < 60


def log_size(running: Running) -> int:
    bucket = next(b["Name"] for b in running.client("s3").list_buckets()["Buckets"] if "auditedge" in b["Name"].lower())
    [pointer] = [
        entry["Key"]
        for entry in running.client("s3").list_objects_v2(Bucket=bucket)["Contents"]
        if entry["Key"].endswith("/checkpoint")
    ]
    note = running.client("s3").get_object(Bucket=bucket, Key=pointer)["Body"].read().decode()
    return int(note.split("\n")[1])
