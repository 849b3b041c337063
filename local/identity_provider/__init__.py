"""A stand-in for identity providers (a state portal and a bank) as a process of its own, so that single sign-on can be
tried on this computer. It asks for no password and knows the demo people; it is never deployed.

Its address must be known before the stores are deployed (it is a setting of the API): ``prepare``, deploy, ``start``.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.layout import ROOT, StartError, free_port

LIMIT = 20.0  # seconds to start or to stop
CLIENT_ID = "medkarta-local"
CLAIMS = {
    "state": {
        "verified": "trusted",
        "snils": "snils",
        "last_name": "family_name",
        "first_name": "given_name",
        "middle_name": "middle_name",
        "birth_date": "birthdate",
        "passport": "passport",
    },
    "bank": {
        "verified": "identified",
        "snils": "snils",
        "last_name": "last_name",
        "first_name": "first_name",
        "middle_name": "middle_name",
        "birth_date": "birth_date",
        "passport": "document",
    },
}
TITLES = {
    "state": {"ru": "Госпортал (заменитель)", "en": "State portal (stand-in)"},
    "bank": {"ru": "Банк (заменитель)", "en": "Bank (stand-in)"},
}


def setting(url: str) -> list[dict[str, Any]]:
    """The setting ``identity_providers`` for the stand-in at ``url``."""
    return [
        {
            "name": name,
            "kind": name,
            "issuer": f"{url}/{name}",
            "client_id": CLIENT_ID,
            "title": TITLES[name],
            "scopes": ["openid", "fullname", "birthdate", "snils"],
            "claims": claims,
            "userinfo": name == "bank",
        }
        for name, claims in CLAIMS.items()
    ]


@dataclass(slots=True)
class IdentityProvider:
    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "identity_provider.log"

    @property
    def setting(self) -> str:
        return json.dumps(setting(self.url), ensure_ascii=False, separators=(",", ":"))

    def prepare(self) -> None:
        """Choose the port, that of last time when it is free. Raises StartError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        memory = self.folder / "port"
        with contextlib.suppress(OSError, ValueError):
            self.port = self.port or int(memory.read_text("ascii"))
        self.port = free_port(self.port)
        memory.write_text(str(self.port), "ascii")

    def start(self, site: str) -> None:
        """``site`` is where our own system is served. Returns when requests are answered. Raises StartError."""
        command = [sys.executable, "-m", "local.identity_provider", "--port", str(self.port), "--site", site]
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MEDKARTA_"))},
                stdin=subprocess.PIPE,  # only the runner holds it: its end, even by SIGKILL, ends the stand-in
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + LIMIT
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StartError(f"the stand-in for identity providers did not start; see the end of {self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Harmless when not running."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()  # it stores nothing
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self.process = None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return b"stand-in" in answer.read(65536)
        except OSError:
            return False
