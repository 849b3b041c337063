"""What a body is found by, as the index spells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.search.terms import Shape, terms, token
from chalicelib.records.bodies.fields import searched
from chalicelib.records.printing import stored_model
from chalicelib.records.spec import RecordType
from chalicelib.services.search.stems import stem


def doctors_in(body: Mapping[str, Any]) -> list[str]:
    """Whom a body names itself."""
    return [body["doctor_name"]] if "doctor_name" in body else []


def tokens_of(key: bytes, spec: RecordType, body: Mapping[str, Any], doctors: Sequence[str]) -> frozenset[bytes]:
    text = searched(stored_model(spec), body)
    shape = Shape(spec.name, spec.summary, spec.owner_only)
    return frozenset(token(key, term) for term in terms(shape, text, doctors, stem))
