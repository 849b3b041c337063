"""Markdown to the standard output; how long each section took to the other."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(name: str, work: Callable[[], T]) -> T:
    began = time.monotonic()
    found = work()
    print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def section(title: str, text: str) -> None:
    print(f"## {title}\n\n{text}\n", flush=True)


def machine() -> str:
    python = platform.python_version()
    load = os.getloadavg()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}, Python {python}; "
        f"{load:.1f} processes wanted one when it began."
    )
