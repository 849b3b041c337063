"""Parts of transfers from outside: opened, checked, and brought into the card with where they come from.

Each entry is one of: imported, known (the same id or the same content is there), updated (the same id, another
content), refused (with a code). What is imported beside something of the same kind and day is marked ``similar``, and
kept: two of one day may both be right. A part is answered once; what died half-way is repeated, and finds what is
there. A part is of one patient: where its entries or its Patient speak of another, nothing of it is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from chalicelib.domain import exact_json
from chalicelib.domain.access import Action
from chalicelib.domain.identity import Actor, PatientId, PersonId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import card_resource_id, patient_of
from chalicelib.domain.resources import SERVED, named_subjects
from chalicelib.domain.transfers import MOST_ENTRIES, digest_of, faults, issuer_of
from chalicelib.errors import (
    ConflictError,
    MalformedError,
    NotSignedInError,
    SubjectUnknownError,
    TransferSenderError,
    TransferUnreadableError,
)
from chalicelib.ports import Event, keys
from chalicelib.ports.going_on import goes_on
from chalicelib.ports.rows import happened
from chalicelib.ports.tables import Item, Key, Put
from chalicelib.records.registry import record_type
from chalicelib.services.transfers.importing import Importing, Parcel
from chalicelib.services.transfers.tools import Tools

TOLD = "transfer_received"
ANYTHING = "received-documents"
"""The kind of which the gate is asked whether the card takes anything from the caller."""
ASIDE = frozenset({"Patient", "Provenance"})
"""Whose it is, and where from: both are said by every record that is imported."""


class Taking:
    def __init__(self, tools: Tools) -> None:
        self._t = tools
        self._importing = Importing(tools)

    def take(self, actor: Actor, sealed: str, patient_id: str) -> tuple[Item, bool]:
        """What became of each entry, and whether this part was taken in before.

        ``patient_id``: ours, or "" where the part names the patient by an identifier. Raises TransferUnreadableError,
        TransferSenderError, SubjectUnknownError, and what the gate raises for a card that is closed to the caller.
        """
        claims, content = self._opened(actor, sealed)
        place = digest_of(f"{claims['iss']}\n{claims['transfer']}\n{claims['part']}")
        key = keys.transfer_received(actor.organisation_id, place)
        if (known := self._t.tables.get(key)) is not None:
            return dict(known["answer"]), True
        resources, origins = _entries(content)
        _check_people(content["bundle"])
        who = self._whose(actor, content, str(claims["iss"]), patient_id)
        self._t.gate.allowed(actor, Action.CREATE, who, record_type(ANYTHING))
        parcels = self._parcels(resources, origins, claims)
        done = self._importing.run(actor, who, parcels)
        answer: Item = {
            "transfer": claims["transfer"],
            "part": claims["part"],
            "sender": claims["iss"],
            "patient": card_resource_id(who),
            "entries": done,
        }
        return self._answered(actor, who, key, answer)

    def _opened(self, actor: Actor, sealed: str) -> tuple[Mapping[str, Any], Item]:
        """Signed claims, and what they are about."""
        try:
            outer = exact_json.loads(self._t.box.open(sealed))
            signature, text = outer["signature"], outer["content"]
            issuer = issuer_of(signature)
        except (MalformedError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
            raise TransferUnreadableError from None
        if not isinstance(text, str):
            raise TransferUnreadableError
        try:
            claims = self._signed(signature, issuer)
        except (NotSignedInError, TransferSenderError):
            self._refuse(actor, "signature")
        if fault := faults(claims, actor.organisation_id, text, self._t.clock()):
            self._refuse(actor, fault)
        try:
            return claims, exact_json.loads(text)
        except MalformedError:
            raise TransferUnreadableError from None

    def _signed(self, signature: str, issuer: str) -> Mapping[str, Any]:
        if issuer == self._t.issuer:
            return self._t.signer.verify(signature, purpose="transfer")
        sender = self._t.tables.get(keys.transfer_sender(digest_of(issuer)))
        if sender is None:
            raise TransferSenderError
        return self._t.box.signed(signature, sender["jwks"])

    def _refuse(self, actor: Actor, reason: str) -> NoReturn:
        self._t.gate.refuse(actor, "transfer:take", reason)
        raise TransferSenderError

    def _whose(self, actor: Actor, content: Item, issuer: str, said: str) -> PatientId:
        """Whom the caller names, or the part itself; where both do, it must be one person."""
        if issuer == self._t.issuer:
            named = {patient_of(str(one.get("id", ""))) for one in _of_type(content, "Patient")} - {None}
        else:
            named = self._named(actor, content)
        if said and not named:
            return PersonId(said)
        if len(named) != 1:
            raise SubjectUnknownError
        (found,) = named
        if said and goes_on(self._t.tables, PersonId(str(found))) != goes_on(self._t.tables, PersonId(said)):
            self._t.gate.refuse(actor, "transfer:take", "another-card")
            raise SubjectUnknownError
        return PersonId(said or str(found))

    def _named(self, actor: Actor, content: Item) -> set[PatientId | None]:
        """Those whom the identifiers of the part's Patient name; its birth date must be theirs."""
        found = set[PatientId | None]()
        for patient in _of_type(content, "Patient"):
            born = str(patient.get("birthDate", ""))
            for one in patient.get("identifier", ()):
                system, value = str(one.get("system", "")), str(one.get("value", ""))
                found.add(self._t.subjects().by_identifier(actor, system, value, born))
        return found - {None}

    def _parcels(self, resources: list[Item], origins: Mapping[str, Item], claims: Mapping[str, Any]) -> list[Parcel]:
        found = []
        for resource in resources:
            name = f"{resource['resourceType']}/{resource.get('id', '')}"
            origin = origins.get(name, {})
            provenance = {
                "organisation": str(origin.get("organisation", "")) or str(claims["iss"]),
                "author": str(origin.get("role", "")),
                "original": name,
                "transfer": str(claims["transfer"]),
                "sender": str(claims["iss"]),
            }
            found.append(Parcel(name, resource, {n: text[:500] for n, text in provenance.items() if text}))
        return found

    def _answered(self, actor: Actor, patient_id: PatientId, key: Key, answer: Item) -> tuple[Item, bool]:
        now = self._t.clock()
        row: Item = {"id": key.sk, "at": stamp(now), "answer": answer, "ver": 1}
        event = Event(
            actor,
            "transfer:take",
            patient_id,
            resource_type="transfer",
            resource_id=str(answer["transfer"])[:64],
            details={"entries": len(answer["entries"])},
        )
        told = happened(patient_id, self._t.gate.new_id(), TOLD, now)
        try:
            self._t.gate.commit([self._t.gate.stage(event)], [Put(key, row), told])
        except ConflictError:
            known = self._t.tables.get(key)
            if known is None:
                raise
            return dict(known["answer"]), True
        return answer, False


