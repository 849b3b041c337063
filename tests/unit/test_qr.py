from __future__ import annotations

import io
import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from chalicelib.documents import qr
from chalicelib.errors import InvalidFieldsError, TooLargeError

URL = "https://card.example.ru/r/Zk3t9Qw1xY7u#" + ("eyJhbGciOiJFUzI1NiJ9." + "aZ09_-bY" * 60)[:443]


def picture(modules: list[list[bool]], scale: int = 4) -> Image.Image:
    side = len(modules) + 2 * qr.QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                image.putpixel((column + qr.QUIET_ZONE, row + qr.QUIET_ZONE), 0)
    return image.resize((side * scale, side * scale), Image.Resampling.NEAREST)


def read(image: Image.Image) -> zxingcpp.Barcode:
    found = zxingcpp.read_barcodes(image)
    assert len(found) == 1
    return found[0]


@pytest.mark.requirement("RX-2")
@pytest.mark.parametrize("text", ["https://card.example.ru/r/Zk3t9Qw1xY7u", URL, "7", "Рецепт № 5, Ёлкина"])
def test_a_reader_gets_the_text_back(text: str) -> None:
    assert read(picture(qr.matrix(text))).text == text


def test_a_signed_prescription_fits_version_17_at_level_m() -> None:
    modules = qr.matrix(URL)
    assert len(modules) == 17 + 4 * 17
    assert {len(row) for row in modules} == {len(modules)}
    assert read(picture(modules)).ec_level == "M"


def test_a_health_card_of_the_largest_size_fits_version_22_at_level_l() -> None:
    """1,195 characters of a JWS, two digits each, in a segment of digits behind ``shc:/`` (SMART Health Cards)."""
    text = "shc:/" + "".join(f"{number * 7 % 78:02}" for number in range(1195))
    modules = qr.matrix(text, "L")
    assert len(modules) == 17 + 4 * 22
    found = read(picture(modules))
    assert (found.text, found.ec_level) == (text, "L")
    with pytest.raises(TooLargeError):
        qr.matrix("shc:/" + "0" * qr.MAX_L, "L")


def test_the_largest_text_fits_and_one_byte_more_does_not() -> None:
    assert len(qr.matrix("я" * (qr.MAX_BYTES // 2) + "!")) == 17 + 4 * 40
    with pytest.raises(TooLargeError) as caught:
        qr.matrix("я" * (qr.MAX_BYTES // 2) + "!!")
    assert caught.value.extra == {"limit": qr.MAX_BYTES}


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(InvalidFieldsError):
        qr.matrix("")


def test_the_same_text_gives_the_same_matrix() -> None:
    assert qr.matrix(URL) == qr.matrix(URL)


matrices = st.integers(0, 12).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), max_size=12)
)


@given(matrices)
def test_blocks_cover_each_dark_module_once_and_no_light_one(modules: list[list[bool]]) -> None:
    covered = [
        (row, column)
        for block in qr.blocks(modules)
        for row in range(block.row, block.row + block.height)
        for column in range(block.column, block.column + block.width)
    ]
    dark = [(row, column) for row, line in enumerate(modules) for column, is_dark in enumerate(line) if is_dark]
    assert sorted(covered) == dark


def test_blocks_of_equal_runs_grow_into_one_rectangle() -> None:
    assert list(qr.blocks([[True, True, False]] * 3)) == [qr.Block(0, 0, 2, 3)]


def test_svg_draws_the_matrix_with_its_quiet_zone() -> None:
    root = ET.fromstring(qr.svg(URL))  # noqa: S314 - our own output
    modules = qr.matrix(URL)
    side = len(modules) + 8
    assert root.attrib["viewBox"] == f"0 0 {side} {side}"
    drawn = [[False] * side for _ in range(side)]
    paths = root.findall("{http://www.w3.org/2000/svg}path")
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", paths[-1].attrib["d"]):
        for row in range(int(y), int(y) + int(height)):
            drawn[row][int(x) : int(x) + int(width)] = [True] * int(width)
    assert [row[4:-4] for row in drawn[4:-4]] == modules
    assert sum(map(sum, drawn)) == sum(map(sum, modules))


@pytest.mark.requirement("SEC-3")
def test_svg_holds_nothing_of_the_text() -> None:
    assert "script" not in qr.svg("</svg><script>alert(1)</script>")


@pytest.mark.parametrize("scale", [1, 3, 8])
def test_png_is_the_matrix_scaled(scale: int) -> None:
    image = Image.open(io.BytesIO(qr.png(URL, scale))).convert("L")
    assert image.tobytes() == picture(qr.matrix(URL), scale).tobytes()


def test_png_can_be_read() -> None:
    assert read(Image.open(io.BytesIO(qr.png(URL))).convert("L")).text == URL


def test_importing_costs_nothing() -> None:
    code = (
        "import sys; import chalicelib.documents.qr, chalicelib.documents.pdf, chalicelib.documents.templates;"
        "print(sorted({'qrcode', 'fpdf', 'PIL', 'fontTools'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
