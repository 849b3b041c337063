"""What a person and a pharmacy's scanner see on a printed page."""

from __future__ import annotations

import io

import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader
from pypdf.generic import ContentStream

DOTS = 4  # a point
MARGIN = 40  # dots; more than the four light modules that a reader needs


def read_text(pdf: bytes) -> str:
    """All text of a document, in one line."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf), strict=True).pages).split())


def scanned(pdf: bytes) -> list[str]:
    """Texts of the QR codes of a document's last page, read from what is drawn there."""
    document = PdfReader(io.BytesIO(pdf), strict=True)
    boxes = _black_boxes(document)
    if not boxes:
        return []
    left, top = min(x for x, *_ in boxes), max(y for _, y, *_ in boxes)
    right, bottom = max(x + width for x, _, width, _ in boxes), min(y - abs(height) for _, y, _, height in boxes)
    sides = [int(length * DOTS) + 2 * MARGIN for length in (right - left, top - bottom)]
    image = Image.new("L", (sides[0], sides[1]), 255)
    pen = ImageDraw.Draw(image)
    for x, y, width, height in boxes:
        column, row = (x - left) * DOTS + MARGIN, (top - y) * DOTS + MARGIN
        pen.rectangle((column, row, column + width * DOTS - 1, row - height * DOTS - 1), fill=0)
    return [code.text for code in zxingcpp.read_barcodes(image)]


def _black_boxes(document: PdfReader) -> list[tuple[float, float, float, float]]:
    """Pure black rectangles: the modules of a code. In points, y upwards."""
    page = document.pages[-1]
    found, black, box = [], False, (0.0, 0.0, 0.0, 0.0)
    for operands, operator in ContentStream(page["/Contents"].get_object(), document).operations:
        if operator in {b"rg", b"g"}:
            black = not any(float(value) for value in operands)
        elif operator == b"re":
            x, y, width, height = (float(value) for value in operands)
            box = (x, y, width, height)
        elif operator == b"f" and black:
            found.append(box)
    return found
