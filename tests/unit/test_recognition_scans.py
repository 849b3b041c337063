"""Real pictures of pages: what is refused before anything is read, and a few runs of Tesseract (UX-3).

Pictures are drawn here, or printed by the project itself; Tesseract runs four times in all.
"""

from __future__ import annotations

import io
from functools import cache
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageFilter

from chalicelib.documents.recognition import tesseract
from chalicelib.documents.recognition.drawing import pages
from chalicelib.documents.recognition.measures import measured
from chalicelib.documents.recognition.scans import ScanRecogniser
from chalicelib.domain.recognition.drafting import drafted
from chalicelib.domain.recognition.faults import Fault, UnreadableError
from chalicelib.domain.recognition.pages import Box, Word, fault_of, marks_of
from chalicelib.domain.scans import JPEG, PDF, PNG
from chalicelib.records.bodies.units import UNITS
from tests.recognition_scans import A4, blank, huge, locked, printed, saved, scanned, typed

pytestmark = pytest.mark.requirement("UX-3")

CODES = {text: code for code, both in UNITS.items() for text in both}
needs_tesseract = pytest.mark.skipif(not tesseract.installed(), reason="Debian's tesseract-ocr, -rus and -eng")


class Engine:
    """Implements ``ports.recognition.Engine``: one word, wherever it is asked."""

    name = "fake"

    def __init__(self, turned: int = 0) -> None:
        self.asked: list[tuple[int, int]] = []
        self._turned = turned

    def words(self, image: Image.Image, dpi: float) -> list[Word]:
        self.asked.append(image.size)
        return [Word("слово", Box(1, 1, 9, 9), 90)]

    def turned(self, image: Image.Image, dpi: float) -> int:
        return self._turned


def refused(media_type: str, data: bytes) -> tuple[Fault, int]:
    engine = Engine()
    with pytest.raises(UnreadableError) as error:
        ScanRecogniser(engine).read(media_type, data)
    assert not engine.asked
    return error.value.fault, error.value.page


def test_scans_that_are_refused_before_they_are_read() -> None:
    assert refused(PNG, saved(blank(), "PNG")) == (Fault.BLANK, 0)
    half = typed().resize((A4[0] * 3 // 4, A4[1] * 3 // 4))  # 150 dots an inch
    assert refused(JPEG, saved(half, "JPEG")) == (Fault.RESOLUTION, 1)
    assert refused(JPEG, saved(half, "JPEG", dpi=(150, 150)))[0] is Fault.RESOLUTION
    assert refused(JPEG, saved(half, "JPEG", dpi=(600, 600)))[0] is Fault.RESOLUTION  # it lies
    assert refused(PDF, scanned(half))[0] is Fault.RESOLUTION
    assert refused(JPEG, saved(typed().filter(ImageFilter.GaussianBlur(5)), "JPEG")) == (Fault.BLURRED, 1)
    assert refused(PDF, locked(printed("laboratory-result"))) == (Fault.ENCRYPTED, 0)
    assert refused(PDF, b"%PDF-1.7 nothing") == (Fault.BROKEN, 0)
    assert refused(JPEG, b"\xff\xd8\xff and no picture") == (Fault.BROKEN, 0)
    assert refused(PDF, scanned(*[Image.new("L", (40, 40), 0)] * 11)) == (Fault.PAGES, 0)


def test_a_pixel_bomb_is_not_unpacked() -> None:
    small = Image.new("L", (40, 40), 255)
    assert refused(PNG, huge(saved(small, "PNG"))) == (Fault.PIXELS, 0)
    assert refused(PDF, huge(scanned(small))) == (Fault.PIXELS, 0)


def test_pages_are_counted_and_a_blank_one_among_them_is_kept() -> None:
    engine = Engine()
    first, second = ScanRecogniser(engine).read(PDF, scanned(typed(), blank()))
    assert (first.page.number, first.page.blank, len(first.page.words)) == (1, False, 1)
    assert (second.page.number, second.page.blank, second.page.words) == (2, True, ())
    assert len(engine.asked) == 1
    with Image.open(io.BytesIO(first.picture)) as shown:
        assert (shown.format, max(shown.size)) == ("JPEG", 1800)


def test_a_page_is_turned_and_brought_to_the_resolution_that_is_read() -> None:
    engine = Engine(turned=90)
    lying = typed().rotate(90, expand=True).resize((A4[1] * 2, A4[0] * 2))  # 400 dots an inch
    (read,) = ScanRecogniser(engine).read(JPEG, saved(lying, "JPEG", dpi=(400, 400)))
    assert engine.asked[0] == pytest.approx((A4[0] * 1.5, A4[1] * 1.5), abs=2)
    assert "turned" in read.page.marks


def test_a_photograph_is_marked() -> None:
    sheet, (width, height) = typed(), A4
    lens = int(width * 0.04)
    corners = (-lens, -lens, 0, height + lens, width, height, width + lens, 0)
    taken = sheet.transform((width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor=200)
    shade = Image.linear_gradient("L").resize((width, height)).point([value // 3 for value in range(256)])
    from PIL import ImageChops

    found = measured(ImageChops.subtract(taken, shade), 200, 200)
    assert {"photographed", "uneven-light"} <= set(marks_of(found))
    assert fault_of(found) is None


def test_colours_and_transparency_become_ink_on_paper() -> None:
    ink = Image.new("RGBA", A4, (0, 0, 0, 0))
    ImageDraw.Draw(ink).rectangle((300, 300, 900, 400), fill=(0, 0, 120, 255))
    (drawn,) = pages(PNG, saved(ink, "PNG"))
    assert (drawn.image.getpixel((10, 10)), drawn.image.getpixel((400, 350))) == (255, pytest.approx(14, abs=4))


@cache
def read(kind: str, turn: int = 0, skew: float = 0.0) -> Any:
    (page,) = pages(PDF, printed(kind))
    image = page.image.rotate(-skew, Image.Resampling.BICUBIC, fillcolor=255) if skew else page.image
    data = saved(image.rotate(turn, expand=True), "PNG", dpi=(300, 300))
    (found,) = ScanRecogniser(tesseract.Tesseract()).read(PNG, data)
    return found, drafted(kind, [found.page], CODES, "Europe/Moscow")


@needs_tesseract
def test_a_result_printed_here_is_read_back() -> None:
    _, made = read("laboratory-result")
    values = {row["name"]: row for row in made.body["values"]}
    assert (values["Гемоглобин"]["value"], values["Гемоглобин"]["unit"]) == ("142", "g/L")
    assert values["Лейкоциты"]["high"] == "9.0"
    assert made.body["occurred_at"] == "2026-03-20T08:30:00+03:00"
    assert made.patient is not None


@needs_tesseract
def test_a_protocol_that_lies_askew_is_turned_and_read() -> None:
    found, made = read("examination-protocol", 90, 2.0)
    assert {"turned", "skewed"} <= set(found.page.marks)
    assert made.body["diagnoses"][0]["code"] == "I11.9"
    assert "Лизиноприл" in made.body["follow_up_plan"]
