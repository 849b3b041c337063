"""Where the local system keeps its things, and the lock that lets only one of it run."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent
REGION = "eu-central-1"


class StartError(Exception):
    """The local system cannot start; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths below one state folder (``.local/``); all of it may be deleted for a fresh start."""

    state: Path

    @property
    def emulator(self) -> Path:
        return self.state / "emulator"

    @property
    def witness(self) -> Path:
        return self.state / "witness"

    @property
    def identity_provider(self) -> Path:
        return self.state / "identity_provider"

    @property
    def policy(self) -> Path:
        """Whose signatures count, for ``python -m verifier``."""
        return self.state / "audit" / "policy.json"

    @property
    def progress(self) -> Path:
        return self.state / "pump.json"

    @property
    def deployed(self) -> Path:
        """Written after the first whole deployment; without it the state holds nothing worth keeping."""
        return self.state / "deployed"

    @property
    def running(self) -> Path:
        """There while the system runs, and after it was killed."""
        return self.state / "running"

    @property
    def demo_marker(self) -> Path:
        return self.state / "demo-loaded"

    def lock(self) -> IO[str]:
        """Hold the state for this process (kept as long as the file is open). Raises StartError when taken."""
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (self.state / "lock").open("a+", encoding="ascii")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise StartError(f"already running here (process {holder}); stop it first, with Ctrl-C or kill") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        return file

    @property
    def log(self) -> Path:
        return self.state / "local.log"

    def wipe(self) -> None:
        """Forget everything but the lock, which the caller holds, and the open log."""
        for path in self.state.iterdir():
            if path.name in ("lock", self.log.name):
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def free_port(preferred: int = 0) -> int:
    """``preferred`` when it can be bound on loopback now, else one that the system chooses."""
    for port in (preferred, 0) if preferred else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise StartError("no free port on 127.0.0.1")


def require_port(port: int) -> None:
    """Raises StartError when someone else serves on ``port``."""
    if free_port(port) != port:
        raise StartError(f"port {port} on 127.0.0.1 is taken; choose another: make run PORT={port + 80}")
