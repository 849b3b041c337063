"""What the portal's own modules say, asked through Node.js."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local.npm import NODE

RUNNER = Path(__file__).parent / "run.js"
PORTAL = Path(__file__).parents[2] / "portal"
OUTSIDE = PORTAL / "outside"
VERIFIER = PORTAL / "verifier"


def ask(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """``{"ok": …}`` or ``{"error": code}`` for each, by one process. Anything it says besides is a failure."""
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [NODE, RUNNER], input=lines, capture_output=True, text=True, encoding="utf-8", timeout=250, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.split("\n") if line]
