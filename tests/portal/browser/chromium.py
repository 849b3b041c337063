"""Debian's Chromium, and the sizes of screen that pages are looked at in."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZES = {"narrow": (320, 640), "phone": (360, 740), "tablet": (768, 1024), "desktop": (1280, 800)}


def executable() -> str:
    """Skips the test where there is no Chromium; in CI that is a failure, so that nothing is left out unseen."""
    given = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if Path(given).is_file():
        return given
    missing = f"no Chromium at {given or 'PATH'}: apt-get install chromium, or name one in $CHROMIUM"
    if os.environ.get("CI") == "true":
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


def arguments() -> list[str]:
    """Without the sandbox for root, whom Chromium would refuse otherwise."""
    return ["--no-sandbox"] if os.geteuid() == 0 else []
