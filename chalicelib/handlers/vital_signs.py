"""Series of vital signs, readings of devices, and what is put before a doctor (REC-10)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from chalicelib.bootstrap import services
from chalicelib.domain.access import Action
from chalicelib.domain.identity import PersonId
from chalicelib.domain.vital_signs.series import FEWEST, MOST, USUAL
from chalicelib.domain.vital_signs.signs import SIGNS
from chalicelib.errors import (
    AccessDeniedError,
    FieldProblem,
    IdempotencyKeyReusedError,
    InvalidFieldsError,
)
from chalicelib.handlers.endpoints import Answer, Call, Door, language_of, versioned, whole_number
from chalicelib.handlers.http import Api
from chalicelib.handlers.periods import PERIOD_QUERY, period
from chalicelib.records.observation import OBSERVATION_SERIES, VITAL_SIGN, VITAL_SIGN_SERIES

api = Api(__name__)

BASE = "/api/v1/patients/{patient_id}/vital-signs"
RANGE_QUERY = {"code": {"type": "string", "enum": list(SIGNS)}, **PERIOD_QUERY}


@api.endpoint(
    "GET",
    BASE + "/series",
    operation="vital-sign-series-read",
    summary="Readings of one sign over a time, oldest first, with bands and statistics; a long series is thinned",
    door=Door.CARD,
    roles=frozenset(VITAL_SIGN_SERIES.grants[Action.READ]),
    query={**RANGE_QUERY, "points": {"type": "integer", "minimum": FEWEST, "maximum": MOST, "default": USUAL}},
    errors=(AccessDeniedError, InvalidFieldsError),
)
def series(call: Call, patient_id: str) -> Any:
    most = whole_number(call, "points", USUAL, MOST)
    if most < FEWEST:
        raise _invalid("?points", "range", f"a number from {FEWEST} to {MOST}")
    code, since, until = _range(call)
    return services().vital_signs.series(call.actor, PersonId(patient_id), code, since, until, most)


@api.endpoint(
    "GET",
    BASE + "/series/document",
    operation="vital-sign-series-download",
    summary="A series as PDF with a line chart",
    door=Door.CARD,
    roles=frozenset(VITAL_SIGN_SERIES.grants[Action.DOWNLOAD]),
    query=RANGE_QUERY,
    answer_type="application/pdf",
    errors=(AccessDeniedError, InvalidFieldsError),
)
def document(call: Call, patient_id: str) -> Any:
    code, since, until = _range(call)
    pdf = services().series_sheets.pdf(call.actor, PersonId(patient_id), code, since, until, language_of(call))
    return Answer(pdf)


@api.endpoint(
    "POST",
    BASE + "/batch",
    operation="vital-sign-batch",
    summary="Store readings of a device: all or, when one is wrong, none; sent again, nothing twice",
    door=Door.CARD,
    roles=frozenset(VITAL_SIGN.grants[Action.CREATE]),
    body="handlers.models.vital_signs:Batch",
    errors=(AccessDeniedError, InvalidFieldsError),
)
def batch(call: Call, patient_id: str) -> Any:
    bodies = [reading.model_dump(mode="json") for reading in call.body.readings]
    return services().devices.take(call.actor, PersonId(patient_id), call.body.device, bodies)


@api.endpoint(
    "POST",
    f"/api/v1/patients/{{patient_id}}/{OBSERVATION_SERIES.collection}",
    operation="observation-series-create",
    summary="Put a period of readings before a doctor, as a record of its own",
    door=Door.CARD,
    roles=frozenset(OBSERVATION_SERIES.grants[Action.CREATE]),
    body=OBSERVATION_SERIES.body,
    status=201,
    idempotent=True,
    errors=(AccessDeniedError, IdempotencyKeyReusedError, InvalidFieldsError),
)
def transfer(call: Call, patient_id: str) -> Any:
    record, repeated = services().transfers.make(
        call.actor, PersonId(patient_id), call.body.model_dump(mode="json"), call.idempotency_key
    )
    return versioned(record, 201, repeated=repeated)


def _range(call: Call) -> tuple[str, datetime | None, datetime | None]:
    """Sign and time; what is not said is left to the service. Raises InvalidFieldsError."""
    return call.query.get("code", ""), *period(call.query)


def _invalid(name: str, code: str, message: str) -> InvalidFieldsError:
    return InvalidFieldsError(fields=(FieldProblem(name, code, message),))
