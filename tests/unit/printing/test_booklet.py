"""Long PDFs made stretch by stretch: one valid file, whatever the stretches; memory of one stretch alone."""

from __future__ import annotations

import gc
import io
import json
import re
from typing import Any

import pytest
from fpdf.output import PDFPage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from chalicelib.documents.booklet import PdfBooklet, _roman
from tests.unit.printing.pages import content, flat

BASE = {name: value for name, value in content(signature=None).items() if name not in {"sections", "qr"}}
CHOSEN = [{"title": "Что вошло", "rows": [("Разделы", "вся карта")]}]


def entry(number: int, heading: str = "", text: str = "Острый бронхит") -> dict[str, Any]:
    return {"heading": heading, "title": f"Запись {number}", "sections": [{"title": "Заключение", "text": text}]}


def made(stretches: list[list[dict[str, Any]]], **changes: Any) -> bytes:
    printer, state, data = PdfBooklet(), PdfBooklet().begin(), b""
    for entries in stretches:
        more, state = printer.add(state, {**BASE, **changes, "entries": entries})
        data += more
    return data + printer.close(state, {**content(signature=None), **changes, "sections": CHOSEN})


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data), strict=True)


@pytest.mark.requirement("DOC-1")
def test_every_object_stands_where_the_table_says() -> None:
    data = made([[entry(1, "Протоколы"), entry(2)], [entry(3, "Анализы")]])
    start = int(data.rpartition(b"startxref\n")[2].split()[0])
    assert data[start:].startswith(b"xref\n")
    places = [int(line[:10]) for line in data[start:].split(b"\n")[3:] if re.fullmatch(rb"\d{10} 00000 n ", line)]
    assert len(places) == len(set(places)) > 20
    for number, place in enumerate(places, 1):
        assert data[place:].startswith(b"%d 0 obj" % number)
    assert len(re.findall(rb"^\d+ 0 obj", data, re.MULTILINE)) == len(places)


@pytest.mark.requirement("DOC-1")
def test_contents_and_bookmarks_lead_to_the_pages() -> None:
    document = read(
        made([[entry(n, "Протоколы" * (n == 1), "строка\n" * 30) for n in range(1, 8)], [entry(8, "Анализы")]])
    )
    (protocols, below, results, alone) = document.outline
    assert (protocols["/Title"], results["/Title"]) == ("Протоколы", "Анализы")
    assert [one["/Title"] for one in (*below, *alone)] == [f"Запись {n}" for n in range(1, 9)]
    contents = document.pages[0].extract_text()
    for mark in (*below, *alone):
        index = document.get_destination_page_number(mark)
        assert mark["/Title"] in document.pages[index].extract_text()
        assert flat(f"{document.page_labels[index]}{mark['/Title']}") in flat(contents)


@pytest.mark.requirement("DOC-1")
def test_the_heading_of_a_group_goes_with_its_first_record() -> None:
    rows = {"heading": "АНАЛИЗЫ", "title": "Запись 2", "sections": [{"title": "", "rows": [("Вид", "кровь")]}]}
    for count in range(22, 46):
        for page in read(made([[entry(1, text="строка\n" * count), rows]])).pages[1:]:
            text = page.extract_text()
            assert ("АНАЛИЗЫ" in text) == ("Запись 2" in text) == ("кровь" in text)


@pytest.mark.requirement("DOC-1")
def test_every_page_says_whose_it_is_and_its_number() -> None:
    document = read(made([[entry(n, "Протоколы" * (n == 1), "строка\n" * 40) for n in range(1, 5)]] * 2))
    pages = [page.extract_text() for page in document.pages]
    labels = document.page_labels
    assert labels == ["i", *map(str, range(1, len(pages)))]
    for label, page in zip(labels, pages, strict=True):
        assert f"стр. {label}" in page
        assert "Ёлкина Наталья Андреевна" in page
        assert "Подлинность проверяется по коду" in page
    assert f"Страниц с записями {len(pages) - 1}" in pages[0]


def test_the_same_content_makes_the_same_bytes() -> None:
    stretches = [[entry(1, "Протоколы")], [entry(2)]]
    assert made(stretches) == made(stretches)


@pytest.mark.requirement("DOC-1")
def test_it_is_archival_and_says_its_language() -> None:
    document = read(made([[entry(1, "Records")]], language="en", title="Medical card"))
    root = document.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert root["/OutputIntents"][0].get_object()["/S"] == "/GTS_PDFA1"
    metadata = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="2"' in metadata
    assert "Medical card" in metadata
    assert len(document.trailer["/ID"]) == 2
    for page in document.pages:
        for font in page["/Resources"]["/Font"].values():
            assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]
    assert "page i" in document.pages[0].extract_text()


def test_a_card_of_nothing_is_a_document_all_the_same() -> None:
    document = read(made([]))
    assert len(document.pages) == 1
    assert "Нет данных" in document.pages[0].extract_text()
    assert document.outline == []


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(st.tuples(st.booleans(), st.text("абвЁё№ \n", max_size=400)), min_size=1, max_size=3), max_size=2)
)
def test_nothing_is_lost_however_it_is_cut(drawn: list[list[tuple[bool, str]]]) -> None:
    first, stretches = True, []
    for stretch in drawn:
        entries = []
        for opens, text in stretch:
            entries.append(entry(1, "Раздел" if opens or first else "", text))
            first = False
        stretches.append(entries)
    document = read(made(stretches))
    whole = flat("".join(page.extract_text() for page in document.pages[1:]))
    written = flat("".join(text for stretch in drawn for _, text in stretch))
    for character in set(written):
        assert whole.count(character) >= written.count(character)
    marks = [mark for mark in document.outline if not isinstance(mark, list)]
    assert len(marks) == sum(bool(one["heading"]) for stretch in stretches for one in stretch)


@pytest.mark.requirement("DOC-1")
def test_of_a_stretch_that_was_made_little_stays() -> None:
    """No page of it, and in the state less than 300 bytes a record; peaks are measured by bench/documents.py."""
    printer, state = PdfBooklet(), PdfBooklet().begin()
    for stretch in range(3):
        entries = [entry(n, "Протоколы" * (n + stretch == 0), "строка\n" * 40) for n in range(4)]
        data, state = printer.add(state, {**BASE, "entries": entries})
        gc.collect()
        assert not [made for made in gc.get_objects() if isinstance(made, PDFPage)]
        assert len(data) > 10_000
    assert state["pages"] > 10
    assert len(json.dumps(state)) < 300 * 12


@pytest.mark.parametrize(("page", "text"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (40, "xl"), (99, "xcix")])
def test_roman_numbers(page: int, text: str) -> None:
    assert _roman(page) == text
