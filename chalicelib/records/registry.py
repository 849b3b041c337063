"""The kinds of record that exist. A name is stored and public: never renamed, never reused."""

from __future__ import annotations

from chalicelib.errors import NotFoundError
from chalicelib.records.examination import EXAMINATION_PROTOCOL, VISIT
from chalicelib.records.laboratory import LABORATORY_RESULT
from chalicelib.records.medication import PRESCRIPTION
from chalicelib.records.observation import ALLERGY, VITAL_SIGN
from chalicelib.records.overview import KINDS, OVERVIEW
from chalicelib.records.spec import RecordType
from chalicelib.records.vaccination_plan import VACCINATION_PLAN

RECORD_TYPES: tuple[RecordType, ...] = (
    VISIT,
    EXAMINATION_PROTOCOL,
    LABORATORY_RESULT,
    PRESCRIPTION,
    ALLERGY,
    VITAL_SIGN,
)

_BY_NAME = {spec.name: spec for spec in (*RECORD_TYPES, OVERVIEW, VACCINATION_PLAN)}

OVERVIEW_KINDS: tuple[RecordType, ...] = tuple(_BY_NAME[name] for name in KINDS)

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
