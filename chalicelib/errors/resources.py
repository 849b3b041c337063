"""Errors: the card as resources of FHIR R4: read, create, update, history."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, NotFoundError, WrongStateError

__all__ = [
    "FormatUnknownError",
    "GoneError",
    "InteractionUnknownError",
    "KindChangedError",
    "PatchFailedError",
    "ResourceInvalidError",
    "ResourceReadOnlyError",
    "ResourceTypeUnknownError",
    "SeveralMatchesError",
    "SubjectUnknownError",
]


class ResourceInvalidError(MedkartaError):
    """``extra["issues"]``: each with ``path`` (FHIRPath), ``code`` (issue-type), ``text``, ``text_ru``, ``rule``."""

    code = "resource-invalid"
    status = 422
    title = "The resource breaks rules of FHIR R4"
    title_ru = "Ресурс нарушает правила FHIR R4"
    fhir_issue = "invalid"


class SubjectUnknownError(MedkartaError):
    """Nobody, somebody who is not the one described, or a card that is closed to the organisation: one answer."""

    code = "subject-unknown"
    status = 422
    title = "The patient whom the resource names cannot be found by you"
    title_ru = "Пациент, указанный в ресурсе, для вас не найден"
    fhir_issue = "not-found"


class ResourceTypeUnknownError(NotFoundError):
    code = "resource-type-unknown"
    title = "This type of resource is not served here"
    title_ru = "Этот тип ресурса здесь не поддерживается"
    fhir_issue = "not-supported"


class InteractionUnknownError(MedkartaError):
    code = "interaction-unknown"
    status = 405
    title = "This cannot be done with this type of resource; GET /fhir/metadata says what can"
    title_ru = "С этим типом ресурса это невозможно; что возможно, сообщает GET /fhir/metadata"
    fhir_issue = "not-supported"


class ResourceReadOnlyError(MedkartaError):
    code = "resource-read-only"
    status = 405
    title = "Only whoever delivered a resource changes it; what was entered here is changed here"
    title_ru = "Ресурс меняет только тот, кто его передал; внесённое здесь исправляют здесь"
    fhir_issue = "business-rule"


class KindChangedError(WrongStateError):
    code = "kind-changed"
    title = "As another kind of record it is a new resource: withdraw this one and deliver that one"
    title_ru = "Это уже другой вид записи: отзовите этот ресурс и передайте новый"
    fhir_issue = "business-rule"


class GoneError(MedkartaError):
    code = "gone"
    status = 410
    title = "Whoever delivered the resource has withdrawn it"
    title_ru = "Ресурс отозван тем, кто его передал"
    fhir_issue = "deleted"


class FormatUnknownError(MedkartaError):
    code = "format-unknown"
    status = 406
    title = "Only JSON is answered: application/fhir+json"
    title_ru = "Ответ возможен только в формате JSON: application/fhir+json"
    fhir_issue = "not-supported"


class SeveralMatchesError(MedkartaError):
    code = "several-matches"
    status = 412
    title = "Several resources match the condition"
    title_ru = "Условию соответствует несколько ресурсов"
    fhir_issue = "multiple-matches"


class PatchFailedError(MedkartaError):
    code = "patch-failed"
    status = 422
    title = "The patch cannot be applied: a path is not there, or a test does not hold"
    title_ru = "Изменение применить нельзя: нет указанного места или проверка не выполнена"
    fhir_issue = "processing"
