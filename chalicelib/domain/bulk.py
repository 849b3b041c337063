"""Rules of bulk exports (PRT-3; HL7 FHIR Bulk Data Access 2.0): bounds, states, the manifest.

1. it is about patients who consented to the system that asks, as of the moment at which each card is read; who has
   ended that is left out and named in ``error``
2. one export of a client at a time; one that has not moved for ``STALLED`` no longer counts
3. a file is encrypted to the client's own key when it is made, and nobody here can open it; it is kept for ``KEPT``
4. a file of which any card is closed to the client meanwhile is not given out any more
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from chalicelib.domain import exact_json
from chalicelib.domain.moments import stamp

KEPT = timedelta(hours=24)
STALLED = timedelta(minutes=30)
TRIES = 3
"""Times that a stalled export is begun again where it stopped."""
PATIENTS = 1000
"""Of one export."""
CARDS, RESOURCES, BYTES = 50, 1500, 1536 * 1024
"""Of one step: after so much it stops, so that neither time nor memory grows with the group, and no file with its
base64 is more than a Lambda function answers."""
PAGE = 2 * 1024 * 1024
"""Bytes of one reading of a card."""
STEPS = 5000
WAIT = 10
"""Seconds until it is worth asking again."""
CONSENTED = "consented"
"""Id of the group of all who consented to the client."""
FORMATS = frozenset({"application/fhir+ndjson", "application/ndjson", "ndjson"})
NDJSON = "application/fhir+ndjson"
ENCRYPTED = "urn:medkarta:bulk:encryption"


class BulkState(StrEnum):
    """Values are stored: never rename, never reuse."""

    MAKING = "making"
    READY = "ready"
    CANCELLED = "cancelled"
    FAILED = "failed"


def at_work(row: Mapping[str, Any], now: datetime) -> bool:
    return row["state"] == BulkState.MAKING.value and str(row["moved_at"]) > stamp(now - STALLED)


def live(row: Mapping[str, Any], now: datetime) -> bool:
    """Whether there is anything to ask of it."""
    return row["state"] != BulkState.CANCELLED.value and str(row["until"]) > stamp(now)


def lines(resources: Iterable[Mapping[str, Any]]) -> bytes:
    """NDJSON: one resource a line."""
    return b"".join(exact_json.dumps(one).encode() + b"\n" for one in resources)


def progress(row: Mapping[str, Any]) -> str:
    done, of = int(row["done"]), len(row["cards"])
    return f"{done} of {of} patients"


def manifest(row: Mapping[str, Any], files: Sequence[Mapping[str, Any]], here: str) -> dict[str, Any]:
    """``here``: address of the export; a file lies below it."""

    def shown(file: Mapping[str, Any]) -> dict[str, Any]:
        return {"type": file["type"], "url": f"{here}/{file['name']}", "count": int(file["count"])}

    return {
        "transactionTime": row["at"],
        "request": row["request"],
        "requiresAccessToken": True,
        "output": [shown(one) for one in files if one["of"] == "output"],
        "error": [shown(one) for one in files if one["of"] == "error"],
        "extension": {ENCRYPTED: {"alg": row["alg"], "kid": row["kid"], "enc": "A256GCM", "type": "JWE compact"}},
    }


def left_out(card: str) -> dict[str, Any]:
    """A line of ``error``: whose card is not among the files, and no reason that would tell more than that."""
    text = "The consent of this patient has ended, or the card is closed; nothing of it was exported"
    issue = {
        "severity": "warning",
        "code": "suppressed",
        "details": {"text": text},
        "diagnostics": f"Patient/{card}",
    }
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def encryption_key(jwks: Mapping[str, Any]) -> dict[str, Any] | None:
    """The client's key to which files are encrypted: the last one that says so."""
    found = [key for key in jwks.get("keys", ()) if key.get("use") == "enc"]
    chosen: dict[str, Any] | None = json.loads(json.dumps(found[-1])) if found else None
    return chosen
