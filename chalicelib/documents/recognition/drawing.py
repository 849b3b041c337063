"""Pages of a scan as greyscale pictures: images by Pillow, PDF by PDFium. Nothing is written to a disk."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from chalicelib.domain.recognition.faults import Fault, UnreadableError
from chalicelib.domain.recognition.pages import MAX_PAGES, MAX_PIXELS, effective_dpi
from chalicelib.domain.scans import PDF

READ_DPI = 300
"""What pages are brought to where they have more: more dots cost time and read no better."""
POINTS = 72
COVERS = 0.5
"""Share of a PDF's page from which a picture on it makes it a scan."""
LOCKED = 4  # FPDF_ERR_PASSWORD

_pdfium = Lock()  # PDFium is not for several threads at once


@dataclass(frozen=True, slots=True)
class Drawn:
    """``dpi``: of what was scanned, not of ``image``, which has ``drawn_dpi``."""

    image: Image.Image
    dpi: float
    drawn_dpi: float


def pages(media_type: str, data: bytes) -> Iterator[Drawn]:
    """Page by page, so that one is held at a time. Raises UnreadableError."""
    if media_type == PDF:
        yield from _pdf(data)
    else:
        yield _picture(data)


def _picture(data: bytes) -> Drawn:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
            _fits(*opened.size)
            said = opened.info.get("dpi", (0, 0))[0]
            grey = _grey(ImageOps.exif_transpose(opened))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise UnreadableError(Fault.PIXELS) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise UnreadableError(Fault.BROKEN) from None
    dpi = effective_dpi(*grey.size, float(said))
    return _reduced(grey, dpi)


def _reduced(grey: Image.Image, dpi: float) -> Drawn:
    if dpi <= READ_DPI * 1.2:
        return Drawn(grey, dpi, dpi)
    share = READ_DPI / dpi
    size = (max(1, round(grey.width * share)), max(1, round(grey.height * share)))
    return Drawn(grey.resize(size, Image.Resampling.LANCZOS), dpi, READ_DPI)


def _grey(image: Image.Image) -> Image.Image:
    """On white paper: what is transparent was not printed."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        return Image.alpha_composite(paper, seen).convert("L")
    return image.convert("L")


def _fits(width: float, height: float) -> None:
    if width * height > MAX_PIXELS:
        raise UnreadableError(Fault.PIXELS)


def _pdf(data: bytes) -> Iterator[Drawn]:
    import pypdfium2
    import pypdfium2.raw

    with _pdfium:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            locked = getattr(error, "err_code", 0) == LOCKED
            raise UnreadableError(Fault.ENCRYPTED if locked else Fault.BROKEN) from None
        count = len(document)
    try:
        if count > MAX_PAGES:
            raise UnreadableError(Fault.PAGES)
        for number in range(count):
            with _pdfium:
                try:
                    drawn = _page(document, number, pypdfium2.raw.FPDF_PAGEOBJ_IMAGE)
                except pypdfium2.PdfiumError:
                    raise UnreadableError(Fault.BROKEN, number + 1) from None
            yield drawn
    finally:
        with _pdfium:
            document.close()


def _page(document: Any, number: int, kind: int) -> Drawn:
    page = document[number]
    try:
        width, height = page.get_size()
        dpi, scale = _scanned(page, kind, width * height) or (float(READ_DPI), READ_DPI / POINTS)
        _fits(width * scale, height * scale)
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
        try:
            return Drawn(bitmap.to_pil().convert("L"), dpi, min(dpi, READ_DPI))
        finally:
            bitmap.close()
    finally:
        page.close()


def _scanned(page: Any, kind: int, area: float) -> tuple[float, float] | None:
    """Dots an inch of a picture that covers the page, and how it is drawn; None where the page is no scan.

    A picture is asked for its size before anything of it is unpacked.
    """
    for found in page.get_objects(filter=(kind,), max_depth=3):
        across, down = found.get_px_size()
        _fits(across, down)
        left, bottom, right, top = found.get_bounds()
        if (right - left) * (top - bottom) < COVERS * area:
            continue
        long, wide = max(across, down), max(right - left, top - bottom)
        dpi = effective_dpi(across, down, long / wide * POINTS)
        return dpi, long / wide * min(1.0, READ_DPI / dpi)
    return None
