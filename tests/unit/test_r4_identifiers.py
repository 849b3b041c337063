"""Russian numbers in FHIR identifiers (PRT-6, ID-1). All numbers are made up, with right check digits."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.domain.fhir_identifiers import CARD, ENP, KINDS, PASSPORT, SNILS, acceptable, normal_number
from chalicelib.errors import InvalidFieldsError
from chalicelib.interop.r4 import validator

pytestmark = pytest.mark.requirement("PRT-6", "ID-1")


@pytest.mark.parametrize(
    ("system", "value", "normal"),
    [
        (SNILS, "123-456-789 64", ("snils", "12345678964")),
        (SNILS, "12345678964", ("snils", "12345678964")),
        ("urn:oid:1.2.643.2.69.1.1.1.6.223", "11223344595", ("snils", "11223344595")),
        (ENP, "7800080000123454", ("oms", "7800080000123454")),
        ("http://fhir.ru/ig/RuSEMD/systems/OMS", "7800 0800 0012 3454", ("oms", "7800080000123454")),
        (PASSPORT, "45 08 123456", ("passport", "4508123456")),
        (PASSPORT, "4508:123456", ("passport", "4508123456")),
        (PASSPORT, "4508 № 123456", ("passport", "4508123456")),
        (CARD, "anything", None),
        ("http://hospital.smarthealthit.org", "29d755a6", None),
        ("", "12345678965", None),
    ],
)
def test_a_number_is_known_by_its_system(system: str, value: str, normal: Any) -> None:
    assert normal_number(system, value) == normal
    assert acceptable(system, value)


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (SNILS, "123-456-789 65"),
        (SNILS, "1234567896"),
        (SNILS, ""),
        (ENP, "7800080000123455"),
        (ENP, "٧٨٠٠٠٨٠٠٠٠١٢٣٤٥٤"),
        (PASSPORT, "4508 12345"),
        (PASSPORT, "4508123456789"),
        (PASSPORT, "AB08 123456"),
    ],
)
def test_a_number_that_breaks_its_rule_is_told_without_it(system: str, value: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        normal_number(system, value)
    assert not value or value not in repr(caught.value.fields)
    assert not acceptable(system, value)


def test_an_early_snils_is_good_in_a_resource_and_binds_nobody() -> None:
    assert acceptable(SNILS, "001-001-998 00")
    with pytest.raises(InvalidFieldsError) as caught:
        normal_number(SNILS, "001-001-998 00")
    assert [one.code for one in caught.value.fields] == ["manual-review"]


@pytest.mark.parametrize("system", sorted(KINDS))
def test_the_validator_asks_every_system(system: str) -> None:
    patient = {"resourceType": "Patient", "identifier": [{"system": system, "value": "1"}]}
    assert [one.path for one in validator().problems(patient)] == ["Patient.identifier[0].value"]


def test_a_number_that_is_hidden_is_no_wrong_number() -> None:
    masked = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]
    }
    patient = {"resourceType": "Patient", "identifier": [{"system": SNILS, "_value": masked}]}
    assert validator().problems(patient) == []
