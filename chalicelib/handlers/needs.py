"""What is due of care: reasons to talk to a doctor, each with its rule and source (ANA-3)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import OWNERS, PersonId
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    CardStateError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.records.needs import NEED

api = Api(__name__, grouped=True)

BASE = f"/api/v1/{NEED.collection}/{{patient_id}}"
MODELS = "handlers.models.needs"


@api.endpoint(
    "GET",
    BASE,
    operation="need-list",
    summary="What is due, with reason and source; what a mark silences; what is not judged, for a section is closed",
    door=Door.CARD,
    roles=frozenset(NEED.grants[Action.LIST]),
    errors=(AccessDeniedError, CardStateError, NotFoundError),
)
def listing(call: Call, patient_id: str) -> Any:
    found = services().needs.listed(call.actor, PersonId(patient_id), language_of(call))
    return Answer(found, headers=etag(found["version"]))


@api.endpoint(
    "PUT",
    BASE + "/marks",
    operation="need-mark",
    summary="Say of what is due: done elsewhere on a day, or not applicable; If-Match names the version of the list",
    door=Door.CARD,
    roles=frozenset(NEED.grants[Action.AMEND]),
    body=f"{MODELS}:NeedMark",
    if_match=True,
    errors=(
        AccessDeniedError,
        CardStateError,
        InvalidFieldsError,
        NotFoundError,
        StaleVersionError,
        VersionRequiredError,
        WrongStateError,
    ),
)
def mark(call: Call, patient_id: str) -> Any:
    form = call.body.model_dump(mode="json")
    made = services().needs.mark(call.actor, PersonId(patient_id), form, call.if_match)
    return Answer(made, headers=etag(made["version"]))


@api.endpoint(
    "PUT",
    "/api/v1/me/needs/hints",
    operation="need-hints",
    summary="Show yourself what is due, or not; a doctor with consent sees it all the same",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.REPORT,
    body=f"{MODELS}:NeedHints",
    errors=(AccessDeniedError, CardStateError, NotFoundError, StaleVersionError),
)
def switch(call: Call) -> Any:
    return services().needs.switch(call.actor, hints=call.body.hints)
