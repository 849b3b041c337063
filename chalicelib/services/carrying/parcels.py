"""One person's rows sealed anew for another."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import PersonId, system_actor
from chalicelib.ports import Documents, Sealed, Vault, keys
from chalicelib.ports.large_files import places
from chalicelib.ports.tables import Item, Key
from chalicelib.services.gate import Gate, Staged

TASK = system_actor("merge")
CHUNK = 25  # rows with an entry each, in a transaction of at most a hundred
OWN = frozenset({"pk", "sk", "react"})


@dataclass(frozen=True, slots=True)
class Tools:
    gate: Gate
    vault: Vault
    documents: Documents


@dataclass(frozen=True, slots=True)
class Parcel:
    """A row in its new place, with the entry that must be stored with it."""

    key: Key
    row: Item
    staged: Staged


class Sender:
    """``opens``: permits for everything of the person from whom it comes, by kind. ``action``: of the entries."""

    def __init__(
        self, tools: Tools, merge: Item, way: tuple[str, str], opens: Mapping[str, Permit], action: str
    ) -> None:
        self._t = tools
        self._opens = opens
        self._action = action
        self.merge_id: str = merge["id"]
        self.owner = PersonId(merge["patient"])
        self.from_id, self.to_id = (PersonId(one) for one in way)

    def opened(self, kind: str, record_id: str, row: Item) -> bytes:
        return self._t.vault.open(self._opens[kind], Sealed.of(record_id, row))

    def version(self, key: Key, row: Item, text: bytes = b"") -> Parcel:
        """A version of a record. Its hash is the same, so the log says that nothing but the key has changed."""
        kind, record_id, version = row["kind"], row["id"], int(row["ver"])
        staged = self._staged(kind, record_id, version, new=row["hash"])
        sealed = self._t.vault.seal(staged.seal_with, version, text or self.opened(kind, record_id, row))
        told = {**staged.event.details, "sealed": b64encode(hashlib.sha256(sealed).digest()).decode()}
        origin: Item = {"patient": self.from_id, "merge": self.merge_id, "ver": version}
        kept = {name: value for name, value in row.items() if name not in OWN}
        moved = {**kept, "patient": self.to_id, "sealed": sealed, "entry": staged.entry_id, "merged_from": origin}
        return Parcel(key, moved, staged.saying(details=told))

    def dispensing(self, record_id: str, row: Item) -> Parcel:
        number = int(row["ver"])
        staged = self._staged("dispensing", record_id, number)
        sealed = self._t.vault.seal(staged.seal_with, number, self.opened("dispensing", record_id, row))
        return Parcel(keys.dispensing(self.to_id, record_id, number), self._moved(row, sealed=sealed), staged)

    def document(self, kind: str, record_id: str, row: Item) -> Parcel:
        """The file lies at its new place before the row says so; a second time it lies there anew."""
        version = int(row["ver"])
        text = self.opened("document", record_id, {"ver": version, "sealed": self._t.documents.get(row["place"])})
        staged = self._staged("document", record_id, version)
        place = f"{self.to_id}/{kind}/{record_id}/{version}"
        self._t.documents.put(place, self._t.vault.seal(staged.seal_with, version, text))
        return Parcel(keys.document(self.to_id, kind, record_id, version), self._moved(row, place=place), staged)

    def file(self, key: Key, sort: str, row: Item) -> Parcel:
        """A scan, or a large file part by part; as a document it lies at its new place before the row says so."""
        file_id = row["id"]
        staged = self._staged(sort, file_id, 1)
        moved = self._moved(
            row, patient=self.to_id, **({"place": f"{self.to_id}/scan/{file_id}"} if sort == "scan" else {})
        )
        pairs = zip(_places(sort, row), _places(sort, moved), strict=True)
        for number, (old, new) in enumerate(pairs, 1):
            text = self.opened(sort, file_id, {"ver": number, "sealed": self._t.documents.get(old)})
            self._t.documents.put(new, self._t.vault.seal(staged.seal_with, number, text))
        return Parcel(key, moved, staged)

    def beside(self, key: Key, kind: str, row: Item) -> Parcel:
        """A row with sealed content that is no record."""
        record_id, version = row["id"], int(row["ver"])
        staged = self._staged(kind, record_id, version)
        sealed = self._t.vault.seal(staged.seal_with, version, self.opened(kind, record_id, row))
        owner: Item = {"patient": self.to_id} if "patient" in row else {}
        return Parcel(key, self._moved(row, sealed=sealed, **owner), staged)

    def resealed(self, kind: str, row: Item, version: int, there: Item | None) -> tuple[Staged, Item]:
        """A row whose content, if it has any, is of ``version``, under the other id. ``there``: the row that it takes
        the place of, whose origin it keeps.
        """
        staged = self._staged(kind, row["id"], int(row["ver"]))
        new = self._moved(row, patient=self.to_id)
        if there is not None:
            del new["merged_from"]
            new |= {name: value for name, value in there.items() if name == "merged_from"}
        if "sealed" in row:
            text = self.opened(kind, row["id"], {"ver": version, "sealed": row["sealed"]})
            new["sealed"] = self._t.vault.seal(staged.seal_with, version, text)
        return staged, new

    def _moved(self, row: Item, **changes: object) -> Item:
        kept = {name: value for name, value in row.items() if name not in OWN}
        return {**kept, **changes, "merged_from": {"patient": self.from_id, "merge": self.merge_id}}

    def _staged(self, kind: str, record_id: str, version: int, new: str = "") -> Staged:
        details = {"merge": self.merge_id, "from": self.from_id}
        return self._t.gate.stage_private(
            TASK, self.to_id, kind, record_id, self._action, resource_version=version, new=new, details=details
        )


def _places(sort: str, row: Item) -> list[str]:
    return places(row) if sort == "file" else [str(row["place"])]


def chunks(parcels: list[Parcel]) -> list[list[Parcel]]:
    return [parcels[at : at + CHUNK] for at in range(0, len(parcels), CHUNK)]
