"""The kinds of record that exist. A name is stored and public: never renamed, never reused."""

from __future__ import annotations

from chalicelib.errors import NotFoundError
from chalicelib.records.chat import CHAT
from chalicelib.records.conditions import CHRONIC_CONDITION, DISABILITY, FAMILY_HISTORY, IMPLANT, LIFESTYLE, SURGERY
from chalicelib.records.documents import ATTACHED_DOCUMENT, IMAGING_STUDY
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from chalicelib.records.hospital import DISCHARGE_SUMMARY, SICK_LEAVE
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.medication import MEDICATION_STATEMENT, PRESCRIPTION
from chalicelib.records.needs import NEED
from chalicelib.records.observation import (
    ALLERGY,
    HEALTH_STATUS,
    OBSERVATION_SERIES,
    VITAL_SIGN,
    VITAL_SIGN_SERIES,
)
from chalicelib.records.open_orders import KINDS as ORDER_KINDS
from chalicelib.records.open_orders import OPEN_ORDERS
from chalicelib.records.orders import LABORATORY_ORDER, PLANNED_STUDY, REFERRAL
from chalicelib.records.overview import KINDS, OVERVIEW
from chalicelib.records.received import RECEIVED
from chalicelib.records.results import RESULT_COMPARISON, RESULT_DRAFT
from chalicelib.records.spec import RecordType
from chalicelib.records.vaccination import CERTIFICATE, EXEMPTION, FACTORS, VACCINATION
from chalicelib.records.vaccination_plan import VACCINATION_PLAN
from chalicelib.records.visit_forms import VISIT_FORM

RECORD_TYPES: tuple[RecordType, ...] = (
    VISIT,
    EXAMINATION_PROTOCOL,
    LABORATORY_ORDER,
    LABORATORY_RESULT,
    IMAGING_STUDY,
    PLANNED_STUDY,
    REFERRAL,
    PRESCRIPTION,
    MEDICATION_STATEMENT,
    ALLERGY,
    CHRONIC_CONDITION,
    DISABILITY,
    FAMILY_HISTORY,
    LIFESTYLE,
    SURGERY,
    IMPLANT,
    VITAL_SIGN,
    OBSERVATION_SERIES,
    HEALTH_STATUS,
    VACCINATION,
    EXEMPTION,
    FACTORS,
    CERTIFICATE,
    DISCHARGE_SUMMARY,
    SICK_LEAVE,
    ATTACHED_DOCUMENT,
    VISIT_FORM,
    *RECEIVED,
)

RECORD_NAMES = frozenset(spec.name for spec in RECORD_TYPES)

VIEWS = (OVERVIEW, OPEN_ORDERS, VACCINATION_PLAN, VITAL_SIGN_SERIES, NEED, RESULT_COMPARISON, RESULT_DRAFT, CHAT)
"""What has a name and grants like a record, so that one gate serves it."""

_BY_NAME = {spec.name: spec for spec in (*RECORD_TYPES, *VIEWS)}

OVERVIEW_KINDS: tuple[RecordType, ...] = tuple(_BY_NAME[name] for name in KINDS)
OPEN_ORDER_KINDS: tuple[RecordType, ...] = tuple(_BY_NAME[name] for name in ORDER_KINDS)

SECTIONS: tuple[str, ...] = tuple(sorted({spec.section for spec in _BY_NAME.values()}))


def labels(language: str) -> dict[str, str]:
    """What each kind is called."""
    return {name: spec.label(language) for name, spec in _BY_NAME.items()}


def record_type(name: str) -> RecordType:
    """Raises NotFoundError for a kind that does not exist."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise NotFoundError from None
