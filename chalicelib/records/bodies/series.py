"""A period of readings as a record of its own (REC-10)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from chalicelib.domain.vital_signs.bands import LEVEL_WORDS
from chalicelib.domain.vital_signs.signs import SIGNS
from chalicelib.records.bodies.base import Body, Dated, Number, RecordId, Text
from chalicelib.records.bodies.words import Options, Said

SIGN_WORDS = {name: (sign.words.ru, sign.words.en) for name, sign in SIGNS.items()}
LEVELS = {level.value: (said.ru, said.en) for level, said in LEVEL_WORDS.items()}
SOURCES = {
    "patient-reported": ("со слов пациента", "reported by the patient"),
    "staff": ("медработник", "clinician"),
    "connected": ("другая система", "another system"),
}

Code = Annotated[
    Literal[
        "blood-pressure",
        "pulse",
        "glucose",
        "weight",
        "height",
        "body-mass-index",
        "temperature",
        "saturation",
        "respiration",
    ],
    Said("Показатель", "Sign"),
    Options(SIGN_WORDS),
]


class SeriesOrder(Body):
    """Which period of which sign; ``since`` lies within, ``until`` does not."""

    code: Code
    since: Annotated[AwareDatetime, Said("Начало периода", "Beginning of the period")]
    until: Annotated[AwareDatetime, Said("Конец периода", "End of the period")]
    comment: Annotated[Text | None, Said("Комментарий", "Comment")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since >= self.until:
            msg = "since lies before until"
            raise ValueError(msg)
        return self


class Part(Body):
    """What the readings of one number come to."""

    part: Annotated[
        Literal["value", "systolic", "diastolic"],
        Said("Значение", "Value"),
        Options(
            {
                "value": ("значение", "value"),
                "systolic": ("систолическое", "systolic"),
                "diastolic": ("диастолическое", "diastolic"),
            }
        ),
    ]
    least: Annotated[Number, Said("Наименьшее", "Least")]
    greatest: Annotated[Number, Said("Наибольшее", "Greatest")]
    mean: Annotated[Number, Said("Среднее", "Mean")]


class Chosen(Body):
    """One of the readings, and the record that it is of."""

    at: Annotated[AwareDatetime, Said("Дата и время", "Date and time")]
    value: Annotated[Number | None, Said("Значение", "Value")] = None
    systolic: Annotated[Number | None, Said("Систолическое", "Systolic")] = None
    diastolic: Annotated[Number | None, Said("Диастолическое", "Diastolic")] = None
    level: Annotated[Literal["none", "normal", "attention", "urgent"], Said("Оценка", "Level"), Options(LEVELS)]
    place: Annotated[
        Literal["home", "office", "device"],
        Said("Где", "Where"),
        Options(
            {
                "home": ("дома", "at home"),
                "office": ("на приёме", "office"),
                "device": ("прибор", "device"),
            }
        ),
    ]
    source: Annotated[Literal["patient-reported", "staff", "connected"], Said("Источник", "Source"), Options(SOURCES)]
    record: Annotated[RecordId, Said("Запись", "Record", printed=False)]
    version: Annotated[int, Said("Версия", "Version", printed=False)]


class ObservationSeries(Dated):
    """What was put before a doctor.

    ``digest``: SHA-256 over ids and versions of the readings, in the order of time; over more than two months, of the
    extreme readings of each day.
    """

    code: Code
    unit: Annotated[str, Said("Единица", "Unit")]
    since: Annotated[AwareDatetime, Said("Начало периода", "Beginning of the period")]
    until: Annotated[AwareDatetime, Said("Конец периода", "End of the period")]
    count: Annotated[int, Field(ge=1), Said("Измерений", "Measurements")]
    out_of_limits: Annotated[Number, Said("Вне границ, %", "Out of limits, %")]
    comment: Annotated[Text | None, Said("Комментарий", "Comment")] = None
    parts: Annotated[list[Part], Said("Итоги", "Summary")]
    points: Annotated[list[Chosen], Field(max_length=60), Said("Измерения", "Measurements")]
    digest: Annotated[str, Said("Контрольная сумма", "Digest", printed=False)]
    bands_version: Annotated[str, Said("Редакция границ", "Edition of limits")]
