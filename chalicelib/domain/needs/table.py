"""The rules as data. Ids are stored in marks: never renamed, never reused. docs/needs.md shows the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.needs.matching import PROTOCOL, RESULT, SIGN, VISIT, Analyte, Image, Match, Measured, Words
from chalicelib.domain.needs.sources import CALENDAR, DOCTORS_PLAN, OBSERVATION, OWN, PREVENTIVE, SCREENING, Source
from chalicelib.domain.texts.said import Said

EDITION = "2026-11"
"""Raise it with every change of a rule."""
CONDITION, PRESCRIPTION = "chronic-condition", "prescription"
VACCINATIONS = frozenset({"vaccination", "vaccination-exemption", "vaccination-factors"})
YEAR = 12
OLDEST = 120


class Family(StrEnum):
    """Public: never rename."""

    VACCINATION = "vaccination"
    SCREENING = "screening"
    CONDITION = "condition"
    REVIEW = "review"
    TARGET = "target"
    RESULT = "result"
    PRESCRIPTION = "prescription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """``kinds``: kinds of record that it is judged by; it is not judged unless all of them may be listed.

    ``silence``: for how many months a mark holds; None: for good, for the rule is about one record.
    """

    id: str
    family: Family
    what: Said
    source: Source
    kinds: frozenset[str]
    silence: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Periodic(Rule):
    """A study at an interval of ``every`` months, for whom: ``sex`` ("": both), ``ages`` reached in the calendar year,
    ``codes``: categories of ICD-10 of a lasting condition (empty: everybody). ``without``: categories of those for whom
    another rule has the same study.
    """

    every: int
    matches: tuple[Match, ...]
    sex: str = ""
    ages: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()


def _ages(first: int, last: int = OLDEST) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def _codes(*spans: str) -> frozenset[str]:
    """Categories: ``E10-E14`` is each of them."""
    found: set[str] = set()
    for span in spans:
        first, _, last = span.partition("-")
        numbers = range(int(first[1:]), int((last or first)[1:]) + 1)
        found |= {f"{first[0]}{number:02}" for number in numbers}
    return frozenset(found)


DIABETES, HYPERTENSION, ISCHAEMIC = _codes("E10-E14"), _codes("I10-I13", "I15"), _codes("I20-I25")
LIPID_DISORDER, KIDNEY, THYROID = _codes("E78"), _codes("N18"), _codes("E03")

HBA1C = Analyte(frozenset({"hba1c"}), Said("анализ: гликированный гемоглобин", "result: haemoglobin A1c"))
GLUCOSE = Analyte(
    frozenset({"glucose", "hba1c"}),
    Said("анализ: глюкоза или гликированный гемоглобин", "result: glucose or haemoglobin A1c"),
)
LIPIDS = Analyte(
    frozenset({"cholesterol", "ldl"}),
    Said("анализ: холестерин общий или ЛПНП", "result: total or LDL cholesterol"),
)
FILTRATION = Analyte(
    frozenset({"creatinine", "gfr"}),
    Said("анализ: креатинин или скорость клубочковой фильтрации", "result: creatinine or filtration rate"),
)
ALBUMIN = Analyte(
    frozenset({"urine-albumin", "albumin-creatinine"}),
    Said("анализ мочи: альбумин или его отношение к креатинину", "result: albumin in urine or its ratio to creatinine"),
)
TSH = Analyte(frozenset({"tsh"}), Said("анализ: тиреотропный гормон", "result: thyroid stimulating hormone"))
PSA = Analyte(frozenset({"psa"}), Said("анализ: ПСА", "result: PSA"))
PRESSURE = Measured("blood-pressure", Said("показатель: артериальное давление", "vital sign: blood pressure"))
MAMMOGRAPHY = Image(frozenset({"MG"}), Said("исследование: маммография (MG)", "imaging: mammography (MG)"))
CHEST = Image(
    frozenset({"DX", "CT"}),
    Said(
        "исследование: рентген или КТ, область: лёгкие, грудная клетка, флюорография",
        "imaging: X-ray or CT, region: lungs, chest, fluorography",
    ),
    ("легк", "груд", "огк", "флюоро", "chest", "lung", "thora", "fluoro"),
)
FAECAL = Words(
    (RESULT,),
    (("кал", "фекал", "stool", "faec", "fec"), ("скрыт", "гемоглоб", "occult", "blood", "fit", "иммунохим")),
    Said("анализ, в названии: кал и скрытая кровь", "result that names stool and occult blood"),
)
CYTOLOGY = Words(
    (RESULT, PROTOCOL),
    (("цитолог", "пап", "cytolog", "pap"), ("шейк", "цервик", "cervi", "мазк", "мазок", "smear")),
    Said("анализ или протокол, в названии: цитология и шейка матки", "result or protocol: cytology and cervix"),
)
EYES = Words(
    (PROTOCOL,),
    (("ophthalm", "офтальм", "окулист", "глазн"),),
    Said("протокол осмотра офтальмолога", "protocol of an eye doctor"),
)


def _screening(
    id_: str,
    what: Said,
    every: int,
    match: Match,
    ages: frozenset[int],
    sex: str = "",
    source: Source = SCREENING,
    without: frozenset[str] = frozenset(),
) -> Periodic:
    kinds = frozenset(match.kinds)
    return Periodic(
        id=id_,
        family=Family.SCREENING,
        what=what,
        source=source,
        kinds=kinds,
        silence=every,
        every=every,
        matches=(match,),
        sex=sex,
        ages=ages,
        without=without,
    )


def _condition(id_: str, what: Said, every: int, match: Match, codes: frozenset[str]) -> Periodic:
    kinds = frozenset({CONDITION, VISIT, *match.kinds})
    return Periodic(
        id=id_,
        family=Family.CONDITION,
        what=what,
        source=OBSERVATION,
        kinds=kinds,
        silence=every,
        every=every,
        matches=(match,),
        codes=codes,
    )


_CHOLESTEROL, _GLUCOSE = Said("Холестерин крови", "Blood cholesterol"), Said("Глюкоза крови", "Blood glucose")
_LED = DIABETES | HYPERTENSION | ISCHAEMIC | LIPID_DISORDER

SCREENINGS: tuple[Periodic, ...] = (
    _screening("screening-mammography", Said("Маммография", "Mammography"), 24, MAMMOGRAPHY, _ages(40, 75), "female"),
    _screening(
        "screening-cytology",
        Said("Цитология шейки матки", "Cervical cytology"),
        36,
        CYTOLOGY,
        _ages(18, 64),
        "female",
    ),
    _screening(
        "screening-psa", Said("ПСА в крови", "PSA in blood"), YEAR, PSA, frozenset({45, 50, 55, 60, 64}), "male"
    ),
    _screening(
        "screening-faecal-blood",
        Said("Анализ кала на скрытую кровь", "Stool test for occult blood"),
        24,
        FAECAL,
        _ages(40, 64),
    ),
    _screening(
        "screening-faecal-blood-65",
        Said("Анализ кала на скрытую кровь", "Stool test for occult blood"),
        YEAR,
        FAECAL,
        _ages(65, 75),
    ),
    _screening(
        "screening-chest",
        Said("Флюорография или рентген лёгких", "Chest X-ray (fluorography)"),
        24,
        CHEST,
        _ages(18),
    ),
    _screening("screening-cholesterol", _CHOLESTEROL, 36, LIPIDS, _ages(18, 39), "", PREVENTIVE, _LED),
    _screening("screening-cholesterol-40", _CHOLESTEROL, YEAR, LIPIDS, _ages(40), "", PREVENTIVE, _LED),
    _screening("screening-glucose", _GLUCOSE, 36, GLUCOSE, _ages(18, 39), "", PREVENTIVE, DIABETES),
    _screening("screening-glucose-40", _GLUCOSE, YEAR, GLUCOSE, _ages(40), "", PREVENTIVE, DIABETES),
)

_LIPIDS, _KIDNEYS = (
    Said("Холестерин крови", "Blood cholesterol"),
    Said("Креатинин, фильтрация почек", "Kidney function"),
)
CONDITIONS: tuple[Periodic, ...] = (
    _condition("diabetes-hba1c", Said("Гликированный гемоглобин", "Haemoglobin A1c"), 6, HBA1C, DIABETES),
    _condition("diabetes-albumin", Said("Альбумин в моче", "Albumin in urine"), YEAR, ALBUMIN, DIABETES),
    _condition("diabetes-eyes", Said("Осмотр офтальмолога", "Eye examination"), YEAR, EYES, DIABETES),
    _condition(
        "hypertension-pressure", Said("Измерение давления", "Blood pressure reading"), 6, PRESSURE, HYPERTENSION
    ),
    _condition("condition-lipids", Said("Холестерин крови", "Blood cholesterol"), YEAR, LIPIDS, _LED),
    _condition(
        "condition-kidney",
        Said("Креатинин, фильтрация почек", "Kidney function"),
        YEAR,
        FILTRATION,
        DIABETES | HYPERTENSION | KIDNEY,
    ),
    _condition("thyroid-tsh", Said("Тиреотропный гормон", "Thyroid stimulating hormone"), YEAR, TSH, THYROID),
)

VACCINATION = Rule(
    id="vaccination",
    family=Family.VACCINATION,
    what=Said("Прививка по календарю", "Vaccination of the calendar"),
    source=CALENDAR,
    kinds=VACCINATIONS,
    silence=YEAR,
)
REVIEW = Rule(
    id="condition-review",
    family=Family.REVIEW,
    what=Said("Осмотр по плану врача", "Review as planned"),
    source=DOCTORS_PLAN,
    kinds=frozenset({CONDITION, VISIT, PROTOCOL}),
    silence=6,
)
TARGET_OUTSIDE = Rule(
    id="target-outside",
    family=Family.TARGET,
    what=Said("Показатель вне границ, которые задал врач", "An indicator outside of the doctor's bounds"),
    source=DOCTORS_PLAN,
    kinds=frozenset({CONDITION, SIGN, RESULT}),
    silence=3,
)
TARGET_UNMEASURED = Rule(
    id="target-unmeasured",
    family=Family.TARGET,
    what=Said("Показатель давно не измеряли", "An indicator that was not measured in time"),
    source=DOCTORS_PLAN,
    kinds=frozenset({CONDITION, SIGN, RESULT}),
    silence=3,
)
UNREPEATED = Rule(
    id="result-unrepeated",
    family=Family.RESULT,
    what=Said("Анализ вне границ лаборатории без повтора", "A result out of the laboratory's range, not repeated"),
    source=OWN,
    kinds=frozenset({RESULT}),
    silence=None,
)
PRESCRIPTION_ENDS = Rule(
    id="prescription-ends",
    family=Family.PRESCRIPTION,
    what=Said("Рецепт скоро закончится", "A prescription ends soon"),
    source=OWN,
    kinds=frozenset({PRESCRIPTION}),
    silence=None,
)
FOLLOWING = (VACCINATION, REVIEW, TARGET_OUTSIDE, TARGET_UNMEASURED, UNREPEATED, PRESCRIPTION_ENDS)
PERIODIC = (*CONDITIONS, *SCREENINGS)
RULES: tuple[Rule, ...] = (*FOLLOWING, *PERIODIC)

REPEAT_TARGET_DAYS = 30
"""After a value outside of a target, where the doctor named no interval."""
REPEAT_RESULT_DAYS = 90
"""After a result out of its range, for analytes that domain/results/suggestions.py says nothing about."""
RESULT_YEARS = 2
"""An older result that was never repeated is not brought up."""
ENDS_DAYS = 7
REVIEW_EARLY_DAYS = 30
"""A visit that early before the planned review counts as it."""

KINDS: tuple[str, ...] = tuple(sorted(frozenset[str]().union(*(rule.kinds for rule in RULES))))
