"""Emergency access: a doctor breaks the glass, the patient sees it, a security officer decides on it (ACC-7)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.emergency import ROLES, Reason, State
from chalicelib.domain.identity import OWNERS, PersonId, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    ConsentRequiredError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.access"
OFFICER = frozenset({Role.SECURITY_OFFICER})


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/emergency-access",
    operation="emergency-open",
    summary="Open a card in an emergency, for one hour; the patient is told at once and every use is reviewed",
    door=Door.SIGNED_IN,
    roles=ROLES,
    body=f"{MODELS}:EmergencyAccess",
    status=201,
    step_up=True,
    errors=(ConsentRequiredError, StepUpRequiredError, TooManyRequestsError),
)
def break_glass(call: Call, patient_id: str) -> Any:
    return services().emergencies.open(call.actor, PersonId(patient_id), Reason(call.body.reason), call.body.words)


@api.endpoint(
    "GET",
    "/api/v1/me/emergencies",
    operation="emergency-list",
    summary="Emergency accesses to the card: who, why, and what the review said",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.JOURNAL,
)
def mine(call: Call) -> Any:
    return {"items": services().emergencies.mine(call.actor)}


@api.endpoint(
    "GET",
    "/api/v1/emergencies",
    operation="emergency-queue",
    summary="Emergency accesses of the organisation that await review",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    query=PAGE_QUERY,
)
def queue(call: Call) -> Any:
    limit, after = asked(call, "emergencies")
    return page(call, "emergencies", *services().emergencies.queue(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/emergencies/{patient_id}/{emergency_id}",
    operation="emergency-read",
    summary="One emergency access with its reason",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    errors=(NotFoundError,),
)
def read(call: Call, patient_id: str, emergency_id: str) -> Any:
    shown = services().emergencies.read(call.actor, PersonId(patient_id), emergency_id)
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    "/api/v1/emergencies/{patient_id}/{emergency_id}/decision",
    operation="emergency-decide",
    summary="Find it justified or not; the patient is told of an unjustified one",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    body=f"{MODELS}:EmergencyDecision",
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, WrongStateError),
)
def decide(call: Call, patient_id: str, emergency_id: str) -> Any:
    shown = services().emergencies.decide(
        call.actor, PersonId(patient_id), emergency_id, call.if_match, State(call.body.outcome), call.body.words
    )
    return Answer(shown, headers=etag(shown["version"]))
