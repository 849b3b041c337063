"""What all parts of the service work with, and the text of a resource as it is kept."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalicelib.domain import exact_json
from chalicelib.domain.identity import Actor
from chalicelib.domain.resources import SERVED
from chalicelib.errors import (
    FieldProblem,
    InteractionUnknownError,
    InvalidFieldsError,
    ResourceInvalidError,
    ResourceTypeUnknownError,
    TooLargeError,
)
from chalicelib.ports import BlindIndex, Clock, PatientKeys, Vault
from chalicelib.ports.resources import Mapper, Resource, Validator
from chalicelib.ports.tables import Item, Tables
from chalicelib.services.drafts import Drafts
from chalicelib.services.gate import Gate

LARGEST = 200_000
"""Bytes of a resource: a row has room for so much. Files come as files (docs/fhir.md)."""
GONE = {"state": "withdrawn"}
MOST_IDENTIFIERS = 5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """``validator`` and ``mapper`` are asked for when they are needed: who only reads does not load them.

    ``held``: of each client and organisation, what its identifiers are keyed with: made by the index, which takes long.
    """

    gate: Gate
    tables: Tables
    vault: Vault
    patient_keys: PatientKeys
    drafts: Drafts
    index: BlindIndex
    mapper: Callable[[], Mapper]
    validator: Callable[[], Validator]
    clock: Clock
    held: dict[str, bytes] = field(default_factory=dict)

    def tags(self, actor: Actor, resource: Mapping[str, Any]) -> list[str]:
        """Keyed tags of the identifiers of a client's resource, the first ``MOST_IDENTIFIERS``."""
        said = resource.get("identifier", [])
        some = (said if isinstance(said, list) else [said])[:MOST_IDENTIFIERS]
        named = {f"{one.get('system', '')}|{one['value']}" for one in some if one.get("value")}
        return sorted(self.tag(actor.person_id, one) for one in named)

    def tag(self, owner: str, text: str) -> str:
        """Of an identifier (``system|value``) or criteria; another one for another client or organisation."""
        if owner not in self.held:
            self.held[owner] = self.index.tag("delivered", owner).encode()
        found = hmac.new(self.held[owner], text.encode("utf-8", "replace"), hashlib.sha256).digest()
        return urlsafe_b64encode(found[:16]).rstrip(b"=").decode("ascii")


def kept(resource: Mapping[str, Any]) -> str:
    """The text that is stored: without id, version and time, which the row says. Raises TooLargeError."""
    meta = {n: v for n, v in resource.get("meta", {}).items() if n not in {"versionId", "lastUpdated"}}
    text = exact_json.dumps(
        {"resourceType": resource["resourceType"]}
        | ({"meta": meta} if meta else {})
        | {name: value for name, value in resource.items() if name not in {"resourceType", "id", "meta"}}
    )
    if len(text.encode()) > LARGEST:
        raise TooLargeError(f"a resource has at most {LARGEST} bytes")
    return text


def dressed(text: str, resource_id: str, version: int, updated: str) -> Resource:
    """The kept text as it is read: with its id, version and time."""
    found: Resource = exact_json.loads(text)
    meta = {"versionId": str(version), "lastUpdated": updated, **found.pop("meta", {})}
    return {"resourceType": found.pop("resourceType"), "id": resource_id, "meta": meta, **found}


def is_gone(row: Item) -> bool:
    """Whoever delivered it has deleted it."""
    return "deleted" in row


def is_own(actor: Actor, row: Item | None) -> bool:
    """A partner asks for what it has delivered itself."""
    return actor.is_partner and row is not None and row.get("client") == actor.person_id


def check_type(resource_type: str, interaction: str) -> None:
    """Raises ResourceTypeUnknownError, InteractionUnknownError."""
    if resource_type not in SERVED:
        raise ResourceTypeUnknownError
    if interaction not in SERVED[resource_type].interactions:
        raise InteractionUnknownError


def check(validator: Validator, resource_type: str, resource: Any) -> Resource:
    """Raises InvalidFieldsError for a body of another type, ResourceInvalidError with everything that is wrong."""
    if not isinstance(resource, dict) or resource.get("resourceType") != resource_type:
        problem = FieldProblem("/resourceType", "resource-type", "the type that the address names")
        raise InvalidFieldsError(fields=(problem,))
    found = validator.problems(resource)
    if found:
        issues = [
            {"path": one.path, "code": one.code, "text": one.text, "text_ru": one.text_ru, "rule": one.rule}
            for one in found
        ]
        raise ResourceInvalidError(extra={"issues": issues})
    return resource
