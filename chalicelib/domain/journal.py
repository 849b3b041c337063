"""Which entries of the log somebody wants to see (AUD-3): one filter for the patient and for the security officer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.domain.moments import stamp


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty fields do not restrict. ``since`` and ``until`` are log times, ``until`` exclusive."""

    action: str = ""
    actor: str = ""
    outcome: str = ""
    role: str = ""
    organisation: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, at: datetime, body: Mapping[str, Any] | None) -> bool:
        """An entry that cannot be read is shown only to who restricts nothing but the time."""
        if (self.since is not None and at < self.since) or (self.until is not None and at >= self.until):
            return False
        asked = self._asked()
        if not asked:
            return True
        if body is None:
            return False
        who = body["actor"]
        says = {
            "action": body["action"],
            "outcome": body["outcome"],
            "actor": who["id"],
            "role": who["role"],
            "organisation": who["org"],
        }
        return all(says[name] == value for name, value in asked.items())

    def said(self) -> dict[str, str]:
        """What was asked for, for the entry of the reading itself."""
        times = {"from": self.since, "to": self.until}
        return self._asked() | {name: stamp(moment) for name, moment in times.items() if moment is not None}

    def _asked(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value and isinstance(value, str)}


def moment_of(text: str, *, end: bool = False) -> datetime:
    """An ISO 8601 moment with an offset, or a date in UTC; ``end``: a date means the end of that day.

    Raises ValueError.
    """
    if len(text) == len("2026-01-01"):
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return day.replace(hour=23, minute=59, second=59, microsecond=999_999) if end else day
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset")
    return moment.astimezone(UTC)
