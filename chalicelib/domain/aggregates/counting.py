"""What a record adds to the counts, as pure rules.

A person is counted once in a cell, however many of their records belong there. A cell is a category and a stratum (age
band and sex). Categories are texts, of parts with ``/`` between:

    any                              persons with any counted record
    activity/<activity>              visit, result, vaccination, diagnosis, prescription
    vaccine/<vaccine>                by vaccine (domain/vaccination_calendar)
    chapter/<chapter>                by chapter of ICD-10
    rubric/<rubric>                  by three-character category of ICD-10
    organisation-person/<id>         persons with any counted record that the organisation wrote
    organisation/<id>/<activity>     the activities by the organisation
    organisation-vaccine/<id>/<vaccine>
    organisation-chapter/<id>/<chapter>
    organisation-drug/<id>/<group>   by anatomical main group of ATC

They hang together (``wholes``): whoever is counted in a category is counted in each whole of it, and whoever is counted
in a whole is counted in a part of each family of it. Suppression rests on that (suppression.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

ANY = "any"
VISIT, RESULT, VACCINATION, DIAGNOSIS = "visit", "result", "vaccination", "diagnosis"
PRESCRIPTION = "prescription"
ACTIVITIES: Mapping[str, str] = {
    "visit": VISIT,
    "examination-protocol": VISIT,
    "discharge-summary": VISIT,
    "laboratory-result": RESULT,
    "vaccination": VACCINATION,
    "chronic-condition": DIAGNOSIS,
    "prescription": PRESCRIPTION,
}
"""Kinds of record that are counted. Their reaction is ``count_record``."""
NOT_COUNTED = frozenset({"entered-in-error", "refuted", "cancelled"})
NOBODY = "none"
"""The organisation of what a patient reported."""

BANDS: Sequence[tuple[int, str]] = ((60, "60+"), (45, "45-59"), (30, "30-44"), (18, "18-29"), (0, "0-17"))
SEXES = frozenset({"male", "female"})
UNKNOWN = "unknown"

CHAPTERS: Sequence[tuple[str, str]] = (
    ("B99", "I"),
    ("D48", "II"),
    ("D89", "III"),
    ("E90", "IV"),
    ("F99", "V"),
    ("G99", "VI"),
    ("H59", "VII"),
    ("H95", "VIII"),
    ("I99", "IX"),
    ("J99", "X"),
    ("K93", "XI"),
    ("L99", "XII"),
    ("M99", "XIII"),
    ("N99", "XIV"),
    ("O99", "XV"),
    ("P96", "XVI"),
    ("Q99", "XVII"),
    ("R99", "XVIII"),
    ("T98", "XIX"),
    ("Y98", "XX"),
    ("Z99", "XXI"),
    ("U99", "XXII"),
)
"""Last three-character category of each chapter (ICD-10, volume 1), in the order of the chapters."""

GROUPS = frozenset("ABCDGHJLMNPRSV")
"""Anatomical main groups of ATC (WHO): the first letter of a code."""


def chapter_of(rubric: str) -> str:
    """The chapter of a three-character category, ``I10`` → ``IX``; "" for a code that is in none."""
    if rubric.startswith("U"):  # letters for special purposes: the chapter is the last one
        return "XXII"
    return next((chapter for last, chapter in CHAPTERS if rubric[:3] <= last), "")


def stratum_of(born: str, sex: str, year: int) -> str:
    """``30-44.female``: the age on the first day of the year, so that a person is in one stratum all the year."""
    try:
        age = year - date.fromisoformat(born).year - (date.fromisoformat(born).timetuple().tm_yday > 1)
    except ValueError:
        return f"{UNKNOWN}.{sex if sex in SEXES else UNKNOWN}"
    band = next((name for since, name in BANDS if age >= since), "0-17")
    return f"{band}.{sex if sex in SEXES else UNKNOWN}"


def categories_of(kind: str, organisation: str, body: Mapping[str, Any]) -> frozenset[str]:
    """Categories in which the record's person is counted; none for a record that says it is an error."""
    activity = ACTIVITIES.get(kind)
    states = {body.get(name) for name in ("status", "verification", "verification_status")}
    if activity is None or states & NOT_COUNTED:
        return frozenset()
    rubrics = {rubric for rubric in _rubrics(body) if chapter_of(rubric)}
    activities = {activity} - {DIAGNOSIS} | ({DIAGNOSIS} if rubrics else set())
    if not activities:
        return frozenset()
    place = (organisation or NOBODY).replace("/", "-")
    found = {ANY, f"organisation-person/{place}"}
    for one in activities:
        found |= {f"activity/{one}", f"organisation/{place}/{one}"}
    if activity == VACCINATION:
        vaccine = str(body.get("vaccine", UNKNOWN)).replace("/", "-")
        found |= {f"vaccine/{vaccine}", f"organisation-vaccine/{place}/{vaccine}"}
    if activity == PRESCRIPTION:
        found |= {f"organisation-drug/{place}/{group}" for group in _groups(body)}
    for rubric in rubrics:
        chapter = chapter_of(rubric)
        found |= {f"rubric/{rubric}", f"chapter/{chapter}", f"organisation-chapter/{place}/{chapter}"}
    return frozenset(found)


def _rubrics(body: Mapping[str, Any]) -> set[str]:
    said = [*(body.get("diagnoses") or []), *filter(None, [body.get("diagnosis")])]
    codes = [one.get("code") for one in said if isinstance(one, Mapping)]
    return {code[:3] for code in codes if isinstance(code, str)}


def _groups(body: Mapping[str, Any]) -> set[str]:
    """The first letters of the ATC codes of what was prescribed; ``unknown`` for a drug without a code."""
    codes = [str(one.get("atc") or "") for one in body.get("drugs") or ()]
    return {code[0] if code[:1] in GROUPS else UNKNOWN for code in codes} or {UNKNOWN}


def wholes(category: str) -> list[tuple[str, str]]:
    """The categories that this one is a part of, each with the family of parts that it belongs to there."""
    what, *rest = category.split("/")
    return [(whole, what) for whole in _wholes(what, rest)]


def _wholes(what: str, rest: Sequence[str]) -> list[str]:
    match what:
        case "activity" | "organisation-person":
            return [ANY]
        case "organisation":
            return [f"activity/{rest[1]}", f"organisation-person/{rest[0]}"]
        case "vaccine":
            return [f"activity/{VACCINATION}"]
        case "organisation-vaccine":
            return [f"vaccine/{rest[1]}", f"organisation/{rest[0]}/{VACCINATION}"]
        case "chapter":
            return [f"activity/{DIAGNOSIS}"]
        case "rubric":
            return [f"chapter/{chapter_of(rest[0])}"]
        case "organisation-chapter":
            return [f"chapter/{rest[1]}", f"organisation/{rest[0]}/{DIAGNOSIS}"]
        case "organisation-drug":
            return [f"organisation/{rest[0]}/{PRESCRIPTION}"]
    return []


def apart(family: str, whole: str) -> bool:
    """Whether somebody may believe that nobody is counted in two parts of the family. One visit with a diagnosis is
    counted under two activities, as everybody knows who knows these rules.
    """
    return family != "activity" and not whole.startswith("organisation-person/")
