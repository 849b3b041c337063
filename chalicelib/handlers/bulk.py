"""Bulk $export: the cards of a consented group as encrypted NDJSON (HL7 FHIR Bulk Data Access 2.0)."""

from __future__ import annotations

import re
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain import bulk
from chalicelib.domain.identity import PARTNER_ROLES, Role
from chalicelib.domain.moments import stamp
from chalicelib.errors import (
    AccessDeniedError,
    BulkAsyncError,
    BulkBusyError,
    BulkFailedError,
    BulkFileClosedError,
    BulkKeyMissingError,
    BulkTooLargeError,
    FieldProblem,
    NotFoundError,
    SearchInvalidError,
)
from chalicelib.handlers.endpoints import JSON, Answer, Call, Door
from chalicelib.handlers.http import Api
from chalicelib.handlers.searchsets import address, everything_asked, query_pairs

api = Api(__name__, grouped=True)

SYSTEMS = PARTNER_ROLES - {Role.PHARMACY}
ONE = "/fhir/$export/{export_id}"
ASYNC = re.compile(r"(?:^|[;,\s])respond-async\b", re.IGNORECASE)
TEXT = {"type": "string", "maxLength": 1000}
QUERY = {"_type": TEXT, "_since": TEXT, "_outputFormat": TEXT}
ERRORS = (
    AccessDeniedError,
    BulkAsyncError,
    BulkBusyError,
    BulkKeyMissingError,
    BulkTooLargeError,
    NotFoundError,
    SearchInvalidError,
)


@api.endpoint(
    "GET",
    "/fhir/Group/{resource_id}/$export",
    operation="bulk-export-group",
    summary="Begin an export of a group: those of it who consented to the caller; consented names all of these",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    letter="r",
    query=QUERY,
    status=202,
    errors=ERRORS,
)
def group(call: Call, resource_id: str) -> Any:
    return _ordered(call, resource_id, f"/Group/{resource_id}/$export")


@api.endpoint(
    "GET",
    "/fhir/Patient/$export",
    operation="bulk-export-patients",
    summary="Begin an export of everybody who consented to the caller",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    letter="r",
    query=QUERY,
    status=202,
    errors=ERRORS,
)
def patients(call: Call) -> Any:
    return _ordered(call, bulk.CONSENTED, "/Patient/$export")


def _ordered(call: Call, group_id: str, path: str) -> Answer:
    if not ASYNC.search(call.headers.get("prefer", "")):
        raise BulkAsyncError
    pairs = query_pairs(call)
    if dict(pairs).get("_outputFormat", bulk.NDJSON).replace(" ", "+") not in bulk.FORMATS:
        raise SearchInvalidError(fields=(FieldProblem("?_outputFormat", "search", "one of " + bulk.NDJSON),))
    wanted = everything_asked([pair for pair in pairs if pair[0] in {"_type", "_since"}])
    base = services().search_tools.base
    since = stamp(wanted.since) if wanted.since else ""
    export_id = services().bulk.order(call.actor, group_id, sorted(wanted.types), since, address(base + path, pairs))
    return Answer(None, 202, {"Content-Location": f"{base}/$export/{export_id}"})


@api.endpoint(
    "GET",
    ONE,
    operation="bulk-export-state",
    summary="How far an export is, and when it is ready its files",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    errors=(AccessDeniedError, BulkFailedError, NotFoundError),
)
def state(call: Call, export_id: str) -> Any:
    progress, manifest = services().bulk.state(call.actor, export_id)
    if progress:
        return Answer(None, 202, {"X-Progress": progress, "Retry-After": str(bulk.WAIT)})
    return Answer(manifest, 200, {"Content-Type": JSON})


@api.endpoint(
    "DELETE",
    ONE,
    operation="bulk-export-cancel",
    summary="Stop an export, or delete its files",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    status=202,
    errors=(AccessDeniedError, NotFoundError),
)
def cancel(call: Call, export_id: str) -> Any:
    services().bulk.cancel(call.actor, export_id)
    return Answer(None, 202)


@api.endpoint(
    "GET",
    ONE + "/{name}",
    operation="bulk-export-file",
    summary="A file of an export: NDJSON as a JWE to the caller's registered key",
    door=Door.SIGNED_IN,
    roles=SYSTEMS,
    answer_type=bulk.NDJSON,
    errors=(AccessDeniedError, BulkFileClosedError, NotFoundError),
)
def file(call: Call, export_id: str, name: str) -> Any:
    content = services().bulk.file(call.actor, export_id, name)
    return Answer(content.decode(), 200, {"Content-Type": "application/jose"})
