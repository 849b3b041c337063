"""Codes of classifications and units in a record (domain/coded.py); these stand among hints too."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "code-unknown": {"not a code of {code_set}": "Такого кода в {code_set} нет"},
    "code-inactive": {
        "no longer a code of {code_set}": "Код в {code_set} больше не действует",
        "no longer a code of {code_set}; use {codes}": "Код в {code_set} больше не действует, вместо него: {codes}",
    },
    "not-listed": {
        "not listed in {code_set}, which does not list everything": "Нет в {code_set}, но этот список неполон",
    },
    "text-differs": {"the code of {code_set} is called otherwise": "Код из {code_set} называется иначе"},
    "unit-unknown": {"not a unit of UCUM; it is kept as text": "Это не единица UCUM, сохранится как текст"},
    "unit-not-allowed": {
        "not a unit in which {code_set} of this name are measured; use {units}": (
            "В таких единицах этот показатель не измеряют, подойдут: {units}"
        ),
    },
    "asterisk-alone": {
        "an asterisk code is no main diagnosis alone: give the underlying disease (dagger) with it": (
            "Код со звёздочкой один не бывает основным диагнозом: добавьте основное заболевание (код с крестиком)"
        ),
    },
}
