"""The running system as a user meets it: ``python -m local``, then docs/journey.sh; then a look into every store."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.ports.tables import Store
from local.demo_people import HISTORY, PATIENTS, STAFF
from local.layout import free_port
from tests.emulator.conftest import client_of

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]

ROOT = Path(__file__).parents[2]
START = 90  # seconds, on a busy machine


class Running:
    """The local system in a process of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MEDKARTA_"))}
        command = [sys.executable, "-m", "local", "--port", str(self.port), "--state", str(self.state)]
        with (self.state / "screen.log").open("ab") as screen:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=screen, stderr=screen)
        deadline = time.monotonic() + START
        while not self._ready():
            assert self.process.poll() is None, (self.state / "screen.log").read_text()
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.2)

    def _ready(self) -> bool:
        return (self.state / "demo-loaded").exists() and self._answers()

    def _answers(self) -> bool:
        try:
            self.get("/api/v1/health")
        except OSError:
            return False
        return True

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    made = Running(tmp_path_factory.mktemp("state"))
    yield made
    if made.process.poll() is None:
        made.stop()


@pytest.fixture(scope="module")
def journey(running: Running) -> str:
    done = subprocess.run(
        ["bash", str(ROOT / "docs" / "journey.sh"), running.url],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout


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
    assert [line for line in journey.splitlines() if line.startswith("== ")][-1].startswith("== 17.")


def everything(running: Running) -> Iterator[tuple[str, bytes]]:
    """Every attribute of every row of every table, every object of every bucket, every message that waits."""
    emulator = running.get("/_local/health")["emulator"]
    dynamodb, s3 = client_of(emulator, "dynamodb"), client_of(emulator, "s3")
    for table in dynamodb.list_tables()["TableNames"]:
        start: dict[str, Any] = {}
        while True:
            page = dynamodb.scan(TableName=table, **start)
            for row in page["Items"]:
                yield from ((table, leaf) for leaf in leaves(row))
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    for bucket in s3.list_buckets()["Buckets"]:
        for entry in s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", []):
            yield bucket["Name"], entry["Key"].encode()
            yield bucket["Name"], s3.get_object(Bucket=bucket["Name"], Key=entry["Key"])["Body"].read()


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


@pytest.mark.requirement("SEC-1", "SEC-2", "SEC-3")
def test_nothing_readable_lies_in_any_store(running: Running, journey: str) -> None:
    assert journey
    needles = [(word, encoded) for word in forbidden() for encoded in (word.encode(), word.encode("utf-16-le"))]
    seen = 0
    for place, data in everything(running):
        seen += 1
        for word, needle in needles:
            assert needle not in data, (place, word)
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
    for log in running.state.rglob("*.log"):
        text = log.read_text(errors="replace")
        if log.name == "screen.log":
            continue  # the accounts of the demo are printed there on purpose
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
    again = subprocess.run(
        ["bash", str(ROOT / "docs" / "journey.sh"), running.url],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert again.returncode == 0, again.stdout[-2000:] + again.stderr[-2000:]
