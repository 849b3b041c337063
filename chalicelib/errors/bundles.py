"""Errors: transactions and batches of FHIR R4 resources, also large ones."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, TooLargeError

__all__ = [
    "BundleMixedError",
    "BundleTooLargeError",
    "ImportFailedError",
    "ReferenceUnknownError",
    "ReferenceUnmatchedError",
]


class BundleTooLargeError(TooLargeError):
    """``extra["limit"]``: the limit."""

    code = "bundle-too-large"
    title = "The bundle is larger than what is taken at once"
    title_ru = "Bundle больше, чем принимается за один раз"
    fhir_issue = "too-costly"


class BundleMixedError(MedkartaError):
    """A small transaction does everything; what does not fit one transaction of the database only creates."""

    code = "bundle-mixed"
    status = 422
    title = "A large transaction may only create: send changes, deletions and reads in a small one"
    title_ru = "Большая транзакция только создаёт: изменения, удаления и чтение передавайте отдельно"
    fhir_issue = "too-costly"


class ReferenceUnknownError(MedkartaError):
    code = "reference-unknown"
    status = 422
    title = "A reference names an entry that is not in the bundle"
    title_ru = "Ссылка указывает на элемент, которого нет в Bundle"
    fhir_issue = "not-found"


class ReferenceUnmatchedError(MedkartaError):
    code = "reference-unmatched"
    status = 412
    title = "Nothing matches a conditional reference"
    title_ru = "Условной ссылке ничего не соответствует"
    fhir_issue = "not-found"


class ImportFailedError(MedkartaError):
    """A card was closed or erased while what came for it was on its way in: nothing of it shows."""

    code = "import-failed"
    status = 409
    title = "The import came to nothing: a card was closed meanwhile"
    title_ru = "Импорт не состоялся: карта за это время закрыта"
    fhir_issue = "conflict"
