"""Scans for tests and benchmarks: prints of the project itself, drawn, saved and spoiled. Nobody is meant by them."""

from __future__ import annotations

import io
import re
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image, ImageDraw

A4 = (1654, 2339)
"""At 200 dots an inch."""

BODIES: dict[str, dict[str, Any]] = {
    "laboratory-result": {
        "occurred_at": "2026-03-20T08:30:00+03:00",
        "laboratory": "Лаборатория «Гемотест»",
        "category": "blood",
        "panel": "Общий анализ крови",
        "status": "final",
        "specimen": "Венозная кровь",
        "values": [
            {"name": "Гемоглобин", "value": "142", "unit": "g/L", "low": "120", "high": "160"},
            {"name": "Лейкоциты", "value": "11.2", "unit": "10*9/L", "low": "4.0", "high": "9.0"},
            {"name": "Тромбоциты", "value": "240", "unit": "10*9/L", "low": "180", "high": "320"},
            {"name": "СОЭ", "value": "25", "unit": "mm/h", "low": "2", "high": "15"},
            {"name": "Глюкоза", "value": "5.10", "unit": "mmol/L", "low": "3.9", "high": "6.1"},
            {"name": "Белок в моче", "text": "не обнаружен"},
        ],
        "conclusion": "Лейкоцитоз, ускорение СОЭ.",
    },
    "examination-protocol": {
        "occurred_at": "2026-03-21T10:15:00+03:00",
        "doctor_name": "Петров Пётр Петрович",
        "examination": "Первичный осмотр терапевта",
        "complaints": "Головная боль по утрам, повышение давления до 160/95 в течение двух недель, слабость.",
        "findings": "Состояние удовлетворительное. АД 150/90 мм рт. ст., ЧСС 78 в минуту. Дыхание везикулярное.",
        "conclusion": "Гипертоническая болезнь II стадии, риск 3.",
        "follow_up_plan": "Лизиноприл 10 мг 1 раз в день, контроль давления ежедневно, приём через 2 недели.",
        "diagnoses": [
            {"code": "I11.9", "text": "Гипертензивная болезнь сердца без сердечной недостаточности", "role": "main"}
        ],
    },
}


@cache
def printed(kind: str) -> bytes:
    """The PDF that the project issues of such a record."""
    from chalicelib.documents.pdf import PdfPrinter
    from chalicelib.records.printing import printable
    from chalicelib.records.registry import record_type

    content = printable(
        record_type(kind),
        BODIES[kind],
        subject=[("Пациент", "Иванова Анна Сергеевна"), ("Дата рождения", "12.03.1985")],
        organisation="Клиника «Здоровье»",
        record_id="0b7c8f3e-1111-4222-8333-444455556666",
        version=1,
        issued_at="2026-03-22T12:00:00+03:00",
        signed_by="Петров Пётр Петрович",
        role="doctor",
    )
    return PdfPrinter().render("record", content)


@cache
def typed() -> Image.Image:
    """An A4 sheet of black strokes on white, as dense as text."""
    sheet = blank()
    pen = ImageDraw.Draw(sheet)
    for top in range(260, 2000, 48):
        for left in range(160, 1460, 24):
            if (left * 7 + top * 3) % 5:
                pen.rectangle((left, top, left + 3, top + 22), fill=0)
                pen.rectangle((left, top + 9, left + 11, top + 12), fill=0)
    return sheet


def blank() -> Image.Image:
    return Image.new("L", A4, 250)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    held = io.BytesIO()
    image.save(held, form, **options)
    return held.getvalue()


def huge(data: bytes) -> bytes:
    """The same file, and it says of its picture that it has 30 000 pixels a side."""
    if data.startswith(b"%PDF"):
        return re.sub(rb"/(Width|Height) \d+", rb"/\1 30000", data)
    side = struct.pack(">I", 30_000)
    head = b"IHDR" + side + side + data[24:29]
    return data[:12] + head + struct.pack(">I", zlib.crc32(head)) + data[33:]


def scanned(*sheets: Image.Image) -> bytes:
    """A PDF as a scanner makes it: a picture a page, A4."""
    from fpdf import FPDF

    document = FPDF(format="A4")
    for sheet in sheets:
        document.add_page()
        document.image(io.BytesIO(saved(sheet, "PNG")), 0, 0, 210, 297)
    return bytes(document.output())


def locked(pdf: bytes) -> bytes:
    """The same under a password."""
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    writer.encrypt("secret", algorithm="AES-256")
    held = io.BytesIO()
    writer.write(held)
    return held.getvalue()
