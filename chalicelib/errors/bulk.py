"""Errors: bulk $export: the cards of a consented group as encrypted NDJSON."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, NotFoundError

__all__ = [
    "BulkAsyncError",
    "BulkBusyError",
    "BulkFailedError",
    "BulkFileClosedError",
    "BulkKeyMissingError",
    "BulkTooLargeError",
]


class BulkAsyncError(MedkartaError):
    code = "bulk-async"
    status = 400
    title = "A bulk export is made in the background: send Prefer: respond-async and Accept: application/fhir+json"
    title_ru = "Массовая выгрузка делается в фоне: передайте Prefer: respond-async и Accept: application/fhir+json"
    fhir_issue = "required"


class BulkKeyMissingError(MedkartaError):
    code = "bulk-key-missing"
    status = 422
    title = "Register a public key for encryption first: a key of the JWKS with use: enc, RSA or P-256"
    title_ru = "Сначала зарегистрируйте открытый ключ шифрования: ключ в JWKS с use: enc, RSA или P-256"
    fhir_issue = "business-rule"


class BulkBusyError(MedkartaError):
    code = "bulk-busy"
    status = 429
    title = "One bulk export at a time; wait for the one that is being made, or delete it"
    title_ru = "Одновременно возможна одна массовая выгрузка; дождитесь её или удалите"
    fhir_issue = "throttled"


class BulkTooLargeError(MedkartaError):
    code = "bulk-too-large"
    status = 413
    title = "Too many patients for one export; export a smaller group"
    title_ru = "Слишком много пациентов для одной выгрузки; выгрузите группу поменьше"
    fhir_issue = "too-costly"


class BulkFailedError(MedkartaError):
    code = "bulk-failed"
    status = 422
    title = "The export could not be made; delete it and ask again"
    title_ru = "Выгрузку сделать не удалось; удалите её и закажите снова"
    fhir_issue = "processing"


class BulkFileClosedError(NotFoundError):
    """Somebody whose card is in the file has ended their consent."""

    code = "bulk-file-closed"
    title = "A patient whose card is in this file has ended the consent; export again"
    title_ru = "Пациент, чья карта в этом файле, отозвал согласие; сделайте выгрузку заново"
    fhir_issue = "suppressed"
