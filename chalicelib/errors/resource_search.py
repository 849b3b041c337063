"""Errors: search over resources of FHIR R4, $everything and the patient summary."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError

__all__ = [
    "PersonalInAddressError",
    "SearchInvalidError",
    "SearchPatientNeededError",
    "SearchTooCostlyError",
]


class SearchInvalidError(MedkartaError):
    code = "search-invalid"
    status = 400
    title = "Some parameters of the search cannot be understood"
    title_ru = "Некоторые параметры поиска непонятны"
    fhir_issue = "invalid"


class SearchPatientNeededError(MedkartaError):
    """A search looks into one card, and it must be said into whose. ``detail`` names the parameters of the type."""

    code = "search-patient-needed"
    status = 400
    title = "Say whose card is searched: patient=<id of the Patient>, or _id"
    title_ru = "Укажите, в чьей карте искать: patient=<id пациента> или _id"
    fhir_issue = "required"


class SearchTooCostlyError(MedkartaError):
    """What needs every resource of a card, where there are more than one request may open."""

    code = "search-too-costly"
    status = 400
    title = "Too many resources to sort or count; narrow the search, or do without _sort and _total"
    title_ru = "Слишком много ресурсов для сортировки или подсчёта; сузьте поиск или уберите _sort и _total"
    fhir_issue = "too-costly"


class PersonalInAddressError(MedkartaError):
    """SEC-3: servers and browsers keep addresses. ``detail`` names the parameter."""

    code = "personal-in-address"
    status = 400
    title = "Names and numbers of people are not sent in an address; use POST [type]/_search"
    title_ru = "Имена и номера людей не передают в адресе; используйте POST [тип]/_search"
    fhir_issue = "security"
