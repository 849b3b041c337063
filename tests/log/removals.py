"""Takes each safeguard out, one at a time, and runs the tests that must notice: ``make removals [ONLY=word]``.

A removal counts as caught when a test fails for the reason that is named here; another reason is a chance, and is shown
as one. Works on a copy of the sources, so nothing in the checkout is touched.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.log.safeguards import REMOVALS, Removal

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("chalicelib", "verifier", "witness", "tests", "infra", "local", "app.py", "pyproject.toml", ".chalice")
LIMIT = 600  # seconds for the tests of one removal
WORKERS = 2


def main(words: Sequence[str]) -> int:
    """Exit code: how many removals were not caught."""
    chosen = [removal for removal in REMOVALS if not words or any(word in removal.name for word in words)]
    with ThreadPoolExecutor(WORKERS) as pool:
        missed = sum(not caught for caught in pool.map(_try, chosen))
    print(f"{len(chosen)} removals, {len(chosen) - missed} caught, {missed} not")
    return missed


def _try(removal: Removal) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="removal-") as folder:
        _prepare(Path(folder), removal)
        failed, output = _run(Path(folder), removal)
    found = re.search(removal.reason, output)
    said = f"caught: {found[0]}" if failed and found else "NOT CAUGHT"
    if failed and not found:
        said = "by chance: " + "; ".join(re.findall("^E  +(.*)", output, re.MULTILINE)[:2])
    print(f"{time.monotonic() - began:5.0f} s  {removal.name:52} {said[:150]}", flush=True)
    return bool(failed and found)


def _prepare(folder: Path, removal: Removal) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    target = folder / removal.file
    text = target.read_text("utf-8")
    if text.count(removal.old) != 1:
        raise SystemExit(f"{removal.name}: its lines stand {text.count(removal.old)} times in {removal.file}")
    target.write_text(text.replace(removal.old, removal.new), "utf-8")


def _run(folder: Path, removal: Removal) -> tuple[bool, str]:
    command = f"{sys.executable} -m pytest {removal.tests} -p no:randomly -x --timeout 120"
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"{removal.name}: the tests could not be run\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
    return done.returncode == 1, done.stdout


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 100))
