"""``python -m local`` as a person runs it: start, use, stop, start again, kill."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.layout import ROOT, free_port
from tests.emulator.conftest import until

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]


class Running:
    """One process of the local system over a state folder."""

    def __init__(self, state: Path, *more: str, port: int = 0) -> None:
        self.port = port or free_port()
        self.output = ""
        command = [sys.executable, "-m", "local", "--state", str(state), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [*command, "--app", "tests.emulator.stub_app", *more],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ready(self) -> Running:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C" in line:
                return self
        raise AssertionError(self.output)

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, dict[str, str], Any]:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=20)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        headers = dict(answer.getheaders())
        is_json = headers.get("Content-Type", "").endswith("json")
        return answer.status, headers, json.loads(content) if is_json else content.decode()

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        return self.finish()

    def finish(self) -> int:
        try:
            self.output += self.process.communicate(timeout=60)[0] or ""
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    """Starts systems over one state folder; stops those that still run."""
    systems: list[Running] = []

    def run(*more: str, port: int = 0) -> Running:
        systems.append(Running(tmp_path / "state", *more, port=port))
        return systems[-1]

    yield run
    for system in systems:
        if system.process.poll() is None:
            system.end()


def sent(system: Running) -> list[str]:
    return [m["text"] for m in system.ask("GET", "/_local/outbox.json")[2]["messages"]]


def test_a_day_of_the_local_system(start: Any, tmp_path: Path) -> None:
    system = start().ready()
    assert system.ask("PUT", "/api/rows/one")[2] == {"found": True}
    until(lambda: system.ask("GET", "/api/rows/one-done")[2] == {"found": True})
    assert sent(system) == ["row one"]
    assert "row one" in system.ask("GET", "/_local/outbox")[2]
    assert system.ask("POST", "/_local/schedule/sweep")[2] == {"result": {"swept": "Scheduled Event"}}
    assert system.ask("POST", "/_local/function/appoint_administrator", b'{"a": 1}')[2] == {"result": {"got": {"a": 1}}}
    health = system.ask("GET", "/_local/health")[2]
    assert health["emulator_running"]
    assert health["witness_running"]
    assert {s["name"]: s["alive"] for s in health["sources"]} == {
        "on_card_change": True,
        "on_notice": True,
        "sweep": True,
    }
    status, headers, page = system.ask("GET", "/")
    assert (status, "Медкарта" in page) == (200, True)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert system.ask("GET", "/api/nothing")[2]["code"] == "not-found"
    assert "Server" not in headers

    second = start(port=free_port())
    assert second.finish() == 1
    assert "already running here" in second.output

    assert system.end(signal.SIGINT) == 0
    assert "stopping; the state is kept" in system.output
    assert str(tmp_path / "state" / "audit" / "policy.json") in system.output
    policy = json.loads((tmp_path / "state" / "audit" / "policy.json").read_text())
    assert [key.partition("+")[0] for key in policy["witnesses"]] == ["witness.local/medkarta"]

    again = start().ready()
    assert again.ask("GET", "/api/rows/one-done")[2] == {"found": True}
    assert sent(again) == ["row one"]  # nothing was handled twice
    assert json.loads((tmp_path / "state" / "audit" / "policy.json").read_text()) == policy  # an auditor may keep it
    again.ask("PUT", "/api/rows/two")
    until(lambda: sent(again) == ["row two", "row one"])  # newest first
    assert again.end() == 0


def test_a_killed_runner_leaves_nothing_behind_and_loses_nothing(start: Any) -> None:
    system = start().ready()
    system.ask("PUT", "/api/rows/one")
    assert system.end(signal.SIGKILL) == -signal.SIGKILL
    again = start().ready()  # waits until the emulator of the first has saved and ended
    assert again.ask("GET", "/api/rows/one")[2] == {"found": True}
    until(lambda: again.ask("GET", "/api/rows/one-done")[2] == {"found": True})


def test_fresh_forgets(start: Any) -> None:
    system = start().ready()
    system.ask("PUT", "/api/rows/one")
    assert system.end() == 0
    assert start("--fresh").ready().ask("GET", "/api/rows/one")[2] == {"found": False}


def test_a_taken_port_is_said_before_anything_starts(start: Any, tmp_path: Path) -> None:
    system = start().ready()
    other = Running(tmp_path / "other", port=system.port)
    assert other.finish() == 1
    assert f"port {system.port} on 127.0.0.1 is taken" in other.output
    assert not (tmp_path / "other" / "emulator").exists()


def test_the_end_of_the_emulator_is_the_end_of_the_system(start: Any, tmp_path: Path) -> None:
    system = start().ready()
    [pid] = (tmp_path / "state" / "emulator").glob("ministack-*.pid")
    emulator = int(pid.read_text())
    subprocess.run(["kill", "-9", str(emulator)], check=True)
    assert system.finish() == 1
    assert "the emulator ended by itself" in system.output
