"""The card as resources of FHIR R4: read, versions, create, update, patch, delete; what the server can do.

How a token comes to be is in docs/partners.md; what is served, and its limits, in docs/fhir.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain import exact_json
from chalicelib.domain.capabilities import statement
from chalicelib.domain.identity import DELIVERERS, OWNERS, PARTNER_ROLES, Role
from chalicelib.domain.resource_search.shaping import shaped
from chalicelib.errors import (
    AccessDeniedError,
    FieldProblem,
    FormatUnknownError,
    GoneError,
    IdempotencyKeyReusedError,
    InteractionUnknownError,
    InvalidFieldsError,
    KindChangedError,
    MalformedError,
    NotFoundError,
    PatchFailedError,
    ResourceInvalidError,
    ResourceReadOnlyError,
    ResourceTypeUnknownError,
    SearchInvalidError,
    SeveralMatchesError,
    StaleVersionError,
    SubjectUnknownError,
    TooLargeError,
    VersionRequiredError,
)
from chalicelib.handlers.endpoints import (
    ENDPOINTS,
    EVERYONE,
    FHIR_JSON,
    JSON,
    Answer,
    Call,
    Door,
    language_of,
    whole_number,
)
from chalicelib.handlers.headers import etag, idempotency_key, if_match, replay
from chalicelib.handlers.http import Api
from chalicelib.handlers.outcomes import issue, operation_outcome
from chalicelib.handlers.searchsets import address, moment_asked, query_pairs, shape_asked
from chalicelib.ports.resources import Found

api = Api(__name__, grouped=True)

BASE = "/fhir"
TYPE = BASE + "/{resource_type}"
ONE = TYPE + "/{resource_id}"
READERS = OWNERS | PARTNER_ROLES | {Role.DOCTOR, Role.NURSE, Role.APPLICATION}
PATCH = "application/json-patch+json"
OF_EVERY_CALL = frozenset({"_format", "_pretty", "_summary", "_elements"})
"""Parameters of every call (FHIR R4, http.html#parameters)."""
MOST_VERSIONS, NEWEST = 100, 99_999
BEFORE = "_before"
READING = (FormatUnknownError, GoneError, NotFoundError, ResourceTypeUnknownError, SearchInvalidError)
WRITING = (
    AccessDeniedError,
    InteractionUnknownError,
    ResourceInvalidError,
    ResourceTypeUnknownError,
    SubjectUnknownError,
    TooLargeError,
)
CHANGING = (
    *WRITING,
    GoneError,
    KindChangedError,
    MalformedError,
    ResourceReadOnlyError,
    StaleVersionError,
    VersionRequiredError,
)


@api.endpoint(
    "GET",
    BASE + "/metadata",
    operation="resource-capabilities",
    summary="What this FHIR server can do (CapabilityStatement)",
    door=Door.PUBLIC,
    roles=EVERYONE,
)
def capabilities(_call: Call) -> Any:
    headers = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
    paths = {(entry.method, entry.path) for entry in ENDPOINTS}
    return Answer(statement(services().settings.public_url, paths), headers=headers)


# --- reading


@api.endpoint(
    "GET",
    ONE,
    operation="resource-read",
    summary="A resource by its id; with If-None-Match 304 where its version is known",
    door=Door.CARD,
    roles=READERS,
    letter="r",
    errors=READING,
)
def read(call: Call, resource_type: str, resource_id: str) -> Any:
    found = services().resource_reader.found(call.actor, resource_type, resource_id)
    return _shown(call, found)


@api.endpoint(
    "GET",
    ONE + "/_history/{version_id}",
    operation="resource-vread",
    summary="One version of a resource",
    door=Door.CARD,
    roles=READERS,
    letter="r",
    errors=READING,
)
def vread(call: Call, resource_type: str, resource_id: str, version_id: str) -> Any:
    if not (version_id.isascii() and version_id.isdecimal() and len(version_id) < 10):  # noqa: PLR2004
        raise NotFoundError
    return _shown(call, services().resource_reader.version(call.actor, resource_type, resource_id, int(version_id)))


@api.endpoint(
    "GET",
    ONE + "/_history",
    operation="resource-history",
    summary="All versions of a resource, newest first (a Bundle of type history)",
    door=Door.CARD,
    roles=READERS,
    letter="r",
    query={
        "_count": {"type": "integer", "minimum": 1, "maximum": MOST_VERSIONS, "default": MOST_VERSIONS},
        BEFORE: {"type": "integer", "minimum": 1, "description": "Versions older than this one: from the link next"},
        "_since": {"type": "string", "maxLength": 40, "description": "Versions made at this moment or later"},
    },
    errors=(*READING, InvalidFieldsError),
)
def history(call: Call, resource_type: str, resource_id: str) -> Any:
    limit = whole_number(call, "_count", MOST_VERSIONS, MOST_VERSIONS)
    before = whole_number(call, BEFORE, 1, NEWEST) if BEFORE in call.query else 0
    since = moment_asked("_since", dict(query_pairs(call)))
    found = services().resource_reader.history(call.actor, resource_type, resource_id, limit, before)
    newer = [one for one in found if since is None or datetime.fromisoformat(one.updated) >= since]
    place = f"{resource_type}/{resource_id}"
    here = f"{_base()}/{place}/_history"
    further = len(newer) == limit and found[-1].version > 1
    said = [(name, value) for name, value in query_pairs(call) if name in {"_count", "_since"}]
    links = [("self", address(here, query_pairs(call)))]
    links += [("next", address(here, [*said, (BEFORE, str(found[-1].version))]))] if further else []
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "history",
        "link": [{"relation": relation, "url": url} for relation, url in links],
    }
    if not (further or before):
        bundle["total"] = len(newer)
    return bundle | ({"entry": [_version(place, one) for one in newer]} if newer else {})


