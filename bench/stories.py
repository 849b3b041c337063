"""Calls to AWS of every request in the stories of docs/journeys/: identity, activation, consent, special cases.

The local system is started as ``make run`` does; each answer says how many calls its request made (local/counting.py).
Background work (reactions, schedules) is not a request and not in here.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from bench.table import table
from docs.__main__ import stories

Line = tuple[str, str, int, str]
"""Method, path, status, and what the header said: ``dynamodb=3 kms=1``."""


def measure() -> list[Line]:
    """Walk every story. Raises RuntimeError with the end of what it printed when one does not come to its end."""
    from tests.emulator.running import Running

    with tempfile.TemporaryDirectory() as folder:
        system = Running(Path(folder))
        place = Path(folder) / "counted"
        try:
            for path in stories():
                settings = {**os.environ, "COUNTED": str(place), "STATE": folder}
                done = subprocess.run(  # noqa: S603
                    [sys.executable, str(path), system.url], capture_output=True, text=True, check=False, env=settings
                )
                if done.returncode:
                    raise RuntimeError(done.stdout[-1000:] + done.stderr[-1000:])
        finally:
            system.stop()
        return [tuple(json.loads(line)) for line in place.read_text("utf-8").splitlines()]


def report(lines: Iterable[Line]) -> str:
    """A row an operation that succeeded: how often, and its DynamoDB, KMS and other calls as median and most."""
    found: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for method, path, status, told in lines:
        if status < 400 and told:  # noqa: PLR2004
            found[_operation(method, path)].append(_counts(told))
    rows = [
        (name, len(calls), *(_range(numbers) for numbers in zip(*calls, strict=True))) for name, calls in found.items()
    ]
    return table(("operation", "times", "DynamoDB", "KMS", "others"), sorted(rows))


def _operation(method: str, path: str) -> str:
    """Name of the route that answers; the path itself when none does."""
    import app  # noqa: F401  # declares the routes
    from chalicelib.handlers.endpoints import ENDPOINTS

    full = path if path.startswith(("/api", "/fhir")) else "/api/v1" + path
    routes = sorted(ENDPOINTS, key=lambda entry: entry.path.count("{"))  # fixed words before parameters
    for entry in routes:
        if entry.method == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", entry.path), full):
            return entry.operation
    return f"{method} {path}"


def _counts(told: str) -> tuple[int, int, int]:
    calls = {name: int(count) for name, _, count in (word.partition("=") for word in told.split())}
    database, kms = calls.pop("dynamodb", 0), calls.pop("kms", 0)
    return database, kms, sum(calls.values())


def _range(numbers: tuple[int, ...]) -> str:
    middle, most = median(numbers), max(numbers)
    return f"{middle:g}" if middle == most else f"{middle:g} (≤ {most})"
