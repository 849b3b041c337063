"""Transactions and batches of FHIR R4 resources, also large ones (PRT-6); pairs of cards that may be one person."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from chalicelib.bootstrap import services
from chalicelib.domain import exact_json
from chalicelib.domain.bundles.entries import BATCH, MOST_BYTES
from chalicelib.domain.identity import DELIVERERS, Role
from chalicelib.domain.patients import Answer as LookAlike
from chalicelib.domain.quotas import inside
from chalicelib.domain.resource_search.asking import asked as search_asked
from chalicelib.errors import (
    AccessDeniedError,
    BundleMixedError,
    BundleTooLargeError,
    ConflictError,
    IdempotencyKeyReusedError,
    ImportFailedError,
    InvalidFieldsError,
    MalformedError,
    MedkartaError,
    NotFoundError,
    ReferenceUnknownError,
    ReferenceUnmatchedError,
    ResourceInvalidError,
    SeveralMatchesError,
    StaleVersionError,
    SubjectUnknownError,
    VersionRequiredError,
)
from chalicelib.handlers.endpoints import FHIR_JSON, JSON, Answer, Call, Door, language_of
from chalicelib.handlers.headers import idempotency_key, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.outcomes import outcome_body
from chalicelib.handlers.paging import PAGE_QUERY, page
from chalicelib.handlers.paging import asked as place_asked
from chalicelib.handlers.searchsets import searchset

api = Api(__name__, grouped=True)

MODELS = "handlers.models.bundles"
STATUS = "/fhir/import-status/{import_id}"
DOUBTS = "/api/v1/patient-doubts"
REGISTRAR = frozenset({Role.REGISTRAR})
AGAIN = "5"
"""Seconds after which a large import is worth asking about."""


@api.endpoint(
    "POST",
    "/fhir",
    operation="bundle-send",
    summary="A transaction (all or nothing; large ones as an import) or a batch of resources",
    door=Door.SIGNED_IN,
    roles=DELIVERERS,
    accepts=(FHIR_JSON, JSON),
    max_body=MOST_BYTES,
    errors=(
        AccessDeniedError,
        BundleMixedError,
        BundleTooLargeError,
        ConflictError,
        IdempotencyKeyReusedError,
        ImportFailedError,
        InvalidFieldsError,
        MalformedError,
        ReferenceUnknownError,
        ReferenceUnmatchedError,
        ResourceInvalidError,
        SeveralMatchesError,
        StaleVersionError,
        SubjectUnknownError,
        VersionRequiredError,
    ),
)
def send(call: Call) -> Any:
    bundle = exact_json.loads(call.body.data)
    if not isinstance(bundle, dict):
        raise MalformedError("a Bundle is needed")
    services().quotas.charge(call.actor, inside(bundle))
    key = idempotency_key(call.headers) if "idempotency-key" in call.headers else uuid4().hex
    if bundle.get("type") == BATCH:
        return _told(call, services().batches.run(call.actor, bundle, key))
    wish = [one.strip().lower() for one in call.headers.get("prefer", "").replace(";", ",").split(",")]
    outcome = services().transactions.run(call.actor, bundle, key, later="respond-async" in wish)
    if not outcome.body:
        place = services().settings.public_url + STATUS.format(import_id=outcome.import_id)
        return Answer(None, 202, {"Content-Location": place, "Retry-After": AGAIN})
    return Answer(_told(call, outcome.body), headers=replay(repeated=outcome.repeated))


@api.endpoint(
    "GET",
    STATUS,
    operation="import-read",
    summary="How far a large transaction is: 202 while it is brought in, then its answer",
    door=Door.SIGNED_IN,
    roles=DELIVERERS,
    errors=(ImportFailedError, NotFoundError),
)
def status(call: Call, import_id: str) -> Any:
    outcome, done, every = services().transactions.standing(call.actor, import_id)
    if not outcome.body:
        return Answer(None, 202, {"X-Progress": f"{done} of {every}", "Retry-After": AGAIN})
    return outcome.body


def _told(call: Call, bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Entries that failed say so as an outcome; searches are carried out here, each with its entry in the log."""
    return {**bundle, "entry": [_entry(call, one) for one in bundle["entry"]]}


def _entry(call: Call, entry: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: said for name, said in entry.items() if name not in {"fault", "search"}}
    fault = entry.get("fault")
    if "search" in entry:
        try:
            return told | {"resource": _searched(call, *entry["search"])}
        except MedkartaError as error:
            fault = error
            told["response"] = {"status": f"{error.status} {error.title}"}
    if fault is None:
        return told
    _leave_trace(call, fault)
    return told | {"response": {**told["response"], "outcome": outcome_body(fault, language_of(call))}}


def _leave_trace(call: Call, fault: MedkartaError) -> None:
    """An entry that failed is in the log as a call that failed is; a refusal of the gate is there already."""
    if fault.status < HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(fault, AccessDeniedError):
        with suppress(MedkartaError):  # the others are done
            services().gate.failed(call.actor, "bundle-send", fault.code)


def _searched(call: Call, resource_type: str, query: str) -> Any:
    base = services().search_tools.base
    wanted = search_asked(resource_type, parse_qsl(query, keep_blank_values=True), base, strict=True)
    found = services().resource_search.search(call.actor, wanted, None)
    return searchset(wanted, found, base, "", language_of(call))


# --- pairs of cards


@api.endpoint(
    "GET",
    DOUBTS,
    operation="patient-doubt-list",
    summary="Cards opened for partners' patients though somebody like them was there, oldest first",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    query=PAGE_QUERY,
)
def doubts(call: Call) -> Any:
    limit, after = place_asked(call, "patient-doubts")
    return page(call, "patient-doubts", *services().doubts.listed(call.actor, limit, after))


@api.endpoint(
    "POST",
    DOUBTS + "/{doubt_id}/decision",
    operation="patient-doubt-decide",
    summary="Say whether the two are one person; the merge itself is proposed as any other",
    door=Door.SIGNED_IN,
    roles=REGISTRAR,
    body=f"{MODELS}:DoubtDecision",
    status=204,
    errors=(NotFoundError,),
)
def decide(call: Call, doubt_id: str) -> Any:
    services().doubts.decide(call.actor, doubt_id, LookAlike(call.body.answer), call.body.reason)
    return Answer(None, 204)