def _entries(content: Item) -> tuple[list[Item], dict[str, Item]]:
    """Resources to import, and what the manifest says of each. Raises TransferUnreadableError."""
    if not isinstance(content, dict):
        raise TransferUnreadableError
    bundle, manifest = content.get("bundle"), content.get("manifest", [])
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle" or not isinstance(manifest, list):
        raise TransferUnreadableError
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise TransferUnreadableError(f"at most {MOST_ENTRIES} entries")
    resources: list[Any] = [one.get("resource") if isinstance(one, dict) else None for one in entries]
    if not all(isinstance(one, dict) and isinstance(one.get("resourceType"), str) for one in resources):
        raise TransferUnreadableError
    known = {str(one.get("id")): one for one in manifest if isinstance(one, dict)}
    return [one for one in resources if one["resourceType"] not in ASIDE], known


def _check_people(bundle: Item) -> None:
    """Raises TransferUnreadableError for entries of several patients, whatever they are called there."""
    names: dict[str, str] = {}
    people: set[str] = set()
    try:
        for entry in bundle.get("entry", []):
            resource = entry["resource"]
            if resource["resourceType"] == "Patient":
                name = f"Patient/{resource.get('id', '')}"
                people.add(name)
                names |= {str(entry.get("fullUrl", "")): name}
                names |= {f"{one.get('system')}|{one.get('value')}": name for one in resource.get("identifier", ())}
        for entry in bundle.get("entry", []):
            served = SERVED.get(entry["resource"]["resourceType"])
            if served is not None and not served.by_target:
                people |= {_called(one, names) for one in named_subjects(entry["resource"])}
    except (AttributeError, TypeError, KeyError):
        raise TransferUnreadableError from None
    if len(people - {""}) > 1:
        raise TransferUnreadableError("one patient, and no more")


def _called(reference: Mapping[str, Any], names: Mapping[str, str]) -> str:
    said = str(reference.get("reference", ""))
    if said.startswith("#"):
        return ""
    if not said:
        identifier = reference.get("identifier", {})
        said = f"{identifier.get('system')}|{identifier.get('value')}"
        return names.get(said, said)
    if said in names:
        return names[said]
    bare = said.split("/_history/")[0]
    return "Patient/" + bare.rpartition("Patient/")[2] if "Patient/" in bare else bare


def _of_type(content: Item, resource_type: str) -> list[Item]:
    found = [one.get("resource", {}) for one in content["bundle"].get("entry", [])]
    return [one for one in found if one.get("resourceType") == resource_type]
