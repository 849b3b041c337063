"""The witness of the audit log as a process of its own, with key and memory that no other part can read or write.

On AWS another organisation runs it. Here it shares the computer, so it shows how things work and proves nothing.
Its log's key is known only after the stores are deployed, its address and key before: ``prepare``, deploy, ``start``.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from local.layout import ROOT, StartError, free_port

log = logging.getLogger("local.witness")

NAME = "witness.local/medkarta"
LIMIT = 20.0  # seconds to start or to stop; a predecessor whose runner was killed needs a moment to end
LOOK = 0.5
LONGEST_PAUSE = 30.0  # seconds between two attempts to start it again
AGAIN = "delete it together with the rest of the state: make run FRESH=1"


@dataclass(slots=True)
class Witness:
    folder: Path
    port: int = 0
    key: str = ""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _policy: Path = field(default=Path(), repr=False)
    _stopping: threading.Event = field(default_factory=threading.Event, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "witness.log"

    def prepare(self) -> None:
        """Choose the port, that of last time when it is free, and make or read the key. Raises StartError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        memory = self.folder / "port"
        with contextlib.suppress(OSError, ValueError):
            self.port = self.port or int(memory.read_text("ascii"))
        self.port = free_port(self.port)
        memory.write_text(str(self.port), "ascii")
        deadline = time.monotonic() + LIMIT
        while True:
            done = subprocess.run(
                self._command("--show-key"), cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                self.key = done.stdout.strip()
                return
            if "another witness runs" not in done.stderr or time.monotonic() > deadline:
                raise StartError(f"the witness has no key ({done.stderr.strip()}); {AGAIN}")
            time.sleep(0.1)

    def start(self, policy: Path) -> None:
        """Returns when requests are answered; from then on it is started again whenever it ends. Raises StartError."""
        self._policy = policy
        self._launch()
        deadline = time.monotonic() + LIMIT
        while not self.answers():
            if not self.running() or time.monotonic() > deadline:
                self._end()
                raise StartError(f"the witness did not start; see the end of {self.log}, or {AGAIN}")
            time.sleep(0.05)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._watch, name="witness", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Harmless when not running."""
        self._stopping.set()
        if self._thread:
            self._thread.join()
            self._thread = None
        self._end()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return NAME.encode() in answer.read(65536)
        except OSError:
            return False

    def _watch(self) -> None:
        pause = LOOK
        while not self._stopping.wait(pause):
            if self.running():
                pause = LOOK
                continue
            log.error("the witness ended by itself; starting it again, see %s", self.log)
            self._launch()
            pause = min(pause * 2, LONGEST_PAUSE)

    def _launch(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command("--policy", str(self._policy), "--port", str(self.port), "--stop-with-stdin"),
                cwd=ROOT,
                env=_environment(),
                stdin=subprocess.PIPE,  # only the runner holds it: its end, even by SIGKILL, ends the witness
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _end(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its memory is on the disk before every cosignature
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self.process = None

    def _command(self, *more: str) -> list[str]:
        return [sys.executable, "-m", "witness", "--state", str(self.folder / "state"), "--name", NAME, *more]


def _environment() -> dict[str, str]:
    """Nothing that leads to the stores."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MEDKARTA_"))}