def _version(place: str, found: Found) -> dict[str, Any]:
    method = "DELETE" if not found.resource else "POST" if found.version == 1 else "PUT"
    status = {"DELETE": "204", "POST": "201", "PUT": "200"}[method]
    url = place.split("/", maxsplit=1)[0] if method == "POST" else place
    entry: dict[str, Any] = {"fullUrl": f"{_base()}/{place}"}
    if found.resource:
        entry["resource"] = found.resource
    told = {"status": status, "etag": etag(found.version)["ETag"], "lastModified": found.updated}
    return entry | {"request": {"method": method, "url": url}, "response": told}


# --- writing


@api.endpoint(
    "POST",
    TYPE,
    operation="resource-create",
    summary="Deliver a resource; with If-None-Exist only if there is none like it",
    door=Door.SIGNED_IN,
    roles=DELIVERERS,
    letter="c",
    accepts=(FHIR_JSON, JSON),
    status=201,
    errors=(*WRITING, IdempotencyKeyReusedError, InvalidFieldsError, SeveralMatchesError),
)
def create(call: Call, resource_type: str) -> Any:
    for name in call.query:
        if name not in OF_EVERY_CALL:  # some clients mean If-None-Exist by it: they make no doubles here
            raise InvalidFieldsError(fields=(FieldProblem("?" + name[:40], "unknown", "no such parameter"),))
    key = idempotency_key(call.headers) if "idempotency-key" in call.headers else ""
    found = services().resource_writer.create(
        call.actor,
        resource_type,
        exact_json.loads(call.body.data),
        if_none_exist=call.headers.get("if-none-exist", "").strip(),
        key=key,
    )
    location = {"Location": f"{_base()}/{resource_type}/{found.resource['id']}/_history/{found.version}"}
    status = 201 if found.made else 200
    return _written(call, found, status, location | replay(repeated=found.repeated))


@api.endpoint(
    "PUT",
    ONE,
    operation="resource-update",
    summary="Correct a resource that one delivered",
    door=Door.SIGNED_IN,
    roles=DELIVERERS,
    letter="u",
    accepts=(FHIR_JSON, JSON),
    if_match=True,
    errors=(*CHANGING, InvalidFieldsError, NotFoundError),
)
def update(call: Call, resource_type: str, resource_id: str) -> Any:
    found = services().resource_writer.update(
        call.actor, resource_type, resource_id, exact_json.loads(call.body.data), call.if_match
    )
    return _written(call, found, 200, {})


@api.endpoint(
    "PATCH",
    ONE,
    operation="resource-patch",
    summary="Correct a resource that one delivered, by JSON Patch (RFC 6902)",
    door=Door.SIGNED_IN,
    roles=DELIVERERS,
    letter="u",
    accepts=(PATCH,),
    if_match=True,
    errors=(*CHANGING, InvalidFieldsError, NotFoundError, PatchFailedError),
)
def patch(call: Call, resource_type: str, resource_id: str) -> Any:
    found = services().resource_writer.patch(
        call.actor, resource_type, resource_id, exact_json.loads(call.body.data), call.if_match
    )
    return _written(call, found, 200, {})


@api.endpoint(
    "DELETE",
    ONE,
    operation="resource-delete",
    summary="Withdraw a resource that one delivered: a mark and a new version, nothing is destroyed",
    door=Door.SIGNED_IN,
    roles=DELIVERERS,
    letter="d",
    status=204,
    errors=(AccessDeniedError, InteractionUnknownError, NotFoundError, ResourceTypeUnknownError, StaleVersionError),
)
def delete(call: Call, resource_type: str, resource_id: str) -> Any:
    version = if_match(call.headers) if "if-match" in call.headers else 0
    made = services().resource_writer.delete(call.actor, resource_type, resource_id, version)
    return Answer(None, 204, etag(made))


# --- answers


def _shown(call: Call, found: Found) -> Answer:
    """A resource with its version; its content was opened under its entry before a 304 says anything about it."""
    headers = _dated(found)
    known = [tag.strip().removeprefix("W/") for tag in call.headers.get("if-none-match", "").split(",")]
    if f'"{found.version}"' in known or "*" in known:
        return Answer(None, 304, headers)
    return Answer(shaped(found.resource, *shape_asked(call)), headers=headers)


def _written(call: Call, found: Found, status: int, headers: Mapping[str, str]) -> Answer:
    """As ``Prefer: return=`` wishes (FHIR R4, http.html#ops): the resource, nothing, or an OperationOutcome."""
    told = {**_dated(found), **headers}
    wish = call.headers.get("prefer", "").lower().replace(" ", "")
    if "return=minimal" in wish:
        return Answer(None, status, told)
    if "return=operationoutcome" in wish:
        text = "Stored" if language_of(call) == "en" else "Сохранено"
        return Answer(operation_outcome([issue("information", "informational", text)]), status, told)
    return Answer(found.resource, status, told)


def _dated(found: Found) -> dict[str, str]:
    moment = datetime.fromisoformat(found.updated)
    return {**etag(found.version), "Last-Modified": format_datetime(moment, usegmt=True)}


def _base() -> str:
    return services().settings.public_url + BASE
