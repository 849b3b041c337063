"""What tests of printing share: content, reading of pages, a sheet."""

from __future__ import annotations

import io
from typing import Any

from hypothesis import strategies as st
from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream

from chalicelib.documents.pdf import PdfPrinter

URL = "https://card.example.ru/r/Zk3t9Qw1xY7u#" + ("eyJhbGciOiJFUzI1NiJ9." + "aZ09_-bY" * 60)[:443]
POINT = 25.4 / 72


def content(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Протокол осмотра",
        "language": "ru",
        "organisation": "ГБУЗ «Поликлиника № 8»",
        "subject": [("Пациент", "Ёлкина Наталья Андреевна"), ("Дата рождения", "14.05.1986")],
        "sections": [{"title": "Заключение", "rows": None, "table": None, "text": "Здорова"}],
        "footer": "Подлинность проверяется по коду",
        "issued_at": "2026-11-24T10:15:30.250+03:00",
        "document_id": "0193-5a69",
        "version": 2,
        "qr": {"text": URL[:38], "caption": "Проверка подлинности"},
        "signature": {"name": "Щербаков А. Д.", "position": "терапевт", "time": "2026-11-24T10:15:00+03:00"},
    } | changes


def section(**parts: Any) -> dict[str, Any]:
    return content(sections=[{"title": "Раздел", "rows": None, "table": None, "text": None} | parts])


def reader(data: dict[str, Any], template: str = "record") -> PdfReader:
    return PdfReader(io.BytesIO(PdfPrinter().render(template, data)), strict=True)


def texts(data: dict[str, Any], template: str = "record") -> list[str]:
    return [page.extract_text() for page in reader(data, template).pages]


def flat(text: str) -> str:
    return "".join(text.split())


def black_boxes(page: PageObject, document: PdfReader) -> list[tuple[float, float, float, float]]:
    """Pure black rectangles of a page: the QR code's modules, in points."""
    found, black, box = [], False, (0.0, 0.0, 0.0, 0.0)
    for operands, operator in ContentStream(page["/Contents"].get_object(), document).operations:
        if operator in {b"rg", b"g"}:
            black = not any(float(value) for value in operands)
        elif operator == b"re":
            box = tuple(float(value) for value in operands)
        elif operator == b"f" and black:
            found.append(box)
    return found


def last_box_colour(page: PageObject, document: PdfReader) -> list[float]:
    colours, at_box = [[0.0]], [0.0]
    for operands, operator in ContentStream(page["/Contents"].get_object(), document).operations:
        if operator == b"q":
            colours.append(colours[-1])
        elif operator == b"Q":
            colours.pop()
        elif operator in {b"rg", b"g"}:
            colours[-1] = [float(value) for value in operands]
        elif operator == b"re":
            at_box = colours[-1]
    return at_box


def placed(document: PdfReader) -> list[tuple[float, float, str]]:
    """Left edge and baseline (mm from the upper left) of every piece of text of every page."""
    found: list[tuple[float, float, str]] = []

    def visit(text: str, _cm: list[float], tm: list[float], _font: Any, _size: float) -> None:
        if text.strip():
            found.append((tm[4] * POINT, 297 - tm[5] * POINT, text))

    for page in document.pages:
        page.extract_text(visitor_text=visit)
    return found


# --- setting lines


def breadth(text: str) -> float:
    return float(len(text))


# --- pages


letters = st.text(alphabet="абвЁё№ABz0129.,;-–()≥µ ²\n", max_size=3000)


# --- the QR code


# --- the file


# --- refusals
