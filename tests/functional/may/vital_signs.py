"""Routes of series of vital signs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.functional.may.people import OWNERS, READERS

MAY: dict[str, set[str]] = {
    "vital-sign-series-read": READERS,
    "vital-sign-series-download": READERS,
    "vital-sign-batch": READERS,
    "observation-series-create": OWNERS | {"doctor"},
}

NOW = datetime.now(UTC)
AT = (NOW - timedelta(days=1)).isoformat()
PULSE = {"occurred_at": AT, "code": "pulse", "value": "70", "unit": "/min"}

BODIES: dict[str, Any] = {
    "Batch": {"device": "Тонометр", "readings": [PULSE]},
    "SeriesOrder": {"code": "pulse", "since": (NOW - timedelta(days=2)).isoformat(), "until": NOW.isoformat()},
    "HealthStatus": {"occurred_at": AT, "mood": "fair"},
}
