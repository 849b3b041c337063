"""A printed card of any length (DOC-1): made stretch by stretch, with only the pages of one in memory.

The contents come first for the reader and are written last: a page tree may name its pages in any order. They have
Roman numbers, the records Arabic ones from 1 on, so that a page knows its number before the last one exists.

``content`` of ``add`` is what ``documents/pdf.py`` describes, with ``entries`` in place of sections:
``[{"heading": str, "title": str, "sections": [...]}, ...]``; a heading opens a group of entries. An entry
without a title goes on below what stands before it and has no line in the contents. Sections of ``close`` stand on the
first page and say what was chosen.

A ``State`` goes from call to call and is plain JSON; it grows by a number an object and a line a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.documents.content import Content, Section, clean, parse
from chalicelib.documents.pdf import describe
from chalicelib.documents.templates import (
    NO_VALUE,
    SMALL,
    TEXT,
    TITLE,
    draw_closing,
    draw_heading,
    draw_masthead,
    draw_section,
    flush_right,
    furnish,
    prepare,
    shortened,
)

if TYPE_CHECKING:
    from chalicelib.documents.sheet import Sheet

State = dict[str, Any]
"""``size`` bytes so far, ``starts`` of objects 2, 3, …, ``pages``, ``nodes`` [[number, pages], …], ``lines`` of the
contents [[level, title, page, number of the page's object, height in points], …]."""

PHRASES = {
    "ru": {"contents": "Содержание", "pages": "Страниц с записями"},
    "en": {"contents": "Contents", "pages": "Pages with records"},
}
FIRST = 2
"""The first object's number; 1 is the root of the page tree."""

_POINTS = 72 / 25.4
_INDENT, _NUMBER = 5.0, 16.0  # mm
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
GROUP = TITLE._replace(size=14)
ENTRY = TEXT._replace(size=11, bold=True)
_GROUP_GAP = 4.0
_BELOW_ENTRY = 5 * TEXT.leading
"""What has to fit below a record's title: a title alone at the foot of a page belongs to nothing."""


class PdfBooklet:
    """Implements ``ports.booklets.Booklet``. Holds nothing."""

    def begin(self) -> State:
        return {"size": 0, "starts": [], "pages": 0, "nodes": [], "lines": []}

    def add(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> tuple[bytes, State]:
        """The next bytes of the file and the state after them; equal arguments give equal bytes.

        Raises InvalidFieldsError for a wrong shape, TooLargeError when one stretch has more than 200 pages.
        """
        from chalicelib.documents.sheet import Sheet
        from chalicelib.documents.stretches import Stretch, written

        with Sheet() as sheet:
            whole = _parsed(sheet, content)
            prepare(sheet, whole)
            lines = _entries(sheet, content["entries"], whole.language)
            before = int(state["pages"])
            furnish(sheet, whole, number=lambda page: str(before + page), running_from=1)
            data, stretch = written(sheet.pdf, Stretch, FIRST + len(state["starts"]), int(state["size"]))
        return data, {
            "size": state["size"] + len(data),
            "starts": [*state["starts"], *stretch.starts],
            "pages": before + len(stretch.pages),
            "nodes": [*state["nodes"], [stretch.node, len(stretch.pages)]],
            "lines": [
                *state["lines"],
                *([level, title, before + page, stretch.pages[page - 1], top] for level, title, page, top in lines),
            ],
        }

    def close(self, state: Mapping[str, Any], content: Mapping[str, Any]) -> bytes:
        """The last bytes: first page with the QR code, contents, bookmarks, tables. Raises as ``add``."""
        from chalicelib.documents.endings import ending
        from chalicelib.documents.sheet import Sheet
        from chalicelib.documents.stretches import LastStretch, written

        with Sheet() as sheet:
            whole = _parsed(sheet, content)
            describe(sheet, whole)
            prepare(sheet, whole)
            _first_pages(sheet, whole, state)
            furnish(sheet, whole, number=_roman)
            data, stretch = written(sheet.pdf, LastStretch, FIRST + len(state["starts"]), int(state["size"]))
        return data + ending(state, stretch, len(data), whole.document_id)


def _parsed(sheet: Sheet, content: Mapping[str, Any]) -> Content:
    return parse(content, lambda value: clean(value, sheet.drawable))


def _entries(sheet: Sheet, entries: Sequence[Mapping[str, Any]], language: str) -> list[tuple[int, str, int, float]]:
    """Draw them one under another: a line of the contents for each, (level, title, page here, height)."""
    from chalicelib.documents.sheet import LATER_TOP, LEFT, PAGE_HEIGHT, WIDTH, Cell

    def draw(text: str, level: int, below: float) -> None:
        style = ENTRY if level else GROUP
        words = sheet.wrap(text, WIDTH, style)
        sheet.need(len(words) * style.leading + below)
        lines.append((level, text, sheet.pdf.page, round((PAGE_HEIGHT - sheet.y) * _POINTS, 1)))
        sheet.flow(Cell(LEFT, words, style))
        sheet.rule()

    lines: list[tuple[int, str, int, float]] = []
    sheet.new_page()
    sheet.y = LATER_TOP
    for entry in entries:
        frame = {"title": entry["title"] or NO_VALUE, "language": language, "issued_at": "1970-01-01T00:00:00+00:00"}
        shown = _parsed(sheet, {**entry, **frame})
        heading = clean(entry.get("heading"), sheet.drawable)
        if heading:
            draw(heading, 0, _BELOW_ENTRY + _GROUP_GAP + 2 * ENTRY.leading)
            sheet.gap(_GROUP_GAP)
        if entry["title"]:
            draw(shown.title, 1, _BELOW_ENTRY)
        for section in shown.sections:
            draw_heading(sheet, section)
            draw_section(sheet, section, language)
        sheet.gap(8)
    return lines


def _first_pages(sheet: Sheet, whole: Content, state: Mapping[str, Any]) -> None:
    """Whose it is and what was chosen, the QR code, and the contents."""
    words = PHRASES[whole.language]
    sheet.new_page()
    draw_masthead(sheet, whole)
    for section in (*whole.sections, Section("", ((words["pages"], str(state["pages"])),))):
        draw_heading(sheet, section)
        draw_section(sheet, section, whole.language)
    draw_closing(sheet, whole, 30.0)
    draw_heading(sheet, Section(words["contents"]))
    for level, title, page, _, _ in state["lines"]:
        _line(sheet, int(level), str(title), str(page))
    if not state["lines"]:
        draw_section(sheet, Section(""), whole.language)


def _line(sheet: Sheet, level: int, title: str, page: str) -> None:
    """One line of the contents, its page number at the right."""
    from chalicelib.documents.sheet import LEFT, WIDTH, Cell

    style = SMALL if level else TEXT._replace(bold=True)
    x = LEFT + level * _INDENT
    sheet.gap(0 if level else 2)
    sheet.need(style.leading)
    top = sheet.y
    text = shortened(sheet.wrap(title or NO_VALUE, WIDTH - level * _INDENT - _NUMBER, style))
    flush_right(sheet, top + style.leading * 0.5 + style.size * 25.4 / 72 * 0.36, page, style)
    sheet.flow(Cell(x, [text], style))


def _roman(page: int) -> str:
    text = ""
    for value, sign in _ROMAN:
        count, page = divmod(page, value)
        text += sign * count
    return text
