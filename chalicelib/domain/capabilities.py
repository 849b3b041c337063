"""The CapabilityStatement (FHIR R4), made of the tables that the server works by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from chalicelib.domain.resource_search.parameters import parameters
from chalicelib.domain.resources import DIRECTORY_TYPES, SERVED, Served

OAUTH = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
SECURITY = "http://terminology.hl7.org/CodeSystem/restful-security-service"
EDITION = "2026-11-26"
"""Day of the newest change of what the statement says by itself."""
LIMITS = (
    "A resource has at most 200,000 bytes and 40 levels; a request 256 KB, a Bundle as its own documentation says."
    " A resource is changed by the client that delivered it, with If-Match. Nothing is destroyed by DELETE."
    " Conditional create takes one identifier. JSON only. History is kept of each resource; there is none of a type or"
    " of the whole server."
)
OPERATIONS: Mapping[str, tuple[str, str, str]] = {
    "/fhir/Patient/{resource_id}/$everything": (
        "Patient",
        "everything",
        "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    ),
    "/fhir/Patient/{resource_id}/$summary": (
        "Patient",
        "summary",
        "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
    ),
    "/fhir/Patient/$export": (
        "Patient",
        "export",
        "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
    ),
    "/fhir/Group/{resource_id}/$export": (
        "Group",
        "export",
        "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/group-export",
    ),
}
"""By the path of the endpoint: type, name, definition."""
WHOLE_SERVER, JOURNAL = "/fhir", "/fhir/AuditEvent"


def statement(public_url: str, paths: Collection[tuple[str, str]]) -> dict[str, Any]:
    """``paths``: method and path of every endpoint: what is not there is not promised."""
    whole = ("POST", WHOLE_SERVER) in paths
    rest: dict[str, Any] = {
        "mode": "server",
        "documentation": LIMITS,
        "security": _security(public_url),
        "resource": [
            *(_resource(name, served, paths) for name, served in SERVED.items()),
            *([_journal()] if ("GET", JOURNAL) in paths else []),
        ],
    }
    if whole:
        rest["interaction"] = [{"code": "transaction"}, {"code": "batch"}]
    return {
        "resourceType": "CapabilityStatement",
        "url": f"{public_url}/fhir/metadata",
        "name": "Medkarta",
        "title": "Medkarta, electronic medical card",
        "status": "active",
        "date": EDITION,
        "publisher": "Medkarta",
        "kind": "instance",
        "software": {"name": "Medkarta"},
        "implementation": {"description": "Medkarta", "url": f"{public_url}/fhir"},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "patchFormat": ["application/json-patch+json"],
        "rest": [rest],
    }


def _security(public_url: str) -> dict[str, Any]:
    oauth = f"{public_url}/api/v1/oauth"
    uris = {"token": f"{oauth}/token", "authorize": f"{oauth}/authorize", "revoke": f"{oauth}/revoke"}
    return {
        "cors": False,
        "service": [{"coding": [{"system": SECURITY, "code": "SMART-on-FHIR"}], "text": "SMART on FHIR, OAuth 2.0"}],
        "extension": [{"url": OAUTH, "extension": [{"url": name, "valueUri": uri} for name, uri in uris.items()]}],
    }


def _journal() -> dict[str, Any]:
    return {
        "type": "AuditEvent",
        "interaction": [{"code": "search-type"}],
        "documentation": "A patient's own: who looked at their card",
        "searchParam": _searched_by("AuditEvent"),
    }


def _searched_by(name: str) -> list[dict[str, str]]:
    return [{"name": one.name, "type": one.kind.value} for one in parameters(name).values()]


def _resource(name: str, served: Served, paths: Collection[tuple[str, str]]) -> dict[str, Any]:
    searched = ("GET", "/fhir/{resource_type}") in paths or ("GET", f"/fhir/{name}") in paths
    interactions = [*served.interactions, *(["search-type"] if searched else [])]
    directory = name in DIRECTORY_TYPES
    described: dict[str, Any] = {
        "type": name,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": "create" in interactions,
        "conditionalRead": "not-match",
        "conditionalUpdate": False,
        "conditionalDelete": "not-supported",
        "referencePolicy": ["literal", "logical"],
    }
    if directory:
        described["documentation"] = "Of the directory of the caller's organisation, where it names no patient"
    if searched:
        described["searchParam"] = _searched_by(name)
    operations = [
        {"name": said[1], "definition": said[2]}
        for path, said in OPERATIONS.items()
        if said[0] == name and ("GET", path) in paths
    ]
    return described | ({"operation": operations} if operations else {})
