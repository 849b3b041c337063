"""Words of a page by Tesseract, in a process of its own: picture in, table of words out, both through pipes.

A process is stopped when it takes too long, and what breaks it breaks nothing else. Nothing is written to a disk.
Chosen over its library in this process (tesserocr) for that; Debian packages it with its languages.
"""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

from PIL import Image

from chalicelib.domain.recognition.pages import Box, Word
from chalicelib.errors import UnavailableError

LANGUAGES = "rus+eng"
SECONDS = 90  # a full page took 3
LAYOUT = "4"  # one column of text of several sizes: rows of a table stay rows
UPRIGHT = "0"
ORIENTATION_DPI = 150
SURE = 2.0  # confidence of an orientation
WORD = "5"  # level of a row
QUIET = {"OMP_THREAD_LIMIT": "1", "PATH": "/usr/local/bin:/usr/bin:/bin"}


@cache
def installed() -> bool:
    """Whether Tesseract is here with both languages."""
    if shutil.which("tesseract", path=QUIET["PATH"]) is None:
        return False
    asked = ["tesseract", "--list-langs"]
    known = subprocess.run(asked, capture_output=True, text=True, check=False, env=QUIET)  # noqa: S603 - fixed words
    return {"rus", "eng", "osd"} <= set(known.stdout.split())


class Tesseract:
    """Implements ``ports.recognition.Engine``."""

    name = "tesseract"

    def words(self, image: Image.Image, dpi: float) -> Sequence[Word]:
        """Of an upright page, in the order of reading. Raises UnavailableError."""
        told = _run(image, dpi, "-l", LANGUAGES, "--psm", LAYOUT, "tsv")
        return [word for row in told.splitlines()[1:] if (word := _word(row.split("\t"))) is not None]

    def turned(self, image: Image.Image, dpi: float) -> int:
        """Degrees, clockwise, by which the page is to be turned: 0, 90, 180, 270; 0 where it has too few letters."""
        share = min(1.0, ORIENTATION_DPI / dpi)
        small = image.resize((int(image.width * share), int(image.height * share)), Image.Resampling.LANCZOS)
        try:
            told = _run(small, ORIENTATION_DPI, "--psm", UPRIGHT)
        except UnavailableError:  # it ends with an error where it finds too little
            return 0
        said = dict(line.split(": ", 1) for line in told.splitlines() if ": " in line)
        return int(said.get("Rotate", 0)) if float(said.get("Orientation confidence", 0)) >= SURE else 0


def _run(image: Image.Image, dpi: float, *options: str) -> str:
    held = io.BytesIO()
    image.save(held, "PNG", compress_level=1, dpi=(round(dpi), round(dpi)))
    command = ["tesseract", "stdin", "stdout", "--dpi", str(round(dpi)), *options]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words and whole numbers
            command, input=held.getvalue(), capture_output=True, check=True, timeout=SECONDS, env=QUIET
        )
    except (OSError, subprocess.SubprocessError):  # what it said may quote the page: not told on
        raise UnavailableError("the recogniser failed") from None
    return done.stdout.decode("utf-8", "replace")


def _word(row: Sequence[str]) -> Word | None:
    """A row of the table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text."""
    if len(row) != 12 or row[0] != WORD or not row[11].strip():  # noqa: PLR2004 - the columns above
        return None
    left, top, width, height = (float(number) for number in row[6:10])
    return Word(row[11].strip(), Box(left, top, width, height), max(0, min(100, round(float(row[10])))))
