"""What shows that a paper is genuine: the code to verify it by, the marks of its electronic signatures, the stamp.

They stand in one strip below everything else and are kept on one page. The marks say what a reader of the file sees in
its signatures; they are printed before the file is signed, so they are signed with it.
"""

from __future__ import annotations

import io

from chalicelib.documents.content import Content, Mark
from chalicelib.documents.qr import QUIET_ZONE, matrix
from chalicelib.documents.sheet import ACCENT, GREY, INK, LEFT, RIGHT, Cell, Sheet, Style

HEAD = Style(7.5, bold=True, colour=ACCENT)
LINE = Style(7.5, colour=INK)
CAPTION = Style(7.5, colour=GREY)

_SIDE = 28.0  # mm of the QR code with its quiet zone
_GAP = 4.0
_CAPTION_WIDTH = 31.0
_STAMP_SIDE = 30.0
_EDGE = 0.35
_PAD = 2.0
_BETWEEN = 2.0


def draw_marks(sheet: Sheet, content: Content) -> None:
    """The strip; nothing when the content has none of them."""
    if not (content.verification or content.marks or content.stamp):
        return
    left = LEFT
    modules = matrix(content.verification.text) if content.verification else []
    quiet = _SIDE * QUIET_ZONE / (len(modules) + 2 * QUIET_ZONE) if modules else 0.0
    if modules:
        left += _SIDE - quiet + _GAP
    caption = sheet.wrap(content.verification.caption if content.verification else "", _CAPTION_WIDTH, CAPTION)
    marks_left = left + (_CAPTION_WIDTH + _GAP if modules else 0.0) + (_STAMP_SIDE + _GAP if content.stamp else 0.0)
    boxes = [_box(sheet, mark, RIGHT - marks_left - 2 * _PAD) for mark in content.marks]
    heights = [_height(cells) for cells in boxes]
    sheet.gap(6)
    sheet.need(max(_SIDE if modules else 0.0, _STAMP_SIDE if content.stamp else 0.0, _total(heights)))
    top = sheet.y
    if modules:
        sheet.modules(modules, LEFT - quiet, top - quiet, _SIDE)
        _lines(sheet, Cell(left, caption, CAPTION), top)
        left += _CAPTION_WIDTH + _GAP
    if content.stamp:
        _picture(sheet, content.stamp, left, top)
    place = top
    for cells, height in zip(boxes, heights, strict=True):
        _frame(sheet, marks_left, place, RIGHT - marks_left, height)
        inner = place + _PAD
        for cell in cells:
            inner = _lines(sheet, cell._replace(x=marks_left + _PAD), inner)
        place += height + _BETWEEN
    sheet.y = max(place, top + (_SIDE if modules else 0.0), top + (_STAMP_SIDE if content.stamp else 0.0))


def _box(sheet: Sheet, mark: Mark, width: float) -> list[Cell]:
    rows = [f"{label}: {value}" if label else value for label, value in mark.rows]
    return [
        Cell(0, sheet.wrap(mark.title, width, HEAD), HEAD),
        *(Cell(0, sheet.wrap(row, width, LINE), LINE) for row in rows),
    ]


def _height(cells: list[Cell]) -> float:
    return sum(len(cell.lines) * cell.style.leading for cell in cells) + 2 * _PAD


def _total(heights: list[float]) -> float:
    return sum(heights) + _BETWEEN * max(0, len(heights) - 1)


def _lines(sheet: Sheet, cell: Cell, top: float) -> float:
    """Draw from ``top`` on; returns where the next line goes."""
    for line in cell.lines:
        sheet.text(cell.x, top + cell.style.leading * 0.75, line, cell.style)
        top += cell.style.leading
    return top


def _frame(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    sheet.box(x, y, width, _EDGE, ACCENT)
    sheet.box(x, y + height - _EDGE, width, _EDGE, ACCENT)
    sheet.box(x, y, _EDGE, height, ACCENT)
    sheet.box(x + width - _EDGE, y, _EDGE, height, ACCENT)


def _picture(sheet: Sheet, png: bytes, x: float, y: float) -> None:
    """As large as fits into the square, in its own proportions."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        scale = _STAMP_SIDE / max(picture.size)
        width, height = (side * scale for side in picture.size)
    sheet.pdf.image(io.BytesIO(png), x + (_STAMP_SIDE - width) / 2, y + (_STAMP_SIDE - height) / 2, width, height)
