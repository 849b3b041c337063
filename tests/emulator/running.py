"""The local system in a process of its own, as ``make run`` starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from local.layout import free_port
from local.system import NO_DEMO
from tests.emulator.clients import client_of

ROOT = Path(__file__).parents[2]
START = 280  # seconds, on a busy machine; what fails is found at once


class Running:
    """The local system in a process of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.screen = state.with_name(f"{state.name}-screen.log")  # beside it: a first start wipes what lies in it
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        self.start()

    def start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MEDKARTA_"))}
        command = [sys.executable, "-m", "local", "--port", str(self.port), "--state", str(self.state)]
        with self.screen.open("ab") as screen:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=screen, stderr=screen)
        try:
            self._wait()
        except BaseException:  # also when a test's time is over
            self.process.terminate()
            self.process.wait(30)
            raise

    def _wait(self) -> None:
        deadline = time.monotonic() + START
        while not self._ready():
            said = self.screen.read_text("utf-8")
            assert self.process.poll() is None, said
            assert NO_DEMO not in said, said
            assert time.monotonic() < deadline, f"it did not start: {said}"
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

    def fire(self, schedule: str) -> Any:
        """Run a schedule now; what it returned."""
        request = urllib.request.Request(f"{self.url}/_local/schedule/{schedule}", method="POST")
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)["result"]

    def client(self, service: str) -> Any:
        """A client of the emulator: what an administrator of the account has in hand."""
        return client_of(self.get("/_local/health")["emulator"], service)

    @property
    def policy(self) -> Path:
        return self.state / "audit" / "policy.json"

    @property
    def bundle(self) -> Path:
        """The list that the patient of the journey downloaded."""
        return self.state / "bundle.json"

    def walk(self) -> str:
        """docs/journey.sh to its end; what it printed."""
        settings = {"POLICY": str(self.policy), "PYTHON": sys.executable, "BUNDLE": str(self.bundle)}
        done = subprocess.run(
            ["bash", str(ROOT / "docs" / "journey.sh"), self.url],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, **settings},
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
        return done.stdout

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0
