"""A stand-in for the registry of insurance policies, with manners good and bad by the fifth-last to second-last digits.

    …0001x unknown   …0003x answers too slowly      …0005x answers what is not JSON   …0007x has a new number
    …0002x fails     …0004x fails every other time  …0006x closed
Every other number is active. Nothing here is the state's register, and nothing is checked.
"""

from __future__ import annotations

from typing import Any

from chalicelib.domain.identifiers import oms_check_digit
from local.registry import Registry

INSURER = "СМО «Демо-страхование»"


class OmsRegistry(Registry):
    name = "oms-registry"
    length = 16

    def kind(self, number: str) -> str:
        return number[-5:-1]

    def known(self, number: str, kind: str) -> dict[str, Any]:
        said = {"status": "closed" if kind == "0006" else "active", "number": number, "insurer": INSURER}
        if kind == "0006":
            said["until"] = "2026-01-31"
        if kind == "0007":
            fifteen = f"{number[:11]}9007"
            said["number"] = fifteen + oms_check_digit(fifteen)
        return said
