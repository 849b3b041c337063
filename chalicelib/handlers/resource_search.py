"""Search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, PatientId
from chalicelib.domain.journal import Wanted
from chalicelib.domain.representation import Right
from chalicelib.domain.resource_ids import patient_of
from chalicelib.domain.resource_search.asking import asked, patient_clauses, personal
from chalicelib.domain.resource_search.matching import Around, matches
from chalicelib.domain.resource_search.values import Pointer
from chalicelib.errors import (
    AccessDeniedError,
    MalformedError,
    NotFoundError,
    PersonalInAddressError,
    ResourceTypeUnknownError,
    SearchInvalidError,
    SearchPatientNeededError,
    SearchTooCostlyError,
)
from chalicelib.handlers.endpoints import FHIR_JSON, FORM, JSON, Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import following, position
from chalicelib.handlers.searchsets import (
    address,
    everything_asked,
    form_pairs,
    lenient,
    log_times,
    operation_pairs,
    query_pairs,
    searchset,
)
from chalicelib.ports.tables import Item
from chalicelib.records.resource_search import READERS
from chalicelib.services.resource_search import Found

api = Api(__name__, grouped=True)

CURSOR = "_cursor"
OPERATION = (FORM, FHIR_JSON, JSON)
SEARCH_ERRORS = (
    AccessDeniedError,
    PersonalInAddressError,
    ResourceTypeUnknownError,
    SearchInvalidError,
    SearchPatientNeededError,
    SearchTooCostlyError,
)
TEXT = {"type": "string", "maxLength": 1000}
SEARCH_QUERY = {
    "_count": {"type": "string", "description": "Resources of a page, at most 200"},
    "_sort": TEXT,
    "_summary": TEXT,
    CURSOR: {"type": "string", "maxLength": 8192, "description": "Where to go on: from the link next, alone"},
}
AUDIT_EVENT = "/fhir/AuditEvent"
EVERYTHING = "/fhir/Patient/{resource_id}/$everything"
SUMMARY = "/fhir/Patient/{resource_id}/$summary"


# --- search


@api.endpoint(
    "GET",
    "/fhir/{resource_type}",
    operation="resource-search",
    summary="Search resources of one type within one card, among one's patients, or in the organisation's directory",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="s",
    query=SEARCH_QUERY,
    errors=SEARCH_ERRORS,
)
def search(call: Call, resource_type: str) -> Any:
    pairs = query_pairs(call)
    _refuse_personal(resource_type, pairs)
    return _searched(call, resource_type, pairs)


@api.endpoint(
    "POST",
    "/fhir/{resource_type}/_search",
    operation="resource-search-form",
    summary="The same search with its parameters in the body: the way to ask by names and numbers of people",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="s",
    accepts=(FORM,),
    max_body=16 * 1024,
    query=SEARCH_QUERY,
    errors=(*SEARCH_ERRORS, MalformedError),
)
def search_form(call: Call, resource_type: str) -> Any:
    _refuse_personal(resource_type, query_pairs(call))
    return _searched(call, resource_type, [*query_pairs(call), *form_pairs(call)])


def _refuse_personal(resource_type: str, pairs: list[tuple[str, str]]) -> None:
    if name := personal(resource_type, [name for name, _ in pairs]):
        raise PersonalInAddressError(name[:40])


def _searched(call: Call, resource_type: str, pairs: list[tuple[str, str]]) -> Any:
    listing, after = f"fhir {resource_type}", None
    if cursor := dict(pairs).get(CURSOR):
        held = position(call, cursor, listing, "?" + CURSOR)
        pairs, after = [(str(name), str(value)) for name, value in held["asked"]], held["after"]
    wanted = asked(resource_type, pairs, services().search_tools.base, strict=not lenient(call))
    found = services().resource_search.search(call.actor, wanted, after)
    further = following(call, listing, {"asked": pairs, "after": found.after}) if found.after else ""
    return searchset(wanted, found, services().search_tools.base, further, language_of(call))


@api.endpoint(
    "GET",
    AUDIT_EVENT,
    route=AUDIT_EVENT,  # a path of its own: another function answers, which may open the log
    operation="audit-event-search",
    summary="Who looked at one's own card, as AuditEvents; date, outcome and the other parameters of R4",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.JOURNAL,
    query=SEARCH_QUERY,
    errors=(NotFoundError, SearchInvalidError, SearchTooCostlyError),
    function="audit_reader",
)
def audit_events(call: Call) -> Any:
    from chalicelib.interop.audit_events import audit_event

    pairs, listing, after = query_pairs(call), "fhir AuditEvent", None
    if cursor := dict(pairs).get(CURSOR):
        held = position(call, cursor, listing, "?" + CURSOR)
        pairs, after = [(str(name), str(value)) for name, value in held["asked"]], held["after"]
    base, card = f"{services().settings.public_url}/fhir", call.actor.card_id
    wanted = asked("AuditEvent", pairs, base, strict=not lenient(call))
    if wanted.total or any((one.parameter.name, one.down) != ("date", True) for one in wanted.orders):
        raise SearchTooCostlyError  # a page of the log is all that is looked at
    mine, others = patient_clauses(wanted)
    if any(isinstance(one, Pointer) and patient_of(one.id) != card for clause in mine for one in clause.values):
        raise NotFoundError
    since, until = log_times(others)
    period = Wanted(since=since, until=until)
    page = services().journal.page(call.actor, period, language_of(call), wanted.count, after, "journal:fhir")
    around = Around(services().clock(), base)
    events = (audit_event(item, card, services().settings.public_url) for item in page.items)
    found = Found([one for one in events if all(matches(one, clause, around) for clause in others)], after=page.after)
    further = following(call, listing, {"asked": pairs, "after": page.after}) if page.after else ""
    return searchset(wanted, found, base, further, language_of(call))


# --- a whole card


@api.endpoint(
    "GET",
    EVERYTHING,
    operation="resource-everything",
    summary="Everything of one card that the caller may see, newest first, page by page",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="r",
    query=dict.fromkeys(("start", "end", "_since", "_type", "_count", CURSOR), TEXT),
    errors=(AccessDeniedError, NotFoundError, SearchInvalidError),
)
def everything(call: Call, resource_id: str) -> Any:
    return _everything(call, resource_id, query_pairs(call))


@api.endpoint(
    "POST",
    EVERYTHING,
    operation="resource-everything-form",
    summary="The same with the parameters in a form or as Parameters",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="r",
    accepts=OPERATION,
    errors=(AccessDeniedError, MalformedError, NotFoundError, SearchInvalidError),
)
def everything_form(call: Call, resource_id: str) -> Any:
    return _everything(call, resource_id, [*query_pairs(call), *operation_pairs(call)])


def _everything(call: Call, resource_id: str, pairs: list[tuple[str, str]]) -> Any:
    patient_id, listing = _card(resource_id), f"fhir everything {resource_id}"
    after: Item | None = None
    if cursor := dict(pairs).get(CURSOR):
        held = position(call, cursor, listing, "?" + CURSOR)
        pairs, after = [(str(name), str(value)) for name, value in held["asked"]], held["after"]
    found: Found = services().resource_everything.page(call.actor, patient_id, everything_asked(pairs), after)
    further = following(call, listing, {"asked": pairs, "after": found.after}) if found.after else ""
    base = services().search_tools.base
    here = f"{base}/Patient/{resource_id}/$everything"
    links = [("self", address(here, pairs))]
    return searchset(None, found, base, further, language_of(call), here, links)


# --- a summary of it


@api.endpoint(
    "GET",
    SUMMARY,
    operation="resource-summary",
    summary="The patient summary as an IPS document",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="r",
    errors=(AccessDeniedError, NotFoundError),
)
def summary(call: Call, resource_id: str) -> Any:
    return services().resource_summary.of(call.actor, _card(resource_id), language_of(call))


@api.endpoint(
    "POST",
    SUMMARY,
    operation="resource-summary-form",
    summary="The same, as an operation is called",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="r",
    accepts=OPERATION,
    errors=(AccessDeniedError, MalformedError, NotFoundError),
)
def summary_form(call: Call, resource_id: str) -> Any:
    operation_pairs(call)  # none is needed
    return summary(call, resource_id)


@api.endpoint(
    "POST",
    "/fhir/Patient/$summary",
    operation="resource-summary-named",
    summary="The same by a number of the patient, system|value, which stands in the body",
    door=Door.SIGNED_IN,
    roles=READERS,
    letter="r",
    accepts=OPERATION,
    errors=(AccessDeniedError, MalformedError, NotFoundError, SearchInvalidError),
)
def summary_named(call: Call) -> Any:
    identifier = dict(operation_pairs(call)).get("identifier", "")
    return services().resource_summary.named(call.actor, identifier, language_of(call))


def _card(resource_id: str) -> PatientId:
    found = patient_of(resource_id)
    if found is None:
        raise NotFoundError
    return found
