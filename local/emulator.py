"""The AWS emulator as a child process: MiniStack on loopback, with its state in a folder of ours.

It lives in an environment of its own (it pins an older botocore) and in a process group of its own, so that Ctrl-C
reaches the runner first, which then stops things in order. When the runner dies without that, the child sees its
standard input end, saves and stops. State survives both; after SIGKILL of the child itself at most ``autosave``
seconds are lost (see ``ministack_autosave.py``).
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from local.layout import REGION, ROOT, StartError, free_port

PYTHON = ROOT / ".venv-emulator" / "bin" / "python"
SCRIPT = Path(__file__).with_name("ministack_autosave.py")
SERVICES = "dynamodb,dynamodbstreams,s3,sns,sqs,kms,ses,events,cloudformation,cloudwatch,logs,iam,sts,lambda,apigateway"
START_LIMIT = 60.0  # seconds: 0.6 on a quiet machine, but a cold disk and a predecessor that still saves take longer
STOP_LIMIT = 20.0


@dataclass(slots=True)
class Emulator:
    """``folder`` holds state, log and lock; ``autosave`` is the period of checkpoints in seconds."""

    folder: Path
    python: Path = PYTHON
    autosave: float = 2.0
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "emulator.log"

    def start(self) -> None:
        """Returns when requests are answered. Raises StartError with the place of the log."""
        if not self.python.exists():
            raise StartError(f"the emulator's environment is missing ({self.python.parent.parent.name}): run make run")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.port = self._choose_port()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [str(self.python), str(SCRIPT)],
                env=self._child_environment(),
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Graceful: the last checkpoint is written. Harmless when not running."""
        self._end(signal.SIGTERM, STOP_LIMIT)

    def kill(self) -> None:
        """As a power cut would: nothing is saved."""
        self._end(signal.SIGKILL, STOP_LIMIT)

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def environment(self) -> dict[str, str]:
        """What any AWS client needs to find this emulator instead of AWS."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            # Else botocore looks for table streams at <account>.streams-ddb.<region>, which no emulator serves.
            "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
        }

    def _choose_port(self) -> int:
        """The port of last time when it is free: queue addresses contain it and are part of the state."""
        memory = self.folder / "port"
        with contextlib.suppress(OSError, ValueError):
            self.port = self.port or int(memory.read_text("ascii"))
        port = free_port(self.port)
        memory.write_text(str(port), "ascii")
        return port

    def _child_environment(self) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "DOCKER_", "MINISTACK_"))}
        return inherited | {
            "EMULATOR_STATE": str(self.folder.resolve()),
            "AUTOSAVE_SECONDS": str(self.autosave),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            "SERVICES": SERVICES,
            "LOG_LEVEL": "WARNING",
            "TMPDIR": str(self.folder.resolve()),
            "DOCKER_HOST": "tcp://127.0.0.1:1",  # else it looks for a Docker daemon
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "PYTHONUNBUFFERED": "1",
        }

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline and self.running():
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2):
                return
            time.sleep(0.05)
        self.kill()
        raise StartError(f"the emulator did not start; the end of {self.log} says:\n{self._log_end()}")

    def _log_end(self) -> str:
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-8:])

    def _end(self, how: signal.Signals, limit: float) -> None:
        if self.process is None:
            return
        try:
            if self.process.poll() is None:
                self.process.send_signal(how)
            self.process.wait(limit)
        except subprocess.TimeoutExpired:
            print("the emulator does not stop; ending it", file=sys.stderr)
            self.process.kill()
            self.process.wait()
        finally:
            if self.process.stdin:
                self.process.stdin.close()
            self.process = None
