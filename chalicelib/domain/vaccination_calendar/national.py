"""The national calendar of preventive vaccination as data: all 19 rows of the order's table.

Source: order 1122н of 06.12.2021 as amended by 677н of 12.12.2023, in force 01.09.2024 to 01.09.2030, taken from a
transcription of the official text: to be compared with the original before release. ``row`` is the row of the table.
V is a vaccination, R a revaccination. What the order does not say is marked as this project's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.domain.vaccination_calendar.dates import Span, years

NAME = "1122n-2021/677n-2023"
SOURCE = "Приказ Минздрава России от 06.12.2021 № 1122н (ред. от 12.12.2023 № 677н)"
IN_FORCE = (date(2024, 9, 1), date(2030, 9, 1))
"""From the first day on, and before the second."""

ROWS: Mapping[int, str] = {
    1: "Новорождённые в первые 24 часа жизни",
    2: "Новорождённые на 3–7 день жизни",
    3: "Дети 1 месяц",
    4: "Дети 2 месяца",
    5: "Дети 3 месяца",
    6: "Дети 4,5 месяца",
    7: "Дети 6 месяцев",
    8: "Дети 12 месяцев",
    9: "Дети 15 месяцев",
    10: "Дети 18 месяцев",
    11: "Дети 20 месяцев",
    12: "Дети 6 лет",
    13: "Дети 6–7 лет",
    14: "Дети 14 лет",
    15: "Взрослые от 18 лет: каждые 10 лет от момента последней ревакцинации",
    16: "Дети от 1 года до 18 лет, взрослые от 18 до 55 лет, не привитые ранее",
    17: "Дети от 1 года до 18 лет, женщины 18–25 лет: не болевшие, не привитые, привитые однократно, без сведений",
    18: "Дети от 1 года до 18 лет, взрослые до 35 лет, от 36 до 55 лет из групп риска: те же условия",
    19: "Дети с 6 месяцев, учащиеся, группы риска, взрослые старше 60 лет",
}

GROUPS: Mapping[str, tuple[str, str]] = {
    "hepatitis-b": (
        "Гепатит B: мать с HBsAg, болела в третьем триместре, не обследована, наркотики, больной в семье",
        "Hepatitis B: a mother with HBsAg, ill in the third trimester or not tested, drugs, a patient in the family",
    ),
    "tuberculosis": (
        "Туберкулёз: больной в окружении или заболеваемость выше 80 на 100 тысяч",
        "Tuberculosis: a patient nearby, or more than 80 cases in 100,000",
    ),
    "polio": (
        "Полиомиелит: нервная система, иммунодефицит, ВИЧ, кишечник, онкология, недоношенность, дом ребёнка",
        "Polio: nervous system, immunodeficiency, HIV, intestine, oncology, preterm birth, children's home",
    ),
    "measles-work": (
        "Корь: медицина, образование, торговля, транспорт, коммунальная и социальная сфера, вахта, граница",
        "Measles: medicine, education, trade, transport, utilities, social work, shift work, border",
    ),
    "influenza": (
        "Грипп: студенты, работники по перечню, беременные, призывники, хронические болезни",
        "Influenza: students, listed occupations, pregnancy, conscripts, chronic disease",
    ),
}
"""Risk groups that a doctor notes. Codes are stored: never renamed, never reused."""


@dataclass(frozen=True, slots=True)
class Course:
    """Doses against one disease, or against several that are always given together.

    ``diseases``: a vaccine counts when it is against all of them. ``closes``: from this age on nobody begins or goes on
    with it, unless a row of ``CATCH_UP`` says so; ``why`` names the source of that age.
    """

    id: str
    ru: str
    en: str
    diseases: frozenset[str]
    closes: Span | None = None
    why: str = ""
    without: frozenset[str] = frozenset()
    """Vaccines that are against the disease and are yet no dose of this course; ``why`` names the source."""
    illness_ends: bool = False
    """Who had the disease needs no dose (rows 17 and 18; mumps: this project's choice)."""

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.ru


CHILD = years(18)
_CHILD_WHY = "rows name children (this project's choice)"
COURSES: tuple[Course, ...] = (
    Course(
        "hepatitis-b", "Гепатит B", "Hepatitis B", frozenset({"hepatitis-b"}), years(1), "row 16 goes on from 1 year"
    ),
    Course("tuberculosis", "Туберкулёз", "Tuberculosis", frozenset({"tuberculosis"}), years(8), "rows 2 and 13"),
    Course(
        "pneumococcus",
        "Пневмококковая инфекция",
        "Pneumococcus",
        frozenset({"pneumococcus"}),
        years(5),
        "instructions of vaccines (unverified); a polysaccharide dose is none of a conjugate course (unverified)",
        frozenset({"ppsv23"}),
    ),
    Course("dtp", "Дифтерия, коклюш, столбняк", "Diphtheria, pertussis, tetanus", frozenset({"diphtheria", "tetanus"})),
    Course("polio", "Полиомиелит", "Poliomyelitis", frozenset({"polio"}), CHILD, _CHILD_WHY),
    Course(
        "hib",
        "Гемофильная инфекция типа b",
        "Haemophilus influenzae type b",
        frozenset({"hib"}),
        years(5),
        "instructions of vaccines (unverified)",
    ),
    Course(
        "measles", "Корь", "Measles", frozenset({"measles"}), years(1), "row 18 goes on from 1 year", illness_ends=True
    ),
    Course(
        "rubella",
        "Краснуха",
        "Rubella",
        frozenset({"rubella"}),
        years(1),
        "row 17 goes on from 1 year",
        illness_ends=True,
    ),
    Course("mumps", "Эпидемический паротит", "Mumps", frozenset({"mumps"}), CHILD, _CHILD_WHY, illness_ends=True),
    Course("influenza", "Грипп", "Influenza", frozenset({"influenza"})),
)
"""Ids are stored: never renamed, never reused (``mmr`` was one)."""


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose of a course: due from age ``at``, late from age ``until`` on.

    ``group``: for this risk group alone; ``unless``: not for this one. ``vaccine`` names the kind where the order does,
    ``group_vaccine`` that of the risk group of the course.
    """

    course: str
    stage: str
    row: int
    at: Span
    until: Span
    group: str = ""
    unless: str = ""
    vaccine: str = ""
    group_vaccine: str = ""
    closes: Span | None = None
    """From this age on it is not given any more."""

    @property
    def id(self) -> str:
        return f"{self.course}-{self.stage.lower()}"


def _month(course: str, stage: str, row: int, months: int, **more: Any) -> Dose:
    return Dose(course, stage, row, Span(months), Span(months + 1), **more)


def _half(course: str, stage: str) -> Dose:
    return Dose(course, stage, 6, Span(4, 15), Span(5, 15))


FIRST_DAY = Span(0, 2)
"""24 hours of a child born late end on the next day: late when that day is over (the hour of birth is not known)."""

DOSES: tuple[Dose, ...] = (
    Dose("hepatitis-b", "V1", 1, Span(0), FIRST_DAY),
    _month("hepatitis-b", "V2", 3, 1),
    _month("hepatitis-b", "V3", 4, 2, group="hepatitis-b"),
    _month("hepatitis-b", "V3", 7, 6, unless="hepatitis-b"),
    _month("hepatitis-b", "V4", 8, 12, group="hepatitis-b"),
    Dose("tuberculosis", "V", 2, Span(0, 2), Span(0, 7), vaccine="bcg-m", group_vaccine="bcg", closes=years(7)),
    Dose("tuberculosis", "R", 13, years(6), years(8), vaccine="bcg", group_vaccine="bcg"),
    _month("pneumococcus", "V1", 4, 2),
    _half("pneumococcus", "V2"),
    _month("pneumococcus", "R", 9, 15),
    _month("dtp", "V1", 5, 3),
    _half("dtp", "V2"),
    _month("dtp", "V3", 7, 6),
    _month("dtp", "R1", 10, 18),
    Dose("dtp", "R2", 13, years(6), years(8), vaccine="td"),
    Dose("dtp", "R3", 14, years(14), years(15), vaccine="td"),
    _month("polio", "V1", 5, 3, vaccine="ipv", group_vaccine="ipv"),
    Dose("polio", "V2", 6, Span(4, 15), Span(5, 15), vaccine="ipv", group_vaccine="ipv"),
    _month("polio", "V3", 7, 6, vaccine="ipv", group_vaccine="ipv"),
    _month("polio", "R1", 10, 18, vaccine="ipv", group_vaccine="ipv"),
    _month("polio", "R2", 11, 20, vaccine="opv", group_vaccine="ipv"),
    Dose("polio", "R3", 12, years(6), years(7), vaccine="opv", group_vaccine="ipv"),
    _month("hib", "V1", 5, 3),
    _half("hib", "V2"),
    _month("hib", "V3", 7, 6),
    _month("hib", "R", 10, 18),
    _month("measles", "V", 8, 12),
    Dose("measles", "R", 12, years(6), years(7)),
    _month("rubella", "V", 8, 12),
    Dose("rubella", "R", 12, years(6), years(7)),
    _month("mumps", "V", 8, 12),
    Dose("mumps", "R", 12, years(6), years(7)),
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A revaccination that comes again and again, ``every`` so long after the last, from age ``since`` on (row 15)."""

    course: str
    stage: str
    row: int
    every: Span
    since: Span
    vaccine: str = ""


REPEATS: tuple[Repeat, ...] = (Repeat("dtp", "R", 15, years(10), years(18), "td"),)


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Who is vaccinated outside of the ages above (rows 16 to 18): from age ``since``, before age ``until``.

    ``no_data``: people of whom nothing is known are vaccinated as well.
    """

    row: int
    course: str
    since: Span
    until: Span
    sex: str = ""
    group: str = ""
    no_data: bool = False


CATCH_UP: tuple[CatchUp, ...] = (
    CatchUp(16, "hepatitis-b", years(1), years(56)),
    CatchUp(17, "rubella", years(1), CHILD, no_data=True),
    CatchUp(17, "rubella", CHILD, years(26), sex="female", no_data=True),
    CatchUp(18, "measles", years(1), years(36), no_data=True),
    CatchUp(18, "measles", years(36), years(56), group="measles-work", no_data=True),
)


@dataclass(frozen=True, slots=True)
class Season:
    """A vaccination of every year (row 19). ``begins`` and ``ends`` (month, day): custom, the row names no period."""

    course: str
    stage: str
    row: int
    since: Span
    child: Span
    old: Span
    group: str
    begins: tuple[int, int]
    ends: tuple[int, int]


INFLUENZA = Season("influenza", "V", 19, Span(6), CHILD, years(60), "influenza", (9, 1), (4, 1))
