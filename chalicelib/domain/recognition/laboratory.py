"""A laboratory's form: when and where, and a table of analytes with values, units and ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from chalicelib.domain.recognition.alike import alike, folded, nearest
from chalicelib.domain.recognition.found import Found, moment, number
from chalicelib.domain.recognition.labels import Labels, labelled
from chalicelib.domain.recognition.lines import Cell, Line
from chalicelib.domain.recognition.pages import Word

LABELS: Labels = {
    "occurred_at": (
        "Дата и время", "Дата взятия", "Дата взятия биоматериала", "Дата исследования", "Дата забора", "Дата анализа",
        "Дата", "Date and time", "Collected", "Date",
    ),
    "laboratory": ("Лаборатория", "Laboratory"),
    "panel": ("Исследование", "Наименование исследования", "Panel"),
    "category": ("Вид исследования", "Category"),
    "specimen": ("Биоматериал", "Материал", "Specimen"),
    "conclusion": ("Заключение", "Комментарий", "Conclusion"),
    "patient": ("Пациент", "ФИО", "Ф.И.О.", "ФИО пациента", "Patient"),
    "": ("Дата рождения", "Показатели", "Состояние", "Составил(а)", "Врач", "Документ", "Birth date", "Status"),
}  # fmt: skip
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "biochemistry": ("биохим", "biochem"),
    "urine": ("моч", "urin"),
    "blood": ("кров", "blood"),
}
COLUMNS: Labels = {
    "name": ("Показатель", "Параметр", "Тест", "Исследование", "Анализ", "Наименование", "Analyte", "Test"),
    "value": ("Значение", "Результат", "Value", "Result"),
    "unit": ("Ед.", "Ед. изм.", "Ед.изм.", "Единицы", "Единица", "Единицы измерения", "Unit", "Units"),
    "range": (
        "Норма", "Референсные значения", "Референсный интервал", "Реф. значения", "Интервал", "Range", "Reference",
        "Reference range",
    ),
}  # fmt: skip
FAR = 6.0
"""Blank in a table, in heights of its heading, after which it has ended."""
MOST = 200  # values of a record

Units = Mapping[str, str]
"""How a unit is printed, and its code."""


def found_in(lines: Sequence[Line], units: Units, zone: str) -> list[Found]:
    """Fields of a ``laboratory-result``; values of one analyte stand together, in the order of the page."""
    said = labelled(lines, LABELS)
    found = [
        Found(f"/{name}", said[name].text, said[name]) for name in ("laboratory", "panel", "specimen") if name in said
    ]
    if (when := said.get("occurred_at")) and (at := moment(when.text, zone)):
        found.insert(0, Found("/occurred_at", at, when))
    found += _category(said, lines)
    codes = {folded(printed): code for printed, code in units.items()}
    for place, row in enumerate(list(_rows(lines))[:MOST]):
        found += [
            Found(f"/values/{place}/{one.field}", one.value, one.source, one.guessed) for one in _value(row, codes)
        ]
    if "conclusion" in said:
        found.append(Found("/conclusion", said["conclusion"].text, said["conclusion"]))
    return found


def _category(said: Mapping[str, object], lines: Sequence[Line]) -> list[Found]:
    """By its own label, else by the first line that names one: that is a guess."""
    labels = [said[name] for name in ("category", "panel") if name in said]
    for source, guessed in [*((one, False) for one in labels), *((line, True) for line in lines)]:
        text = source.text.lower()  # type: ignore[attr-defined]  # a passage or a line
        for category, words in CATEGORIES.items():
            if any(word in text for word in words):
                return [Found("/category", category, source, guessed)]  # type: ignore[arg-type]
    return []


Row = Mapping[str, Cell]


def _rows(lines: Sequence[Line]) -> Iterator[Row]:
    """Rows of the table that a heading begins, on each page that has one; without any, rows by their blanks."""
    heads = [(place, head) for place, line in enumerate(lines) if (head := _head(line))]
    if not heads:
        yield from (row for line in lines if (row := _by_blanks(line)))
        return
    for place, head in heads:
        last = lines[place]
        for line in lines[place + 1 :]:
            if line.page != last.page or line.box.top - last.box.bottom > FAR * lines[place].height or _ends(line):
                break
            row = _by_columns(line, head)
            if "name" in row and "value" in row:
                yield row
            last = line


def _head(line: Line) -> list[tuple[float, str]] | None:
    """Left edges of the columns of a heading."""
    edges = []
    for cell in line.cells():
        name = next((n for n, words in COLUMNS.items() if any(alike(cell.text, word) for word in words)), None)
        edges.append((cell.box.left, name or "other"))
    names = {name for _, name in edges}
    return sorted(edges) if {"name", "value"} <= names else None


def _ends(line: Line) -> bool:
    first = line.cells()[0].text.rstrip(":")
    return _head(line) is not None or any(alike(first, name) for field in ("", "conclusion") for name in LABELS[field])


def _by_columns(line: Line, head: Sequence[tuple[float, str]]) -> Row:
    parts: dict[str, list[Word]] = {}
    for word in line.words:
        middle = word.box.left + word.box.width / 2
        name = next((name for left, name in reversed(head) if left - line.height / 2 <= middle), head[0][1])
        parts.setdefault(name, []).append(word)
    return {name: Cell(tuple(words), line.page) for name, words in parts.items()}


def _by_blanks(line: Line) -> Row | None:
    """A name, a number, and what may be its unit and range."""
    cells = line.cells()
    if len(cells) < 3 or number(cells[1].text) is None or number(cells[0].text) is not None:  # noqa: PLR2004
        return None
    row = {"name": cells[0], "value": cells[1]}
    for cell in cells[2:]:
        row.setdefault("range" if _limits(cell.text) else "unit", cell)
    return row


def _value(row: Row, codes: Mapping[str, str]) -> Iterator[Found]:
    """Fields of one analyte."""
    yield Found("name", row["name"].text.strip(" :."), row["name"])
    read = number(row["value"].text)
    if read is None:
        yield Found("text", row["value"].text, row["value"])
    else:
        yield Found("value", read[0], row["value"], read[1])
    if (unit := row.get("unit")) is not None and read is not None:
        code = codes.get(folded(unit.text))
        meant = code or nearest(unit.text, codes)
        yield Found("unit", meant or unit.text[:40], unit, guessed=code is None)
    if (limits := row.get("range")) is not None:
        found = _limits(limits.text)
        for name, value in found.items():
            yield Found(name, value, limits)
        if not found:
            yield Found("reference_text", limits.text, limits)


_NUMBER = r"(\d{1,9}(?:[.,]\d{1,6})?)"
_BOTH = re.compile(rf"{_NUMBER}\s*[-–—−]\s*{_NUMBER}")
_BELOW = re.compile(rf"(?:<|≤|<=|до|менее|up to)\s*{_NUMBER}", re.IGNORECASE)
_ABOVE = re.compile(rf"(?:>|≥|>=|от|более|from)\s*{_NUMBER}", re.IGNORECASE)


def _limits(text: str) -> dict[str, str]:
    """``low`` and ``high`` of a range; a range that is upside down was misread and says nothing."""
    if match := _BOTH.search(text):
        low, high = (part.replace(",", ".") for part in match.groups())
        return {"low": low, "high": high} if float(low) <= float(high) else {}
    found = {}
    if match := _ABOVE.search(text):
        found["low"] = match[1].replace(",", ".")
    if match := _BELOW.search(text):
        found["high"] = match[1].replace(",", ".")
    return found
