"""``make package``: build/package/ with the template and the zips that CloudFormation takes.

    python -m infra.package [--python PATH] [--smoke]

Then ``aws cloudformation package`` and ``deploy`` (infra/README.md). Needs a CPython 3.13, the runtime of the
functions: Chalice writes the version that runs it into the template.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from chalicelib.storage.code_sets import BUILT
from infra import template
from infra.assemble import assemble
from infra.behind_api import declared
from infra.bundle import (
    DROPPED,
    PackageError,
    Size,
    byte_compile,
    pack,
    refuse_foreign_wheels,
    refuse_missing_imports,
    trim,
)
from infra.code_sets.__main__ import check as wrong_code_sets
from infra.locked import NOT_DEPLOYED, without

ROOT = Path(__file__).parent.parent
BUILD = ROOT / "build"
LOCK = ROOT / "requirements" / "runtime.txt"
RUNTIME = "3.13"
STAGE = "live"
LIMIT = 120 * 2**20  # bytes unzipped, layer and function; Lambda's own limit is 250
MB = 2**20
# glibc of Amazon Linux 2023 is 2.34, so all of these run there
PLATFORMS = ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64", "manylinux_2_34_aarch64")
PREFIXES = {"layer-deployment": "/opt", "deployment": "/var/task"}


@dataclass(frozen=True, slots=True)
class Built:
    """Where the parts are and how big; sizes by the name of the zip."""

    folder: Path
    sizes: Mapping[str, Size]

    @property
    def unzipped(self) -> int:
        return sum(size.unzipped for size in self.sizes.values())


def interpreters(given: str = "") -> Iterator[str]:
    """Candidates for CPython 3.13, best first."""
    if given:
        yield given
        return
    yield sys.executable
    if found := shutil.which(f"python{RUNTIME}"):
        yield found
    for folder in (Path.home() / ".pyenv/versions", Path.home() / ".local/share/uv/python", Path("/opt/python")):
        yield from (str(path) for path in sorted(folder.glob(f"*{RUNTIME}*/bin/python{RUNTIME}"), reverse=True))


def find_python(candidates: Iterator[str]) -> Path:
    """The first that really is a CPython 3.13. Raises PackageError."""
    question = "import platform,sys;print(platform.python_implementation(),*sys.version_info[:2],sep='.')"
    for candidate in candidates:
        try:
            answer = subprocess.run([candidate, "-c", question], capture_output=True, text=True, check=True, timeout=60)
        except (OSError, subprocess.SubprocessError):  # not there, or a shim for a version that is not installed
            continue
        if answer.stdout.strip() == f"CPython.{RUNTIME}":
            return Path(candidate)
    raise PackageError(
        f"no CPython {RUNTIME} found; install one (uv python install {RUNTIME}, pyenv install {RUNTIME}, or the "
        "distribution's package) or name it with --python"
    )


def run(*command: str | Path, **environment: str) -> None:
    """Run a tool. Raises PackageError with the end of what it said."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=BUILD,
        env={**clean, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise PackageError(f"{Path(command[0]).name} failed:\n{done.stdout[-4000:]}")


def once(target: Path, mark: str) -> bool:
    """Whether ``target`` must be made (again); an unfinished or outdated one is removed. ``finished`` closes it."""
    stamp = target / ".made-from"
    if stamp.is_file() and stamp.read_text() == mark:
        return False
    shutil.rmtree(target, ignore_errors=True)
    return True


def finished(target: Path, mark: str) -> None:
    (target / ".made-from").write_text(mark)


def builder(python: Path, lock: str) -> Path:
    """Interpreter of an environment with Chalice and all that app.py imports, kept until the lock changes."""
    home = BUILD / f"venv-{RUNTIME}"
    mark = _digest(lock, str(python))
    if once(home, mark):
        run(python, "-m", "venv", home)
        run(home / "bin/python", "-m", "pip", "install", "-q", "--require-hashes", "-r", LOCK)
        finished(home, mark)
    return home / "bin/python"


def libraries(python: Path, lock: str) -> Path:
    """What the functions import, for their machine; every wheel checked against the lock, none built here.

    Chalice would do this itself, but its downloads of foreign platforms are not checked against hashes, and it takes a
    wheel that it compiled on the build host for compatible.
    """
    target = BUILD / "libraries"
    needed = without(lock, *NOT_DEPLOYED)
    mark = _digest(needed, DROPPED.pattern, *PLATFORMS)
    if once(target, mark):
        target.mkdir(parents=True)
        wanted = BUILD / "runtime-only.txt"
        wanted.write_text(needed)
        platforms = [option for name in PLATFORMS for option in ("--platform", name)]
        options = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--python-version", RUNTIME, *platforms]
        run(python, "-m", "pip", "install", "-q", *options, "--target", target, "-r", wanted)
        refuse_foreign_wheels(target)
        trim(target)
        finished(target, mark)
    return target


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


IMAGED = ROOT / "chalicelib" / "documents" / "recognition"
"""Goes into the image of the function that reads scans alone, with the libraries that it needs (infra/recognition/)."""


def unshipped(folder: str, names: list[str]) -> set[str]:
    """What stays out of the zips."""
    return {name for name in names if name == "__pycache__" or Path(folder) / name == IMAGED}


def stage(target: Path, vendor: Path) -> Path:
    """A project folder with nothing in it but what is shipped."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    shutil.copy(ROOT / "app.py", target)
    shutil.copytree(ROOT / "chalicelib", target / "chalicelib", ignore=unshipped)
    (target / ".chalice").mkdir()
    for path in (ROOT / ".chalice").glob("*.json"):
        shutil.copy(path, target / ".chalice")
    (target / "requirements.txt").write_text("")  # all of it lies in vendor/ already
    refuse_missing_imports(target, vendor)
    ignored = shutil.ignore_patterns(".made-from")
    shutil.copytree(vendor, target / "vendor", copy_function=os.link, ignore=ignored)
    return target


def refuse_broken_code_sets(folder: Path) -> None:
    """Sets that the deployer built (``make codes``) go with the code, whole ones alone. Raises PackageError."""
    if wrong := wrong_code_sets(folder):
        raise PackageError("build these code sets again: " + "; ".join(wrong))


def finish(source: Path, target: Path, python: Path) -> dict[str, Size]:
    """Byte-compile and repack the zips that Chalice wrote into ``source``. Raises PackageError."""
    sizes = {}
    for name, prefix in PREFIXES.items():
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            root = Path(folder)
            with zipfile.ZipFile(source / f"{name}.zip") as archive:
                archive.extractall(root)
            byte_compile(root, prefix, python)
            sizes[name] = pack(root, target / f"{name}.zip")
    return sizes


def build(given_python: str = "") -> Built:
    """All steps but the checks; returns what was made. Raises PackageError."""
    BUILD.mkdir(exist_ok=True)
    python = find_python(interpreters(given_python))
    lock = LOCK.read_text("utf-8")
    tools = builder(python, lock)
    refuse_broken_code_sets(BUILT)
    project = stage(BUILD / "project", libraries(tools, lock))
    raw, folder = BUILD / "chalice", BUILD / "package"
    for path in (raw, folder):
        shutil.rmtree(path, ignore_errors=True)
    folder.mkdir()
    region = {"AWS_DEFAULT_REGION": "eu-central-1"}  # asked for, not written anywhere
    chalice = tools.parent / "chalice"
    run(chalice, "--project-dir", project, "package", "--stage", STAGE, raw, **region)
    merged = assemble(json.loads((raw / "sam.json").read_text("utf-8")), declared())
    (folder / "template.json").write_text(template.minified(merged), "utf-8")
    return Built(folder, finish(raw, folder, tools))


def check(built: Built) -> None:
    """Size and cfn-lint. Raises PackageError."""
    if built.unzipped > LIMIT:
        raise PackageError(f"{built.unzipped / MB:.1f} MB unzipped; at most {LIMIT / MB:.0f}")
    lint = "import cfnlint.runner as r; r.main()"  # the same interpreter, wherever its scripts lie
    run(sys.executable, "-c", lint, "--format", "parseable", "--", built.folder / "template.json")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.splitlines()[0])
    parser.add_argument("--python", default="", help=f"a CPython {RUNTIME}; found by itself when installed")
    parser.add_argument("--smoke", action="store_true", help="deploy into the emulator and call the API once")
    options = parser.parse_args(arguments)
    try:
        built = build(options.python)
        for name, size in built.sizes.items():
            print(f"{name}.zip: {size.files} files, {size.zipped / MB:.1f} MB, unzipped {size.unzipped / MB:.1f} MB")
        print(f"template.json: {(built.folder / 'template.json').stat().st_size} bytes (through S3 above 51,200)")
        check(built)
        print("cfn-lint: clean")
        if options.smoke:
            from infra import smoke

            print(smoke.run(built.folder))
    except PackageError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
