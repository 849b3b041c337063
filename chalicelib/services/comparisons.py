"""Two cards side by side before they are merged (SPC-5): what the registrar decides by, without clinical content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from chalicelib.domain import merges
from chalicelib.domain.access import ConsentState
from chalicelib.domain.identity import Actor, PersonId, system_actor
from chalicelib.domain.matching import Comparison, compare
from chalicelib.domain.merges import Line
from chalicelib.domain.patients import traits
from chalicelib.errors import NotFoundError, StaleVersionError
from chalicelib.ports import Sealed, Vault, keys
from chalicelib.ports.tables import Item, Store, Tables, every_row
from chalicelib.services.gate import Gate

TASK = "merge"


class ComparisonService:
    """Implements ``ports.merging.Comparisons``."""

    def __init__(self, gate: Gate, tables: Tables, vault: Vault) -> None:
        self._gate = gate
        self._tables = tables
        self._vault = vault

    def of(self, actor: Actor, row: Item) -> Item:
        """No clinical content: numbers by kind, ids of what is twice, and where the profiles differ."""
        patient_id, source_id = PersonId(row["patient"]), PersonId(row["source"])
        stays, goes = self._profile(actor, patient_id), self._profile(actor, source_id)
        mine, theirs = self._lines(patient_id), self._lines(source_id)
        found = self._overlap(row, mine, theirs)
        match = compare(traits(stays), traits(goes))
        return {
            "match": {
                "probability": round(match.probability, 2),
                "differs": list(match.differs),
                "veto": match.veto,
            },
            "profile": merges.differing(stays, goes),
            "records": {"stays": _by_kind(mine), "goes": _by_kind(theirs)},
            "duplicates": [_pair(*pair) for pair in found.duplicates],
            "near_duplicates": [_pair(*pair) for pair in found.near],
            "whole": max(len(mine), len(theirs)) < merges.MOST_COMPARED,
            "consents_to_give_anew": self._consents(source_id),
            "representatives_to_name_anew": self._representatives(source_id),
        }

    def match(self, actor: Actor, row: Item) -> Comparison:
        """See ``ports.merging.Comparisons``."""
        stays, goes = (self._profile(actor, PersonId(row[name])) for name in ("patient", "source"))
        return compare(traits(stays), traits(goes))

    def _profile(self, actor: Actor, person_id: PersonId) -> dict[str, str]:
        row = self._tables.get(keys.profile(person_id))
        if row is None:
            raise NotFoundError
        permit = self._gate.permit_private(actor, person_id, "profile", "profile", "merge:compare")
        sealed = Sealed.of("profile", row)
        opened: dict[str, str] = json.loads(self._vault.open(permit, sealed))
        return opened

    def _lines(self, patient_id: PersonId) -> list[Line]:
        rows = every_row(self._tables, Store.CARD, keys.patient(patient_id), "R#")
        return [merges.line_of(row["kd"]) for row in islice(rows, merges.MOST_COMPARED) if "kd" in row]

    def _overlap(self, row: Item, mine: list[Line], theirs: list[Line]) -> merges.Overlap:
        """Opens what is of one kind and moment on both cards, as the system: the registrar sees no content."""
        found = merges.pairs(theirs, mine)
        sides = ((row["source"], [pair[0] for pair in found]), (row["patient"], [pair[1] for pair in found]))
        prints = {name: text for card_id, lines in sides for name, text in self._prints(row, PersonId(card_id), lines)}
        return merges.overlap(found, prints)

    def _prints(self, row: Item, card_id: PersonId, lines: list[Line]) -> Iterator[tuple[str, str]]:
        kinds = sorted({line.kind for line in lines})
        if not kinds:
            return
        permits = self._gate.permit_private_kinds(
            system_actor(TASK), card_id, kinds, "merge:compare", details={"merge": row["id"], "kinds": " ".join(kinds)}
        )
        for line in {line.record_id: line for line in lines}.values():
            stored = self._tables.get(keys.record(card_id, line.kind, line.record_id))
            if stored is None:
                raise StaleVersionError
            sealed = Sealed.of(line.record_id, stored)
            yield line.record_id, merges.fingerprint(json.loads(self._vault.open(permits[line.kind], sealed)))

    def _consents(self, source_id: PersonId) -> list[Item]:
        rows = every_row(self._tables, Store.CARD, keys.patient(source_id), keys.CONSENTS)
        live = (row for row in rows if row["state"] == ConsentState.GRANTED)
        return [{"member": row["member"], "role": row["role"], "organisation": row["organisation"]} for row in live]

    def _representatives(self, source_id: PersonId) -> list[Item]:
        rows = every_row(self._tables, Store.CARD, keys.patient(source_id), keys.REPRESENTATIONS)
        return [{"person": row["sk"].removeprefix(keys.REPRESENTATIONS), "kind": row["kind"]} for row in rows]


def _by_kind(lines: list[Line]) -> dict[str, int]:
    return {kind: sum(line.kind == kind for line in lines) for kind in sorted({line.kind for line in lines})}


def _pair(goes: Line, stays: Line) -> Item:
    return {"kind": goes.kind, "goes": goes.record_id, "stays": stays.record_id}
