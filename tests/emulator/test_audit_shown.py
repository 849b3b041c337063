"""By hand, as somebody with the keys of the house would: rows dropped, records edited, bytes changed. Each is named."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from local.demo import Api
from local.demo_people import STAFF
from tests.emulator.conftest import until
from tests.emulator.running import ROOT, Running
from verifier import fsck
from verifier.objects import Folder, Memory
from verifier.policy import Policy

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("emulator"),
    pytest.mark.requirement("AUD-2", "AUD-3", "AUD-4"),
]


@pytest.fixture
def exported(running: Running, journey: str, tmp_path: Path) -> Path:
    """The log as an auditor takes it away."""
    assert journey
    folder = tmp_path / "log"
    command = [sys.executable, "-m", "local.audit_export", str(folder), "--state", str(running.state)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    return folder


_signed_in: list[tuple[float, Api, str]] = []
FRESH = 240  # seconds: a second factor counts as fresh for five minutes


def officer(running: Running) -> tuple[Api, str]:
    """Signed in lately: not with each call, for codes by SMS are limited."""
    if not _signed_in or time.monotonic() - _signed_in[-1][0] > FRESH:
        [person] = [person for person, role, *_ in STAFF if role == "security-officer"]
        api = Api(running.url)
        _signed_in.append((time.monotonic(), api, api.sign_in(person, "security-officer")))
    return _signed_in[-1][1:]


def table(running: Running, word: str) -> str:
    [name] = [name for name in running.client("dynamodb").list_tables()["TableNames"] if word in name.lower()]
    return str(name)


def rows(running: Running, word: str) -> list[dict[str, Any]]:
    dynamodb, found, start = running.client("dynamodb"), [], {}
    while True:
        page = dynamodb.scan(TableName=table(running, word), **start)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def incidents(running: Running) -> list[str]:
    api, token = officer(running)
    found = api.post("/audit/search", {"action": "audit:incident", "limit": 100}, token)
    return [item["body"]["reason"] for item in found["items"]]


def test_the_exported_log_passes(running: Running, exported: Path) -> None:
    command = [sys.executable, "-m", "verifier", "fsck", str(exported), "--policy", str(running.policy)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout
    assert "ПРОВЕРКА ПРОЙДЕНА" in done.stdout.upper()


def test_one_byte_of_any_object_is_noticed_and_the_object_named(running: Running, exported: Path) -> None:
    policy = Policy.read(running.policy.read_bytes())
    folder = Folder(exported)
    objects = {name: folder.read(name) for name in folder.names()}
    assert not [f.code for f in fsck.check(Memory(objects), policy).findings if f.level != "info"]
    kinds = {"segment", "checkpoints", "tile", "checkpoint"}
    assert {name.split("/")[1] for name in objects} == kinds
    # The oldest and the newest of each kind, since a whole log is checked each time; tests/verifier spoils small ones.
    each = [[name for name in sorted(objects) if name.split("/")[1] == kind] for kind in sorted(kinds)]
    for name in sorted({end for names in each for end in (names[0], names[-1])}):
        data = objects[name]
        middle = len(data) // 2
        spoiled = {**objects, name: data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]}
        found = [finding for finding in fsck.check(Memory(spoiled), policy).findings if finding.level != "info"]
        assert any(name in finding.place or finding.place in name for finding in found), (name, found[:3])


def test_a_patients_list_is_checked_without_the_system(running: Running, journey: str, tmp_path: Path) -> None:
    assert journey
    bundle = json.loads(running.bundle.read_text())
    command = [sys.executable, "-m", "verifier", "patient", "--policy", str(running.policy)]

    def checked(changed: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(changed))
        arguments = [*command, "--nonce", bundle["nonce"], str(path)]
        return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert checked(bundle).returncode == 0
    hidden = json.loads(json.dumps(bundle))
    del hidden["chains"][0]["entries"][3]
    assert checked(hidden).returncode == 2
    bodies = [json.loads(entry["body"]) for entry in bundle["chains"][0]["entries"]]
    assert {body["patient"] for body in bodies} == {bundle["patient"]}
    doctors = [body for body in bodies if body["actor"]["role"] == "doctor"]
    assert {"success", "denied"} <= {body["outcome"] for body in doctors}


def test_a_row_that_is_taken_out_of_the_outbox_is_an_incident(running: Running, journey: str) -> None:
    assert journey
    before = incidents(running).count("outbox-remove")
    newest = max(rows(running, "outbox"), key=lambda row: row["sk"]["S"])
    key = {name: newest[name] for name in ("pk", "sk")}
    running.client("dynamodb").delete_item(TableName=table(running, "outbox"), Key=key)
    until(lambda: incidents(running).count("outbox-remove") == before + 1, 60)
    running.client("dynamodb").put_item(TableName=table(running, "outbox"), Item=newest)  # other tests look here too


def test_a_row_that_is_changed_in_the_outbox_is_an_incident(running: Running, journey: str) -> None:
    assert journey
    before = incidents(running).count("outbox-modify")
    newest = max(rows(running, "outbox"), key=lambda row: row["sk"]["S"])
    running.client("dynamodb").update_item(
        TableName=table(running, "outbox"),
        Key={name: newest[name] for name in ("pk", "sk")},
        UpdateExpression="SET com = :c",
        ExpressionAttributeValues={":c": {"S": "AAAA"}},
    )
    until(lambda: incidents(running).count("outbox-modify") == before + 1, 60)


def test_a_row_that_is_taken_out_of_the_index_is_shown_and_found(running: Running, journey: str) -> None:
    """The officer sees a gap where the entry was, the review makes a finding of it, the operator makes it anew."""
    assert journey
    patient = json.loads(running.bundle.read_text())["patient"]
    dynamodb, name = running.client("dynamodb"), table(running, "auditindex")
    own = [row for row in rows(running, "keys") if row["pk"]["S"] == patient]
    [subject] = [row for row in own if row["sk"]["S"].startswith("audit#")]
    tag = subject["tag"]["S"]
    chain = [row for row in rows(running, "auditindex") if row["pk"]["S"] == f"P#{tag}"]
    victim = sorted(chain, key=lambda row: row["sk"]["S"])[-20]  # on the first page of what the officer finds
    dynamodb.delete_item(TableName=name, Key={"pk": victim["pk"], "sk": victim["sk"]})
    api, token = officer(running)
    found = api.post("/audit/search", {"patient_id": patient, "limit": 100}, token)
    assert [item["number"] for item in found["items"] if item["altered"]] == [int(victim["sk"]["S"])]
    year = int(victim["y"]["N"])
    assert api.post("/audit/search", {"patient_id": patient, "limit": 1}, token)["items"]
    made = api.call("POST", "/_local/function/rebuild_audit_index", {"year": year})
    assert made["result"]["entries"] > 100
    again = api.post("/audit/search", {"patient_id": patient, "limit": 100}, token)
    assert not [item for item in again["items"] if item["altered"]]


def test_a_record_that_is_edited_behind_the_log_is_named(running: Running, journey: str) -> None:
    assert journey
    patient = json.loads(running.bundle.read_text())["patient"]
    dynamodb, name = running.client("dynamodb"), table(running, "card")
    kind = "R#examination-protocol#"
    [record] = [r for r in rows(running, "card") if r["pk"]["S"] == f"P#{patient}" and r["sk"]["S"].startswith(kind)]
    sealed = bytes(record["sealed"]["B"])
    api, token = officer(running)
    assert api.post("/audit/checks", {"patient_id": patient}, token)["findings"] == []
    key = {"pk": record["pk"], "sk": record["sk"]}
    dynamodb.put_item(TableName=name, Item={**record, "sealed": {"B": sealed[:-1] + bytes([sealed[-1] ^ 1])}})
    [finding] = api.post("/audit/checks", {"patient_id": patient}, token)["findings"]
    assert (finding["rule"], finding["kind"], finding["record"]) == (
        "record-altered",
        "examination-protocol",
        record["id"]["S"],
    )
    dynamodb.delete_item(TableName=name, Key=key)
    found = api.post("/audit/checks", {"patient_id": patient}, token)["findings"]
    assert "record-missing" in {one["rule"] for one in found}
    dynamodb.put_item(TableName=name, Item=record)
    assert api.post("/audit/checks", {"patient_id": patient}, token)["findings"] == []
    rules = {item["rule"] for item in api.call("GET", "/api/v1/findings", None, token)["items"]}
    assert {"record-altered", "record-missing"} <= rules
