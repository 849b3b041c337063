"""What a page looks like before it is read, by sums over its pixels alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageChops

from chalicelib.domain.recognition.pages import Measures

SMALL = 900
"""Pixels of the long side on which slopes are looked for."""
STEEPEST = 6.0  # degrees
SHARP_DPI = 200
"""Sharpness is compared at one resolution."""
FAINT = 110
"""Contrast of ink and paper down to which a faint print is held to be as sharp as a dark one: blur fades it, too."""
TILES = 6
FLAT = 8  # differences of neighbours up to here are paper and noise
LEAST_INK = 0.004  # of a half page, below which its slope says nothing


def measured(image: Image.Image, dpi: float, drawn_dpi: float, turned: int = 0) -> Measures:
    """``image``: greyscale, upright, ``drawn_dpi`` dots an inch."""
    dark, light = _range(image)
    small = _ink_of(image, dark, light)
    slope = skew_of(small)
    ink = _share(small)
    return Measures(
        dpi=dpi,
        ink=ink,
        sharpness=_sharpness(image, drawn_dpi, max(FAINT, light - dark)),
        unevenness=_unevenness(image),
        keystone=_keystone(small, slope),
        skew=slope,
        turned=turned,
    )


def _range(image: Image.Image) -> tuple[int, int]:
    """Brightness of the darkest thousandth, and of the paper."""
    counts = image.histogram()
    return _percentile(counts, 0.001), _percentile(counts, 0.6)


def _percentile(counts: Sequence[int], share: float) -> int:
    wanted, seen = share * sum(counts), 0
    for value, count in enumerate(counts):
        seen += count
        if seen > wanted:
            return value
    return 255


def _ink_of(image: Image.Image, dark: int, light: int) -> Image.Image:
    """A small picture with 255 where there is ink. Paper is what is around it, so that a shadow is none."""
    share = min(1.0, SMALL / max(image.size))
    small = image.resize((max(1, int(image.width * share)), max(1, int(image.height * share))), Image.Resampling.BOX)
    around = small.resize((max(1, small.width // 24), max(1, small.height // 24)), Image.Resampling.BOX)
    paper = around.resize(small.size, Image.Resampling.BILINEAR)
    depth = max(16, (light - dark) // 6)
    return ImageChops.subtract(paper, small).point([255 if value > depth else 0 for value in range(256)])


def _share(ink: Image.Image) -> float:
    return ink.histogram()[255] / (ink.width * ink.height)


def _unevenness(image: Image.Image) -> float:
    """Between the lightest and the darkest of the tiles, by the brightness of what is lightest in each."""
    found = []
    wide, high = image.width // TILES, image.height // TILES
    for across in range(TILES):
        for down in range(TILES):
            tile = image.crop((across * wide, down * high, (across + 1) * wide, (down + 1) * high))
            found.append(_percentile(tile.resize((64, 64), Image.Resampling.NEAREST).histogram(), 0.8))
    return float(max(found) - min(found))


def _sharpness(image: Image.Image, drawn_dpi: float, contrast: int) -> float:
    """The step between neighbours, weighed by itself, of 255 where ink meets paper in one pixel; however much ink."""
    share = min(1.0, SHARP_DPI / drawn_dpi)
    size = (max(2, int(image.width * share)), max(2, int(image.height * share)))
    seen = image.resize(size, Image.Resampling.LANCZOS) if share < 1 else image
    across = ImageChops.difference(seen.crop((1, 0, *seen.size)), seen.crop((0, 0, seen.width - 1, seen.height)))
    steps = [(step, count) for step, count in enumerate(across.histogram()) if step > FLAT]
    whole = sum(step * count for step, count in steps)
    return sum(step**2 * count for step, count in steps) / whole * 255 / contrast if whole else 0.0


def skew_of(ink: Image.Image) -> float:
    """Degrees by which lines fall to the right (clockwise is more than 0); 0 where there is too little to say."""
    if _share(ink) < LEAST_INK / 4:
        return 0.0
    coarse = _best(ink, 0.0, STEEPEST, 1.0)
    return round(_best(ink, _best(ink, coarse, 0.75, 0.25), 0.2, 0.1), 2)


def _keystone(ink: Image.Image, slope: float) -> float:
    middle = ink.height // 2
    halves = [ink.crop((0, 0, ink.width, middle)), ink.crop((0, middle, ink.width, ink.height))]
    if any(_share(half) < LEAST_INK for half in halves):
        return 0.0
    upper, lower = (_best(half, slope, 3.0, 0.5) for half in halves)
    return abs(upper - lower)


def _best(ink: Image.Image, around: float, reach: float, step: float) -> float:
    """The angle by which rows of ink and rows of paper are told apart best."""
    steps = round(reach / step)
    angles = [around + step * number for number in range(-steps, steps + 1)]
    return max(angles, key=lambda angle: (_score(ink, angle), -abs(angle)))


def _score(ink: Image.Image, angle: float) -> int:
    turned = ink.rotate(angle, Image.Resampling.BILINEAR) if angle else ink
    rows = turned.resize((1, ink.height), Image.Resampling.BOX).tobytes()
    return sum((one - other) ** 2 for one, other in pairwise(rows))
