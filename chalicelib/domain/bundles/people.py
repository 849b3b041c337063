"""A Patient as a partner describes them, as a card describes people; and whether it may be bound to who is known.

Numbers are those of the Russian profile (docs/fhir-validation.md); each is checked by its own rule. Names of foreign
people are taken as they are written: a card of somebody from abroad, or of made-up people, has what its sender has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.domain import identifiers as ids
from chalicelib.domain.bundles.entries import Wrong, refused
from chalicelib.domain.fhir_identifiers import CARD, KINDS, normal_number
from chalicelib.domain.matching import Comparison
from chalicelib.errors import InvalidFieldsError

SEXES = frozenset({"male", "female"})
PREFERRED = ("official", "usual", None, "temp", "nickname", "anonymous")
"""Uses of a name, the best first; an old name or one from before a marriage is none to be called by."""
RESTED = 10


def described(resource: Mapping[str, Any], today: date) -> dict[str, str]:
    """The description of a profile: last_name, first_name, birth_date, and what else is said.

    Raises ResourceInvalidError that names every element: no whole birth date or name, a number whose check digits do
    not fit. A telephone or an address for letters that does not work is left out: nothing is ever sent to it.
    """
    wrong: list[Wrong] = []
    content = _names(resource)
    if not content:
        wrong.append(Wrong("Patient.name", "required", "a name is needed", "Нужно имя"))
    content |= _born(resource, today, wrong)
    content |= {"sex": resource["gender"]} if resource.get("gender") in SEXES else {}
    content |= _numbers(resource, wrong)
    if wrong:
        raise refused(wrong)
    return content | _contacts(resource)


def numbers_of_sender(resource: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(system, value) of the numbers that the sender itself gave: of no system that is one person everywhere."""
    for one in _objects(resource, "identifier"):
        system, value = one.get("system"), one.get("value")
        if isinstance(system, str) and isinstance(value, str) and system not in KINDS and system != CARD:
            yield system, value


def agrees(found: Comparison) -> bool:
    """Whether a number may bind a delivery to a person: birth date, sex and names do not speak against it.

    Stricter than at a desk, where a person looks at papers: what does not agree waits for a registrar.
    """
    return "birth_date" in found.agrees and not {"last_name", "first_name", "sex"} & {*found.differs}


def replaced_by(resource: Mapping[str, Any]) -> str:
    """The reference to the Patient in whose place this one is not used any more; "" for none."""
    for link in _objects(resource, "link"):
        other = link.get("other")
        if link.get("type") == "replaced-by" and isinstance(other, dict):
            return str(other.get("reference", ""))
    return ""


def _names(resource: Mapping[str, Any]) -> dict[str, str]:
    names = [one for one in _objects(resource, "name") if one.get("use") in PREFERRED]
    if not names:
        return {}
    best = min(names, key=lambda one: PREFERRED.index(one.get("use")))
    given = [said for one in best.get("given", []) if (said := _name(one))]
    family, text = _name(best.get("family", "")), _name(best.get("text", ""))
    if not (family or given):
        family, *given = text.split(" ", 2) if text else [""]
    if not (family or given):
        return {}
    found = {"last_name": family or given[0], "first_name": given[0] if given else family}
    return found | ({"middle_name": " ".join(given[1:])} if given[1:] else {})


def _name(said: Any) -> str:
    if not isinstance(said, str):
        return ""
    text = " ".join(unicodedata.normalize("NFC", said).split())
    return "".join(c for c in text if c.isprintable())[: ids.MAX_NAME]


def _born(resource: Mapping[str, Any], today: date, wrong: list[Wrong]) -> dict[str, str]:
    try:
        return {"birth_date": str(ids.normal_birth_date(str(resource.get("birthDate", "")), today))}
    except InvalidFieldsError:
        text = "a card needs the whole date of birth"
        wrong.append(Wrong("Patient.birthDate", "required", text, "Для карты нужна полная дата рождения"))
        return {}


def _numbers(resource: Mapping[str, Any], wrong: list[Wrong]) -> dict[str, str]:
    found: dict[str, str] = {}
    for at, one in enumerate(_objects(resource, "identifier")):
        system, value = str(one.get("system", "")), str(one.get("value", ""))
        if one.get("use") == "old" or KINDS.get(system, "") in found:
            continue
        try:
            named = normal_number(system, value)
        except InvalidFieldsError as error:
            if error.fields[0].code == "manual-review":  # no check digits: it decides nothing here
                continue
            text, text_ru = "this is no number of that system", "В этой системе такого номера быть не может"
            wrong.append(Wrong(f"Patient.identifier[{at}].value", "value", text, text_ru))
        else:
            found |= dict([named]) if named else {}
    passport = found.pop("passport", "")
    return found | ({"passport_series": passport[:4], "passport_number": passport[4:]} if passport else {})


def _contacts(resource: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in _objects(resource, "telecom")[:RESTED]:
        system, value = one.get("system"), one.get("value")
        if not isinstance(value, str) or one.get("use") == "old":
            continue
        try:
            if system == "phone" and "phone" not in found:
                found["phone"] = ids.normal_phone(value)
            elif system == "email" and "email" not in found:
                found["email"] = ids.normal_email(value)
        except InvalidFieldsError:
            continue
    return found


def _objects(resource: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    given = resource.get(name, [])
    return [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
