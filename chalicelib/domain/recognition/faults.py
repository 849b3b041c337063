"""Why a scan was not recognised, with words for whoever scans it again."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from chalicelib.domain.texts import Said


class Fault(StrEnum):
    """Values are stored and public: never rename, never reuse."""

    BLANK = "recognition-blank"
    RESOLUTION = "recognition-resolution"
    BLURRED = "recognition-blurred"
    ENCRYPTED = "recognition-encrypted"
    PAGES = "recognition-too-many-pages"
    PIXELS = "recognition-too-many-pixels"
    BROKEN = "recognition-broken"
    NOTHING = "recognition-nothing-found"
    GONE = "recognition-scan-gone"
    OUTSIDE = "recognition-service"
    GAVE_UP = "recognition-gave-up"


class UnreadableError(Exception):
    """Inside recognition: this scan is refused, and trying again would say the same. ``page``: from 1; 0 the whole."""

    def __init__(self, fault: Fault, page: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.page = page


WORDS: Mapping[Fault, Said] = {
    Fault.BLANK: Said(
        "Страницы пусты: положите лист лицевой стороной к стеклу и отсканируйте снова",
        "The pages are blank: lay the sheet face down and scan it again",
    ),
    Fault.RESOLUTION: Said(
        "Разрешение ниже 200 точек на дюйм: отсканируйте снова в 300 точек на дюйм, оттенки серого",
        "The resolution is below 200 dots an inch: scan it again at 300 dots an inch, greyscale",
    ),
    Fault.BLURRED: Said(
        "Снимок нерезкий: отсканируйте лист сканером или снимите снова при хорошем свете, не двигая камеру",
        "The picture is blurred: use a scanner, or take it again in good light with a steady hand",
    ),
    Fault.ENCRYPTED: Said(
        "Файл PDF закрыт паролем: сохраните его без пароля",
        "The PDF is locked by a password: save it without one",
    ),
    Fault.PAGES: Said(
        "Слишком много страниц: распознаётся не больше 10, разделите файл",
        "Too many pages: at most 10 are recognised, split the file",
    ),
    Fault.PIXELS: Said(
        "Страница слишком велика: отсканируйте лист A4 в 300 точек на дюйм",
        "A page is too large: scan it as A4 at 300 dots an inch",
    ),
    Fault.BROKEN: Said(
        "Файл не удалось открыть: сохраните или отсканируйте его снова",
        "The file could not be opened: save it or scan it again",
    ),
    Fault.NOTHING: Said(
        "На страницах не нашлось полей этого вида записи: проверьте, тот ли вид выбран, или внесите запись вручную",
        "No fields of this kind of record were found: check the kind, or enter the record by hand",
    ),
    Fault.GONE: Said("Файла больше нет", "The file is no longer there"),
    Fault.OUTSIDE: Said(
        "Внешняя служба распознавания не ответила: попробуйте позже или внесите запись вручную",
        "The recognition service outside did not answer: try later, or enter the record by hand",
    ),
    Fault.GAVE_UP: Said(
        "Распознать не удалось после нескольких попыток: внесите запись вручную",
        "Recognition failed several times: enter the record by hand",
    ),
}


class Mark(StrEnum):
    """What makes a page less sure, though it was read. Stored and public."""

    PHOTOGRAPHED = "photographed"
    UNEVEN = "uneven-light"
    SOFT = "soft"
    TURNED = "turned"
    SKEWED = "skewed"
    SHRUNK = "shrunk"
