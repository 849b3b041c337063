"""Words of a bulletin. Names of chapters: ICD-10, the Russian edition and the English one of WHO, shortened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.domain.bulletins.content import ACTIVITIES, DIAGNOSES, DRUGS, PERSONS, VACCINATIONS
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vaccination_calendar.vaccines import VACCINES

TITLE = Said("Отчёт о работе организации", "Report of an organisation")
PARTS: Mapping[str, Said] = {
    PERSONS: Said("Пациенты", "Persons"),
    ACTIVITIES: Said("Виды помощи", "Kinds of care"),
    DIAGNOSES: Said("Пациенты по классам МКБ-10", "Persons by chapter of ICD-10"),
    VACCINATIONS: Said("Прививки и охват", "Vaccinations and coverage"),
    DRUGS: Said("Назначенные лекарства по группам АТХ", "Prescribed drugs by group of ATC"),
}
ABOUT: Mapping[str, Said] = {
    PERSONS: Said(
        "Люди, о которых организация сделала хотя бы одну запись за период.",
        "Persons of whom the organisation made at least one record in the period.",
    ),
    ACTIVITIES: Said(
        "Один человек может получить несколько видов помощи, поэтому строки не складываются.",
        "One person may have care of several kinds, so lines do not add up.",
    ),
    DIAGNOSES: Said(
        "Люди, у которых организация записала диагноз этого класса. Человек с двумя диагнозами одного класса "
        "считается один раз.",
        "Persons for whom the organisation recorded a diagnosis of the chapter. Somebody with two of one chapter is "
        "counted once.",
    ),
    VACCINATIONS: Said(
        "Привитые в этой организации за период. В скобках – доля от её пациентов того же возраста и пола.",
        "Persons vaccinated here in the period. In brackets: the share of its persons of that age and sex.",
    ),
    DRUGS: Said(
        "Люди, которым выписан рецепт на лекарство этой группы.",
        "Persons for whom a drug of the group was prescribed.",
    ),
}
ACTIVITY: Mapping[str, Said] = {
    "visit": Said("Посещения", "Visits"),
    "result": Said("Результаты анализов", "Laboratory results"),
    "vaccination": Said("Прививки", "Vaccinations"),
    "diagnosis": Said("Диагнозы", "Diagnoses"),
    "prescription": Said("Рецепты", "Prescriptions"),
}
CHAPTERS: Mapping[str, Said] = {
    "I": Said("Инфекционные и паразитарные болезни", "Infectious and parasitic diseases"),
    "II": Said("Новообразования", "Neoplasms"),
    "III": Said("Болезни крови и иммунные нарушения", "Diseases of the blood and immune disorders"),
    "IV": Said("Эндокринные болезни и обмен веществ", "Endocrine, nutritional and metabolic diseases"),
    "V": Said("Психические расстройства", "Mental and behavioural disorders"),
    "VI": Said("Болезни нервной системы", "Diseases of the nervous system"),
    "VII": Said("Болезни глаза", "Diseases of the eye"),
    "VIII": Said("Болезни уха", "Diseases of the ear"),
    "IX": Said("Болезни системы кровообращения", "Diseases of the circulatory system"),
    "X": Said("Болезни органов дыхания", "Diseases of the respiratory system"),
    "XI": Said("Болезни органов пищеварения", "Diseases of the digestive system"),
    "XII": Said("Болезни кожи", "Diseases of the skin"),
    "XIII": Said("Болезни костно-мышечной системы", "Diseases of the musculoskeletal system"),
    "XIV": Said("Болезни мочеполовой системы", "Diseases of the genitourinary system"),
    "XV": Said("Беременность и роды", "Pregnancy and childbirth"),
    "XVI": Said("Перинатальный период", "Perinatal period"),
    "XVII": Said("Врождённые аномалии", "Congenital malformations"),
    "XVIII": Said("Симптомы и отклонения от нормы", "Symptoms and abnormal findings"),
    "XIX": Said("Травмы и отравления", "Injury and poisoning"),
    "XX": Said("Внешние причины", "External causes"),
    "XXI": Said("Обращения без болезни", "Contact without illness"),
    "XXII": Said("Коды для особых целей", "Codes for special purposes"),
}
GROUPS: Mapping[str, Said] = {
    "A": Said("Пищеварение и обмен веществ", "Alimentary tract and metabolism"),
    "B": Said("Кровь и кроветворение", "Blood and blood forming organs"),
    "C": Said("Сердечно-сосудистая система", "Cardiovascular system"),
    "D": Said("Кожа", "Dermatologicals"),
    "G": Said("Мочеполовая система и половые гормоны", "Genito-urinary system and sex hormones"),
    "H": Said("Гормоны (кроме половых)", "Systemic hormones, without sex hormones"),
    "J": Said("Противомикробные", "Antiinfectives for systemic use"),
    "L": Said("Противоопухолевые и иммуномодуляторы", "Antineoplastic and immunomodulating agents"),
    "M": Said("Костно-мышечная система", "Musculo-skeletal system"),
    "N": Said("Нервная система", "Nervous system"),
    "P": Said("Противопаразитарные", "Antiparasitic products"),
    "R": Said("Дыхательная система", "Respiratory system"),
    "S": Said("Органы чувств", "Sensory organs"),
    "V": Said("Прочие", "Various"),
}
SEXES: Mapping[str, Said] = {
    "female": Said("женщины", "women"),
    "male": Said("мужчины", "men"),
    "unknown": Said("пол не указан", "sex unknown"),
}
UNKNOWN_AGE = Said("возраст не указан", "age unknown")
UNKNOWN: Mapping[str, Said] = {
    DRUGS: Said("Без кода АТХ", "Without an ATC code"),
    VACCINATIONS: Said("Вакцина не указана", "Vaccine unknown"),
}
WORDS: Mapping[str, Said] = {
    "period": Said("Период", "Period"),
    "published": Said("Опубликовано", "Published"),
    "threshold": Said("Порог", "Threshold"),
    "digest": Said("Контрольная сумма (SHA-256)", "Digest (SHA-256)"),
    "organisation": Said("Организация", "Organisation"),
    "category": Said("Категория", "Category"),
    "sex": Said("Пол", "Sex"),
    "fewest": Said("от {k} человек", "{k} persons or more"),
    "hidden": Said(
        "Прочерк: никого нет, или число скрыто. Числа меньше {k} не показываются, а с ними и некоторые другие, "
        "из которых малое можно было бы вычислить. Поэтому строки и столбцы не складываются в итог.",
        "A dash: nobody, or a hidden number. Numbers below {k} are not shown, nor are some others from which a small "
        "one could be worked out. So lines and columns do not add up to a total.",
    ),
    "how": Said("Как читать", "How to read it"),
    "counted": Said(
        "Считаются люди, а не записи: каждый – один раз в каждой клетке. Возраст – на 1 января. Записи, внесённые "
        "позже десяти дней после конца месяца, в отчёт за месяц не входят.",
        "Persons are counted, not records: each once in a cell. Age is that of 1 January. What was entered later than "
        "ten days after the end of a month is not in its report.",
    ),
    "empty": Said(
        "За этот период нет чисел, которые можно показать: записей не было, или все числа меньше {k}.",
        "There is no number of this period that may be shown: there were no records, or all numbers are below {k}.",
    ),
    "nothing": Said("Нет чисел, которые можно показать.", "No number may be shown."),
    "uncounted": Said("В этом периоде это ещё не считалось.", "This was not counted yet in this period."),
    "footer": Said(
        "Сформировано системой «Медкарта». Малые числа скрыты.", "Made by Medkarta. Small numbers are hidden."
    ),
}
MONTHS: tuple[Said, ...] = (
    Said("январь", "January"),
    Said("февраль", "February"),
    Said("март", "March"),
    Said("апрель", "April"),
    Said("май", "May"),
    Said("июнь", "June"),
    Said("июль", "July"),
    Said("август", "August"),
    Said("сентябрь", "September"),
    Said("октябрь", "October"),
    Said("ноябрь", "November"),
    Said("декабрь", "December"),
)


def period_words(period: str, language: str) -> str:
    """``март 2026 г.``, ``2026 год``."""
    year, _, month = period.partition("-")
    if not month:
        return Said(f"{year} год", year).to(language)
    said = MONTHS[int(month) - 1].to(language)
    return said + Said(f" {year} г.", f" {year}").to(language)


def category_words(part: str, category: str, language: str) -> str:
    """A category in words; a code that is not known here stays as it is."""
    if part == DIAGNOSES and category in CHAPTERS:
        return f"{category}. {CHAPTERS[category].to(language)}"
    if part == DRUGS and category in GROUPS:
        return f"{category} – {GROUPS[category].to(language)}"
    if part == VACCINATIONS and category in VACCINES:
        vaccine = VACCINES[category]
        return Said(vaccine.ru, vaccine.en).to(language)
    if part == ACTIVITIES and category in ACTIVITY:
        return ACTIVITY[category].to(language)
    if part == PERSONS:
        return Said("Все пациенты", "All persons").to(language)
    return UNKNOWN[part].to(language) if category == "unknown" and part in UNKNOWN else category


def age_words(age: str, language: str) -> str:
    return UNKNOWN_AGE.to(language) if age == "unknown" else age.replace("-", "–")


def in_words(bulletin: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The same with names of its parts and categories."""
    parts = [
        {
            **part,
            "title": PARTS[part["part"]].to(language),
            "about": ABOUT[part["part"]].to(language),
            "cells": [
                {**cell, "name": category_words(part["part"], cell["category"], language)} for cell in part["cells"]
            ],
        }
        for part in bulletin["parts"]
    ]
    return {**bulletin, "parts": parts}
