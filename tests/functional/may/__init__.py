"""The role matrix: which callers may call which operation, one module a topic. Written by hand."""

from __future__ import annotations

from typing import Any

from tests.functional.may import (
    access,
    attachments,
    cases,
    code_sets,
    core,
    desk,
    edge,
    exports,
    factors,
    gathering,
    issuing,
    patients,
    prescriptions,
    records,
    results,
    search,
    shares,
    signatures,
    single_sign_on,
    special,
    vaccinations,
    vital_signs,
)

TOPICS = (
    access,
    attachments,
    cases,
    code_sets,
    core,
    desk,
    edge,
    exports,
    factors,
    gathering,
    issuing,
    patients,
    prescriptions,
    records,
    results,
    search,
    shares,
    signatures,
    single_sign_on,
    special,
    vaccinations,
    vital_signs,
)

MAY: dict[str, set[str]] = {}
BODIES: dict[str, Any] = {}
for _topic in TOPICS:
    assert not MAY.keys() & _topic.MAY.keys(), "an operation stands in two modules"
    MAY |= _topic.MAY
    BODIES |= _topic.BODIES
