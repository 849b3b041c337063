"""Vaccines by code, and the diseases that each is against. Codes are stored: never renamed, never reused.

``atc``: WHO ATC/DDD index. ``cvx``: CDC vaccine code set (public domain), what readers of SMART Health Cards know.
Both were written down from secondary lists: to be compared with the originals before release (unverified).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SOURCE = "WHO ATC/DDD index; CDC CVX code set (unverified)"

DISEASES: Mapping[str, tuple[str, str]] = {
    "hepatitis-b": ("Гепатит B", "Hepatitis B"),
    "tuberculosis": ("Туберкулёз", "Tuberculosis"),
    "pneumococcus": ("Пневмококковая инфекция", "Pneumococcal disease"),
    "diphtheria": ("Дифтерия", "Diphtheria"),
    "tetanus": ("Столбняк", "Tetanus"),
    "pertussis": ("Коклюш", "Pertussis"),
    "polio": ("Полиомиелит", "Poliomyelitis"),
    "hib": ("Гемофильная инфекция типа b", "Haemophilus influenzae type b"),
    "measles": ("Корь", "Measles"),
    "rubella": ("Краснуха", "Rubella"),
    "mumps": ("Эпидемический паротит", "Mumps"),
    "influenza": ("Грипп", "Influenza"),
    "covid-19": ("COVID-19", "COVID-19"),
    "rabies": ("Бешенство", "Rabies"),
    "tick-borne-encephalitis": ("Клещевой энцефалит", "Tick-borne encephalitis"),
    "hepatitis-a": ("Гепатит A", "Hepatitis A"),
    "meningococcus": ("Менингококковая инфекция", "Meningococcal disease"),
    "varicella": ("Ветряная оспа", "Varicella"),
    "rotavirus": ("Ротавирусная инфекция", "Rotavirus"),
    "hpv": ("Папилломавирус человека", "Human papillomavirus"),
    "yellow-fever": ("Жёлтая лихорадка", "Yellow fever"),
}


class Vaccine(NamedTuple):
    ru: str
    en: str
    diseases: tuple[str, ...]
    atc: str
    cvx: str = ""


VACCINES: Mapping[str, Vaccine] = {
    "hepb": Vaccine("Против гепатита B", "Hepatitis B", ("hepatitis-b",), "J07BC01", "45"),
    "bcg": Vaccine("БЦЖ", "BCG", ("tuberculosis",), "J07AN01", "19"),
    "bcg-m": Vaccine("БЦЖ-М", "BCG-M", ("tuberculosis",), "J07AN01", "19"),
    "pcv": Vaccine("Пневмококковая конъюгированная", "Pneumococcal conjugate", ("pneumococcus",), "J07AL02", "152"),
    "ppsv23": Vaccine(
        "Пневмококковая полисахаридная", "Pneumococcal polysaccharide", ("pneumococcus",), "J07AL01", "33"
    ),
    "dtwp": Vaccine("АКДС", "DTwP", ("diphtheria", "tetanus", "pertussis"), "J07AJ51", "01"),
    "dtap": Vaccine("АаКДС", "DTaP", ("diphtheria", "tetanus", "pertussis"), "J07AJ52", "20"),
    "tdap": Vaccine("АаКДС-М", "Tdap", ("diphtheria", "tetanus", "pertussis"), "J07AJ52", "115"),
    "dt": Vaccine("АДС", "DT", ("diphtheria", "tetanus"), "J07AM51", "28"),
    "td": Vaccine("АДС-М", "Td", ("diphtheria", "tetanus"), "J07AM51", "139"),
    "tt": Vaccine("АС", "Tetanus toxoid", ("tetanus",), "J07AM01", "35"),
    "ipv": Vaccine("Инактивированная полиовакцина", "IPV", ("polio",), "J07BF03", "10"),
    "opv": Vaccine("Оральная полиовакцина", "OPV", ("polio",), "J07BF04", "178"),
    "hib": Vaccine("Против гемофильной инфекции", "Hib", ("hib",), "J07AG01", "17"),
    "dtwp-hepb": Vaccine("АКДС-Геп В", "DTwP-HepB", ("diphtheria", "tetanus", "pertussis", "hepatitis-b"), "J07CA05"),
    "dtwp-hepb-hib": Vaccine(
        "АКДС-Геп В-Hib",
        "DTwP-HepB-Hib",
        ("diphtheria", "tetanus", "pertussis", "hepatitis-b", "hib"),
        "J07CA11",
        "102",
    ),
    "dtap-ipv": Vaccine("АаКДС-ИПВ", "DTaP-IPV", ("diphtheria", "tetanus", "pertussis", "polio"), "J07CA02", "130"),
    "dtap-ipv-hib": Vaccine(
        "АаКДС-ИПВ-Hib", "DTaP-IPV-Hib", ("diphtheria", "tetanus", "pertussis", "polio", "hib"), "J07CA06", "120"
    ),
    "dtap-ipv-hepb-hib": Vaccine(
        "АаКДС-ИПВ-Геп В-Hib",
        "DTaP-IPV-HepB-Hib",
        ("diphtheria", "tetanus", "pertussis", "polio", "hepatitis-b", "hib"),
        "J07CA09",
        "146",
    ),
    "mmr": Vaccine("Корь, краснуха, паротит", "MMR", ("measles", "rubella", "mumps"), "J07BD52", "03"),
    "measles-mumps": Vaccine("Корь, паротит", "Measles and mumps", ("measles", "mumps"), "J07BD51"),
    "measles": Vaccine("Живая коревая", "Measles", ("measles",), "J07BD01", "05"),
    "rubella": Vaccine("Против краснухи", "Rubella", ("rubella",), "J07BJ01", "06"),
    "mumps": Vaccine("Против паротита", "Mumps", ("mumps",), "J07BE01", "07"),
    "influenza": Vaccine("Против гриппа", "Influenza", ("influenza",), "J07BB02", "88"),
    "covid-19": Vaccine("Против COVID-19", "COVID-19", ("covid-19",), "J07BN", "213"),
    "rabies": Vaccine("Антирабическая", "Rabies", ("rabies",), "J07BG01", "90"),
    "tbe": Vaccine(
        "Против клещевого энцефалита", "Tick-borne encephalitis", ("tick-borne-encephalitis",), "J07BA01", "222"
    ),
    "hepa": Vaccine("Против гепатита A", "Hepatitis A", ("hepatitis-a",), "J07BC02", "85"),
    "meningococcus": Vaccine("Менингококковая", "Meningococcal", ("meningococcus",), "J07AH", "108"),
    "varicella": Vaccine("Против ветряной оспы", "Varicella", ("varicella",), "J07BK01", "21"),
    "rotavirus": Vaccine("Ротавирусная", "Rotavirus", ("rotavirus",), "J07BH", "122"),
    "hpv": Vaccine("Против ВПЧ", "HPV", ("hpv",), "J07BM", "137"),
    "yellow-fever": Vaccine("Против жёлтой лихорадки", "Yellow fever", ("yellow-fever",), "J07BL01", "184"),
}


def vaccine_name(code: str, language: str) -> str:
    vaccine = VACCINES[code]
    return vaccine.en if language == "en" else vaccine.ru


def disease_name(code: str, language: str) -> str:
    return DISEASES[code][1 if language == "en" else 0]
