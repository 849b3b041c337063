"""The family profile, plans of vaccinations, and earlier versions of one's own profile."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import NotFoundError
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Answer, Api, Call, Door, language_of
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.records.vaccination_plan import VACCINATION_PLAN

api = Api(__name__)

PATIENT = frozenset({Role.PATIENT})


@api.endpoint(
    "GET",
    "/api/v1/me/family",
    operation="family-list",
    summary="One's children as they were registered, with the state of the cards that one acts for",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def family(call: Call) -> Any:
    limit, after = asked(call, "family")
    return page(call, "family", *services().families.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/vaccination-plan",
    operation="vaccination-plan-read",
    summary="Planned vaccinations of a child's first two years",
    door=Door.CARD,
    roles=frozenset({*VACCINATION_PLAN.grants[Action.READ], Role.REPRESENTATIVE}),
    errors=(NotFoundError,),
)
def vaccination_plan(call: Call, patient_id: str) -> Any:
    shown = services().families.plan(call.actor, PersonId(patient_id), language_of(call))
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    "/api/v1/me/profile-history",
    operation="profile-history",
    summary="Earlier versions of one's own profile",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def profile_history(call: Call) -> Any:
    limit, after = asked(call, "profile-history")
    return page(call, "profile-history", *services().profiles.history(call.actor, limit, after))
