"""The person of a card as a Patient of R4: valid, and no more than is given (PRT-1)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from chalicelib.domain.bundles.people import described
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.interop.mapping import mapper
from chalicelib.interop.r4 import validator
from tests.unit.mapping_samples import PATIENT

pytestmark = pytest.mark.requirement("PRT-1")

PROFILE = {
    "last_name": "Иванова",
    "first_name": "Анна",
    "middle_name": "Петровна",
    "sex": "female",
    "birth_date": "1980-01-01",
    "snils": "11223344595",
    "oms": "1234567812345670",
    "passport_series": "4510",
    "passport_number": "123456",
    "phone": "+79161234567",
    "email": "anna@example.org",
    "language": "ru",
}


def good(resource: dict[str, Any]) -> dict[str, Any]:
    assert validator().problems(resource) == []
    return resource


def test_a_patient_is_read_back_as_the_description_that_it_was() -> None:
    shown = good(mapper().patient(PATIENT, PROFILE, 4))
    assert shown["id"] == card_resource_id(PATIENT)
    assert described(shown, date(2027, 1, 10)) == {name: one for name, one in PROFILE.items() if name != "language"}
    assert good(mapper().patient(PATIENT, {}, 1)).keys() == {"resourceType", "id", "meta", "identifier", "active"}
