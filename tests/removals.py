"""Takes safeguards out, one at a time, and runs the tests that must notice.

A removal counts as caught when a test fails for the reason that is named with it; another reason is a chance, and is
shown as one. Works on a copy of the sources, so nothing in the checkout is touched.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("chalicelib", "verifier", "witness", "tests", "infra", "local", "app.py", "pyproject.toml", ".chalice")
LIMIT = 600  # seconds for the tests of one removal
WORKERS = 2


@dataclass(frozen=True, slots=True)
class Removal:
    """``old`` stands exactly once in ``file``; ``tests`` are pytest's arguments; ``reason`` is searched for."""

    name: str
    file: str
    old: str
    new: str
    tests: str
    reason: str

    def taken_from(self, folder: Path) -> str:
        """The file without the safeguard. Raises SystemExit where it is not (any more) what it was."""
        text = (folder / self.file).read_text("utf-8")
        if text.count(self.old) != 1:
            raise SystemExit(f"{self.name}: its lines stand {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the tests read besides the sources: folders that are copied or linked, and settings. ``timeout`` of one test
    in seconds, with what it starts.
    """

    copied: tuple[str, ...] = ()
    linked: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
    timeout: int = 120


def take_out(removals: Sequence[Removal], words: Sequence[str], needs: Needs = Needs()) -> int:  # frozen
    """Those whose names have one of the words, or all. Returns how many were not caught."""
    chosen = [removal for removal in removals if not words or any(word in removal.name for word in words)]
    with ThreadPoolExecutor(WORKERS) as pool:
        missed = sum(not caught for caught in pool.map(partial(_try, needs), chosen))
    print(f"{len(chosen)} removals, {len(chosen) - missed} caught, {missed} not")
    return missed


def _try(needs: Needs, removal: Removal) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="removal-") as folder:
        _prepare(Path(folder), needs)
        (Path(folder) / removal.file).write_text(removal.taken_from(Path(folder)), "utf-8")
        failed, output = _run(Path(folder), removal, needs)
    found = re.search(removal.reason, output)
    said = f"caught: {found[0]}" if failed and found else "NOT CAUGHT"
    if failed and not found:
        said = "by chance: " + "; ".join(re.findall("^E  +(.*)", output, re.MULTILINE)[:2])
    print(f"{time.monotonic() - began:5.0f} s  {removal.name:52} {said[:150]}", flush=True)
    return bool(failed and found)


def _prepare(folder: Path, needs: Needs) -> None:
    for name in COPIED + needs.copied:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(source, target)
    for name in needs.linked:
        (folder / name).symlink_to(ROOT / name)


def _run(folder: Path, removal: Removal, needs: Needs) -> tuple[bool, str]:
    command = f"{sys.executable} -m pytest {removal.tests} -p no:randomly -x --timeout {needs.timeout}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, **dict(needs.settings)},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{removal.name}: the tests could not be run\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return done.returncode == 1, done.stdout
