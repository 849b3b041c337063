"""After a stop that was none: a killed emulator forgets the last seconds of its tables, but no object.

For the sequencer a head that is older than what was published is an attack, and rightly stops it. Here nobody attacked,
so the operator's function makes head and index anew from the locked objects.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

log = logging.getLogger("local.mend")


def audit_index(s3: Any, bucket: str, invoke: Callable[[str, Any], Any]) -> list[int]:
    """Years whose index was made anew."""
    years = [int(prefix["Prefix"].rstrip("/")) for prefix in _folders(s3, bucket)]
    for year in years:
        log.warning("index of the audit log of %d: %s", year, invoke("rebuild_audit_index", {"year": year}))
    return years


def _folders(s3: Any, bucket: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = s3.list_objects_v2(Bucket=bucket, Delimiter="/").get("CommonPrefixes", [])
    return found
