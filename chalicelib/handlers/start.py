"""The first page of a patient's cabinet in one answer: a telephone on a slow line asks once."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import AccessDeniedError, CardStateError
from chalicelib.handlers.endpoints import Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.records.overview import OVERVIEW, compose
from chalicelib.records.registry import OVERVIEW_KINDS

api = Api(__name__, grouped=True)

FEW = 5
"""Notices on the first page; the inbox has the rest."""


@api.endpoint(
    "GET",
    "/api/v1/me/start",
    operation="start-read",
    summary="First page of the own cabinet: overview, open appointments, newest unread notices and how many there are",
    door=Door.SIGNED_IN,
    roles=frozenset({Role.PATIENT}),
    errors=(AccessDeniedError, CardStateError),
)
def start(call: Call) -> Any:
    found = services().records.overview(call.actor, PersonId(call.actor.card_id), OVERVIEW, OVERVIEW_KINDS)
    notices, _ = services().notices.mine(call.actor, language_of(call), FEW, None, unread=True)
    return {
        "overview": compose(found),
        "appointments": services().appointments.upcoming(call.actor),
        "notices": notices,
        "unread": services().notices.unread(call.actor),
    }
