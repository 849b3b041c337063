"""The emulator of AWS for tests: one process a run, on a free port, with the stores of the real template."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.emulator import Emulator
from local.stack import deploy


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


def client_of(url: str, service: str) -> Any:
    """A client without retries: a test wants to see the first answer."""
    config = Config(
        retries={"total_max_attempts": 1, "mode": "standard"}, max_pool_connections=20, s3={"addressing_style": "path"}
    )
    return boto3.client(service, endpoint_url=url, config=config)


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
