"""The vaccination plan of a child's first two years (SPC-1): the national calendar as data, and dates from it.

Source of ``CALENDAR``: order 1122н of 06.12.2021 as amended by 677н of 12.12.2023, in force 01.09.2024 to 01.09.2030;
``line`` is the row of the order's table. Left out, because a plan cannot know them: doses for risk groups (rows 4 and
8, a doctor adds them), and influenza (row 19, which names no date). The order fixes no minimum intervals.

Dates are a convention, the order fixes none: the day of birth is day 1; months are calendar months, clipped to the end
of the month; a half month is 15 days.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

CALENDAR_NAME = "1122n-2021/677n-2023"
SOURCE = "Приказ Минздрава России от 06.12.2021 № 1122н (ред. от 12.12.2023 № 677н)"
YEARS = 2


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose: due ``months`` and then ``days`` after birth, until ``window`` days later where the order says so."""

    vaccine: str
    stage: str
    line: int
    months: int = 0
    days: int = 0
    window: int = 0

    @property
    def id(self) -> str:
        return f"{self.vaccine}-{self.stage.lower()}"


CALENDAR: tuple[Dose, ...] = (
    Dose("hepatitis-b", "V1", 1),
    Dose("tuberculosis", "V", 2, days=2, window=4),  # days 3 to 7 of life
    Dose("hepatitis-b", "V2", 3, 1),
    Dose("pneumococcus", "V1", 4, 2),
    Dose("dtp", "V1", 5, 3),
    Dose("polio", "V1", 5, 3),
    Dose("hib", "V1", 5, 3),
    Dose("dtp", "V2", 6, 4, 15),
    Dose("hib", "V2", 6, 4, 15),
    Dose("polio", "V2", 6, 4, 15),
    Dose("pneumococcus", "V2", 6, 4, 15),
    Dose("dtp", "V3", 7, 6),
    Dose("hepatitis-b", "V3", 7, 6),
    Dose("polio", "V3", 7, 6),
    Dose("hib", "V3", 7, 6),
    Dose("mmr", "V", 8, 12),
    Dose("pneumococcus", "R", 9, 15),
    Dose("dtp", "R1", 10, 18),
    Dose("polio", "R1", 10, 18),
    Dose("hib", "R", 10, 18),
    Dose("polio", "R2", 11, 20),
)
"""V is a vaccination, R a revaccination, with its number. Ids are stored: never renamed, never reused."""

VACCINES: Mapping[str, tuple[str, str]] = {
    "hepatitis-b": ("Гепатит B", "Hepatitis B"),
    "tuberculosis": ("Туберкулёз (БЦЖ-М)", "Tuberculosis (BCG-M)"),
    "pneumococcus": ("Пневмококковая инфекция", "Pneumococcus"),
    "dtp": ("Дифтерия, коклюш, столбняк", "Diphtheria, pertussis, tetanus"),
    "polio": ("Полиомиелит", "Poliomyelitis"),
    "hib": ("Гемофильная инфекция типа b", "Haemophilus influenzae type b"),
    "mmr": ("Корь, краснуха, паротит", "Measles, rubella, mumps"),
}


def planned(born: date) -> dict[str, Any]:
    """The plan of a child born on ``born``: every dose planned, in the order of its date."""
    doses = [_planned(dose, born) for dose in CALENDAR]
    return {"calendar": CALENDAR_NAME, "source": SOURCE, "doses": sorted(doses, key=lambda d: (d["due"], d["id"]))}


def _planned(dose: Dose, born: date) -> dict[str, Any]:
    due = months_later(born, dose.months) + timedelta(days=dose.days)
    found: dict[str, Any] = {"id": dose.id, "vaccine": dose.vaccine, "stage": dose.stage, "line": dose.line}
    found |= {"due": due.isoformat(), "state": "planned"}
    if dose.window:
        found["until"] = (due + timedelta(days=dose.window)).isoformat()
    return found


def months_later(day: date, months: int) -> date:
    """The same day ``months`` calendar months on, or the last day of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def shown(plan: Mapping[str, Any], today: date, language: str) -> dict[str, Any]:
    """The plan as its reader sees it: names of vaccines, and which planned doses are overdue."""
    at = 1 if language == "en" else 0
    doses = [
        {
            **dose,
            "name": VACCINES[dose["vaccine"]][at],
            "overdue": dose["state"] == "planned" and date.fromisoformat(dose.get("until", dose["due"])) < today,
        }
        for dose in plan["doses"]
    ]
    return {**plan, "doses": doses}
