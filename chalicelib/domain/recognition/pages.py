"""Pages as they were looked at, and which of them can be read. Pixels count from the upper left corner.

Limits: reference, health data section 12: the share of wrong characters was 0.007 at 200 and 300 dots an inch, 0.28 at
150; confidence stayed above 90 on bad pages, so it decides nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.domain.recognition.faults import Fault, Mark

MIN_DPI = 200
MAX_PAGES = 10
MAX_PIXELS = 40_000_000
"""As of an upload (domain/scans.py): A4 at 600 dots an inch is 35 million."""

INK_LEAST = 0.0004
"""Share of dark pixels; a page with one stamped line has ten times as many."""

SHARP_LEAST, SHARP_GOOD = 25.0, 50.0
"""Steps at the edges of letters, 0 to 255 (documents/recognition/measures.py). Measured on prints of results: at 27 one
character in 20 was wrong, at 24 one in 3; a sharp page has 100 and more.
"""

UNEVEN = 60
"""Difference of brightness of the paper between its lightest and darkest part, 0 to 255."""

KEYSTONE = 1.0
"""Degrees between the slope of upper and of lower lines: paper before a lens that was not parallel to it."""

SKEWED = 0.3  # degrees from which a page is turned back
TYPICAL_INCHES = (11.0, 8.0)
"""Sides of a sheet whose file does not say how large it is: between A4 and Letter, and never the larger guess."""

BELIEVED_DPI = (72, 1200)
SMALLEST_INCHES = 3.9
"""The short side of A6: a file that says of its page that it is smaller tells no truth worth having."""


@dataclass(frozen=True, slots=True)
class Box:
    """In pixels: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height

    @property
    def middle(self) -> float:
        return self.top + self.height / 2

    def shares(self, width: int, height: int) -> list[float]:
        """Left, top, width, height as shares of the page, within it."""
        left, top = _share(self.left, width), _share(self.top, height)
        return [left, top, min(_share(self.width, width), 1 - left), min(_share(self.height, height), 1 - top)]


def _share(part: float, whole: int) -> float:
    return round(min(max(part / whole, 0.0), 1.0), 4)


def around(boxes: Sequence[Box]) -> Box:
    """The smallest box around all of them."""
    left, top = min(box.left for box in boxes), min(box.top for box in boxes)
    right, bottom = max(box.right for box in boxes), max(box.bottom for box in boxes)
    return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Word:
    """``confidence``: 0 to 100 by whoever read it, None where they say none."""

    text: str
    box: Box
    confidence: int | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """Of one page before it is read."""

    dpi: float
    ink: float
    sharpness: float
    unevenness: float = 0.0
    keystone: float = 0.0
    skew: float = 0.0
    turned: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: after it was turned upright. ``number``: from 1."""

    number: int
    width: int
    height: int
    words: Sequence[Word] = ()
    marks: Sequence[str] = field(default_factory=tuple)
    blank: bool = False


def effective_dpi(width: int, height: int, said: float) -> float:
    """Dots an inch of a picture whose file says ``said`` (0: nothing).

    A camera writes 72 whatever it took, and a scanner its true number; so a number is believed where the sheet that
    follows from it is one, and else the sheet is taken for A4.
    """
    short, long = sorted((width, height))
    low, high = BELIEVED_DPI
    if low < said <= high and short / said >= SMALLEST_INCHES and long / said <= 3 * TYPICAL_INCHES[0]:
        return said
    return min(long / TYPICAL_INCHES[0], short / TYPICAL_INCHES[1])


def fault_of(measures: Measures) -> Fault | None:
    """Why this page is not read."""
    if measures.ink < INK_LEAST:
        return Fault.BLANK
    if measures.dpi < MIN_DPI * 0.98:  # scanners round
        return Fault.RESOLUTION
    return Fault.BLURRED if measures.sharpness < SHARP_LEAST else None


def marks_of(measures: Measures) -> tuple[str, ...]:
    """What a person should know of this page while they compare."""
    photographed = measures.keystone >= KEYSTONE
    found = {
        Mark.PHOTOGRAPHED: photographed,
        Mark.UNEVEN: measures.unevenness >= UNEVEN,
        Mark.SOFT: measures.sharpness < SHARP_GOOD,
        Mark.TURNED: measures.turned != 0,
        Mark.SKEWED: abs(measures.skew) >= SKEWED,
    }
    return tuple(mark.value for mark, holds in found.items() if holds)
