"""An A4 document being set: text that flows over pages, tables, QR codes.

fpdf2's own ``multi_cell`` and ``table`` are three times as slow and break pages where they like; what is needed here
is little: measure, wrap, place. Lengths are millimetres from the upper left corner, sizes of type are points.
Only the event function prints, so fpdf2 is imported when a sheet is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Self

from chalicelib.documents.content import Table
from chalicelib.documents.qr import QUIET_ZONE, Matrix, blocks
from chalicelib.errors import TooLargeError

MAX_PAGES = 200
"""A longer document is refused: it would outlive the function's time and nobody would read it."""

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
LEFT, RIGHT = 20.0, PAGE_WIDTH - 15.0  # room for a binder on the left
WIDTH = RIGHT - LEFT
_FIRST_TOP, LATER_TOP = 16.0, 25.0  # later pages have a running head
_POINT = 25.4 / 72
_KEEP = 6  # so few lines are not divided between pages

Colour = tuple[int, int, int]
INK: Colour = (27, 31, 36)
GREY: Colour = (90, 99, 112)
ACCENT: Colour = (14, 86, 104)
ALERT: Colour = (158, 31, 24)
HAIRLINE: Colour = (208, 213, 220)
SHADE: Colour = (240, 243, 246)
ALERT_SHADE: Colour = (253, 241, 239)


class Style(NamedTuple):
    size: float
    bold: bool = False
    colour: Colour = INK

    @property
    def leading(self) -> float:
        """Distance between baselines in millimetres."""
        return self.size * _POINT * 1.36


class Cell(NamedTuple):
    """Lines of one style, one under another, from ``x`` on."""

    x: float
    lines: Sequence[str]
    style: Style


HEAD = Style(8, bold=True, colour=GREY)
BODY = Style(9.5)

_SPACE = re.compile(r"(?<= )(?=[^ ])")
# A number stays with its unit, a sign with its number: a dose read over two lines is read wrong.
_OPPORTUNITY = re.compile(r"(?<= )(?<![≤≥<>±№] )(?!(?<=\d )[^\W\d_]|[%°])(?=[^ ])|(?<=[^\W\d_]-)(?=[^\W\d_])")


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Lines no wider than ``width``: at spaces, after a hyphen between letters, else inside a word too long.

    Nothing but spaces at the ends of lines is lost; a single character is never divided, however narrow the column.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line, used = "", 0.0  # widths add up: there is no kerning
        for word in _words(paragraph, width, measure):
            breadth = measure(word.rstrip(" "))
            if line and used + breadth > width:
                lines.append(line.rstrip(" "))
                line, used = "", 0.0
            if breadth > width:
                *full, word = _cut(word, width, measure)  # noqa: PLW2901 - what is left of it
                lines += full
            line += word
            used += measure(word)
        lines.append(line.rstrip(" "))
    return lines


