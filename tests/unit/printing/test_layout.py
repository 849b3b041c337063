"""PDF: lines, pages, tables, margins."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from PIL import Image, ImageDraw

from chalicelib.documents.pdf import PdfPrinter
from chalicelib.documents.qr import matrix
from chalicelib.documents.sheet import HAIRLINE, LEFT, MAX_PAGES, RIGHT, WIDTH, Cell, Sheet, Style
from chalicelib.documents.templates import TEMPLATES
from chalicelib.errors import InvalidFieldsError, MedkartaError, TooLargeError
from tests.effort import tried
from tests.unit.printing.pages import (
    POINT,
    URL,
    black_boxes,
    content,
    flat,
    last_box_colour,
    letters,
    placed,
    reader,
    section,
    texts,
)


def test_few_lines_stay_together_and_none_stands_alone(sheet: Sheet) -> None:
    style = Style(10)
    sheet.new_page()
    room = int((sheet.bottom - sheet.y) / style.leading)
    assert sheet._fitting(room, style.leading, 0) == room
    assert sheet._fitting(room + 1, style.leading, 0) == room - 1  # one line alone on the next page: two go
    sheet.y = sheet.bottom - 3.5 * style.leading
    sheet.flow(Cell(LEFT, ["а"] * 5, style))
    assert sheet.pdf.pages_count == 2


def test_a_long_text_goes_on_over_pages_with_a_running_head() -> None:
    words = [f"слово{number}" for number in range(3000)]
    pages = texts(section(text=" ".join(words)))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"стр. {number} из {len(pages)}" in page
        assert "Ёлкина Наталья Андреевна" in page
        assert "Подлинность проверяется по коду" in page
    found = [word for word in " ".join(pages).split() if word.startswith("слово")]
    assert found == words


def test_what_is_put_on_the_pages_afterwards_looks_alike_on_all() -> None:
    document = reader(section(text="слово " * 2000, rows=[("Метка", "значение")]))
    looks = []
    for page in document.pages:
        sizes: dict[str, float] = {}

        def visit(text: str, _cm: Any, _tm: Any, _font: Any, size: float, sizes: dict[str, float] = sizes) -> None:
            sizes[text.strip()] = size

        page.extract_text(visitor_text=visit)
        looks.append((sizes["Подлинность проверяется по коду"], last_box_colour(page, document)))
    assert len(looks) > 2
    assert looks == [(8, pytest.approx([part / 255 for part in HAIRLINE], abs=0.01))] * len(looks)


def test_a_long_table_repeats_its_heading_and_loses_no_row() -> None:
    rows = [[f"Показатель-{number}", str(number), "1–2", "↑" if number % 3 else ""] for number in range(120)]
    pages = texts(section(table={"columns": ["Имя", "Итог", "Норма", "Отметка"], "rows": rows}))
    assert len(pages) > 2
    table_pages = [page for page in pages if "Показатель-" in page]
    assert all(page.count("Отметка") == 1 for page in table_pages)
    whole = " ".join(pages).split()
    assert [word for word in whole if word.startswith("Показатель-")] == [row[0] for row in rows]
    assert whole.count("↑") == 80


def test_a_heading_does_not_stay_behind_at_the_foot_of_a_page() -> None:
    for count in range(30, 46):
        data = content(
            sections=[
                {"title": "", "text": "\n".join(["строка"] * count)},
                {"title": "ЗАГОЛОВОК", "text": "продолжение раздела"},
            ]
        )
        for page in texts(data):
            assert ("ЗАГОЛОВОК" in page) == ("продолжение раздела" in page)


def test_a_heading_goes_with_its_table() -> None:
    table = {"columns": ["Код", "Диагноз"], "rows": [["I10", "Гипертензия"]]}
    for count in range(30, 46):
        text = {"title": "", "text": "\n".join(["строка"] * count)}
        for page in texts(content(sections=[text, {"title": "ЗАГОЛОВОК", "table": table}])):
            assert ("ЗАГОЛОВОК" in page) == ("Гипертензия" in page)


@pytest.mark.requirement("REC-5")
def test_a_value_out_of_range_is_bold_and_no_other_is() -> None:
    rows = [["Лейкоциты", "11,8 ↑"], ["Гемоглобин", "118 ↓"], ["Тромбоциты", "250"]]
    faces: dict[str, str] = {}

    def visit(text: str, _cm: Any, _tm: Any, font: Any, _size: float) -> None:
        faces[text.strip()] = font["/BaseFont"] if font else ""

    document = reader(section(table={"columns": ["Имя", "Итог"], "rows": rows}))
    document.pages[0].extract_text(visitor_text=visit)
    assert {text: "Bold" in faces[text] for row in rows for text in row} == {
        "Лейкоциты": False,
        "11,8 ↑": True,
        "Гемоглобин": False,
        "118 ↓": True,
        "Тромбоциты": False,
        "250": False,
    }


def test_cells_of_any_shape_are_printed() -> None:
    rows = [["а"], ["б", "в", "лишняя ячейка"], [], ["г " * 2000, "д", "е"]]
    pages = texts(section(table={"columns": ["Первая", "Вторая"], "rows": rows}))
    whole = flat("".join(pages))
    assert "лишняяячейка" in whole
    assert whole.count("г") >= 2000


def test_a_crowded_table_stays_between_the_margins() -> None:
    columns = [f"Столбец{number}" for number in range(14)]
    document = reader(section(table={"columns": columns, "rows": [["Ы" * 40] * 14] * 3}))
    assert flat("".join(page.extract_text() for page in document.pages)).count("Ы") == 40 * 14 * 3
    assert all(LEFT - 0.1 <= x <= RIGHT for x, _, _ in placed(document))


@settings(max_examples=tried(12), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(letters, letters, letters, letters)
def test_no_content_is_cut_and_nothing_leaves_the_page(text: str, label: str, cell: str, footer: str) -> None:
    table = {"columns": ["Имя", label[:300]], "rows": [[cell, text[:200]]] * 2}
    data = section(rows=[(label, text)], table=table, text=cell) | {"footer": footer, "organisation": label}
    document = reader(data)
    whole = flat("".join(page.extract_text() for page in document.pages))
    expected = flat(f"{label}{label}{text}{cell * 3}{footer}")
    for character in set(expected):
        assert whole.count(character) >= expected.count(character)
    for x, y, _ in placed(document):
        assert LEFT - 0.1 <= x <= RIGHT
        assert 10 <= y <= 290


def test_a_very_long_footer_is_printed_once_at_the_end() -> None:
    footer = " ".join(f"условие{number}" for number in range(200))
    whole = "".join(texts(content(footer=footer)))
    assert [whole.count(word + " ") + whole.count(word + "\n") for word in footer.split()] == [1] * 200


def test_a_document_without_an_end_is_refused_in_time() -> None:
    with pytest.raises(TooLargeError) as caught:
        PdfPrinter().render("record", section(rows=[("имя", "строка")] * 60 * MAX_PAGES))
    assert caught.value.extra == {"limit": MAX_PAGES}


def test_a_text_of_short_lines_runs_on_when_there_are_too_many() -> None:
    """Else 20,000 characters of a body, each other one an end of a line, would leave a record without a document."""
    made = [{"title": name, "rows": None, "table": None, "text": "я\n" * 9_999 + "я"} for name in ("Первый", "Второй")]
    document = reader(content(sections=made))
    whole = flat("".join(page.extract_text() for page in document.pages))
    assert whole.count("я") >= 20_000
    assert len(document.pages) < 40
    assert "Второй" in whole


def test_a_section_of_nothing_says_so() -> None:
    empty: list[dict[str, Any]] = [
        {"title": "Пусто"},
        {"title": "Пусто", "rows": [], "table": None, "text": ""},
        {"title": "Пусто", "table": {"columns": ["Имя"], "rows": []}},
        {"title": "Пусто", "text": " \x00\n".strip(" ")},
    ]
    assert texts(content(sections=empty))[0].count("Нет данных") == 4
    assert texts(content(sections=empty), "prescription")[0].count("Нет данных") == 4


def test_a_document_of_the_least_content() -> None:
    pages = texts({"title": "Справка", "issued_at": "2026-01-01T00:00:00+00:00"})
    assert len(pages) == 1
    assert "Справка" in pages[0]


def test_braces_in_a_text_are_no_page_number() -> None:
    assert "{nb} {page}" in texts(section(text="{nb} {page}"))[0]


def test_english_words_frame_an_english_document() -> None:
    page = texts(content(language="en", sections=[{"title": "Nothing"}]))[0]
    for part in ("page 1 of 1", "No data", "24 Nov 2026, 10:15 (UTC+03:00)", "Written by", "version 2"):
        assert part in page


def test_a_time_that_is_no_moment_is_printed_as_it_is() -> None:
    signature = {"name": "И", "position": "врач", "time": "вчера в 10:00"}
    assert "вчера в 10:00" in texts(content(signature=signature))[0]


@pytest.mark.requirement("RX-2", "RX-6")
@pytest.mark.parametrize(("template", "text", "side"), [("prescription", URL, 45.0), ("record", URL[:38], 30.0)])
def test_the_code_on_the_paper_can_be_read_and_has_its_size(template: str, text: str, side: float) -> None:
    document = reader(content(qr={"text": text, "caption": ""}), template)
    boxes = black_boxes(document.pages[0], document)
    left, right = min(x for x, *_ in boxes), max(x + width for x, _, width, _ in boxes)
    top = max(y for _, y, _, _ in boxes)
    dots = 4  # a dot is a quarter of a point: 288 a inch
    extent = int((right - left) * dots) + 60
    image = Image.new("L", (extent, extent), 255)
    pen = ImageDraw.Draw(image)
    for x, y, width, height in boxes:
        corners = ((x - left) * dots + 30, (top - y) * dots + 30, (x - left + width) * dots + 29)
        pen.rectangle((*corners, (top - y - height) * dots + 29), fill=0)
    found = zxingcpp.read_barcodes(image)
    assert [code.text for code in found] == [text]
    modules = len(matrix(text))
    assert (right - left) * POINT * (modules + 8) / modules == pytest.approx(side, abs=0.1)


def test_a_code_too_large_for_its_text_is_refused() -> None:
    with pytest.raises(TooLargeError):
        PdfPrinter().render("record", content(qr={"text": "а" * 3000, "caption": ""}))


def test_the_code_and_the_signature_are_not_divided() -> None:
    for count in range(28, 44):
        data = section(text="\n".join(["строка"] * count))
        document = reader(data)
        last = document.pages[-1]
        assert "Проверка подлинности" in last.extract_text()
        assert "Щербаков А. Д." in last.extract_text()
        assert black_boxes(last, document)
        assert min(y for _, y, _, _ in black_boxes(last, document)) * POINT > 20


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_the_same_content_gives_the_same_bytes(template: str) -> None:
    """In another process, time zone and hash seed, and later: a replayed event writes the same object."""
    here = PdfPrinter().render(template, content())
    code = (
        "import base64, json, sys; from chalicelib.documents.pdf import PdfPrinter;"
        f"out = PdfPrinter().render({template!r}, json.load(sys.stdin)); print(base64.b64encode(out).decode())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Apia"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(content()),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    assert base64.b64decode(done.stdout) == here


def test_threads_do_not_disturb_each_other() -> None:
    printer = PdfPrinter()
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda _: printer.render("record", content()), range(6)))
    assert set(made) == {printer.render("record", content())}


@pytest.mark.requirement("DOC-1")
def test_the_file_says_what_an_archive_needs() -> None:
    data = content(title="Протокол <осмотра> & «итог»")
    document = reader(data)
    catalogue = document.trailer["/Root"]
    xmp = catalogue["/Metadata"].get_object()
    assert "/Filter" not in xmp
    packet = xmp.get_data().decode()
    assert 'pdfaid:part="2"' in packet
    assert 'pdfaid:conformance="U"' in packet
    assert packet.count('="2026-11-24T10:15:30+03:00"') == 3
    assert document.xmp_metadata is not None
    assert document.xmp_metadata.dc_title == {"x-default": data["title"]}
    assert document.xmp_metadata.pdf_producer == "Medkarta"
    assert document.metadata is None  # nothing to contradict the XMP packet
    assert catalogue["/Lang"] == "ru-RU"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert catalogue["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert "/ID" in document.trailer
    assert not {"/AA", "/AcroForm", "/Names", "/Encrypt"} & {*catalogue, *document.trailer}


def test_every_font_is_embedded_and_can_be_searched() -> None:
    document = reader(content())
    fonts = document.pages[0]["/Resources"]["/Font"].values()
    assert len(list(fonts)) == 2
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert "/FontFile2" in descriptor
        assert "/ToUnicode" in font


def test_the_metadata_hold_no_personal_data() -> None:
    document = reader(content())
    packet = document.trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "Протокол осмотра" in packet
    assert "Ёлкина" not in packet


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"issued_at": "2026-11-24T10:15:30"}, "/issued_at"),
        ({"issued_at": "вчера"}, "/issued_at"),
        ({"issued_at": None}, "/issued_at"),
        ({"title": "\x00 "}, "/title"),
        ({"language": "de"}, "/language"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        PdfPrinter().render("record", content(**changes))
    assert [problem.field for problem in caught.value.fields] == [field]


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize(
    "changes",
    [
        {"subject": ["Ёлкина"]},
        {"sections": ["Ёлкина"]},
        {"sections": [{"rows": [("Ёлкина",)]}]},
        {"sections": [{"table": {"columns": ["Ёлкина"]}}]},
        {"sections": 5},
        {"version": "Ёлкина"},
        {"qr": {"caption": "Ёлкина"}},
        {"signature": "Ёлкина"},
    ],
)
def test_a_wrong_shape_is_an_error_of_ours_without_the_content(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidFieldsError) as caught:
        PdfPrinter().render("record", content(**changes))
    assert "Ёлкина" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_unknown_template_is_refused() -> None:
    with pytest.raises(MedkartaError):
        PdfPrinter().render("poster", content())


def test_a_line_is_as_wide_as_the_paper_allows(sheet: Sheet) -> None:
    style = Style(10)
    lines = sheet.wrap("слово " * 400, WIDTH, style)
    widths = [sheet.measure(style)(line) for line in lines[:-1]]
    assert all(WIDTH - 15 < width <= WIDTH for width in widths)
