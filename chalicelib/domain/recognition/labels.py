"""What stands beside a label: ``Жалобы: …``, a label in a column of its own, or a heading with its text below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.recognition.alike import alike
from chalicelib.domain.recognition.lines import GAP, Cell, Line
from chalicelib.domain.recognition.pages import Box, Word, around

NEXT_LINE, NEXT_BLOCK = 1.5, 3.0
"""Blank below a line, in its heights, up to which the next one goes on; below a heading its text may stand further."""

Labels = Mapping[str, Sequence[str]]
"""Names of fields, and how papers call them; "" for what ends a field and is none."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of one field, over several lines perhaps. Its region is what of it stands on its first page."""

    parts: Sequence[Cell]

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts).strip(" :;—")

    @property
    def page(self) -> int:
        return self.parts[0].page

    @property
    def box(self) -> Box:
        return around([part.box for part in self.parts if part.page == self.page])

    @property
    def confidence(self) -> int | None:
        known = [part.confidence for part in self.parts]
        return None if None in known else min(one for one in known if one is not None)


@dataclass(frozen=True, slots=True)
class Seen:
    """A label in a line: from which word to which, and whether it is set apart from what follows."""

    field: str
    start: int
    end: int
    apart: bool


def labelled(lines: Sequence[Line], labels: Labels) -> dict[str, Passage]:
    """The first passage of each field. What has no label is in none."""
    found: dict[str, Passage] = {}
    seen = [list(_seen(line, labels)) for line in lines]
    for place, line in enumerate(lines):
        for number, label in enumerate(seen[place]):
            if not label.field or label.field in found:
                continue
            after = seen[place][number + 1 :]
            value = line.words[label.end : after[0].start if after else None]
            parts = _parts(lines, seen, place, label, value) if value or not after else []
            if not value:
                parts = _below(lines, place, label, after) or parts
            if parts:
                found[label.field] = Passage(tuple(parts))
    return found


def _seen(line: Line, labels: Labels) -> Iterator[Seen]:
    """Labels of a line; each begins a cell, and ends with a colon or with its cell, or a wide blank follows."""
    start = 0
    for cell in line.cells():
        best = max(
            (one for field, names in labels.items() for name in names if (one := _label(line, start, field, name))),
            key=lambda one: one.end,
            default=None,
        )
        if best is not None:
            yield best
        start += len(cell.words)


def _label(line: Line, start: int, field: str, name: str) -> Seen | None:
    count = len(name.split())
    words = line.words[start : start + count]
    said = " ".join(word.text for word in words)
    if len(words) < count or not alike(said.rstrip(":"), name):
        return None
    end = start + count
    if end < len(line.words) and line.words[end].text == ":":
        return Seen(field, start, end + 1, apart=False)
    if said.endswith(":"):
        return Seen(field, start, end, apart=False)
    apart = end == len(line.words) or line.words[end].box.left - words[-1].box.right > GAP * line.height
    return Seen(field, start, end, apart=True) if apart else None


def _parts(
    lines: Sequence[Line], seen: Sequence[Sequence[Seen]], place: int, label: Seen, value: Sequence[Word]
) -> list[Cell]:
    """The rest of the line, and the lines that go on with it."""
    line = lines[place]
    parts = [Cell(tuple(value), line.page)] if value else []
    columns = label.apart and bool(value)
    edge = value[0].box.left if columns else line.words[label.start].box.left
    blank = NEXT_LINE if value else NEXT_BLOCK
    last = line
    for number in range(place + 1, len(lines)):
        below = lines[number]
        same = below.page == last.page
        if seen[number] or (same and below.box.top - last.box.bottom > blank * line.height):
            break
        if below.words[0].box.left < edge - GAP * line.height:
            break
        parts.append(Cell(below.words, below.page))
        last, blank = below, NEXT_LINE
    return parts


def _below(lines: Sequence[Line], place: int, label: Seen, after: Sequence[Seen]) -> list[Cell]:
    """Several labels in a row, their values in the line below: the words under this one."""
    if not after and label.start == 0:
        return []
    line, below = lines[place], lines[place + 1] if place + 1 < len(lines) else None
    if below is None or below.page != line.page:
        return []
    left = line.words[label.start].box.left - line.height
    right = line.words[after[0].start].box.left - line.height if after else float("inf")
    under = tuple(word for word in below.words if left <= word.box.left < right)
    return [Cell(under, below.page)] if under else []
