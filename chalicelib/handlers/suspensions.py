"""Suspension of a card on its owner's application (SPC-7)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import CardStateError, NotFoundError, WrongStateError
from chalicelib.handlers.endpoints import Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.special"
PATIENT = frozenset({Role.PATIENT})
REGISTRAR = frozenset({Role.REGISTRAR})
PATH = "/api/v1/me/card/suspension"


@api.endpoint(
    "PUT",
    PATH,
    operation="card-suspend",
    summary="Suspend one's own card: no entries, no booking; reading goes on",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    body=f"{MODELS}:Suspension",
    step_up=True,
    errors=(CardStateError, WrongStateError),
)
def suspend(call: Call) -> Any:
    return services().suspensions.suspend(call.actor, call.body.reason)


@api.endpoint(
    "DELETE",
    PATH,
    operation="card-resume",
    summary="Lift the suspension of one's own card",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    step_up=True,
    errors=(CardStateError, WrongStateError),
)
def resume(call: Call) -> Any:
    return services().suspensions.lift(call.actor, "")


@api.endpoint(
    "GET",
    "/api/v1/me/card/suspensions",
    operation="suspension-list",
    summary="When one's own card was suspended and resumed, and why",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PAGE_QUERY,
)
def history(call: Call) -> Any:
    limit, after = asked(call, "suspensions")
    return page(call, "suspensions", *services().suspensions.history(call.actor, limit, after))


@api.endpoint(
    "POST",
    "/api/v1/suspended-cards/{patient_id}/lift",
    operation="suspension-lift",
    summary="Lift a suspension on the person's application to a registrar",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:SuspensionLift",
    step_up=True,
    errors=(NotFoundError, WrongStateError),
)
def lift(call: Call, patient_id: str) -> Any:
    return services().suspensions.lift_for(call.actor, PersonId(patient_id), call.body.reason)
