"""A world in which a doctor prescribes to Anna and two pharmacies dispense."""

from __future__ import annotations

from typing import Any

from chalicelib.domain.identity import Actor
from chalicelib.records.medication import PRESCRIPTION as KIND
from tests.world import ANNA, PRESCRIPTION, World

KEY = "0123456789abcdef"
PHARMACIST = {"name": "Сидорова Мария", "number": "17"}


def prescribing(made: World | None = None) -> Any:
    made = made or World()
    made.anna, made.doctor = made.patient(), made.staff()  # type: ignore[attr-defined]
    made.consent(made.doctor)  # type: ignore[attr-defined]
    made.north, made.south = made.pharmacy("north"), made.pharmacy("south")  # type: ignore[attr-defined]
    return made


def issue(world: Any, key: str = KEY, **changes: Any) -> tuple[dict[str, Any], str]:
    """The record as the doctor got it, and the patient's code."""
    record, _ = world.prescriptions.issue(world.doctor, ANNA, {**PRESCRIPTION, **changes}, key)
    qr = world.records.read(world.anna, ANNA, KIND, record["id"])["body"]["qr"]
    return record, qr


def dispensed(
    world: Any, who: Actor, qr: str, packs: int, version: int, key: str = KEY, line: int = 1
) -> tuple[dict[str, Any], int]:
    parts = [{"line": line, "packs": packs}]
    return world.dispensing.dispense(who, qr, parts, PHARMACIST, version, key)  # type: ignore[no-any-return]
