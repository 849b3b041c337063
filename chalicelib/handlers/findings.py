"""The security officer's work list (AUD-4): findings, reports of access, a check of one card."""

from __future__ import annotations

from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.findings import Outcome
from chalicelib.domain.identity import PersonId, Role
from chalicelib.errors import (
    FieldProblem,
    InvalidFieldsError,
    NotFoundError,
    StaleVersionError,
    StepUpRequiredError,
    VersionRequiredError,
    WrongStateError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of
from chalicelib.handlers.headers import etag
from chalicelib.handlers.http import Api
from chalicelib.handlers.paging import PAGE_QUERY, asked, page

api = Api(__name__)

MODELS = "handlers.models.findings"
OFFICER = frozenset({Role.SECURITY_OFFICER})
FINDINGS = "/api/v1/findings"
STATES = ["open", "resolved"]
PDF = "application/pdf"
READER = "audit_reader"  # the function that may read the log and its index


@api.endpoint(
    "GET",
    FINDINGS,
    operation="finding-list",
    summary="Findings of the review: the own organisation's; of all, for an officer of the system",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    query={**PAGE_QUERY, "state": {"type": "string", "enum": STATES}},
)
def findings(call: Call) -> Any:
    state = call.query.get("state", "")
    if state not in {"", *STATES}:
        raise InvalidFieldsError(fields=(FieldProblem("?state", "choice", "one of: open, resolved"),))
    name = f"findings/{state}"
    limit, after = asked(call, name)
    return page(call, name, *services().findings.listed(call.actor, state, language_of(call), limit, after))


@api.endpoint(
    "GET",
    FINDINGS + "/{finding_id}",
    operation="finding-read",
    summary="One finding with its evidence: ids and counts",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    errors=(NotFoundError,),
)
def finding(call: Call, finding_id: str) -> Any:
    shown = services().findings.read(call.actor, finding_id, language_of(call))
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "POST",
    FINDINGS + "/{finding_id}/resolution",
    operation="finding-resolve",
    summary="Say what a finding was; the patient hears of a confirmed one",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    body=f"{MODELS}:Resolution",
    if_match=True,
    step_up=True,
    errors=(NotFoundError, StaleVersionError, StepUpRequiredError, VersionRequiredError, WrongStateError),
)
def resolve(call: Call, finding_id: str) -> Any:
    shown = services().findings.resolve(
        call.actor,
        finding_id,
        call.if_match,
        Outcome(call.body.outcome),
        call.body.reference,
        language_of(call),
    )
    return Answer(shown, headers=etag(shown["version"]))


@api.endpoint(
    "GET",
    "/api/v1/organisations/{organisation_id}/access-reports/{month}",
    operation="access-report-read",
    summary="Access by staff in a month (YYYY-MM); a PDF where application/pdf is accepted",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    errors=(NotFoundError,),
    function=READER,
)
def access_report(call: Call, organisation_id: str, month: str) -> Any:
    report = services().access_reports.report(call.actor, organisation_id, month)
    if PDF not in call.headers.get("accept", ""):
        return report
    name = f'attachment; filename="access-{month}.pdf"'
    pdf = services().access_reports.document(report, language_of(call))
    return Answer(pdf, headers={"Content-Type": PDF, "Content-Disposition": name})


@api.endpoint(
    "POST",
    "/api/v1/audit/checks",
    operation="audit-check-card",
    summary="Compare a card with the log; the look is an entry in the person's own journal",
    door=Door.SIGNED_IN,
    roles=OFFICER,
    body=f"{MODELS}:CardCheck",
    errors=(NotFoundError,),
    function=READER,
)
def check_card(call: Call) -> Any:
    return services().checks.check(call.actor, PersonId(call.body.patient_id))
