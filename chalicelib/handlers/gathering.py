"""Connected sources (ACT-3) and the policy (ACT-4)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, PersonId, Role
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    CardStateError,
    NotFoundError,
    RegistryUnavailableError,
    StaleVersionError,
    TooManyRequestsError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

REGISTRAR = frozenset({Role.REGISTRAR})
ONE = "/api/v1/me/sources/{source_name}"


@api.endpoint(
    "GET",
    "/api/v1/me/sources",
    operation="source-list",
    summary="Connected sources: how far each is, what came, and why it is not further",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
)
def sources(call: Call) -> Any:
    return {"items": services().sources.mine(call.actor, language_of(call))}


@api.endpoint(
    "POST",
    f"{ONE}/refresh",
    operation="source-refresh",
    summary="Ask a source again as soon as may be",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    status=202,
    errors=(CardStateError, NotFoundError, TooManyRequestsError, WrongStateError),
)
def refresh(call: Call, source_name: str) -> Any:
    return services().sources.refresh(call.actor, source_name, language_of(call))


@api.endpoint(
    "PUT",
    ONE,
    operation="source-switch",
    summary="Switch a source off or on; what came from it stays",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    body="handlers.models.gathering:Switch",
    errors=(CardStateError, NotFoundError, WrongStateError),
)
def switch(call: Call, source_name: str) -> Any:
    return services().sources.switch(call.actor, source_name, paused=call.body.paused, language=language_of(call))


@api.endpoint(
    "GET",
    "/api/v1/me/unmapped",
    operation="unmapped-list",
    summary="Records of sources that the card has no kind for, whole, and why",
    door=Door.SIGNED_IN,
    roles=frozenset({Role.PATIENT}),
    query=PAGE_QUERY,
)
def unmapped(call: Call) -> Any:
    limit, after = asked(call, "unmapped")
    return page(call, "unmapped", *services().sources.unmapped(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/policy",
    operation="policy-read",
    summary="One's own policy, as the registry confirmed it last",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.RECORDS,
    errors=(NotFoundError,),
)
def policy(call: Call) -> Any:
    return services().policies.show(call.actor, call.actor.card_id)


@api.endpoint(
    "POST",
    "/api/v1/me/policy/check",
    operation="policy-check",
    summary="Ask the registry of policies now (подтверждение права на бесплатное лечение)",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.APPLY,
    errors=(NotFoundError, RegistryUnavailableError, StaleVersionError, TooManyRequestsError, WrongStateError),
)
def check(call: Call) -> Any:
    return services().policies.check(call.actor, call.actor.card_id)


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/policy",
    operation="policy-review",
    summary="A patient's policy, as the registry confirmed it last",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    errors=(NotFoundError,),
)
def of_patient(call: Call, patient_id: str) -> Any:
    return services().policies.show(call.actor, PersonId(patient_id))
