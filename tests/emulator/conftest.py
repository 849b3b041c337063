"""The emulator of AWS for tests: one process a run, on a free port, with the stores of the real template."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from local.emulator import Emulator
from local.stack import deploy
from tests.emulator.clients import client_of
from tests.emulator.running import Running


@dataclass(frozen=True)
class Emulated:
    """``outputs`` as infra/stores.yaml lists them; ``environment`` is what a process of the application needs."""

    url: str
    outputs: Mapping[str, str]
    environment: Mapping[str, str]
    _clients: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = client_of(self.url, service)
        return self._clients[service]


def until(holds: Callable[[], bool], seconds: float = 15) -> None:
    """Wait for something that other threads or processes bring about."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    """Shared by all tests of a worker: each takes keys of its own."""
    process = Emulator(tmp_path_factory.mktemp("emulator"), autosave=3600)
    process.start()
    try:
        stack = deploy(lambda service: client_of(process.url, service), "http://localhost:8000")
        yield Emulated(process.url, stack.outputs, {**process.environment(), **stack.environment()})
    finally:
        process.stop()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The whole local system; one for all tests of a worker."""
    made = Running(tmp_path_factory.mktemp("state"))
    yield made
    if made.process.poll() is None:
        made.stop()


@pytest.fixture(scope="session")
def journey(running: Running) -> str:
    """What docs/journey.sh printed."""
    return running.walk()
