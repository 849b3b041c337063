"""Which notices about a ward are for whoever represents them (ACC-8): asked when one is made, sent, and read."""

from __future__ import annotations

from datetime import datetime

from chalicelib.domain.representation import Representation
from chalicelib.domain.texts import NOTICES, Topic


def for_representative(event: str, standing: Representation | None, now: datetime) -> bool:
    """Where and when the ward will be is not for somebody to whom a doctor closed something for the ward's safety."""
    if standing is None or not standing.live(now):
        return False
    return not (standing.restricted and NOTICES[event].topic is Topic.VISITS)
