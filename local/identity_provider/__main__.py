"""``python -m local.identity_provider``: started by ``make run``; ends with its standard input."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import urllib.request
from typing import Any

from chalicelib.domain.identifiers import snils_check_digits
from local.demo_people import ADMINISTRATOR, PATIENTS, STAFF
from local.identity_provider import CLAIMS, CLIENT_ID
from local.identity_provider.issuer import Client
from local.identity_provider.server import Server

CALLBACK = "/api/v1/sign-in/callback"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.identity_provider", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--site", required=True, help="where the system is served that people sign in to")
    options = parser.parse_args()
    server = Server(options.port)
    site = options.site.rstrip("/")
    for name in CLAIMS:
        server.serve(name, Client(CLIENT_ID, site + CALLBACK, lambda: _keys(site)))
    for form in (ADMINISTRATOR, *(person for person, *_ in STAFF), *(person for person, _ in PATIENTS)):
        server.know({**form, "snils": form["snils"] + snils_check_digits(form["snils"])})
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    threading.Thread(target=_stop_with_stdin, daemon=True).start()
    print(f"stand-in for identity providers at {server.url}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)
    return 0


def _keys(site: str) -> Any:
    """The keys that the system publishes, read anew each time: they rotate."""
    with urllib.request.urlopen(f"{site}/.well-known/jwks.json", timeout=10) as answer:
        return json.load(answer)


def _stop_with_stdin() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 64):
            pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main())
