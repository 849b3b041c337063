"""Errors of the catalogue as OperationOutcome (FHIR R4, http.html), and in which form FHIR is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalice import Response

from chalicelib.domain import exact_json
from chalicelib.errors import FormatUnknownError, MedkartaError
from chalicelib.handlers.endpoints import FHIR_JSON, JSON
from chalicelib.handlers.problems import headers_of

SYSTEM = "urn:medkarta:error"
FORMATS = {"json": FHIR_JSON, FHIR_JSON: FHIR_JSON, JSON: JSON, "text/json": JSON}
ANYTHING = frozenset({"*/*", "application/*"})
Issue = dict[str, Any]


def outcome(error: MedkartaError, request_id: str, headers: Mapping[str, str]) -> Response:
    """The answer of one error of the catalogue; texts in the language of Accept-Language."""
    body = outcome_body(error, language(headers))
    told = headers_of(error, request_id) | {"Content-Type": FHIR_JSON}
    return Response(exact_json.dumps(body), status_code=error.status, headers=told)


def outcome_body(error: MedkartaError, said_in: str) -> dict[str, Any]:
    """``said_in``: ``ru`` or ``en``. One issue for each rule that is broken; none quotes a value."""
    english = said_in == "en"
    found = [_told(error, one["text" if english else "text_ru"], one) for one in error.extra.get("issues", ())]
    found += [
        _told(error, one.message if english else one.message_ru, {"path": place(one.field)}) for one in error.fields
    ]
    return operation_outcome(found or [_told(error, error.title if english else error.title_ru, {})])


def operation_outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def issue(severity: str, code: str, text: str, *, error: str = "", path: str = "", more: str = "") -> Issue:
    """``code``: of the value set issue-type. ``error``: a code of the catalogue. ``path``: FHIRPath."""
    details: Issue = {"coding": [{"system": SYSTEM, "code": error}]} if error else {}
    made: Issue = {"severity": severity, "code": code, "details": {**details, "text": text}}
    if more:
        made["diagnostics"] = more
    if path:
        made["expression"] = [path]
    return made


def place(field: str) -> str:
    """A JSON pointer, ``?parameter`` or header as FHIR writes places: ``name[0].given``, ``http.parameter``."""
    if not field.startswith("/"):
        return "http." + field.removeprefix("?")
    return re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", field[1:].replace("/", "."))


def wanted_format(headers: Mapping[str, str], query: Mapping[str, str], offered: str) -> str:
    """Media type of the answer, by ``_format``, else by Accept. ``offered``: what the endpoint answers by itself.

    Raises FormatUnknownError: there is no XML and no Turtle here.
    """
    if "_format" in query:
        found = FORMATS.get(query["_format"].split(";")[0].strip().lower().replace(" ", "+"))
        if found is None:
            raise FormatUnknownError
        return found if offered == FHIR_JSON else offered
    accepted = [one.split(";")[0].strip().lower() for one in headers.get("accept", "").split(",") if one.strip()]
    for one in accepted:
        if one == offered or one in ANYTHING or one == "application/jose":
            return offered
        if one in FORMATS and offered == FHIR_JSON:
            return FORMATS[one]
    if accepted:
        raise FormatUnknownError
    return offered


def language(headers: Mapping[str, str]) -> str:
    return "en" if headers.get("accept-language", "").lower().startswith("en") else "ru"


def _told(error: MedkartaError, text: str, said: Mapping[str, str]) -> Issue:
    severity = "fatal" if error.status >= 500 else "error"  # noqa: PLR2004
    return issue(
        severity,
        said.get("code") or error.fhir_issue,
        text,
        error=error.code,
        path=said.get("path", ""),
        more=said.get("rule", "") or error.detail,
    )
