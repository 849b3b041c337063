"""Reports of an organisation by month and year, small counts suppressed (ANA-4)."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import Role
from chalicelib.errors import NotFoundError
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

BASE = "/api/v1/organisations/{organisation_id}/bulletins"
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
SUFFIXES = {"application/pdf": "pdf", "text/csv": "csv", "application/fhir+json": "json"}
"""What is answered where ``Accept`` names it, and how the file is called."""


@api.endpoint(
    "GET",
    BASE,
    operation="bulletin-list",
    summary="Reports of an organisation, newest month first; each is made once, when its period is closed",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    query=PAGE_QUERY,
    errors=(NotFoundError,),
)
def listing(call: Call, organisation_id: str) -> Any:
    name = f"bulletins:{organisation_id}"
    limit, after = asked(call, name)
    return page(call, name, *services().bulletins.listed(call.actor, organisation_id, limit, after))


@api.endpoint(
    "GET",
    BASE + "/{period}",
    operation="bulletin-read",
    summary="A report of a month (2026-11) or a year (2026): persons by age and sex. By Accept as application/pdf, "
    "text/csv, or a MeasureReport of application/fhir+json",
    door=Door.SIGNED_IN,
    roles=ADMINISTRATOR,
    errors=(NotFoundError,),
)
def read(call: Call, organisation_id: str, period: str) -> Any:
    accepted = call.headers.get("accept", "")
    form = next((one for one in SUFFIXES if one in accepted), "")
    if not form:
        found = services().bulletins.read(call.actor, organisation_id, period, language_of(call))
        return Answer(found, headers={"ETag": f'"{found["digest"]}"'})
    made = services().bulletins.form(call.actor, organisation_id, period, form, language_of(call))
    kind = f"{form}; charset=utf-8" if form == "text/csv" else form
    name = f'attachment; filename="report-{period}.{SUFFIXES[form]}"'
    return Answer(made, headers={"Content-Type": kind, "Content-Disposition": name})
