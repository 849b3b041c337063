"""A protocol of an examination: its sections by their headings, and diagnoses with codes of ICD-10."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chalicelib.domain.recognition.alike import LATIN, alike
from chalicelib.domain.recognition.found import Found, moment
from chalicelib.domain.recognition.labels import Labels, labelled
from chalicelib.domain.recognition.lines import Cell, Line

LABELS: Labels = {
    "occurred_at": (
        "Дата и время", "Дата осмотра", "Дата приёма", "Дата приема", "Дата", "Date and time", "Date",
    ),
    "doctor_name": ("Врач", "Лечащий врач", "ФИО врача", "Doctor"),
    "examination": ("Вид осмотра", "Осмотр", "Examination"),
    "complaints": ("Жалобы", "Жалобы при поступлении", "Complaints"),
    "findings": (
        "Объективный статус", "Объективно", "Данные осмотра", "Данные объективного осмотра", "Объективный осмотр",
        "Status praesens", "Findings",
    ),
    "conclusion": ("Заключение", "Conclusion"),
    "follow_up_plan": (
        "План наблюдения", "Рекомендации", "Назначения", "Рекомендовано", "План лечения", "Follow-up plan",
        "Recommendations",
    ),
    "diagnosis": ("Диагноз", "Диагнозы", "Основной диагноз", "Диагноз основной", "Клинический диагноз", "Diagnosis"),
    "patient": ("Пациент", "ФИО", "Ф.И.О.", "ФИО пациента", "Patient"),
    "": ("Дата рождения", "Составил(а)", "Документ", "Анамнез", "Код", "Birth date", "Code"),
}  # fmt: skip
TEXTS = ("doctor_name", "examination", "complaints", "findings", "conclusion", "follow_up_plan")
MAIN, SECONDARY = ("основной", "main"), ("сопутствующий", "secondary")
HEADINGS = (("Код", "Диагноз"), ("Code", "Diagnosis"))
MOST = 30  # diagnoses of a record
FAR = 6.0

_CODE = re.compile(r"[(\[]?([A-ZА-ЯІ1l|])([0-9OОЗ]{2})(?:[.,]([0-9OОЗ]{1,2}))?[)\],.;:]?")
_DIGITS = str.maketrans("OОЗ", "003")
_I = frozenset("1l|")
"""What a capital I of a code is read as; no code begins with a digit."""


def found_in(lines: Sequence[Line], zone: str) -> list[Found]:
    """Fields of an ``examination-protocol``."""
    said = labelled(lines, LABELS)
    found = [Found(f"/{name}", said[name].text, said[name]) for name in TEXTS if name in said and said[name].text]
    if (when := said.get("occurred_at")) and (at := moment(when.text, zone)):
        found.insert(0, Found("/occurred_at", at, when))
    parts = said["diagnosis"].parts if "diagnosis" in said else ()
    listed = list(_table(lines))
    diagnoses = list(_diagnoses(listed, parts))[:MOST]
    for place, one in enumerate(diagnoses):
        found += [Found(f"/diagnoses/{place}/{part.field}", part.value, part.source, part.guessed) for part in one]
    return found


def _table(lines: Sequence[Line]) -> Iterator[Cell]:
    """Rows of the table of diagnoses."""
    for place, line in enumerate(lines):
        heads = [cell.text for cell in line.cells()]
        if not any(len(heads) > 1 and alike(heads[0], a) and alike(heads[1], b) for a, b in HEADINGS):
            continue
        last = line
        for below in lines[place + 1 :]:
            if below.page != last.page or below.box.top - last.box.bottom > FAR * line.height:
                return
            if code_of(below.words[0].text, listed=True) is None:
                return
            yield below
            last = below
        return


def _diagnoses(rows: Sequence[Cell], parts: Sequence[Cell]) -> Iterator[list[Found]]:
    """One for each code; its text is what stands after it in the line, or else before it."""
    seen = set()
    for part in (*rows, *parts):
        for place, word in enumerate(part.words):
            read = code_of(word.text, listed=part in rows and place == 0)
            if read is None or read[0] in seen:
                continue
            seen.add(read[0])
            after = list(part.words[place + 1 :])
            role = "secondary" if after and any(alike(after[-1].text, name) for name in SECONDARY) else "main"
            if after and any(alike(after[-1].text, name) for name in (*MAIN, *SECONDARY)):
                after.pop()
            words = tuple(after) or tuple(part.words[:place])
            one = [Found("code", read[0], Cell((word,), part.page), read[1])]
            if words:
                cell = Cell(words, part.page)
                one.append(Found("text", cell.text.strip(" -—:;,."), cell))
            yield [*one, Found("role", role, Cell(tuple(part.words), part.page), guessed=True)]


def code_of(text: str, *, listed: bool = False) -> tuple[str, bool] | None:
    """A code of ICD-10, and whether characters of it had to be taken for others. ``listed``: it stands in the column of
    codes, where 110 is no number.
    """
    match = _CODE.fullmatch(text)
    if match is None:
        return None
    letter, whole, rest = match[1], match[2], match[3] or ""
    if letter in _I and not (rest or listed):  # 112 is a number
        return None
    mended = "I" if letter in _I else letter.translate(LATIN)
    if not ("A" <= mended <= "Z"):
        return None
    code = mended + whole.translate(_DIGITS) + (f".{rest.translate(_DIGITS)}" if rest else "")
    plain = letter + whole + (f".{rest}" if rest else "")
    return code, code != plain
