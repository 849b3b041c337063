"""Recognition of scans (UX-3): prints of the project itself, spoiled in several ways, and how much of them is read.

Wrong characters are those to be changed, left out or added (Levenshtein) of what the print's own text layer says; what
is read in another order counts as wrong. Fields are values of the record that come back as they
were printed. What is refused is read all the same here, to see why it is.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageChops, ImageFilter

from bench.table import table
from chalicelib.documents.recognition import tesseract
from chalicelib.documents.recognition.drawing import READ_DPI
from chalicelib.documents.recognition.measures import measured
from chalicelib.domain.recognition.confirmation import parts
from chalicelib.domain.recognition.drafting import drafted
from chalicelib.domain.recognition.lines import lines_of
from chalicelib.domain.recognition.pages import Page, fault_of, marks_of
from chalicelib.records.bodies.units import UNITS
from tests.recognition_scans import BODIES, printed

ZONE = "Europe/Moscow"
SMALL = 7 / 11
SHADE, LENS, BLUR = 90, 0.01, 1.5
"""Of the photograph: how much darker its foot is of 255, by which share of the width corners move, pixels of blur."""
CODES = {text: code for code, both in UNITS.items() for text in both}


def _smaller(dpi: int) -> Callable[[Image.Image], tuple[Image.Image, int]]:
    def made(sheet: Image.Image) -> tuple[Image.Image, int]:
        size = (sheet.width * dpi // READ_DPI, sheet.height * dpi // READ_DPI)
        return sheet.resize(size, Image.Resampling.LANCZOS), dpi

    return made


def _small_type(dpi: int) -> Callable[[Image.Image], tuple[Image.Image, int]]:
    """Smaller than most papers are printed: 9.5 points become 6."""

    def made(sheet: Image.Image) -> tuple[Image.Image, int]:
        paper = Image.new("L", sheet.size, 255)
        paper.paste(sheet.resize((int(sheet.width * SMALL), int(sheet.height * SMALL)), Image.Resampling.LANCZOS))
        return _smaller(dpi)(paper)

    return made


def _photographed(sheet: Image.Image) -> tuple[Image.Image, int]:
    (width, height), lens = sheet.size, int(sheet.width * LENS)
    corners = (-lens, -lens, 0, height + lens, width, height, width + lens, 0)
    taken = sheet.transform(sheet.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=200)
    shade = Image.linear_gradient("L").resize(sheet.size).point([value * SHADE // 255 for value in range(256)])
    return ImageChops.subtract(taken, shade).filter(ImageFilter.GaussianBlur(BLUR)), READ_DPI


def _askew(sheet: Image.Image) -> tuple[Image.Image, int]:
    return sheet.rotate(-2, Image.Resampling.BICUBIC, fillcolor=255), READ_DPI


def _blurred(pixels: int) -> Callable[[Image.Image], tuple[Image.Image, int]]:
    return lambda sheet: (sheet.filter(ImageFilter.GaussianBlur(pixels)), READ_DPI)


QUALITIES: Mapping[str, Callable[[Image.Image], tuple[Image.Image, int]]] = {
    "300 dpi": _smaller(300),
    "200 dpi": _smaller(200),
    "150 dpi": _smaller(150),
    "small type, 300 dpi": _small_type(300),
    "small type, 200 dpi": _small_type(200),
    "small type, 150 dpi": _small_type(150),
    "300 dpi, turned by 90°": lambda sheet: (sheet.rotate(90, expand=True), READ_DPI),
    "300 dpi, askew by 2°": _askew,
    "photograph: at an angle, shadow, blur of 1.5 px": _photographed,
    "300 dpi, blur of 4 px": _blurred(4),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Of both prints together: characters, fields, mean confidence of words; seconds a page, whole."""

    wrong: int
    characters: int
    right: int
    fields: int
    confidence: float
    seconds: float
    verdict: str


def possible() -> bool:
    return tesseract.installed()


def measure() -> dict[str, Reading]:
    sheets = {kind: _drawn(printed(kind)) for kind in BODIES}
    return {name: _read(sheets, spoil) for name, spoil in QUALITIES.items()}


def _drawn(pdf: bytes) -> tuple[Image.Image, str]:
    """The page, and what its text layer says."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    page = document[0]
    picture = page.render(scale=READ_DPI / 72, grayscale=True).to_pil().convert("L")
    return picture, " ".join(page.get_textpage().get_text_range().split())


def _read(
    sheets: Mapping[str, tuple[Image.Image, str]], spoil: Callable[[Image.Image], tuple[Image.Image, int]]
) -> Reading:
    from rapidfuzz.distance import Levenshtein

    wrong = characters = right = fields = 0
    sure: list[int] = []
    verdicts: set[str] = set()
    began = time.monotonic()
    for kind, (sheet, text) in sheets.items():
        page, verdict = _page(*spoil(sheet))
        verdicts.add(verdict)
        said = " ".join(line.text for line in lines_of([page]))
        wrong += Levenshtein.distance(said, text)
        characters += len(text)
        found, wanted = _fields(kind, page), _leaves(BODIES[kind])
        right += sum(found.get(pointer) == value for pointer, value in wanted.items())
        fields += len(wanted)
        sure += [word.confidence or 0 for word in page.words]
    seconds = (time.monotonic() - began) / len(sheets)
    confidence = sum(sure) / max(1, len(sure))
    return Reading(wrong, characters, right, fields, confidence, seconds, "; ".join(sorted(verdicts)))


def _page(image: Image.Image, dpi: int) -> tuple[Page, str]:
    """As ``documents/recognition/scans.py`` does it, but for the refusals, which are told beside."""
    engine = tesseract.Tesseract()
    turned = engine.turned(image, dpi)
    image = image.rotate(-turned, expand=True) if turned else image
    measures = measured(image, dpi, dpi, turned)
    if measures.skew:
        image = image.rotate(measures.skew, Image.Resampling.BICUBIC, fillcolor=255)
    words = tuple(engine.words(image, dpi))
    fault = fault_of(measures)
    verdict = (
        f"refused ({fault.value.removeprefix('recognition-')})" if fault else ", ".join(marks_of(measures)) or "read"
    )
    return Page(1, *image.size, words), verdict


def _fields(kind: str, page: Page) -> dict[str, str]:
    return _leaves(drafted(kind, [page], CODES, ZONE).body)


def _leaves(body: Mapping[str, Any]) -> dict[str, str]:
    """Values by pointer."""
    found: dict[str, str] = {}
    for pointer, value in parts(body).items():
        inner = (
            {f"{pointer}/{name}": one for name, one in value.items()}
            if isinstance(value, Mapping)
            else {pointer: value}
        )
        found |= {name: str(one) for name, one in inner.items()}
    return found


def report(found: Mapping[str, Reading]) -> str:
    rows = [
        (
            name,
            f"{one.wrong / one.characters:.3f}",
            f"{one.right} of {one.fields}",
            f"{one.confidence:.0f}",
            f"{one.seconds:.1f} s",
            one.verdict,
        )
        for name, one in found.items()
    ]
    head = ("page", "wrong characters", "fields right", "mean confidence", "a page", "what happens to it")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return f"{table(head, rows)}\n\nPeak memory of the largest process beside this one: {peak:.0f} MiB."


if __name__ == "__main__":
    print(report(measure()))
