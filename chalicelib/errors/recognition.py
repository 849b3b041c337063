"""Errors: recognition of scans."""

from __future__ import annotations

from chalicelib.errors.core import WrongStateError

__all__ = ["HandwritingOffError", "RecognitionMissingError"]


class RecognitionMissingError(WrongStateError):
    """Recognition is not part of this installation; the record is entered by hand."""

    code = "recognition-missing"
    title = "Recognition of scans is not available here"
    title_ru = "Распознавание документов здесь не подключено"


class HandwritingOffError(WrongStateError):
    """The service outside is not connected, or this organisation has not switched it on."""

    code = "handwriting-off"
    title = "Handwriting is not read here: no service is connected, or the organisation has not switched it on"
    title_ru = "Рукописный текст здесь не читается: служба не подключена или не включена организацией"
