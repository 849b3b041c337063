"""How each kind of document is laid out. A template is a function from a ``Content`` to a ``Sheet``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from chalicelib.documents.chart import draw_chart
from chalicelib.documents.content import Content, Pair, Section, moment
from chalicelib.documents.marks import draw_marks
from chalicelib.documents.qr import QUIET_ZONE, matrix
from chalicelib.documents.sheet import (
    ACCENT,
    BODY,
    GREY,
    HAIRLINE,
    INK,
    LEFT,
    PAGE_HEIGHT,
    RIGHT,
    WIDTH,
    Cell,
    Sheet,
    Style,
)
from chalicelib.domain.moments import local, offset

PHRASES = {
    "ru": {
        "page": "стр. {page} из {pages}",
        "of": "стр. {page}",
        "document": "Документ",
        "version": "версия",
        "issued": "сформирован",
        "signed": "Составил(а)",
        "empty": "Нет данных",
    },
    "en": {
        "page": "page {page} of {pages}",
        "of": "page {page}",
        "document": "Document",
        "version": "version",
        "issued": "issued",
        "signed": "Written by",
        "empty": "No data",
    },
}
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NO_VALUE = "—"
RP = "Rp."
"""Title of a section that is a drug of a prescription, and the mark before it."""

TITLE = Style(17, bold=True)
SECTION = Style(10.5, bold=True, colour=ACCENT)
TEXT = Style(10)
LABEL = Style(9, colour=GREY)
SMALL = Style(8, colour=GREY)
RX = Style(15, bold=True, colour=ACCENT)
DRUG = Style(11.5)

_LABEL_WIDTH = 52.0
_RX_GUTTER = 18.0
_MODULE = 0.45  # mm: below about 0.4 mm a telephone's camera needs luck
_FOOTER_LINES = 6
_BELOW_TEXT, _BELOW_TABLE = 3, 5  # lines that have to fit below a heading: of a table its own heading and a row too
_QR_SIDE = {"record": 30.0, "prescription": 45.0, "certificate": 50.0}


def record(sheet: Sheet, content: Content) -> None:
    """A protocol, a visit, a laboratory result: title, whose it is, sections, who signed, QR."""
    sheet.new_page()
    draw_masthead(sheet, content)
    for section in content.sections:
        draw_heading(sheet, section)
        draw_section(sheet, section, content.language)
    draw_closing(sheet, content, _QR_SIDE["record"])


def certificate(sheet: Sheet, content: Content) -> None:
    """What somebody shows to others: a table, and a code large enough for the camera of a telephone."""
    sheet.new_page()
    draw_masthead(sheet, content)
    for section in content.sections:
        draw_heading(sheet, section)
        draw_section(sheet, section, content.language)
    draw_closing(sheet, content, _QR_SIDE["certificate"])


def prescription(sheet: Sheet, content: Content) -> None:
    """After form 107-1/у (order 1094н): each drug, a text under ``Rp.``, is set large behind that mark."""
    sheet.new_page()
    draw_masthead(sheet, content)
    for section in content.sections:
        if section.title == RP and section.text:
            _drug(sheet, section.text)
            continue
        draw_heading(sheet, section)
        draw_section(sheet, section, content.language)
    draw_closing(sheet, content, _QR_SIDE["prescription"])


TEMPLATES: dict[str, Callable[[Sheet, Content], None]] = {
    "record": record,
    "prescription": prescription,
    "certificate": certificate,
}


def shown_moment(value: datetime, language: str) -> str:
    """Date and time in the zone of printed documents; what was not written in it says its offset beside it."""
    value = local(value)
    day = f"{value.day} {MONTHS[value.month - 1]} {value.year}" if language == "en" else f"{value:%d.%m.%Y}"
    return f"{day}, {value:%H:%M}"


def prepare(sheet: Sheet, content: Content) -> None:
    """Leave room at the foot of every page for the footer text."""
    lines = footer_lines(sheet, content)
    sheet.bottom = PAGE_HEIGHT - 18.0 - len(lines) * SMALL.leading


def furnish(
    sheet: Sheet, content: Content, *, number: Callable[[int], str] | None = None, running_from: int = 2
) -> None:
    """Running heads, footers and page numbers, once the number of pages is known.

    ``number``: what a page is called where these are not all pages of the document. ``running_from``: the first page
    with a running head.
    """
    words, footer, pages = PHRASES[content.language], footer_lines(sheet, content), sheet.pdf.pages_count
    label = shortened(sheet.wrap(", ".join(_identity(content)), WIDTH - 40, SMALL))
    title = shortened(sheet.wrap(content.title, WIDTH * 0.55, SMALL))
    whose = shortened(sheet.wrap(content.subject[0][1] if content.subject else "", WIDTH * 0.4, SMALL))
    for page in sheet.pages():
        if page >= running_from:
            sheet.text(LEFT, 15, title, SMALL)
            flush_right(sheet, 15, whose, SMALL)
            sheet.box(LEFT, 18, WIDTH, 0.2, HAIRLINE)
        top = sheet.bottom + 3.0
        sheet.box(LEFT, top, WIDTH, 0.2, HAIRLINE)
        for row, line in enumerate(footer):
            sheet.text(LEFT, top + 4 + row * SMALL.leading, line, SMALL)
        baseline = top + 4 + len(footer) * SMALL.leading
        sheet.text(LEFT, baseline, label, SMALL)
        shown = words["of"].format(page=number(page)) if number else words["page"].format(page=page, pages=pages)
        flush_right(sheet, baseline, shown, SMALL)


def footer_lines(sheet: Sheet, content: Content) -> list[str]:
    lines = sheet.wrap(content.footer, WIDTH, SMALL) if content.footer else []
    return lines if len(lines) <= _FOOTER_LINES else []


def shortened(lines: list[str]) -> str:
    """One line of a text that stands in full on the first page."""
    return lines[0] if len(lines) == 1 else f"{lines[0]}…"


def flush_right(sheet: Sheet, baseline: float, text: str, style: Style) -> None:
    sheet.text(RIGHT - sheet.measure(style)(text), baseline, text, style)


def draw_masthead(sheet: Sheet, content: Content) -> None:
    words = PHRASES[content.language]
    left = sheet.wrap(content.organisation, WIDTH * 0.6 if content.form else WIDTH, LABEL)
    right = sheet.wrap(content.form, WIDTH * 0.34, LABEL) if content.form else []
    sheet.flow(Cell(LEFT, left, LABEL), Cell(LEFT + WIDTH * 0.66, right, LABEL))
    sheet.gap(5)
    sheet.flow(Cell(LEFT, sheet.wrap(content.title, WIDTH, TITLE), TITLE))
    sheet.gap(1)
    zone = offset(local(content.issued_at))
    parts = [*_identity(content), f"{words['issued']} {shown_moment(content.issued_at, content.language)} ({zone})"]
    sheet.flow(Cell(LEFT, sheet.wrap(" · ".join(parts), WIDTH, SMALL), SMALL))
    sheet.gap(2.5)
    sheet.rule(ACCENT, 0.6)
    sheet.gap(3.5)
    draw_subject(sheet, content.subject)


def _identity(content: Content) -> list[str]:
    """Which document this is, and which version of it; nothing for what is kept nowhere."""
    if not content.document_id:
        return []
    words = PHRASES[content.language]
    return [f"{words['document']} {content.document_id}", f"{words['version']} {content.version}"]


def draw_subject(sheet: Sheet, pairs: tuple[Pair, ...]) -> None:
    """Labels over values in two columns."""
    half = WIDTH / 2
    for start in range(0, len(pairs), 2):
        row = list(enumerate(pairs[start : start + 2]))
        labels = [Cell(LEFT + n * half, sheet.wrap(label, half - 6, SMALL), SMALL) for n, (label, _) in row]
        values = [
            Cell(LEFT + n * half, sheet.wrap(value or NO_VALUE, half - 6, TEXT), TEXT._replace(bold=start + n == 0))
            for n, (_, value) in row
        ]
        sheet.need(SMALL.leading + 2 * TEXT.leading)
        sheet.flow(*labels)
        sheet.flow(*values)
        sheet.gap(1.8)


def draw_heading(sheet: Sheet, section: Section) -> None:
    sheet.gap(4)
    if section.title:
        lines = sheet.wrap(section.title, WIDTH, SECTION)
        below = _BELOW_TABLE if section.table and not section.rows else _BELOW_TEXT
        sheet.need(len(lines[:6]) * SECTION.leading + below * TEXT.leading)
        sheet.flow(Cell(LEFT, lines, SECTION))
        sheet.gap(1.2)


def draw_section(sheet: Sheet, section: Section, language: str) -> None:
    if section.empty:
        sheet.flow(Cell(LEFT, [PHRASES[language]["empty"]], LABEL))
        return
    for label, value in section.rows:
        sheet.flow(
            Cell(LEFT, sheet.wrap(label, _LABEL_WIDTH - 4, LABEL), LABEL),
            Cell(LEFT + _LABEL_WIDTH, sheet.wrap(value or NO_VALUE, WIDTH - _LABEL_WIDTH, TEXT), TEXT),
            pad=0.5,
        )
    if section.table and section.table.rows:
        sheet.table(section.table)
    if section.chart:
        draw_chart(sheet, section.chart, language)
    if section.text:
        sheet.gap(1.5 if section.rows or section.table else 0)
        for paragraph in section.text.split("\n"):
            sheet.flow(Cell(LEFT, sheet.wrap(paragraph, WIDTH, TEXT), TEXT))
            sheet.gap(0.8)


def _drug(sheet: Sheet, text: str) -> None:
    """The mark in the margin, the drug's lines beside it."""
    sheet.gap(5)
    lines = sheet.wrap(text, WIDTH - _RX_GUTTER, DRUG)
    sheet.flow(Cell(LEFT, [RP], RX), Cell(LEFT + _RX_GUTTER, lines, DRUG))
    sheet.gap(3)
    sheet.rule()


