"""CPU of a new environment up to the first authorised read, beside that of bare boto3 with one client.

As in what is deployed, everything is byte-compiled beforehand and its sources are not looked at (``unchecked-hash``);
the compiled files stand in a folder of their own, so the environment in use is not touched.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.table import table
from bench.world import Card, World
from local.layout import ROOT

RUNS = 5
TARGET = 2.0
PARTS = ("start", "imports", "clients", "read", "cpu", "wall")

Spent = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ColdStart:
    """The cheapest of the runs, each, in milliseconds by part."""

    base: Spent
    ours: Spent

    @property
    def ratio(self) -> float:
        return float(self.ours["cpu"] / self.base["cpu"])


def measure(world: World, card: Card) -> ColdStart:
    """Runs alternate, so that a busy machine is equally unfair to both."""
    event = json.dumps(api_event(world, card))
    with tempfile.TemporaryDirectory() as cache:
        for argument in ("base", event):
            _compile(_fresh(world, argument, cache)["files"], cache)
        pairs = [(_fresh(world, "base", cache), _fresh(world, event, cache)) for _ in range(RUNS)]
    return ColdStart(_cheapest([base for base, _ in pairs]), _cheapest([ours for _, ours in pairs]))


def api_event(world: World, card: Card) -> dict[str, Any]:
    """The doctor's read as API Gateway (REST, proxy integration) hands it to the function."""
    collection, record_id = card.record.rsplit("/", 1)
    resource = f"/api/v1/patients/{{patient_id}}/{collection.rsplit('/', 1)[1]}/{{record_id}}"
    return {
        "resource": resource,
        "path": card.record,
        "httpMethod": "GET",
        "headers": {"authorization": f"Bearer {world.doctor.token}"},
        "multiValueHeaders": {},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"patient_id": card.patient.id, "record_id": record_id},
        "stageVariables": None,
        "requestContext": {"resourcePath": resource, "httpMethod": "GET", "identity": {"sourceIp": "192.0.2.7"}},
        "body": None,
        "isBase64Encoded": False,
    }


def _fresh(world: World, argument: str, cache: str) -> Spent:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("COVERAGE", "PYTHON"))}
    command = [sys.executable, "-X", "frozen_modules=on", "-X", f"pycache_prefix={cache}", "-m", "bench.fresh"]
    done = subprocess.run(  # noqa: S603
        [*command, argument],
        cwd=ROOT,
        env={**inherited, **world.environment, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    spent: Spent = json.loads(done.stdout)
    if spent.get("status", 200) != 200:  # noqa: PLR2004
        raise RuntimeError(f"the first read of a new environment was answered with {spent['status']}")
    return spent


def _compile(files: Sequence[str], cache: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(files))
        listed.flush()
        command = [sys.executable, "-X", f"pycache_prefix={cache}", "-m", "compileall", "-q", "-i", listed.name]
        subprocess.run([*command, "--invalidation-mode", "unchecked-hash"], cwd=ROOT, check=True)  # noqa: S603
    if not any(Path(cache).rglob("*.pyc")):
        raise RuntimeError("nothing was compiled")


def _cheapest(runs: Sequence[Spent]) -> Spent:
    return {part: min(run.get(part, 0.0) for run in runs) for part in PARTS}


def report(found: ColdStart) -> str:
    head = ("", "interpreter", "imports", "clients", "first read", "CPU in all, ms", "wall, ms")
    rows = [
        ("bare boto3, one client", *(float(found.base[part]) for part in PARTS)),
        ("application, first read", *(float(found.ours[part]) for part in PARTS)),
    ]
    rows[0] = (*rows[0][:4], "–", *rows[0][5:])
    verdict = "reached" if found.ratio <= TARGET else "missed"
    return f"{table(head, rows)}\n\nRatio of CPU: {found.ratio:.2f}; the target of {TARGET:.1f} is {verdict}."
