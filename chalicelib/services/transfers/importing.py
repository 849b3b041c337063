"""Entries of a part into the card, some in each transaction, each with a mark by which it is known again."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from chalicelib.domain import exact_json
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import ResourceId, card_resource_id, resource_id_of
from chalicelib.errors import AccessDeniedError, ConflictError, ConsentRequiredError, MedkartaError, StaleVersionError
from chalicelib.ports import keys
from chalicelib.ports.resources import Arrival
from chalicelib.ports.tables import Expect, Expected, Item, Put, Store, Write
from chalicelib.services.transfers.tools import Tools

AT_ONCE = 12
"""In one transaction of a hundred: a record is some rows, its entry, and two marks."""
TRIES = 3
LOOKED_AT = 20  # records of the same kind and day


@dataclass(frozen=True, slots=True)
class Parcel:
    """One resource as it came. ``name``: its type and id at the sender."""

    name: str
    resource: Item
    provenance: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Marked:
    """``origin`` and ``content``: keyed marks of where it comes from, and of what it says."""

    parcel: Parcel
    record_id: str
    origin: str
    content: str


class Importing:
    def __init__(self, tools: Tools) -> None:
        self._t = tools

    def run(self, actor: Actor, patient_id: PatientId, parcels: Sequence[Parcel]) -> list[Item]:
        """What became of each, in their order."""
        secret = self._t.index.tag("transfer-origin", patient_id).encode()
        ids = [str(uuid4()) for _ in parcels]
        known = self._known(patient_id, secret, parcels)
        names = self._names(patient_id, parcels, ids, known)
        marked = [
            Marked(_renamed(parcel, names), record_id, _origin(secret, parcel), _mark(secret, _content(parcel)))
            for parcel, record_id in zip(parcels, ids, strict=True)
        ]
        done: list[Item] = []
        for at in range(0, len(marked), AT_ONCE):
            done += self._some(actor, patient_id, marked[at : at + AT_ONCE])
        return done

    def _known(self, patient_id: PatientId, secret: bytes, parcels: Sequence[Parcel]) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for at in range(0, len(parcels), 100):
            places = {
                keys.transfer_origin(patient_id, _origin(secret, one)): one.name for one in parcels[at : at + 100]
            }
            found |= {places[key]: row for key, row in self._t.tables.get_many(list(places)).items()}
        return found

    def _names(
        self, patient_id: PatientId, parcels: Sequence[Parcel], ids: Sequence[str], known: Mapping[str, Item]
    ) -> dict[str, str]:
        """What a reference of the sender is here. The sender's name of the patient is whatever their subject says."""
        names: dict[str, str] = {}
        intake = self._t.intake()
        for parcel, record_id in zip(parcels, ids, strict=True):
            row = known.get(parcel.name)
            here = str(row["resource"]) if row else intake.promised(patient_id, parcel.resource, record_id)
            names[parcel.name] = f"{parcel.resource['resourceType']}/{here}"
            for said in ("subject", "patient", "beneficiary", "for", "individual"):
                reference = parcel.resource.get(said)
                if isinstance(reference, dict) and "Patient/" in str(reference.get("reference", "")):
                    names[str(reference["reference"])] = f"Patient/{card_resource_id(patient_id)}"
        return names

    def _some(self, actor: Actor, patient_id: PatientId, marked: Sequence[Marked]) -> list[Item]:
        for _ in range(TRIES):
            done, staged, writes = self._staged(actor, patient_id, marked)
            if not writes:
                return done
            try:
                self._t.gate.commit(staged, [*writes, self._t.patient_keys.alive(patient_id)])
            except ConflictError:  # the same was brought by somebody else at this moment
                continue
            return done
        raise StaleVersionError

    def _staged(
        self, actor: Actor, patient_id: PatientId, marked: Sequence[Marked]
    ) -> tuple[list[Item], list[Any], list[Write]]:
        places = [keys.transfer_origin(patient_id, tag) for one in marked for tag in (one.origin, one.content)]
        rows = self._t.tables.get_many(list(dict.fromkeys(places)))
        done: list[Item] = []
        staged: list[Any] = []
        writes: list[Write] = []
        seen: dict[str, str] = {}
        for one in marked:
            said, arrival, marks = self._one(actor, patient_id, one, rows, seen)
            done.append({"original": one.parcel.name, **said})
            if arrival is not None:
                staged += arrival.staged
                writes += [*arrival.writes, *marks]
                seen[one.content] = arrival.resource_id
        return done, staged, writes

    def _one(
        self, actor: Actor, patient_id: PatientId, one: Marked, rows: Mapping[Any, Item], seen: Mapping[str, str]
    ) -> tuple[Item, Arrival | None, list[Write]]:
        if own := self._own(patient_id, one.parcel):
            return {"outcome": "known", "id": own}, None, []
        origin = rows.get(keys.transfer_origin(patient_id, one.origin))
        same = rows.get(keys.transfer_origin(patient_id, one.content))
        if origin is not None and origin["content"] == one.content:
            return {"outcome": "known", "id": origin["resource"]}, None, []
        if origin is None and (same is not None or one.content in seen):
            return {"outcome": "known", "id": same["resource"] if same else seen[one.content]}, None, []
        if problems := self._t.validator().problems(one.parcel.resource):
            first = problems[0]
            return {"outcome": "refused", "code": "resource-invalid", "path": first.path, "rule": first.rule}, None, []
        try:
            arrival, outcome = self._arrived(actor, patient_id, one, origin)
        except (AccessDeniedError, ConsentRequiredError):
            if origin is None:
                raise  # the card is closed to the caller, or its role brings no such records
            return {"outcome": "refused", "code": "another-delivery"}, None, []
        except MedkartaError as error:
            return {"outcome": "refused", "code": error.code}, None, []
        said: Item = {"outcome": outcome, "id": arrival.resource_id}
        if outcome == "imported" and (similar := self._similar(actor, patient_id, arrival)):
            said["similar"] = similar
        return said, arrival, self._marks(patient_id, one, arrival, origin)

    def _own(self, patient_id: PatientId, parcel: Parcel) -> str:
        """The id of what went out from this very card: both organisations share it, and it is there already."""
        here = parcel.name.partition("/")[2]
        lies = resource_id_of(here) if parcel.provenance.get("sender") == self._t.issuer else None
        if lies is None or lies.patient_id != patient_id:
            return ""
        return here if self._t.tables.get(keys.record(patient_id, lies.kind, lies.record_id)) else ""

    def _arrived(self, actor: Actor, patient_id: PatientId, one: Marked, origin: Item | None) -> tuple[Arrival, str]:
        intake, parcel = self._t.intake(), one.parcel
        lies = resource_id_of(str(origin["resource"])) if origin else None
        if lies is None:
            made = intake.stage(
                actor, patient_id, parcel.resource, provenance=parcel.provenance, record_id=one.record_id, quiet=True
            )
            return made, "imported"
        row = self._t.tables.get(keys.record(patient_id, lies.kind, lies.record_id)) or {"ver": 0}
        made = intake.correct(
            actor,
            patient_id,
            (lies.kind, lies.record_id),
            parcel.resource,
            provenance=parcel.provenance,
            version=int(row["ver"]),
            quiet=True,
        )
        return made, "updated"

    def _similar(self, actor: Actor, patient_id: PatientId, arrival: Arrival) -> list[str]:
        """Ids of records of the same kind and day that were there before; the new one says so too.

        The caller is told of its own: what others have of a day in this card is not for whoever brings something.
        """
        put = next((one for one in arrival.writes if isinstance(one, Put) and "kd" in one.item), None)
        if put is None:
            return []
        kind, occurred, record_id = str(put.item["kd"]).split("#")[:3]
        prefix = f"{kind}#{occurred[:10]}"
        found = self._t.tables.query(
            Store.CARD, keys.patient(patient_id), prefix, index=keys.BY_DATE, limit=LOOKED_AT
        ).items
        similar = [row for row in found if row["id"] != record_id]
        if similar:
            put.item["similar"] = [row["id"] for row in similar]
        own = [row["id"] for row in similar if row.get("client") == actor.person_id]
        return [str(ResourceId(patient_id, kind, str(UUID(one)))) for one in own]

    def _marks(self, patient_id: PatientId, one: Marked, arrival: Arrival, origin: Item | None) -> list[Write]:
        now = stamp(self._t.clock())
        version = int(origin["ver"]) + 1 if origin else 1
        row: Item = {"resource": arrival.resource_id, "content": one.content, "at": now, "ver": version}
        expect: Expected = {"ver": version - 1} if origin else Expect.ABSENT
        same: Item = {"resource": arrival.resource_id, "at": now}
        return [
            Put(keys.transfer_origin(patient_id, one.origin), row, expect),
            Put(keys.transfer_origin(patient_id, one.content), same, None),
        ]


def _origin(secret: bytes, parcel: Parcel) -> str:
    return _mark(secret, f"{parcel.provenance.get('sender', '')}\n{parcel.name}")


def _mark(secret: bytes, text: str) -> str:
    return hmac.digest(secret, text.encode(), "sha256").hex()


def _content(parcel: Parcel) -> str:
    """What a resource says, without the sender's name for it: by this the same thing under another id is known."""
    bare = {name: value for name, value in parcel.resource.items() if name not in {"id", "meta", "text"}}
    return exact_json.dumps(dict(sorted(bare.items())))


def _renamed(parcel: Parcel, names: Mapping[str, str]) -> Parcel:
    return Parcel(parcel.name, _with_names(parcel.resource, names), parcel.provenance)


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_names(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _with_names(one, names) for name, one in value.items()}
    said = found.get("reference")
    if isinstance(said, str):
        found["reference"] = names.get(said, said)
    return found
