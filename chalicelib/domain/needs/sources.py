"""Who says what a rule says. Numbers and dates of orders; clauses are not named where the text was not at hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chalicelib.domain.texts.said import Said
from chalicelib.domain.vaccination_calendar.national import SOURCE as CALENDAR_TEXT


@dataclass(frozen=True, slots=True)
class Source:
    """``name``: number and date. ``says``: what of the rule is from there; ``own``: what is the project's own choice,
    to be reviewed by clinicians.
    """

    name: Said
    says: Said
    own: Said


OWN_NAME = Said("Выбор проекта; требует проверки врачами", "The project's own choice, to be reviewed by clinicians")
_404N = Said(
    "Приказ Минздрава России от 27.04.2021 № 404н", "Order 404n of the Russian Ministry of Health of 27.04.2021"
)
_168N = Said(
    "Приказ Минздрава России от 15.03.2022 № 168н (ред. от 28.02.2024 № 91н)",
    "Order 168n of the Russian Ministry of Health of 15.03.2022, as amended by 91n of 28.02.2024",
)
SCREENING_SINCE = date(2021, 7, 1)
"""Order 404n is in force since that day: nobody is late before it."""

CALENDAR = Source(
    Said(CALENDAR_TEXT, "Order 1122n of the Russian Ministry of Health of 06.12.2021, as amended by 677n"),
    Said("прививки, возраст, порядок доз", "vaccines, ages, order of doses"),
    Said("на сколько молчит отметка", "how long a mark silences it"),
)
SCREENING = Source(
    _404N,
    Said(
        "исследование, пол, возраст по календарному году, периодичность; номер пункта сверить с действующей редакцией",
        "study, sex, age by calendar year, interval; the clause to be compared with the text in force",
    ),
    Said("интервал считается от даты записи", "the interval is counted from the day of the record"),
)
PREVENTIVE = Source(
    _404N,
    Said(
        "исследование в составе профилактического осмотра с 18 лет; номер пункта сверить с действующей редакцией",
        "the study is part of the preventive examination from 18; the clause to be compared with the text in force",
    ),
    Said(
        "периодичность, как у диспансеризации: до 39 лет раз в 3 года, с 40 лет ежегодно",
        "as often as the full check-up: every 3 years until 39, yearly from 40",
    ),
)
OBSERVATION = Source(
    _168N,
    Said(
        "при хроническом заболевании взрослый находится под диспансерным наблюдением с периодическими обследованиями",
        "an adult with a chronic condition is under observation, with examinations at intervals",
    ),
    Said(
        "коды, исследование и интервал: выбор проекта; требует проверки врачами",
        "codes, study and interval: the project's own choice, to be reviewed by clinicians",
    ),
)
DOCTORS_PLAN = Source(
    Said("План, который врач записал в карте", "The plan that a doctor wrote into the card"),
    Said("показатель, границы, срок", "indicator, bounds, time"),
    Said(
        "срок повтора там, где врач его не назвал: выбор проекта; требует проверки врачами",
        "when to repeat where the doctor did not say: the project's own choice, to be reviewed by clinicians",
    ),
)
OWN = Source(OWN_NAME, Said("ничего", "nothing"), Said("всё правило", "the whole rule"))
