"""The recogniser: each page drawn, looked at, turned upright, and given to an engine that reads words."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from chalicelib.documents.recognition.drawing import Drawn, pages
from chalicelib.documents.recognition.measures import measured
from chalicelib.domain.recognition.faults import Fault, UnreadableError
from chalicelib.domain.recognition.pages import Page, fault_of, marks_of
from chalicelib.ports.recognition import Engine, Read

SHOWN_SIDE = 1800
"""Pixels of the long side of the picture that a person compares with: A4 at 150 dots an inch."""
SHOWN_QUALITY = 70
LEAST_SKEW = 0.2  # degrees
WHITE = 255


class ScanRecogniser:
    """Implements ``ports.recognition.Recogniser``. ``orienting``: the engine that says which side is up."""

    def __init__(self, engine: Engine, orienting: Engine | None = None) -> None:
        self._engine = engine
        self._orienting = orienting or engine
        self.name = engine.name

    def read(self, media_type: str, data: bytes) -> Sequence[Read]:
        """See ``ports/recognition.py``. A blank page among others is kept as one; a page that cannot be read refuses
        the whole scan: a draft that lacks a page looks complete.
        """
        found = [self._page(number, drawn) for number, drawn in enumerate(pages(media_type, data), start=1)]
        if all(one.page.blank for one in found):
            raise UnreadableError(Fault.BLANK)
        return found

    def _page(self, number: int, drawn: Drawn) -> Read:
        measures = measured(drawn.image, drawn.dpi, drawn.drawn_dpi)
        fault = fault_of(measures)
        if fault is Fault.BLANK:
            return Read(Page(number, *drawn.image.size, blank=True), _picture(drawn.image))
        if fault is not None:
            raise UnreadableError(fault, number)
        turned = self._orienting.turned(drawn.image, drawn.drawn_dpi)
        image = drawn.image
        if turned:
            image = image.rotate(-turned, expand=True)
            measures = measured(image, drawn.dpi, drawn.drawn_dpi, turned)
        if abs(measures.skew) >= LEAST_SKEW:
            image = image.rotate(measures.skew, Image.Resampling.BICUBIC, fillcolor=WHITE)
        words = self._engine.words(image, drawn.drawn_dpi)
        return Read(Page(number, *image.size, tuple(words), marks_of(measures)), _picture(image))


def _picture(image: Image.Image) -> bytes:
    share = min(1.0, SHOWN_SIDE / max(image.size))
    size = (max(1, round(image.width * share)), max(1, round(image.height * share)))
    held = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(held, "JPEG", quality=SHOWN_QUALITY, optimize=True)
    return held.getvalue()
