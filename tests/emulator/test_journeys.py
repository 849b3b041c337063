"""Every story in docs/journeys/ is walked to its end against the running system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs.__main__ import shown_by, stories
from tests.emulator.running import Running

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.xdist_group("emulator"),
    pytest.mark.timeout(600),  # the whole system starts in the first test's time, perhaps on a busy machine
]


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.stem, marks=pytest.mark.requirement(*shown_by(path))) for path in stories()],
)
def test_story(running: Running, path: Path) -> None:
    settings = {**os.environ, "STATE": str(running.state)}
    done = subprocess.run(
        [sys.executable, str(path), running.url], capture_output=True, text=True, timeout=280, check=False, env=settings
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "== 1. " in done.stdout


def test_each_story_names_what_it_shows() -> None:
    assert [path.name for path in stories() if not shown_by(path)] == []
