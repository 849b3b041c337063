"""Words of vital signs and their series; names of signs for notices."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.texts import Said
from chalicelib.domain.vital_signs.signs import SIGNS

ACTIONS: Mapping[str, Said] = {
    "vital-sign-series:keep": Said("Ряд показателей дополнен", "The series of vital signs was brought up to date"),
    "vital-sign:batch": Said("Передача измерений прибора", "Readings of a device were sent"),
}

THINGS: Mapping[str, Said] = {name: sign.words for name, sign in SIGNS.items()}
