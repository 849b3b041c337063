"""Days, months and the state of a card's series, opened and sealed (domain/vital_signs/rolls.py)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.domain.moments import stamp
from chalicelib.domain.vital_signs import rolls
from chalicelib.domain.vital_signs.rolls import Day, Month
from chalicelib.ports import Clock, PatientKeys, Sealed, Vault, keys
from chalicelib.ports.tables import Expect, Expected, Item, Key, Put, Tables, Write
from chalicelib.records.observation import VITAL_SIGN_SERIES
from chalicelib.services.drafts import Drafts
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("check_vital_sign")
KIND = VITAL_SIGN_SERIES.name

Tell = Callable[[str, str, Mapping[str, str], Mapping[str, str]], tuple[Sequence[Staged], Sequence[Write]]]
"""A notice for a person: event, words, links; what is to be stored."""


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    tell: Tell
    clock: Clock


def place(patient_id: PersonId, name: str) -> Key:
    """Where the row of a name lies: a day, a month, or ``state``."""
    if name == "state":
        return keys.series_state(patient_id)
    month = len(name) == len("2026-11")
    return keys.series_month(patient_id, name) if month else keys.series_day(patient_id, name)


@dataclass
class Rows:
    """Some rows of one card, by name. What is marked as changed is sealed and written by ``writes``."""

    tools: Tools
    patient_id: PersonId
    _found: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)

    def load(self, permit: Permit, names: Iterable[str], rows: Mapping[Key, Item] | None = None) -> None:
        """Open those of the names that are not here yet; in one read, unless ``rows`` has them."""
        wanted = {name: place(self.patient_id, name) for name in names if name not in self._found}
        found = self.tools.tables.get_many(list(wanted.values())) if rows is None else rows
        for name, key in wanted.items():
            row = found.get(key)
            if row is None:
                self._found[name] = (0, {})
            else:
                text = self.tools.vault.open(permit, Sealed.of(name, row))
                self._found[name] = (int(row["ver"]), rolls.unpacked(text))

    def day(self, name: str) -> Day:
        return self._found[name][1]

    def month(self, name: str) -> Month:
        return self._found[name][1]

    @property
    def state(self) -> dict[str, Any]:
        return self._found["state"][1]

    def change(self, name: str) -> None:
        self._changed.add(name)

    @property
    def changed(self) -> list[str]:
        return sorted(self._changed)

    def writes(self) -> tuple[list[Staged], list[Write]]:
        """The changed rows on condition that they stand as they were read."""
        staged: list[Staged] = []
        writes: list[Write] = []
        for name in self.changed:
            version, content = self._found[name]
            line = self.tools.gate.stage_private(
                TASK, self.patient_id, KIND, name, f"{KIND}:keep", resource_version=version + 1
            )
            sealed = self.tools.vault.seal(line.seal_with, version + 1, rolls.packed(content))
            expect: Expected = {"ver": version} if version else Expect.ABSENT
            row: Item = {"id": name, "ver": version + 1, "sealed": sealed, "at": stamp(self.tools.clock())}
            staged.append(line)
            writes.append(Put(place(self.patient_id, name), row, expect))
        return staged, writes
