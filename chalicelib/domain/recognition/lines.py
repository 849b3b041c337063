"""Words put together: lines as a reader sees them, and cells within them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from chalicelib.domain.recognition.pages import Box, Page, Word, around

GAP = 1.2
"""Blank between two words, in heights of the line, from which they stand in different columns."""
OVERLAP = 0.5
EDGES = "|[]{}—_~ "
"""What is left of ruled lines."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Words that stand together; ``page``: its number."""

    words: Sequence[Word]
    page: int

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words).strip()

    @property
    def box(self) -> Box:
        return around([word.box for word in self.words])

    @property
    def confidence(self) -> int | None:
        """Of the least sure word; None where whoever read it says none."""
        known = [word.confidence for word in self.words if word.confidence is not None]
        return min(known) if known and len(known) == len(self.words) else None


@dataclass(frozen=True, slots=True)
class Line(Cell):
    """``page_size``: width and height of its page."""

    page_size: tuple[int, int] = (1, 1)

    @property
    def height(self) -> float:
        return float(median(word.box.height for word in self.words)) or 1.0

    def cells(self) -> list[Cell]:
        """Parted where there is more blank than between words."""
        parts: list[list[Word]] = []
        for word in self.words:
            if parts and word.box.left - parts[-1][-1].box.right <= GAP * self.height:
                parts[-1].append(word)
            else:
                parts.append([word])
        return [Cell(tuple(part), self.page) for part in parts]


def lines_of(pages: Iterable[Page]) -> list[Line]:
    """All lines of all pages, from above; words of a line from the left, whatever order they were read in."""
    return [line for page in pages for line in _lines(page)]


def _lines(page: Page) -> list[Line]:
    words = [word for word in page.words if word.text.strip(EDGES)]
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda one: one.box.middle):
        row = next((row for row in reversed(rows[-4:]) if _same(row, word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    ordered = [sorted(row, key=lambda one: one.box.left) for row in rows]
    ordered.sort(key=lambda row: median(word.box.middle for word in row))
    return [Line(tuple(row), page.number, (page.width, page.height)) for row in ordered]


def _same(row: Sequence[Word], word: Word) -> bool:
    """Whether a word stands in the row: its nearest word there and it overlap by half of the lower one."""
    near = min(row, key=lambda one: abs(one.box.left - word.box.left)).box
    shared = min(near.bottom, word.box.bottom) - max(near.top, word.box.top)
    return shared >= OVERLAP * min(near.height, word.box.height) > 0
