"""Every story in docs/journeys/ is walked to its end against the running system."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.emulator.running import ROOT, Running

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("emulator")]

FOLDER = ROOT / "docs" / "journeys"
HELPERS = {"client.py"}
STORIES = sorted(path for path in FOLDER.glob("*.py") if path.name not in HELPERS)
ID = re.compile(r"\b[A-Z]{2,3}-[0-9]+\b")


def shown(path: Path) -> list[str]:
    """The requirements that a story's docstring names."""
    return ID.findall(ast.get_docstring(ast.parse(path.read_text())) or "")


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=pytest.mark.requirement(*shown(path))) for path in STORIES],
)
def test_story(running: Running, path: Path) -> None:
    settings = {**os.environ, "STATE": str(running.state)}
    done = subprocess.run(
        [sys.executable, str(path), running.url], capture_output=True, text=True, timeout=280, check=False, env=settings
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "== 1. " in done.stdout


def test_each_story_names_what_it_shows() -> None:
    assert [path.name for path in STORIES if not shown(path)] == []
