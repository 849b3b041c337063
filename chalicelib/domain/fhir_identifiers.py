"""Identifiers of a person in FHIR resources: which system is which Russian number (docs/fhir-validation.md).

The first system of each is the one that is written; the others are read too, since they are in use:
``1.2.643.100.3`` is the object identifier of SNILS in signatures and medical documents of the ministry, those under
``1.2.643.2.69`` are of the regional exchange platforms, those at fhir.ru of the Russian profiles of HL7.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from chalicelib.domain.identifiers import normal_oms, normal_passport_number, normal_passport_series, normal_snils
from chalicelib.errors import InvalidFieldsError

SNILS: Final = "urn:oid:1.2.643.100.3"
ENP: Final = "urn:oid:1.2.643.2.69.1.1.1.6.228"
PASSPORT: Final = "urn:oid:1.2.643.2.69.1.1.1.6.14"
CARD: Final = "urn:medkarta:card"
"""Of the card here. Numbers of a partner's own (MRN) have the partner's own system."""

KINDS: Final[Mapping[str, str]] = {
    SNILS: "snils",
    "urn:oid:1.2.643.2.69.1.1.1.6.223": "snils",
    "http://fhir.ru/core/systems/snils": "snils",
    "http://fhir.ru/ig/RuSEMD/systems/snils": "snils",
    ENP: "oms",
    "http://fhir.ru/ig/RuSEMD/systems/OMS": "oms",
    PASSPORT: "passport",
    "http://fhir.ru/ig/RuSEMD/systems/passport-RF": "passport",
}
"""System to ``snils``, ``oms`` or ``passport``."""

_PASSPORT = re.compile(r"\s*([0-9]{2}\s?[0-9]{2})[\s:№-]*([0-9]{6})\s*")


def normal_number(system: str, value: str, field: str = "/value") -> tuple[str, str] | None:
    """(``snils``, 11 digits), (``oms``, 16 digits), (``passport``, 10 digits: series and number); None for a system of
    somebody else's. Raises InvalidFieldsError as the rules of ``domain/identifiers.py`` do, the code ``manual-review``
    for an early SNILS included.
    """
    kind = KINDS.get(system)
    if kind == "snils":
        return kind, normal_snils(value, field)
    if kind == "oms":
        return kind, normal_oms(value, field)
    if kind == "passport":
        found = _PASSPORT.fullmatch(value)
        series, number = found.groups() if found else (value, "")
        return kind, normal_passport_series(series, field) + normal_passport_number(number, field)
    return None


def acceptable(system: str, value: str) -> bool:
    """Whether a number keeps to the rule of its system; so does a SNILS from before there were check digits."""
    try:
        normal_number(system, value)
    except InvalidFieldsError as error:
        return all(one.code == "manual-review" for one in error.fields)
    return True
