"""Errors of large files and exports (DOC-1, DOC-2)."""

from __future__ import annotations

from chalicelib.errors.core import MedkartaError, UnavailableError


class RangeError(MedkartaError):
    """``extra`` says how large the file is; an answer holds at most 4 MiB of it."""

    code = "range"
    status = 416
    title = "Ask for the file in ranges of at most 4 MiB that lie within it"
    title_ru = "Запрашивайте файл частями до 4 МиБ в пределах его размера"
    fhir_issue = "too-long"

    def __init__(self, size: int) -> None:
        super().__init__(extra={"size": size})


class ScannerUnavailableError(UnavailableError):
    """The virus scanner does not answer: the file waits in quarantine and is looked at again."""

    code = "scanner-unavailable"
    title = "The virus scanner does not answer; the file waits"
    title_ru = "Антивирус не отвечает, файл ждёт проверки"


class PartConflictError(MedkartaError):
    """``extra`` says which part; what was stored first stays."""

    code = "part-conflict"
    status = 409
    title = "Another content was stored for this part"
    title_ru = "Для этой части уже сохранено другое содержимое"
    fhir_issue = "conflict"
