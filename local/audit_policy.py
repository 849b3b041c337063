"""The verifier's policy of the local log (docs/audit.md, "Policy"): whose signatures count."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LOG_NAME = "audit.medkarta.local"


def write(path: Path, kms: Any, outputs: Mapping[str, str], witness_key: str) -> None:
    """On AWS an auditor fetches the two keys once, with a witness of the clinic's own, and keeps the file."""
    policy = {
        "log": {"name": outputs["AuditLogName"], "keys": [_public(kms, outputs["LogKey"])]},
        "writer_ca": [_public(kms, outputs["WriterCaKey"])],
        "witnesses": [witness_key],
        "quorum": 1,
    }
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps(policy, indent=1) + "\n", "ascii")
    draft.rename(path)


def _public(kms: Any, key: str) -> str:
    return base64.b64encode(kms.get_public_key(KeyId=key)["PublicKey"]).decode()
