"""How units of UCUM are written for a reader; a unit that is not here is shown as its code.

Source: UCUM print symbols; Russian forms by ГОСТ 8.417-2002 (table of units) and by usage of laboratories.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.records.bodies.words import Both

UNITS: Mapping[str, Both] = {
    "g/L": ("г/л", "g/L"),
    "g/dL": ("г/дл", "g/dL"),
    "mg/L": ("мг/л", "mg/L"),
    "mg/dL": ("мг/дл", "mg/dL"),
    "ug/L": ("мкг/л", "µg/L"),
    "ng/mL": ("нг/мл", "ng/mL"),
    "pg/mL": ("пг/мл", "pg/mL"),
    "mol/L": ("моль/л", "mol/L"),
    "mmol/L": ("ммоль/л", "mmol/L"),
    "umol/L": ("мкмоль/л", "µmol/L"),
    "nmol/L": ("нмоль/л", "nmol/L"),
    "pmol/L": ("пмоль/л", "pmol/L"),
    "10*9/L": ("×10⁹/л", "×10⁹/L"),
    "10*12/L": ("×10¹²/л", "×10¹²/L"),
    "U/L": ("Ед/л", "U/L"),
    "m[IU]/L": ("мМЕ/л", "mIU/L"),
    "[IU]/L": ("МЕ/л", "IU/L"),
    "[IU]/mL": ("МЕ/мл", "IU/mL"),
    "mm/h": ("мм/ч", "mm/h"),
    "fL": ("фл", "fL"),
    "pg": ("пг", "pg"),
    "s": ("с", "s"),
    "/[HPF]": ("в поле зрения", "per HPF"),
    "mm[Hg]": ("мм рт. ст.", "mmHg"),
    "/min": ("в минуту", "per min"),
    "Cel": ("°C", "°C"),
    "%": ("%", "%"),
    "kg": ("кг", "kg"),
    "kg/m2": ("кг/м²", "kg/m²"),
    "g": ("г", "g"),
    "mg": ("мг", "mg"),
    "ug": ("мкг", "µg"),
    "L": ("л", "L"),
    "mL": ("мл", "mL"),
    "cm": ("см", "cm"),
    "mSv": ("мЗв", "mSv"),
}
