"""The built files: what the first page loads, and how much more a role's pages may load after it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from bench.table import table
from local.portal_build import PORTAL

LIMIT = 90_000
"""Bytes of JavaScript, compressed, before the first page."""
DIST = PORTAL / "dist"
FIRST = re.compile(r'(?:src|href)="(/assets/[^"]+\.js)"')


@dataclass(frozen=True)
class Weight:
    files: int
    plain: int
    packed: int
    """As an edge compresses it that has no time; brotli at its best is a tenth less."""


def weigh(files: list[Path]) -> Weight:
    packed = [file.with_name(f"{file.name}.br") for file in files]
    sent = sum((small if small.is_file() else file).stat().st_size for file, small in zip(files, packed, strict=True))
    return Weight(len(files), sum(file.stat().st_size for file in files), sent)


def first(dist: Path = DIST) -> Weight:
    """What index.html names: it is loaded before anything can be seen."""
    named = FIRST.findall((dist / "index.html").read_text("utf-8"))
    return weigh([dist / name.lstrip("/") for name in dict.fromkeys(named)])


def everything(dist: Path = DIST) -> Weight:
    """Without the pages for people who have no account, which the portal does not load."""
    return weigh(list((dist / "assets").glob("*.js")))


def report(found: dict[str, Weight]) -> str:
    rows = [(name, one.files, f"{one.plain / 1000:.0f}", f"{one.packed / 1000:.1f}") for name, one in found.items()]
    return table(("JavaScript", "files", "kB", "kB in brotli"), rows)
