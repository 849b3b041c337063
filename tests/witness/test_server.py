"""The witness over HTTP, and as the process that another organisation runs."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import socket
import subprocess
import sys
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.layout import ROOT
from tests.effort import tried
from tests.witness.conftest import Client
from tests.witness.logs import NAME, ORIGIN, Log, new_key, request, write_policy
from verifier import notes
from witness.policy import PolicyError, read
from witness.server import LARGEST_BODY, READ_ON

pytestmark = pytest.mark.requirement("AUD-2")


def test_a_cosignature_and_a_conflict_over_one_connection(client):
    log = Log()
    status, kind, text = client.ask("POST", "/add-checkpoint", log.body(0, 5))
    assert (status, kind) == (200, "text/plain; charset=utf-8")
    assert text.startswith("— witness.example/w1 ")
    assert text.endswith("\n")
    assert client.ask("POST", "/add-checkpoint", log.body(0, 8)) == (409, "text/x.tlog.size", "5\n")
    assert client.ask("POST", "/add-checkpoint", log.body(5, 8))[0] == 200


@pytest.mark.parametrize("path", ["/", "/health"])
def test_health_says_name_key_and_sizes(client, path):
    client.ask("POST", "/add-checkpoint", Log().body(0, 5))
    status, kind, text = client.ask("GET", path)
    health = json.loads(text)
    assert (status, kind) == (200, "application/json")
    assert notes.VerifierKey.parse(health["vkey"]).name == health["name"] == "witness.example/w1"
    assert health["logs"][ORIGIN]["size"] == 5


def test_a_large_body_is_413_and_its_sender_hears_it(client):
    note = Log().note(5).encode()
    filled = request(0, [], "").decode().encode() + note
    assert client.ask("POST", "/add-checkpoint", filled.ljust(LARGEST_BODY))[0] == 400
    assert client.ask("POST", "/add-checkpoint", filled.ljust(LARGEST_BODY + 1))[0] == 413
    assert client.ask("POST", "/add-checkpoint", b"x" * READ_ON)[0] == 413


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("POST /add-checkpoint HTTP/1.1\r\n", 411),
        ("POST /add-checkpoint HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", 411),
        ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: -1\r\n", 411),
        ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n", 411),
        ("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 9" + "9" * 30 + "\r\n", 411),
        ("POST /other HTTP/1.1\r\nContent-Length: 0\r\n", 404),
        ("GET /state.json HTTP/1.1\r\n", 404),
        ("PUT /add-checkpoint HTTP/1.1\r\nContent-Length: 0\r\n", 501),
        ("<b>secret</b>\r\n", 400),
        ("GET / HTTP/9.9\r\n", 505),
        ("GET /" + "a" * 70_000 + " HTTP/1.1\r\n", 414),
    ],
)
def test_other_requests_get_a_short_answer_that_repeats_nothing(server, head, status):
    answer = raw(server.server_port, f"{head}\r\n".encode())
    assert f" {status} ".encode() in answer.partition(b"\r\n")[0]
    body = answer.partition(b"\r\n\r\n")[2]
    assert len(body) < 40
    assert b"secret" not in answer
    assert b"Python" not in answer


def raw(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        parts = []
        with contextlib.suppress(ConnectionResetError):
            while part := connection.recv(65536):
                parts.append(part)
    return b"".join(parts)


def test_a_body_that_ends_too_early_is_no_request(server, witness):
    body = Log().body(0, 5)
    head = f"POST /add-checkpoint HTTP/1.1\r\nContent-Length: {len(body) + 1}\r\n\r\n".encode()
    assert raw(server.server_port, head + body) == b""
    assert witness.health()["logs"] == {}


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=tried(100))
@given(st.binary(max_size=300))
def test_no_body_is_answered_by_a_fault(server, body):
    client = Client(server.server_port)
    status, _, text = client.ask("POST", "/add-checkpoint", body)
    client.connection.close()
    assert status in (400, 403, 404, 409, 422)
    assert "Traceback" not in text


def test_a_fault_of_its_own_is_told_to_the_log_only(client, witness, caplog):
    def fault(_body):
        raise RuntimeError("inner secret")

    witness.add_checkpoint = fault
    with caplog.at_level(logging.ERROR, "witness"):
        status, _, text = client.ask("POST", "/add-checkpoint", Log().body(0, 5))
    assert (status, "secret" in text) == (503, False)
    assert "inner secret" in caplog.text


def test_more_connections_than_threads_wait_and_are_served(server, monkeypatch):
    server._free = threading.BoundedSemaphore(2)
    clients = [Client(server.server_port) for _ in range(2)]
    for client in clients:
        assert client.ask("GET", "/")[0] == 200  # kept open
    third = Client(server.server_port)
    third.connection.request("GET", "/")
    clients[0].connection.close()
    assert third.connection.getresponse().status == 200
    for client in (*clients, third):
        client.connection.close()


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "[]",
        '{"log": {"name": "a"}}',
        '{"log": {"name": "a", "keys": []}}',
        '{"log": {"name": "a", "keys": ["AAAA"]}}',
        '{"log": {"name": "a b", "keys": KEYS}}',
        '{"log": {"name": 7, "keys": KEYS}}',
    ],
)
def test_a_policy_that_cannot_be_used_is_refused(tmp_path, policy):
    good = json.loads(write_policy(tmp_path / "good", new_key()).read_text())
    assert read(tmp_path / "good").name == NAME
    (tmp_path / "bad").write_text(policy.replace("KEYS", json.dumps(good["log"]["keys"])))
    with pytest.raises(PolicyError):
        read(tmp_path / "bad")
    with pytest.raises(PolicyError, match="No such file"):
        read(tmp_path / "missing")


class Process:
    def __init__(self, folder, *more):
        command = [sys.executable, "-m", "witness", "--state", str(folder), "--name", "witness.example/w1", *more]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def port(self):
        return int(self.process.stdout.readline().rpartition(":")[2].strip("/\n"))

    def end(self, how=None):
        if how:
            self.process.send_signal(how)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err


@pytest.fixture
def start(tmp_path):
    started = []

    def run(*more):
        started.append(Process(tmp_path / "state", *more))
        return started[-1]

    yield run
    for process in started:
        if process.process.poll() is None:
            process.end(signal.SIGKILL)


def add(port, body):
    client = Client(port)
    try:
        return client.ask("POST", "/add-checkpoint", body)
    finally:
        client.connection.close()


def test_the_life_of_a_witness(start, tmp_path):
    log, serving = Log(), ("--policy", str(write_policy(tmp_path / "policy.json")), "--port", "0")
    code, shown, _ = start("--show-key").end()
    key = notes.VerifierKey.parse(shown.strip())
    assert (code, key.name) == (0, "witness.example/w1")
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in (tmp_path / "state").iterdir() if p.is_file()} == {0o600}

    first = start(*serving)
    assert add(first.port(), log.body(0, 5))[0] == 200
    code, _, error = start(*serving).end()
    assert (code, "another witness runs" in error) == (1, True)
    assert first.end(signal.SIGKILL)[0] == -signal.SIGKILL

    second = start(*serving, "--stop-with-stdin")
    port = second.port()
    assert add(port, Log("b").body(0, 5))[0] == 409
    line = add(port, log.body(5, 5))[2]
    assert notes.open_checkpoint(log.note(5) + line, ORIGIN, read(tmp_path / "policy.json").keys, [key], 1).witnessed
    second.process.stdin.close()
    second.process.stdin = None
    assert second.end()[0] == 0

    third = start(*serving)
    third.port()
    assert third.end(signal.SIGTERM)[0] == 0
    (tmp_path / "state" / "state.json").write_text("{}")
    code, _, error = start(*serving).end()
    assert (code, "damaged" in error, "Traceback" in error) == (1, True, False)


def test_without_policy_or_with_a_bad_name_it_does_not_start(start):
    assert start().end()[0] == 2
    assert start("--name", "a b", "--show-key").end()[0] == 2


def test_it_stands_alone():
    """Nothing of the service is needed to run it, or could change it."""
    code = "import sys, witness.__main__; print({m.partition('.')[0] for m in sys.modules} & {'chalicelib', 'boto3'})"
    shown = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "set()"
