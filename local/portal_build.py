"""``make portal``: portal/dist from the sources of portal/, when it is not there or was made from others.

    python -m local.portal_build [--optional]

With ``--optional`` a build that fails is told and is no failure: the system runs without its pages.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from local import npm
from local.layout import ROOT

PORTAL = ROOT / "portal"
NOT_SOURCES = frozenset({"node_modules", "dist", "build"})
COMPRESS = Path(__file__).with_name("compress.mjs")
PINNED = "VITE_AUDIT_POLICY"
"""Setting of a build for production: the audit policy that the proof in the browser holds the service to."""
MARK = ".built"
SAID = 4000  # characters of a failed step that are shown


class BuildError(Exception):
    """The portal could not be built; the text says at which step and why."""


def sources(portal: Path = PORTAL) -> Iterator[Path]:
    """Every file that the build may read, in a fixed order."""
    for path in sorted(portal.iterdir()):
        if path.name in NOT_SOURCES:
            continue
        yield from sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def digest(portal: Path = PORTAL) -> str:
    """One number for the names and contents of all sources, and for what is pinned in the build."""
    found = hashlib.sha256(os.environ.get(PINNED, "").encode())
    for file in sources(portal):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        found.update(f"{file.relative_to(portal).as_posix()}\0{content}\n".encode())
    return found.hexdigest()


def fresh(portal: Path = PORTAL) -> bool:
    """Whether ``dist`` was made from the sources that are there now."""
    mark = portal / "dist" / MARK
    return mark.is_file() and mark.read_text("ascii") == digest(portal)


def build(say: Callable[[str], None], portal: Path = PORTAL) -> bool:
    """Build unless ``fresh``; whether it was done. Raises BuildError. One process at a time, others wait for it."""
    with _alone(portal):
        if fresh(portal):
            return False
        made_from = digest(portal)  # before the build: what changes meanwhile is built next time
        if not npm.installed(portal):
            _step("npm ci", lambda: npm.install(portal, captured=True), say)
        made = portal / "build" / "dist"
        _step("npm run build", lambda: npm.npm(portal, "run", *_into(made), captured=True), say)
        _step("compress", lambda: npm.node(COMPRESS, str(made)), say)
        (made / MARK).write_text(made_from, "ascii")
        _put_in_place(made, portal / "dist")
        return True


def _into(folder: Path) -> tuple[str, ...]:
    return ("--silent", "build", "--", "--outDir", str(folder), "--emptyOutDir", "--logLevel", "warn")


def _put_in_place(made: Path, dist: Path) -> None:
    """At once, so that a system that runs never serves half a portal, and a failed build leaves the former one."""
    former = made.with_name("former")
    shutil.rmtree(former, ignore_errors=True)
    if dist.exists():
        dist.rename(former)
    made.rename(dist)
    shutil.rmtree(former, ignore_errors=True)


def _step(name: str, run: Callable[[], npm.Done], say: Callable[[str], None]) -> None:
    say(f"portal: {name} …")
    begun = time.monotonic()
    done = run()
    if done.returncode:
        raise BuildError(f"{name} failed:\n{done.stdout[-SAID:].rstrip()}")
    say(f"portal: {name} took {time.monotonic() - begun:.1f} s")


@contextmanager
def _alone(portal: Path) -> Iterator[None]:
    (portal / "build").mkdir(exist_ok=True)
    with (portal / "build" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.portal_build", description=__doc__)
    parser.add_argument("--optional", action="store_true", help="a failed build is told and is no failure")
    options = parser.parse_args(arguments)
    try:
        build(lambda text: print(f"  {text}", flush=True))
    except BuildError as error:
        print(f"\nportal: {error}\n", file=sys.stderr)
        if not options.optional:
            return 1
        print("The portal is not built; the API works without it. Again: make portal", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
