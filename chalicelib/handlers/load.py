"""The load of a clinic: panels, and changes of schedules that they speak for (ANA-2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.domain.load.panels import MOST_DAYS, MOST_MONTHS, Filter
from chalicelib.errors import AccessDeniedError, InvalidFieldsError, NotFoundError, StaleVersionError
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.periods import PERIOD_QUERY, day

api = Api(__name__, grouped=True)

BASE = "/api/v1/load"
MODELS = "handlers.models.load"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
READERS = ADMINISTRATOR | {Role.DOCTOR, Role.NURSE}
QUERY = {
    **PERIOD_QUERY,
    "department": {"type": "string", "maxLength": 40, "description": "As the staff list has it"},
    "member_id": {"type": "string", "maxLength": 64, "description": "A membership; a doctor or nurse has their own"},
}


@api.endpoint(
    "GET",
    BASE + "/days",
    operation="load-days",
    summary=f"Bookings, visits, waits and use of slots by day, hour and doctor; at most {MOST_DAYS} days, by dates",
    door=Door.SIGNED_IN,
    roles=READERS,
    query=QUERY,
    errors=(AccessDeniedError, InvalidFieldsError),
)
def days(call: Call) -> Any:
    return services().load_panels.days(call.actor, *_asked(call), _filter(call))


@api.endpoint(
    "GET",
    BASE + "/months",
    operation="load-months",
    summary=f"The same by month: the months in which from and to lie, at most {MOST_MONTHS}",
    door=Door.SIGNED_IN,
    roles=READERS,
    query=QUERY,
    errors=(AccessDeniedError, InvalidFieldsError),
)
def months(call: Call) -> Any:
    return services().load_panels.months(call.actor, *_asked(call), _filter(call))


@api.endpoint(
    "GET",
    BASE + "/proposals",
    operation="load-proposals",
    summary="Changes of schedules that the last weeks speak for, each with its reason and the effect that is expected",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
)
def proposals(call: Call) -> Any:
    return services().load_proposals.listed(call.actor)


@api.endpoint(
    "PUT",
    BASE + "/proposals/{proposal_id}/decision",
    operation="load-decide",
    summary="Accept or dismiss a proposal: it is recorded who did, and no schedule changes by it",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    body=f"{MODELS}:Decision",
    errors=(InvalidFieldsError, NotFoundError, StaleVersionError),
)
def decide(call: Call, proposal_id: str) -> Any:
    return services().load_proposals.decide(call.actor, proposal_id, call.body.decision)


def _asked(call: Call) -> tuple[date | None, date | None]:
    """Days as they stand: counters are by the clinic's own days."""
    first, last = call.query.get("from", ""), call.query.get("to", "")
    return day(first, "?from") if first else None, day(last, "?to") if last else None


def _filter(call: Call) -> Filter:
    return Filter(call.query.get("department", ""), call.query.get("member_id", ""))
