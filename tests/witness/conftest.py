"""A witness over a folder, and one behind HTTP on loopback."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.witness.logs import write_policy
from verifier import notes
from witness.disk import Disk
from witness.policy import read
from witness.protocol import Answer, Witness
from witness.server import Server
from witness.state import State

NAME = "witness.example/w1"


class QuickDisk(Disk):
    """Without the flush itself, which these tests do not look at and which takes most of their time."""

    def sync(self, path: Path) -> None:
        assert path.exists()


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def open_witness(folder: Path, clock: Callable[[], float], disk: Disk | None = None) -> Witness:
    policy = folder.parent / f"{folder.name}-policy.json"
    if not policy.exists():
        write_policy(policy)
    return Witness(read(policy), State(folder, NAME, disk or QuickDisk()), clock)


def time_of(witness: Witness, text: str, answer: Answer) -> int:
    """Time of the one cosignature in ``answer``, which must be right for ``text``."""
    assert answer.status == 200, answer
    [(name, raw)] = notes.split(f"{text}\n{answer.body}")[1]
    key = notes.VerifierKey.parse(str(witness.health()["vkey"]))
    assert (name, raw[:4]) == (key.name, key.key_id)
    return key.verify(text.encode(), raw[4:])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def witness(tmp_path: Path, clock: Clock) -> Iterator[Witness]:
    opened = open_witness(tmp_path / "state", clock)
    yield opened
    opened.close()


@pytest.fixture
def server(witness: Witness) -> Iterator[Server]:
    running = Server("127.0.0.1", 0, witness)
    thread = threading.Thread(target=running.serve_forever, args=(0.02,))
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


class Client:
    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str, str]:
        """Status, type and text of the answer."""
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    opened = Client(server.server_port)
    yield opened
    opened.connection.close()
