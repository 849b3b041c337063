"""Notices about vital signs (REC-10) and one's own entries (REC-9). None says a number, none names an illness."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts.said import NEWS, Notice, Said

NOTICES: Mapping[str, Notice] = {
    "vital_sign_attention": Notice(
        Said("Показатель вне границ", "A reading is out of limits"),
        Said(
            "{kind}: значение вне заданных границ. Повторите измерение и покажите врачу.",
            "{kind}: the value is out of the set limits. Measure again and show it to a doctor.",
        ),
        NEWS,
    ),
    "vital_sign_urgent": Notice(
        Said("Показатель далеко вне границ", "A reading is far out of limits"),
        Said(
            "{kind}: значение далеко вне границ. Повторите измерение. Если оно подтвердилось или вам плохо, обратитесь"
            " за неотложной помощью: 112.",
            "{kind}: the value is far out of limits. Measure again. If it is so again or you feel unwell, seek"
            " emergency care: 112.",
        ),
        NEWS,
        urgent=True,
        at_once=True,
    ),
    "vital_sign_withdrawn": Notice(
        Said("Показатель исправлен", "A reading was corrected"),
        Said(
            "{kind}: запись исправлена, прежнее предупреждение больше не действует.",
            "{kind}: the record was corrected; the earlier warning no longer holds.",
        ),
        NEWS,
        urgent=True,
    ),
    "patient_vital_sign_attention": Notice(
        Said("Показатель пациента вне границ", "A patient's reading is out of limits"),
        Said(
            "{kind}: у вашего пациента значение вне заданных границ. Откройте карту.",
            "{kind}: a patient of yours has a value out of the set limits. Open the card.",
        ),
        NEWS,
    ),
    "patient_vital_sign_urgent": Notice(
        Said("Показатель пациента далеко вне границ", "A patient's reading is far out of limits"),
        Said(
            "{kind}: у вашего пациента значение далеко вне границ. Откройте карту.",
            "{kind}: a patient of yours has a value far out of limits. Open the card.",
        ),
        NEWS,
        urgent=True,
        at_once=True,
    ),
    "patient_vital_sign_withdrawn": Notice(
        Said("Показатель пациента исправлен", "A patient's reading was corrected"),
        Said(
            "{kind}: запись исправлена, прежнее предупреждение больше не действует.",
            "{kind}: the record was corrected; the earlier warning no longer holds.",
        ),
        NEWS,
        urgent=True,
    ),
    "patient_series_sent": Notice(
        Said("Пациент передал ряд измерений", "A patient sent you measurements"),
        Said(
            "Пациент передал вам ряд измерений. Откройте карту.",
            "A patient put a series of measurements before you. Open the card.",
        ),
        NEWS,
    ),
    "record_confirmed": Notice(
        Said("Врач подтвердил вашу запись", "A doctor confirmed your entry"),
        Said(
            "Врач подтвердил запись, которую вы внесли в карту.",
            "A doctor confirmed an entry that you made in the card.",
        ),
        NEWS,
    ),
}
