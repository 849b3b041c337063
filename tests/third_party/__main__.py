"""Install what ``package-lock.json`` names; no script of a package is run.

Of the official examples of FHIR (190 MB) only those of the types that are served stay, without the bundles of
definitions. ``absent`` stands for packages of definitions that those of HL7 name and that no test reads.
"""

from __future__ import annotations

import sys
from pathlib import Path

from infra.fhir_schema import TYPES
from local import npm

HERE = Path(__file__).parent
LARGEST = 1024 * 1024


def prune(folder: Path) -> None:
    """Remove examples that are not read."""
    for path in folder.glob("*.json"):
        served = path.name.partition("-")[0] in TYPES and path.stat().st_size <= LARGEST
        if not served and path.name != "package.json":
            path.unlink()


if __name__ == "__main__":
    code = npm.install(HERE).returncode
    prune(HERE / "node_modules/hl7.fhir.r4.examples")
    sys.exit(code)
