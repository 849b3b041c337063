"""Routes of every kind of record, made from the registry; and the registry itself, for forms and for partners."""

from __future__ import annotations

from dataclasses import dataclass
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
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door, versioned
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page
from chalicelib.records.overview import OVERVIEW, WHO, compose
from chalicelib.records.registry import OVERVIEW_KINDS, RECORD_TYPES
from chalicelib.records.spec import RecordType

api = Api(__name__)
ONE = "/{record_id}"


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
    "/api/v1/patients/{patient_id}/person",
    operation="person-read",
    summary="Name, birth date and policy of a patient, for the lists of who treats them",
    door=Door.CARD,
    roles=frozenset(WHO.grants[Action.READ]),
)
def person(call: Call, patient_id: str) -> Any:
    return compose(services().records.overview(call.actor, PersonId(patient_id), WHO, ()))["person"]


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
        "occurred": spec.occurred,
        "summary": list(spec.summary),
        "files": spec.files,
        "transitions": {name: {s: sorted(t) for s, t in to.items()} for name, to in spec.transitions.items()},
        "evidence": {
            name: {value: {"kinds": sorted(one.kinds), "unless": one.unless} for value, one in values.items()}
            for name, values in spec.evidence.items()
        },
        "schema": model(spec.body).model_json_schema(),
    }


@dataclass(frozen=True, slots=True)
class Kind:
    """What the routes of one kind have in common."""

    spec: RecordType

    def declared(self, action: Action, verb: str, below: str = "", **more: Any) -> dict[str, Any]:
        """Fields of an endpoint; ``below``: its path below the collection.

        The gateway finds it by ``/{collection}``, one path for all kinds, or by a path of its own.
        """
        path = f"/api/v1/patients/{{patient_id}}/{self.spec.collection}{below}"
        shared = path.replace(f"/{self.spec.collection}", "/{collection}")
        return {
            "path": path,
            "route": shared if self.spec.routes == "shared" else "",
            "operation": f"{self.spec.name}-{action.value}",
            "summary": f"{verb} {self.spec.label('en').lower()}",
            "door": Door.CARD,
            "roles": frozenset(self.spec.grants.get(action, ())),
            "errors": (AccessDeniedError, NotFoundError),
            **more,
        }


def register(spec: RecordType) -> None:
    """The routes of one kind: list, read, history, document; and create and amend where no process writes it."""
    kind = Kind(spec)
    _register_reads(kind)
    if spec.pdf_template is not None:
        _register_document(kind)
    if spec.process is None:
        _register_writes(kind)
        if Action.CONFIRM in spec.grants:
            _register_confirmation(kind)


def _register_reads(kind: Kind) -> None:
    spec = kind.spec

    @api.endpoint("GET", **kind.declared(Action.LIST, "List", query=PAGE_QUERY))
    def listing(call: Call, patient_id: str) -> Any:
        name = f"{spec.name}/{call.asked_for or patient_id}"
        limit, after = asked(call, name)
        items, rest = services().records.page(call.actor, PersonId(patient_id), spec, limit=limit, after=after)
        return page(call, name, items, rest)

    @api.endpoint("GET", **kind.declared(Action.READ, "Read", ONE))
    def read(call: Call, patient_id: str, record_id: str) -> Any:
        record = services().records.read(call.actor, PersonId(patient_id), spec, record_id)
        return Answer(record, headers=etag(record["version"]))

    @api.endpoint("GET", **kind.declared(Action.HISTORY, "All versions of", f"{ONE}/history"))
    def history(call: Call, patient_id: str, record_id: str) -> Any:
        return {"items": services().records.history(call.actor, PersonId(patient_id), spec, record_id)}


def _register_document(kind: Kind) -> None:
    @api.endpoint("GET", **kind.declared(Action.DOWNLOAD, "PDF of", f"{ONE}/document", answer_type="application/pdf"))
    def document(call: Call, patient_id: str, record_id: str) -> Any:
        return Answer(services().documents.download(call.actor, PersonId(patient_id), kind.spec, record_id))


def _register_writes(kind: Kind) -> None:
    spec = kind.spec
    creating = (AccessDeniedError, InvalidFieldsError, IdempotencyKeyReusedError)
    amending = (AccessDeniedError, InvalidFieldsError, StaleVersionError, VersionRequiredError, WrongStateError)

    @api.endpoint(
        "POST", **kind.declared(Action.CREATE, "Add", body=spec.body, status=201, idempotent=True, errors=creating)
    )
    def create(call: Call, patient_id: str) -> Any:
        record, repeated = services().records.create(
            call.actor, PersonId(patient_id), spec, call.body.model_dump(mode="json"), call.idempotency_key
        )
        return versioned(record, 201, repeated=repeated)

    @api.endpoint("PUT", **kind.declared(Action.AMEND, "Amend", ONE, body=spec.body, if_match=True, errors=amending))
    def amend(call: Call, patient_id: str, record_id: str) -> Any:
        record = services().records.amend(
            call.actor, PersonId(patient_id), spec, record_id, call.body.model_dump(mode="json"), call.if_match
        )
        return Answer(record, headers=etag(record["version"]))


def _register_confirmation(kind: Kind) -> None:
    errors = (AccessDeniedError, NotFoundError, StaleVersionError, VersionRequiredError, WrongStateError)
    below = f"{ONE}/confirmation"

    @api.endpoint("POST", **kind.declared(Action.CONFIRM, "Confirm a patient's", below, if_match=True, errors=errors))
    def confirm(call: Call, patient_id: str, record_id: str) -> Any:
        record = services().records.confirm(call.actor, PersonId(patient_id), kind.spec, record_id, call.if_match)
        return Answer(record, headers=etag(record["version"]))


for _spec in RECORD_TYPES:
    register(_spec)