def draw_closing(sheet: Sheet, content: Content, least_side: float) -> None:
    """QR code on the left; who signed and what the code is for beside it. Kept on one page."""
    modules = matrix(content.qr.text, content.qr.level) if content.qr else []
    side = max(least_side, (len(modules) + 2 * QUIET_ZONE) * _MODULE) if modules else 0.0
    # The quiet zone reaches into the margin, so that the dark symbol stands flush with the text.
    quiet = side * QUIET_ZONE / (len(modules) + 2 * QUIET_ZONE)
    x = LEFT + (side - quiet + 4 if modules else 0)
    cells = [Cell(x, sheet.wrap(text, RIGHT - x, style), style) for text, style in _beside(content) if text]
    height = sum(len(cell.lines) * cell.style.leading for cell in cells) + 4
    if cells or modules:
        sheet.gap(7)
        sheet.need(max(side, min(height, 120.0)))
    page, top = sheet.pdf.page, sheet.y
    if content.qr:
        sheet.modules(modules, LEFT - quiet, top, side)
        sheet.gap(quiet)
    for cell in cells:
        sheet.flow(cell)
        sheet.gap(1)
    if sheet.pdf.page == page:
        sheet.y = max(sheet.y, top + side)
    if content.footer and not footer_lines(sheet, content):
        sheet.gap(5)
        sheet.flow(Cell(LEFT, sheet.wrap(content.footer, WIDTH, SMALL), SMALL))
    draw_marks(sheet, content)


def _beside(content: Content) -> list[tuple[str, Style]]:
    found = []
    if content.signature:
        signed = moment(content.signature.time)
        found += [
            (PHRASES[content.language]["signed"], SMALL),
            (content.signature.name, Style(11, bold=True, colour=INK)),
            (content.signature.position, BODY),
            (shown_moment(signed, content.language) if signed else content.signature.time, LABEL),
        ]
    if content.qr:
        found.append((f"\n{content.qr.caption}" if found else content.qr.caption, SMALL))
    return found