def _words(paragraph: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    for word in _OPPORTUNITY.split(paragraph):
        if measure(word.rstrip(" ")) > width:
            yield from _SPACE.split(word)
        else:
            yield word


def _cut(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """A word too long for any line, cut wherever a line is full."""
    pieces, start, used = [], 0, 0.0
    for position, character in enumerate(word):
        advance = measure(character)
        if used + advance > width and position > start:
            pieces.append(word[start:position].rstrip(" "))
            start, used = position, 0.0
        used += advance
    return [*pieces, word[start:]]


class Sheet:
    """Pages under way. ``y`` is where the next line goes; ``bottom`` is where a page is full."""

    def __init__(self) -> None:
        from fpdf import FPDF
        from fpdf.fonts import TTFFont

        self.pdf = FPDF(format="A4", enforce_compliance="PDF/A-2U")
        self.pdf.set_auto_page_break(auto=False)
        fonts = Path(__file__).parent / "fonts"
        self.pdf.add_font("text", "", fonts / "DejaVuSans.ttf")
        self.pdf.add_font("text", "B", fonts / "DejaVuSans-Bold.ttf")
        self._faces = [font for font in self.pdf.fonts.values() if isinstance(font, TTFFont)]
        self.bottom = PAGE_HEIGHT - 20.0
        self.y = 0.0
        self._on_break: Callable[[], None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """fpdf2 keeps the font files open until somebody closes them."""
        for face in self._faces:
            face.close()

    def drawable(self, code: int) -> bool:
        """Whether both faces have a glyph for a code point."""
        return all(code in face.cmap for face in self._faces)

    def measure(self, style: Style) -> Callable[[str], float]:
        widths, scale = self._faces[style.bold].cw, style.size * _POINT / 1000
        return lambda text: sum(widths[ord(character)] for character in text) * scale

    def wrap(self, text: str, width: float, style: Style) -> list[str]:
        return wrap(text, width, self.measure(style))

    # --- moving

    def new_page(self) -> None:
        """Raises TooLargeError after ``MAX_PAGES``."""
        if self.pdf.pages_count >= MAX_PAGES:
            raise TooLargeError("The document has too many pages", extra={"limit": MAX_PAGES})
        self.pdf.add_page()
        self.y = LATER_TOP if self.pdf.pages_count > 1 else _FIRST_TOP
        if self._on_break:
            self._on_break()

    def need(self, height: float) -> None:
        """Go to a new page unless so much fits on this one."""
        if self.y + height > self.bottom:
            self.new_page()

    def gap(self, height: float) -> None:
        self.y += height

    # --- drawing

    def text(self, x: float, baseline: float, text: str, style: Style) -> None:
        self.pdf.set_font("text", "B" if style.bold else "", style.size)
        self.pdf.set_text_color(*style.colour)
        self.pdf.text(x, baseline, text)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle; lines are thin ones, so that no pen state has to be kept."""
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(x, y, width, height, style="F")

    def polyline(self, places: Sequence[tuple[float, float]], colour: Colour, width: float, dash: float = 0.0) -> None:
        """A line through all places; with ``dash`` of strokes and gaps so long."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(width)
        self.pdf.set_dash_pattern(dash=dash, gap=dash)
        self.pdf.polyline(list(places))
        self.pdf.set_dash_pattern()

    def dot(self, x: float, y: float, radius: float, colour: Colour) -> None:
        self.pdf.set_fill_color(*colour)
        self.pdf.circle(x=x, y=y, radius=radius, style="F")

    def rule(self, colour: Colour = HAIRLINE, thickness: float = 0.2) -> None:
        self.box(LEFT, self.y, WIDTH, thickness, colour)
        self.y += thickness

    def modules(self, matrix: Matrix, x: float, y: float, side: float) -> None:
        """A QR code with its quiet zone inside a square of ``side``."""
        unit = side / (len(matrix) + 2 * QUIET_ZONE)
        self.box(x, y, side, side, (255, 255, 255))
        self.pdf.set_fill_color(0, 0, 0)
        for block in blocks(matrix):
            left, top = x + (block.column + QUIET_ZONE) * unit, y + (block.row + QUIET_ZONE) * unit
            self.pdf.rect(left, top, block.width * unit, block.height * unit, style="F")

    def flow(self, *cells: Cell, pad: float = 0.0, shade: Colour | None = None) -> None:
        """Cells side by side, from ``y`` on; what does not fit goes on at the same ``x`` of the next page.

        A few lines are kept together and no line is left alone. ``pad`` is added above and below. The last cell sets
        the distance of the lines, and all stand on its baselines.
        """
        leading, size = cells[-1].style.leading, cells[-1].style.size
        total, done = max(len(cell.lines) for cell in cells), 0
        while done < total:
            count = self._fitting(total - done, leading, pad)
            height = count * leading + 2 * pad
            if shade:
                self.box(LEFT, self.y, WIDTH, height, shade)
            for cell in cells:
                for number, line in enumerate(cell.lines[done : done + count]):
                    baseline = self.y + pad + number * leading + leading * 0.5 + size * _POINT * 0.36
                    self.text(cell.x, baseline, line, cell.style)
            self.y += height
            done += count

    def _fitting(self, left: int, leading: float, pad: float) -> int:
        """How many of the ``left`` lines go on this page; turns to a new one when it should be none."""
        room = int((self.bottom - self.y - 2 * pad + 1e-6) / leading)
        if room >= left:
            return left
        if left <= _KEEP or room < 2:  # noqa: PLR2004 - two lines are the least that may stand alone
            self.new_page()
            room = int((self.bottom - self.y - 2 * pad) / leading)
        count = max(1, min(room, left))
        return count - 1 if left - count == 1 and count > 2 else count  # noqa: PLR2004

    # --- tables

    def table(self, table: Table) -> None:
        """Column widths follow the content; the heading is repeated on every page; marked values stand out."""
        body = BODY if len(table.columns) <= 6 else Style(7.5)  # noqa: PLR2004 - seven columns are crowded
        edges = self._edges(table, body)
        heading = [
            Cell(x, self.wrap(column, end - x - 3, HEAD), HEAD)
            for (x, end), column in zip(pairwise(edges), table.columns, strict=True)
        ]

        def draw_heading() -> None:
            self.flow(*heading, pad=1.2, shade=SHADE)

        rows = [self._row(row, edges, body) for row in table.rows]
        first = max(len(cell.lines) for cell in rows[0]) if rows else 0
        tall = max(len(cell.lines) for cell in heading)
        self.need((tall + min(first, _KEEP) + 1) * body.leading + 5)
        draw_heading()
        # A heading that takes half a page is not repeated: the rows would have no room beside it.
        self._on_break = draw_heading if tall <= _KEEP else None
        for row in rows:
            marked = any(cell.style.colour == ALERT for cell in row)
            self.flow(*row, pad=1.1, shade=ALERT_SHADE if marked else None)
            self.rule()
        self._on_break = None

    def _row(self, row: Sequence[str], edges: Sequence[float], body: Style) -> list[Cell]:
        cells = []
        for (x, end), text in zip(pairwise(edges), row, strict=True):
            style = body._replace(bold=True, colour=ALERT) if is_marked(text) else body
            cells.append(Cell(x, self.wrap(text, end - x - 3, style), style))
        return cells

    def _edges(self, table: Table, body: Style) -> list[float]:
        """Left edges of the columns and the right margin: natural widths when they fit, else shared by need."""
        bold = body._replace(bold=True)
        natural, least = [], []
        for number, column in enumerate(table.columns):
            cells = [column, *(row[number] for row in table.rows)]
            words = [word for cell in cells for word in cell.split()] or [""]
            natural.append(max(self.measure(bold)(line) for cell in cells for line in cell.split("\n")) + 4)
            least.append(min(max(map(self.measure(bold), words)) + 4, 45.0))
        spare = WIDTH - 2 - sum(natural)
        if spare < 0:
            spare = max(0.0, WIDTH - 2 - sum(least))
            wants = [wide - narrow + 0.01 for wide, narrow in zip(natural, least, strict=True)]
            widths = [narrow + spare * want / sum(wants) for narrow, want in zip(least, wants, strict=True)]
        else:
            widths = [width + spare / len(natural) for width in natural]
        scale = (WIDTH - 2) / sum(widths)
        edges = [LEFT + 2]
        for width in widths:
            edges.append(edges[-1] + width * scale)
        return edges

    # --- afterwards

    def pages(self) -> Iterator[int]:
        """Every page again, to put on it what depends on their number."""
        for page in range(1, self.pdf.pages_count + 1):
            self.pdf.page = page
            # What fpdf2 believes to be set is what the last page ended with; this page ended with something else.
            self.pdf.current_font_is_set_on_page = False
            self.pdf.fill_color = None
            yield page


def is_marked(text: str) -> bool:
    """Out of range: an arrow in the cell. The arrow and bold type carry it, so it survives a black and white copy."""
    return "↑" in text or "↓" in text
