"""Routes of every kind of record, made from the registry; and the registry itself, for forms and for partners."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId
from chalicelib.errors import (
    AccessDeniedError,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.bodies import model
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.records.overview import OVERVIEW, compose
from chalicelib.records.registry import OVERVIEW_KINDS, RECORD_TYPES
from chalicelib.records.spec import RecordType

api = Api(__name__)


@api.endpoint(
    "GET",
    "/api/v1/patients/{patient_id}/overview",
    operation="overview-read",
    summary="Overview of the card (Общие сведения)",
    door=Door.CARD,
    roles=frozenset(OVERVIEW.grants[Action.READ]),
)
def overview(call: Call, patient_id: str) -> Any:
    found = services().records.overview(call.actor, PersonId(patient_id), OVERVIEW, OVERVIEW_KINDS)
    return compose(found)


@api.endpoint(
    "GET",
    "/api/v1/record-types",
    operation="record-types",
    summary="Kinds of record, with words in Russian and English and the JSON Schema of a body (portal's forms)",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def record_types(call: Call) -> Any:  # noqa: ARG001 - the same for everybody
    return Answer({"items": [described(spec) for spec in RECORD_TYPES]}, headers={"Cache-Control": "max-age=3600"})


def described(spec: RecordType) -> dict[str, Any]:
    """What a form needs to know of a kind. ``x-title`` and ``x-options`` stand in the schema (bodies/words.py)."""
    return {
        "name": spec.name,
        "collection": spec.collection,
        "section": spec.section,
        "labels": dict(spec.labels),
        "fhir_resource": spec.fhir_resource,
        "written_by": sorted(spec.grants.get(Action.CREATE, ())),
        "summary": list(spec.summary),
        "transitions": {name: {s: sorted(t) for s, t in to.items()} for name, to in spec.transitions.items()},
        "schema": model(spec.body).model_json_schema(),
    }


def register(spec: RecordType) -> None:
    """The routes of one kind: list, read, history, document; and create and amend where no process writes it."""
    base = f"/api/v1/patients/{{patient_id}}/{spec.collection}"
    one = f"{base}/{{record_id}}"
    title = spec.label("en").lower()

    def declared(action: Action, verb: str, **more: Any) -> dict[str, Any]:
        roles = frozenset(spec.grants.get(action, ()))
        return {
            "operation": f"{spec.name}-{action.value}",
            "summary": f"{verb} {title}",
            "door": Door.CARD,
            "roles": roles,
            "errors": (AccessDeniedError, NotFoundError),
            **more,
        }

    def at(path: str) -> dict[str, str]:
        """Where the gateway finds it: ``/{collection}`` for all kinds, or a path of its own."""
        return {
            "path": path,
            "route": path.replace(f"/{spec.collection}", "/{collection}") if spec.routes == "shared" else "",
        }

    @api.endpoint("GET", **at(base), **declared(Action.LIST, "List", query=PAGE_QUERY))
    def listing(call: Call, patient_id: str) -> Any:
        name = f"{spec.name}/{call.asked_for or patient_id}"
        limit, after = asked(call, name)
        items, rest = services().records.page(call.actor, PersonId(patient_id), spec, limit=limit, after=after)
        return page(call, name, items, rest)

    @api.endpoint("GET", **at(one), **declared(Action.READ, "Read"))
    def read(call: Call, patient_id: str, record_id: str) -> Any:
        record = services().records.read(call.actor, PersonId(patient_id), spec, record_id)
        return Answer(record, headers=etag(record["version"]))

    @api.endpoint("GET", **at(f"{one}/history"), **declared(Action.HISTORY, "All versions of"))
    def history(call: Call, patient_id: str, record_id: str) -> Any:
        return {"items": services().records.history(call.actor, PersonId(patient_id), spec, record_id)}

    if spec.pdf_template is not None:

        @api.endpoint(
            "GET",
            **at(f"{one}/document"),
            **declared(Action.DOWNLOAD, "PDF of", answer_type="application/pdf"),
        )
        def document(call: Call, patient_id: str, record_id: str) -> Any:
            return Answer(services().documents.download(call.actor, PersonId(patient_id), spec, record_id))

    if spec.process is None:
        _register_writes(spec, at(base), at(one), declared)


def _register_writes(spec: RecordType, base: dict[str, str], one: dict[str, str], declared: Any) -> None:
    @api.endpoint(
        "POST",
        **base,
        **declared(Action.CREATE, "Add", body=spec.body, status=201, idempotent=True)
        | {"errors": (AccessDeniedError, InvalidFieldsError, IdempotencyKeyReusedError)},
    )
    def create(call: Call, patient_id: str) -> Any:
        record, repeated = services().records.create(
            call.actor, PersonId(patient_id), spec, call.body.model_dump(mode="json"), call.idempotency_key
        )
        return Answer(record, 201, etag(record["version"]) | ({"Idempotent-Replay": "true"} if repeated else {}))

    @api.endpoint(
        "PUT",
        **one,
        **declared(Action.AMEND, "Amend", body=spec.body, if_match=True)
        | {"errors": (AccessDeniedError, InvalidFieldsError, StaleVersionError, VersionRequiredError, WrongStateError)},
    )
    def amend(call: Call, patient_id: str, record_id: str) -> Any:
        record = services().records.amend(
            call.actor, PersonId(patient_id), spec, record_id, call.body.model_dump(mode="json"), call.if_match
        )
        return Answer(record, headers=etag(record["version"]))

    if Action.CONFIRM in spec.grants:
        path, route = f"{one['path']}/confirmation", f"{one['route']}/confirmation" if one["route"] else ""

        @api.endpoint(
            "POST",
            path,
            route=route,
            **declared(Action.CONFIRM, "Confirm a patient's", if_match=True)
            | {"errors": (AccessDeniedError, NotFoundError, StaleVersionError, VersionRequiredError, WrongStateError)},
        )
        def confirm(call: Call, patient_id: str, record_id: str) -> Any:
            record = services().records.confirm(call.actor, PersonId(patient_id), spec, record_id, call.if_match)
            return Answer(record, headers=etag(record["version"]))


for _spec in RECORD_TYPES:
    register(_spec)
