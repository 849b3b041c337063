"""What goes into the zips of the functions and how: trimmed, byte-compiled, the same bytes from the same input."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SERVICES = frozenset({"dynamodb", "kms", "s3", "sns", "sqs", "ses", "sts"})
"""AWS services whose models the code needs; the others are 24 MB of JSON."""

_MODEL = re.compile(r"(?:^|/)boto(?:core|3)/data/([^/]+)/")
# fontTools stays whole but for what is written in C: ``import fpdf`` imports nearly all of it. Beside each compiled
# module of fontTools and aiohttp lies the same in Python; what they make faster (curves, HTTP) is not used (19 MB).
# Pillow writes no text into pictures and reads neither AVIF nor WebP; PNG and JPEG need none of that (13 MB).
DROPPED = re.compile(
    r"(^|/)(tests?|__pycache__|bin)/"
    r"|\.(pyi|pyx|pxd|c|cpp|h)$"
    r"|(^|/)(py\.typed|RECORD|REQUESTED|INSTALLER|direct_url\.json)$"
    r"|libavif|/_avif\."
    r"|(^|/)PIL/_(imagingft|imagingtk|webp)\.|(^|/)pillow\.libs/lib(freetype|harfbuzz|brotli|png|webp|sharpyuv)"
    r"|(^|/)(fontTools|aiohttp)/.*\.so$"
    r"|(^|/)(pip|setuptools|wheel|_distutils_hack|pkg_resources)(-[^/]*)?/"
    r"|(^|/)phonenumbers/(geodata|carrierdata|tzdata)/"
)
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say


class PackageError(Exception):
    """The package must not be shipped; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Size:
    """Bytes of one archive, packed and unpacked."""

    files: int
    unzipped: int
    zipped: int


def wanted(name: str) -> bool:
    """Whether a file (path with slashes inside the package) is read on Lambda."""
    service = _MODEL.search(name)
    return not DROPPED.search(name) and (service is None or service[1] in SERVICES)


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file below ``root`` as (path with slashes, file), in the order of the names."""
    found = ((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
    yield from sorted(found)


def trim(root: Path) -> None:
    """Remove what no function reads."""
    for name, path in files(root):
        if not wanted(name):
            path.unlink()


def refuse_foreign_wheels(root: Path) -> None:
    """A ``linux_…`` tag means compiled on this host, against its libraries; Chalice takes it for compatible.

    Raises PackageError.
    """
    wheels = ((name, path) for name, path in files(root) if name.endswith(".dist-info/WHEEL"))
    bad = [name for name, path in wheels if re.search(rb"(?m)^Tag: .*-linux_", path.read_bytes())]
    if bad:
        raise PackageError(f"compiled on the build host, will not run on Lambda: {', '.join(bad)}")


def refuse_missing_imports(code: Path, libraries: Path) -> None:
    """Everything that the code imports is in the package, lazily imported or not. Raises PackageError."""
    present = {path.name.split(".")[0] for path in libraries.iterdir()}
    present |= {path.name.split(".")[0] for path in code.iterdir()} | set(sys.stdlib_module_names) | {"chalice"}
    missing = {(top, name) for name, path in files(code) if name.endswith(".py") for top in _imports(path) - present}
    if missing:
        raise PackageError("imported but not packaged: " + ", ".join(f"{top} by {name}" for top, name in missing))


def _imports(path: Path) -> set[str]:
    found = set()
    for node in _run_time(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def _run_time(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below ``node``, without the bodies of ``if TYPE_CHECKING:``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING":
            continue
        yield child
        yield from _run_time(child)


def byte_compile(root: Path, prefix: str, python: Path) -> None:
    """Compile for ``python`` in place.

    ``/var/task`` is read-only, so without this every cold start compiles all imports: twice the time.
    ``unchecked-hash``: the interpreter does not look at the source's date, and the bytes depend on the source alone.
    ``prefix`` is where the tree lies on Lambda, for tracebacks. Raises PackageError when a file does not compile.
    """
    options = ["-q", "-f", "-s", str(root), "-p", prefix, "--invalidation-mode", "unchecked-hash"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # the order of constant sets
    command = [str(python), "-m", "compileall", *options, str(root)]
    done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise PackageError(f"{root.name}: not every file compiles")


def pack(root: Path, target: Path) -> Size:
    """Zip a tree: names sorted, one date, one mode; so one input gives one hash and CloudFormation sees no change."""
    count = unzipped = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files(root):
            info = zipfile.ZipInfo(name, _FIRST_DATE)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            content = path.read_bytes()
            archive.writestr(info, content)
            count, unzipped = count + 1, unzipped + len(content)
    return Size(count, unzipped, target.stat().st_size)
