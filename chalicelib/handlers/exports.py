"""Exports of a card: ordered for a card, followed and downloaded by who ordered them."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import EXPORTERS
from chalicelib.domain.exports import FORMATS, Order
from chalicelib.domain.identity import PersonId
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    AccessDeniedError,
    AlreadyExistsError,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door
from chalicelib.handlers.headers import part_of_file, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.handlers.periods import day_or_moment

api = Api(__name__)


@api.endpoint(
    "POST",
    "/api/v1/patients/{patient_id}/exports",
    operation="export-create",
    summary="Order the whole card or some sections as PDF or JSON; it is made in the background",
    door=Door.CARD,
    roles=EXPORTERS,
    body="handlers.models.exports:ExportOrder",
    status=202,
    idempotent=True,
    step_up=True,
    errors=(AccessDeniedError, AlreadyExistsError, InvalidFieldsError),
)
def order(call: Call, patient_id: str) -> Any:
    form = call.body
    ends = {"since": day_or_moment(form.since, "/from"), "until": day_or_moment(form.until, "/to")}
    wanted = Order(**{**form.model_dump(), **ends, "sections": tuple(form.sections)})
    made, repeated = services().exports.order(call.actor, PersonId(patient_id), wanted, call.idempotency_key)
    return Answer(made, 202, replay(repeated=repeated))


@api.endpoint(
    "GET",
    "/api/v1/me/exports",
    operation="export-list",
    summary="Exports that one ordered, newest first",
    door=Door.SIGNED_IN,
    roles=EXPORTERS,
    right=Right.RECORDS,
    query=PAGE_QUERY,
)
def mine(call: Call) -> Any:
    limit, after = asked(call, "exports")
    return page(call, "exports", *services().exports.mine(call.actor, limit, after))


@api.endpoint(
    "GET",
    "/api/v1/me/exports/{export_id}",
    operation="export-read",
    summary="How far an export is",
    door=Door.SIGNED_IN,
    roles=EXPORTERS,
    right=Right.RECORDS,
    errors=(NotFoundError,),
)
def state(call: Call, export_id: str) -> Any:
    return services().exports.state(call.actor, export_id)


@api.endpoint(
    "GET",
    "/api/v1/me/exports/{export_id}/file",
    operation="export-download",
    summary="Download an export, in ranges of at most 4 MiB",
    door=Door.SIGNED_IN,
    roles=EXPORTERS,
    right=Right.RECORDS,
    step_up=True,
    answer_type="application/octet-stream",
    ranges=True,
    errors=(AccessDeniedError, NotFoundError, NotReadyError),
)
def download(call: Call, export_id: str) -> Any:
    kind, data, first, size = services().exports.download(call.actor, export_id, call.headers.get("range", ""))
    status, headers = part_of_file(data, first, size, f"{export_id}.{FORMATS[kind][1]}")
    return Answer(data, status, headers)
