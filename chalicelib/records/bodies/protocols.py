"""Sections of an examination protocol by specialty: data, so that a specialty is a line and not a form.

Source: the headings that outpatient forms of the specialties share (form 025/у, order 834н of 15.12.2014: complaints,
anamnesis, objective status, diagnosis); which of them a protocol may not miss is the project's own choice, to be
reviewed by clinicians.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.records.bodies.words import Both

SECTION_WORDS: Mapping[str, Both] = {
    "anamnesis": ("Анамнез", "History"),
    "general-state": ("Общее состояние", "General state"),
    "heart": ("Сердце и сосуды", "Heart and vessels"),
    "lungs": ("Органы дыхания", "Lungs"),
    "abdomen": ("Органы брюшной полости", "Abdomen"),
    "ecg": ("ЭКГ", "ECG"),
    "nervous-system": ("Нервная система", "Nervous system"),
    "reflexes": ("Рефлексы", "Reflexes"),
    "visual-acuity": ("Острота зрения", "Visual acuity"),
    "intraocular-pressure": ("Внутриглазное давление", "Intraocular pressure"),
    "fundus": ("Глазное дно", "Fundus"),
    "ear": ("Уши", "Ears"),
    "nose": ("Нос", "Nose"),
    "throat": ("Горло", "Throat"),
    "local-state": ("Локальный статус", "Local state"),
    "teeth": ("Зубная формула", "Teeth"),
    "gynaecological-state": ("Гинекологический статус", "Gynaecological state"),
    "last-menstruation": ("Последняя менструация", "Last menstrual period"),
    "thyroid": ("Щитовидная железа", "Thyroid"),
    "skin": ("Кожа", "Skin"),
    "growth": ("Физическое развитие", "Growth"),
    "feeding": ("Питание", "Feeding"),
    "mental-state": ("Психический статус", "Mental state"),
}

SPECIALTY_WORDS: Mapping[str, Both] = {
    "general-practice": ("Терапия", "General practice"),
    "paediatrics": ("Педиатрия", "Paediatrics"),
    "cardiology": ("Кардиология", "Cardiology"),
    "neurology": ("Неврология", "Neurology"),
    "ophthalmology": ("Офтальмология", "Ophthalmology"),
    "otorhinolaryngology": ("Оториноларингология", "Otorhinolaryngology"),
    "surgery": ("Хирургия", "Surgery"),
    "dentistry": ("Стоматология", "Dentistry"),
    "gynaecology": ("Акушерство и гинекология", "Obstetrics and gynaecology"),
    "endocrinology": ("Эндокринология", "Endocrinology"),
    "dermatology": ("Дерматология", "Dermatology"),
    "psychiatry": ("Психиатрия", "Psychiatry"),
}

SPECIALTIES: Mapping[str, tuple[str, ...]] = {
    "general-practice": ("anamnesis", "general-state", "heart", "lungs", "abdomen"),
    "paediatrics": ("anamnesis", "general-state", "growth", "feeding", "heart", "lungs", "abdomen", "throat", "skin"),
    "cardiology": ("anamnesis", "general-state", "heart", "lungs", "ecg"),
    "neurology": ("anamnesis", "nervous-system", "reflexes"),
    "ophthalmology": ("anamnesis", "visual-acuity", "intraocular-pressure", "fundus"),
    "otorhinolaryngology": ("anamnesis", "ear", "nose", "throat"),
    "surgery": ("anamnesis", "general-state", "local-state"),
    "dentistry": ("anamnesis", "local-state", "teeth"),
    "gynaecology": ("anamnesis", "last-menstruation", "gynaecological-state"),
    "endocrinology": ("anamnesis", "general-state", "thyroid"),
    "dermatology": ("anamnesis", "skin"),
    "psychiatry": ("anamnesis", "mental-state"),
}

MANDATORY = frozenset({"visual-acuity", "local-state", "gynaecological-state", "nervous-system", "mental-state"})
"""A protocol of a specialty that has one of these is not whole without it."""
