"""A chart on paper: whole numbers on its axis, every point on the page, both languages (REC-10, DOC-1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pypdf import PdfReader

from chalicelib.documents.chart import scale_of
from chalicelib.documents.pdf import PdfPrinter

START = datetime(2026, 2, 1, tzinfo=UTC)


def content(language: str, count: int) -> dict:
    points = [((START + timedelta(hours=n)).isoformat(), 120.0 + n % 40, n % 10 == 0) for n in range(count)]
    lines = [{"title": "Систолическое", "points": points}, {"title": "Диастолическое", "points": points[:1]}]
    chart = {
        "since": START.isoformat(),
        "until": (START + timedelta(hours=count + 1)).isoformat(),
        "unit": "мм рт. ст.",
        "limits": [135.0],
        "lines": lines,
    }
    return {
        "title": "Давление",
        "language": language,
        "organisation": "",
        "subject": [("Пациент", "Иванова Анна")],
        "sections": [{"title": "График", "chart": chart}],
        "footer": "",
        "issued_at": "2026-03-01T08:00:00+00:00",
        "document_id": "x",
        "version": 1,
        "qr": None,
        "signature": None,
    }


@pytest.mark.requirement("REC-10", "DOC-1")
@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_chart_is_drawn_with_its_dates_and_its_key(language: str) -> None:
    pdf = PdfPrinter().render("record", content(language, 400))
    assert pdf == PdfPrinter().render("record", content(language, 400))
    (page,) = PdfReader(BytesIO(pdf)).pages
    text = page.extract_text()
    assert "Систолическое, мм рт. ст." in text
    assert ("границы" if language == "ru" else "limits") in text
    assert ("01.02" if language == "ru" else "02-01") in text


@pytest.mark.parametrize("count", [0, 1])
def test_few_points_are_no_error(count: int) -> None:
    made = content("ru", count)
    if not count:
        made["sections"][0]["chart"]["lines"] = []
    text = PdfReader(BytesIO(PdfPrinter().render("record", made))).pages[0].extract_text()
    assert ("Нет данных" in text) is (count == 0)


@example(0.0, 5e-324)
@example(36.6, 0.0)
@given(st.floats(-1000, 1000), st.floats(0, 1000))
def test_a_scale_holds_what_it_is_for(low: float, span: float) -> None:
    ticks = scale_of(low, low + span)
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + span - 1e-6
    assert 2 <= len(ticks) <= 8
