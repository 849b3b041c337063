"""PDF: content, documents, signatures of bytes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.documents.content import REPLACEMENT, clean
from chalicelib.documents.sheet import Sheet, Style, wrap
from chalicelib.documents.templates import PHRASES, TEMPLATES
from tests.unit.printing.pages import breadth, content, flat, section, texts


@pytest.mark.requirement("DOC-1")
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_part_of_the_content_is_on_the_paper(template: str) -> None:
    special = "Ё ё Й № ₽ ≤ ≥ ± ↑ ↓ ² ³ × 10⁹ 10¹² µ °C – — « »"
    sections = [
        {"title": "Осмотр", "rows": [("Диагноз", "I10"), ("Аллергия", None)], "table": None, "text": None},
        {"title": "Показатели", "table": {"columns": ["Имя", "Итог"], "rows": [["Лейкоциты", "11,8 ↑"]]}},
        {"title": "Rp.", "text": f"Tab. Amoxicillini 500 mg\n{special}"},
    ]
    whole = texts(content(sections=sections, form="Форма № 107-1/у"), template)[0]
    for part in (
        *("Протокол осмотра", "ГБУЗ «Поликлиника № 8»", "Ёлкина Наталья Андреевна", "14.05.1986", "Осмотр", "I10", "—"),
        *("Показатели", "Имя", "Лейкоциты", "11,8 ↑", "Rp.", "Tab. Amoxicillini 500 mg", "Форма № 107-1/у"),
        *("Подлинность проверяется по коду", "Документ 0193-5a69", "версия 2", "24.11.2026, 10:15 (UTC+03:00)"),
        *("Щербаков А. Д.", "терапевт", "Проверка подлинности", "стр. 1 из 1", "Составил(а)"),
    ):
        assert part in whole
    assert flat(special) in flat(whole)


def test_a_lost_glyph_is_noticed_by_these_tests(sheet: Sheet, caplog: pytest.LogCaptureFixture) -> None:
    sheet.new_page()
    sheet.text(20, 20, "漢", Style(10))
    sheet.pdf.output()
    assert "missing the following glyphs" in caplog.text
    caplog.clear()


def test_every_phrase_can_be_drawn(sheet: Sheet) -> None:
    assert PHRASES["ru"].keys() == PHRASES["en"].keys()
    words = [*PHRASES["ru"].values(), *PHRASES["en"].values(), REPLACEMENT, "—…·"]
    assert [c for word in words for c in word if not sheet.drawable(ord(c))] == []


def test_a_character_that_the_font_lacks_leaves_a_visible_mark() -> None:
    assert f"до {REPLACEMENT}{REPLACEMENT} после" in texts(section(text="до 漢字 после"))[0]


def test_characters_that_hide_or_turn_text_are_dropped(sheet: Sheet) -> None:
    assert clean("5\u202e0\u200b0\u00ad\x00\x1b м\x7fг\ud800\ue000", sheet.drawable) == "500 мг"
    assert clean("а\r\nб\rв\u2028г\x0bд\tе", sheet.drawable) == "а\nб\nв\nг\nд е"
    assert clean("и\u0306 е\u0308", sheet.drawable) == "й ё"
    assert clean(None, sheet.drawable) == ""
    assert clean(5, sheet.drawable) == "5"


@given(st.text())
def test_clean_text_stays_as_it_is_and_can_be_drawn(text: str) -> None:
    def drawable(code: int) -> bool:
        return code < 0x2000 or chr(code) == REPLACEMENT

    once = clean(text, drawable)
    assert clean(once, drawable) == once
    assert all(c == "\n" or ((c.isprintable() or c.isspace()) and drawable(ord(c))) for c in once)


@given(st.text(alphabet="аб1 -–≥%\n", max_size=80), st.integers(1, 30))
@example("а " * 40, 1)
def test_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = wrap(text, width, breadth)
    assert max(map(len, lines)) <= width
    assert flat("".join(lines)) == flat(text)
    assert len(lines) >= text.count("\n") + 1


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("принимать 500 мг утром", 14, ["принимать", "500 мг утром"]),
        ("давление ≥ 150 сегодня", 14, ["давление", "≥ 150 сегодня"]),
        ("не больше 5 % раствора", 12, ["не больше", "5 % раствора"]),
        ("врач-терапевт", 8, ["врач-", "терапевт"]),
        ("форма 107-1/у", 9, ["форма", "107-1/у"]),
        ("7777 0000 1234", 9, ["7777 0000", "1234"]),
        ("1 таблетка", 8, ["1", "таблетка"]),
        ("ааааааа бб", 3, ["ааа", "ааа", "а", "бб"]),
        ("", 3, [""]),
    ],
)
def test_where_lines_break(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width, breadth) == lines


def test_the_measure_agrees_with_the_library(sheet: Sheet) -> None:
    for style, face in ((Style(10), ""), (Style(17, bold=True), "B")):
        sheet.pdf.set_font("text", face, style.size)
        text = "Ёлкина № 5 ≥ 10⁹ Wg"
        assert sheet.measure(style)(text) == pytest.approx(sheet.pdf.get_string_width(text), abs=1e-6)
