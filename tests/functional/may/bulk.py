"""Routes: $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations

from typing import Any

SYSTEMS = {"clinical-system"}

MAY: dict[str, set[str]] = {
    "bulk-export-group": SYSTEMS,
    "bulk-export-patients": SYSTEMS,
    "bulk-export-state": SYSTEMS,
    "bulk-export-cancel": SYSTEMS,
    "bulk-export-file": SYSTEMS,
}

BODIES: dict[str, Any] = {}
