"""The access journal: one's own (as a list, as FHIR, as a copy that verifies), and the whole log for officers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from chalicelib.bootstrap import services
from chalicelib.domain.identity import OWNERS, Role
from chalicelib.domain.journal import Wanted
from chalicelib.domain.moments import stamp
from chalicelib.domain.representation import Right
from chalicelib.errors import (
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    NotReadyError,
    StepUpRequiredError,
    TooLargeError,
)
from chalicelib.handlers.endpoints import EVERYONE, Answer, Call, Door, language_of
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, following, page, position
from chalicelib.handlers.periods import PERIOD_QUERY, moment, period
from chalicelib.services.journal import Page

api = Api(__name__)

MODELS = "handlers.models.audit"
READER = "audit_reader"
PATIENT = frozenset({Role.PATIENT})
OFFICER = frozenset({Role.SECURITY_OFFICER})
FHIR = "application/fhir+json"
GZIP = "application/gzip"
LARGEST = 5 * 1024 * 1024  # Lambda answers with at most 6 MB; what is compressed travels as base64, a third longer
LARGEST_PACKED = LARGEST * 3 // 4
LARGEST_TREE = 2**31 - 1
OUTCOMES = ["success", "denied", "error"]
FILTERS: Mapping[str, Mapping[str, Any]] = {
    **PERIOD_QUERY,
    "action": {"type": "string", "pattern": "^[a-z:-]{1,64}$"},
    "actor": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
    "outcome": {"type": "string", "enum": OUTCOMES},
    "role": {"type": "string", "enum": sorted(role.value for role in Role)},
    "whose": {"type": "string", "enum": ["others"], "description": "Without what one did oneself, and the system"},
}
PROOF_QUERY: Mapping[str, Mapping[str, Any]] = {
    "year": {"type": "integer", "minimum": 2000, "maximum": 9999, "description": "Of which log"},
    "old": {"type": "integer", "minimum": 1, "maximum": LARGEST_TREE},
    "new": {"type": "integer", "minimum": 1, "maximum": LARGEST_TREE, "description": "A published size"},
}


@api.endpoint(
    "GET",
    "/api/v1/me/journal",
    operation="journal-read",
    summary="Who looked at one's own card; the reading is an entry too",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.JOURNAL,
    query={**PAGE_QUERY, **FILTERS},
    function=READER,
)
def journal(call: Call) -> Any:
    found, _ = _page(call, "journal:read")
    until = found.complete_until
    return {**page(call, "journal", list(found.items), found.after), "complete_until": stamp(until) if until else None}


@api.endpoint(
    "GET",
    "/api/v1/me/journal/fhir",
    operation="journal-fhir",
    summary="The same list as FHIR R4 AuditEvents (IHE BALP)",
    door=Door.SIGNED_IN,
    roles=OWNERS,
    right=Right.JOURNAL,
    query={**PAGE_QUERY, **FILTERS},
    answer_type=FHIR,
    function=READER,
)
def as_fhir(call: Call) -> Any:
    from chalicelib.interop.audit_events import searchset

    found, limit = _page(call, "journal:fhir")
    base = services().settings.public_url
    query = {name: value for name, value in call.query.items() if name != "cursor"} | {"limit": str(limit)}
    address = f"{base}/api/v1/me/journal/fhir?"
    here = (address + urlencode(dict(call.query))).rstrip("?")
    after = following(call, "journal", found.after)
    beyond = address + urlencode(query | {"cursor": after}) if after else ""
    return searchset(found.items, call.actor.card_id, base, here, beyond)


@api.endpoint(
    "POST",
    "/api/v1/me/journal/requests",
    operation="journal-request",
    summary="Order a copy of one's own journal that verifies off-line",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    body=f"{MODELS}:JournalOrder",
    status=202,
    step_up=True,
)
def order(call: Call) -> Any:
    return services().journal.order(call.actor, call.body.nonce)


@api.endpoint(
    "GET",
    "/api/v1/me/journal/requests/{request_id}",
    operation="journal-download",
    summary="The copy that was ordered (docs/audit.md); compressed where application/gzip is accepted",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    step_up=True,
    errors=(NotFoundError, NotReadyError, StepUpRequiredError, TooLargeError),
    function=READER,
)
def download(call: Call, request_id: str) -> Any:
    bundle = services().journal.download(call.actor, request_id)
    text = json.dumps(bundle, ensure_ascii=False).encode()
    name = f'attachment; filename="journal-{request_id}.json'
    if GZIP in call.headers.get("accept", ""):
        packed = gzip.compress(text, mtime=0)
        if len(packed) > LARGEST_PACKED:
            raise TooLargeError("the journal is too large for one answer")
        return Answer(packed, headers={"Content-Type": GZIP, "Content-Disposition": f'{name}.gz"'})
    if len(text) > LARGEST:
        raise TooLargeError("ask with Accept: application/gzip")
    return Answer(text.decode(), headers={"Content-Disposition": f'{name}"'})


@api.endpoint(
    "GET",
    "/api/v1/me/journal/consistency",
    operation="journal-consistency",
    summary="Proof that a log of one size begins with the same log of a smaller size, for who kept its checkpoint",
    door=Door.SIGNED_IN,
    roles=PATIENT,
    query=PROOF_QUERY,
    errors=(InvalidFieldsError, NotFoundError),
    function=READER,
)
def consistency(call: Call) -> Any:
    year, old, new = (_whole(call.query, name) for name in PROOF_QUERY)
    return {"proof": services().journal.consistency(call.actor, year, old, new)}


@api.endpoint(
    "POST",
    "/api/v1/audit/search",
    operation="audit-search",
    summary="Search the whole log, or one person's part of it; the search is an entry too",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    body=f"{MODELS}:AuditSearch",
    step_up=True,
    function=READER,
)
def search(call: Call) -> Any:
    form = call.body
    after = position(call, form.cursor, "audit-search", "/cursor") if form.cursor else None
    wanted = Wanted(
        action=form.action,
        actor=form.actor_id,
        outcome=form.outcome,
        role=str(form.role),
        organisation=form.organisation_id,
        since=moment(form.since, "/from"),
        until=moment(form.until, "/to", end=True),
    )
    found = services().audit_log.search(call.actor, wanted, form.patient_id, language_of(call), form.limit, after)
    shown = page(call, "audit-search", list(found.items), found.after)
    return {**shown, "scanned_until": stamp(found.until) if found.until else None}


@api.endpoint(
    "GET",
    "/api/v1/audit/checkpoint",
    operation="audit-checkpoint",
    summary="Newest published checkpoint of each year's log, with the times of its witnesses",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    function=READER,
)
def checkpoint(call: Call) -> Any:
    return {"items": services().audit_log.checkpoints(call.actor)}


@api.endpoint(
    "GET",
    "/.well-known/audit-policy.json",
    operation="audit-policy",
    summary="What the operator publishes for checking the log: a convenience, no anchor of trust (docs/audit.md)",
    door=Door.PUBLIC,
    roles=EVERYONE,
    function=READER,
)
def policy(_call: Call) -> Any:
    headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
    return Answer(services().log_policy, headers=headers)


def _page(call: Call, action: str) -> tuple[Page, int]:
    limit, after = asked(call, "journal")
    given = call.query
    since, until = period(given)
    wanted = Wanted(
        action=_matching(given, "action"),
        actor=_matching(given, "actor"),
        outcome=_among(given, "outcome"),
        role=_among(given, "role"),
        others_than=call.actor.person_id if _among(given, "whose") else "",
        since=since,
        until=until,
    )
    return services().journal.page(call.actor, wanted, language_of(call), limit, after, action), limit


def _matching(given: Any, name: str) -> str:
    import re

    text = str(given.get(name, ""))
    if name in given and not re.fullmatch(str(FILTERS[name]["pattern"]), text):
        raise InvalidFieldsError(fields=(FieldProblem("?" + name, "format", "letters, digits, - and :"),))
    return text


def _among(given: Any, name: str) -> str:
    text = str(given.get(name, ""))
    if name in given and text not in FILTERS[name]["enum"]:
        allowed = ", ".join(FILTERS[name]["enum"])
        raise InvalidFieldsError(fields=(FieldProblem("?" + name, "choice", "one of: " + allowed),))
    return text


def _whole(given: Any, name: str) -> int:
    text, limits = str(given.get(name, "")), PROOF_QUERY[name]
    if not (text.isdecimal() and text.isascii()) or not limits["minimum"] <= int(text[:12]) <= limits["maximum"]:
        raise InvalidFieldsError(fields=(FieldProblem("?" + name, "range", "a whole number of a year or a size"),))
    return int(text)
