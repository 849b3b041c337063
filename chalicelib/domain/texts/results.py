"""Notices about results (REC-5), and words of a printed comparison. No notice says a value."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said

NOTICES: Mapping[str, Notice] = {
    "result_corrected": Notice(
        Said("Результат исправлен", "A result was corrected"),
        Said(
            "{kind}: лаборатория исправила результат. Прежние значения больше не действуют.",
            "{kind}: the laboratory corrected a result. The earlier values no longer hold.",
        ),
        NEWS,
        urgent=True,
    ),
    "result_withdrawn": Notice(
        Said("Результат отозван", "A result was withdrawn"),
        Said(
            "{kind}: результат был внесён по ошибке и отозван.",
            "{kind}: a result had been entered in error and was withdrawn.",
        ),
        NEWS,
        urgent=True,
    ),
    "patient_result_sent": Notice(
        Said("Пациент передал вам результат", "A patient sent you a result"),
        Said(
            "{kind}: пациент просит посмотреть результат. Откройте карту.",
            "{kind}: a patient asks you to look at a result. Open the card.",
        ),
        NEWS,
    ),
}

COMPARISON: Mapping[str, Said] = {
    "title": Said("Сравнение результатов анализов", "Comparison of laboratory results"),
    "patient": Said("Пациент", "Patient"),
    "born": Said("Дата рождения", "Date of birth"),
    "period": Said("Период", "Period"),
    "results": Said("Результатов", "Results"),
    "withdrawn": Said("Отозвано и не учтено", "Withdrawn and left out"),
    "left_out": Said("Не напечатано", "Not printed"),
    "at": Said("Дата", "Date"),
    "value": Said("Значение", "Value"),
    "range": Said("Норма", "Range"),
    "flag": Said("Оценка", "Flag"),
    "laboratory": Said("Лаборатория", "Laboratory"),
    "trend": Said("От предыдущего", "From the one before"),
    "preliminary": Said("предварительно", "preliminary"),
    "another": Said("норма для другого пола или возраста", "range for another sex or age"),
    "footer": Said(
        "Сформировано системой «Медкарта». Сравнение не является диагнозом.",
        "Made by Medkarta. A comparison is no diagnosis.",
    ),
}

BROKEN: Mapping[str, Said] = {
    "unit": Said("другая единица", "another unit"),
    "loinc": Said("другой показатель по LOINC", "another LOINC code"),
    "method": Said("другой метод", "another method"),
    "specimen": Said("другой биоматериал", "another specimen"),
    "comparator": Said("за пределом измерения", "beyond what is measured"),
    "text": Said("значение словами", "a value in words"),
    "quantity": Said("снова число", "a number again"),
    "first": Said("первое значение", "the first value"),
    "preliminary": Said("предварительный результат", "a preliminary result"),
    "no-values": Said("нет значений", "no values"),
}
"""Why a value is not compared with the one before: words of domain/results/series.py and trends.py."""
