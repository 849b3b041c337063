"""The local witness as a process of its own, and the policy that names its key."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.audit.witness import WitnessClient
from local import audit_policy
from local.layout import ROOT, StartError
from local.witness import Witness
from tests.emulator.conftest import Emulated, until
from tests.witness.logs import ORIGIN, Log, write_policy
from verifier import notes
from witness.policy import read

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator"), pytest.mark.requirement("AUD-2")]


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path / "policy.json")


@pytest.fixture
def own(tmp_path: Path, policy: Path) -> Iterator[Witness]:
    witness = Witness(tmp_path / "witness")
    witness.prepare()
    witness.start(policy)
    yield witness
    witness.stop()


def cosign(witness: Witness, log: Log, size: int) -> str:
    client = WitnessClient(witness.url, [witness.key])
    return client.cosign(log.note(size), size, ORIGIN, lambda old: log.proof(old, size))


def test_key_and_address_are_known_before_it_runs_and_stay(own: Witness, policy: Path) -> None:
    assert cosign(own, Log(), 5)
    own.stop()
    assert not own.running()
    again = Witness(own.folder)
    again.prepare()
    assert (again.port, again.key) == (own.port, own.key)
    assert not again.answers()
    again.start(policy)
    try:
        assert cosign(again, Log(), 8)
    finally:
        again.stop()


def test_it_is_started_again_and_remembers(own: Witness) -> None:
    cosign(own, Log(), 5)
    assert own.process
    first = own.process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: own.process is not None and own.process.pid != first and own.answers())
    assert json.loads((own.folder / "state" / "state.json").read_text())["logs"][ORIGIN]["size"] == 5
    assert cosign(own, Log(), 8)


def test_it_ends_with_a_killed_runner(tmp_path: Path, policy: Path) -> None:
    code = (
        "import sys, time, pathlib; from local.witness import Witness; w = Witness(pathlib.Path(sys.argv[1])); "
        "w.prepare(); w.start(pathlib.Path(sys.argv[2])); print(w.process.pid, flush=True); time.sleep(600)"
    )
    runner = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "witness"), str(policy)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert runner.stdout
    runner.stdout.readline()
    runner.kill()
    runner.wait()
    runner.stdout.close()
    after = Witness(tmp_path / "witness")
    after.prepare()  # waits for the other's end
    after.start(policy)
    after.stop()


def test_a_damaged_memory_is_said_with_a_way_out(own: Witness, policy: Path) -> None:
    cosign(own, Log(), 5)
    own.stop()
    (own.folder / "state" / "state.json").write_text("{}")
    with pytest.raises(StartError, match=r"damaged.*FRESH=1"):
        own.prepare()
    with pytest.raises(StartError, match=r"witness\.log"):
        own.start(policy)


def test_the_policy_names_the_keys_of_the_stores(emulator: Emulated, own: Witness, tmp_path: Path) -> None:
    path = tmp_path / "audit" / "policy.json"
    kms = emulator.client("kms")
    for _ in range(2):
        audit_policy.write(path, kms, emulator.outputs, own.key)
    policy = json.loads(path.read_text())
    assert read(path).name == policy["log"]["name"] == emulator.outputs["AuditLogName"]
    assert read(path).keys == (kms.get_public_key(KeyId=emulator.outputs["LogKey"])["PublicKey"],)
    assert notes.unb64(policy["writer_ca"][0]) == kms.get_public_key(KeyId=emulator.outputs["WriterCaKey"])["PublicKey"]
    assert (policy["witnesses"], policy["quorum"]) == ([own.key], 1)
