"""Specialties by which doctors are looked for, and whether one comes to them by a referral (APT-1).

``referral`` is where a schedule begins; a clinic says otherwise for its own (323-ФЗ, article 21, part 3: specialised
primary care is given by a referral, or when the citizen comes by themselves, as the orders on giving care have it).
Codes are of this project and play the part of FHIR ``Schedule.specialty``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SOURCE = (
    "323-ФЗ, article 21, part 3; 543н of 15.05.2012; nomenclature 700н of 07.10.2015; "
    "which of them need a referral differs from region to region and is to be confirmed by the deployer"
)


@dataclass(frozen=True, slots=True)
class Specialty:
    ru: str
    en: str
    referral: bool = True

    def to(self, language: str) -> str:
        return self.en if language == "en" else self.ru


DIRECT = False

SPECIALTIES: Mapping[str, Specialty] = {
    "therapy": Specialty("Терапия", "Internal medicine", DIRECT),
    "general-practice": Specialty("Общая врачебная практика", "General practice", DIRECT),
    "paediatrics": Specialty("Педиатрия", "Paediatrics", DIRECT),
    "dentistry": Specialty("Стоматология", "Dentistry", DIRECT),
    "paediatric-dentistry": Specialty("Стоматология детская", "Paediatric dentistry", DIRECT),
    "gynaecology": Specialty("Акушерство и гинекология", "Obstetrics and gynaecology", DIRECT),
    "surgery": Specialty("Хирургия", "Surgery", DIRECT),
    "ophthalmology": Specialty("Офтальмология", "Ophthalmology", DIRECT),
    "otorhinolaryngology": Specialty("Оториноларингология", "Otorhinolaryngology", DIRECT),
    "psychiatry": Specialty("Психиатрия", "Psychiatry", DIRECT),
    "narcology": Specialty("Психиатрия-наркология", "Addiction psychiatry", DIRECT),
    "dermatovenereology": Specialty("Дерматовенерология", "Dermatology and venereology", DIRECT),
    "phthisiology": Specialty("Фтизиатрия", "Phthisiology", DIRECT),
    "vaccination": Specialty("Вакцинация", "Vaccination", DIRECT),
    "urology": Specialty("Урология", "Urology"),
    "cardiology": Specialty("Кардиология", "Cardiology"),
    "neurology": Specialty("Неврология", "Neurology"),
    "endocrinology": Specialty("Эндокринология", "Endocrinology"),
    "gastroenterology": Specialty("Гастроэнтерология", "Gastroenterology"),
    "pulmonology": Specialty("Пульмонология", "Pulmonology"),
    "allergology": Specialty("Аллергология и иммунология", "Allergology and immunology"),
    "rheumatology": Specialty("Ревматология", "Rheumatology"),
    "nephrology": Specialty("Нефрология", "Nephrology"),
    "haematology": Specialty("Гематология", "Haematology"),
    "oncology": Specialty("Онкология", "Oncology"),
    "infectious-diseases": Specialty("Инфекционные болезни", "Infectious diseases"),
    "traumatology": Specialty("Травматология и ортопедия", "Traumatology and orthopaedics"),
    "coloproctology": Specialty("Колопроктология", "Coloproctology"),
    "vascular-surgery": Specialty("Сердечно-сосудистая хирургия", "Cardiovascular surgery"),
    "geriatrics": Specialty("Гериатрия", "Geriatrics"),
    "genetics": Specialty("Генетика", "Medical genetics"),
    "physiotherapy": Specialty("Физиотерапия", "Physiotherapy"),
    "rehabilitation": Specialty("Физическая и реабилитационная медицина", "Rehabilitation medicine"),
    "psychotherapy": Specialty("Психотерапия", "Psychotherapy"),
    "ultrasound": Specialty("Ультразвуковая диагностика", "Ultrasound diagnostics"),
    "functional-diagnostics": Specialty("Функциональная диагностика", "Functional diagnostics"),
    "radiology": Specialty("Рентгенология", "Radiology"),
    "endoscopy": Specialty("Эндоскопия", "Endoscopy"),
}
"""Codes are stored and public: never rename, never reuse."""
