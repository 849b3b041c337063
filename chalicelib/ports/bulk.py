"""What a bulk export needs of others: pages of a card, and files that the recipient alone can open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PatientId
from chalicelib.ports.resources import Resource
from chalicelib.ports.tables import Item


class CardPages(Protocol):
    def consented(self, actor: Actor, patient_id: PatientId) -> bool:
        """Whether a consent to the caller is live, without asking the gate."""
        ...

    def exported(
        self, actor: Actor, patient_id: PatientId, types: frozenset[str], since: datetime | None, after: Item | None
    ) -> tuple[list[Resource], Item | None]:
        """The next resources of a card as the caller may see it, after an entry in its journal; the second value goes
        on, None at the end. ``types`` empty: all. Raises what the gate raises.
        """
        ...


class RecipientCipher(Protocol):
    def algorithm(self, jwk: Mapping[str, Any]) -> str:
        """How a content key goes to the holder of a public key (RFC 7518, 4.1); "" for a key that is of no use."""
        ...

    def encrypt(self, jwk: Mapping[str, Any], content: bytes, content_type: str) -> bytes:
        """A compact JWE (RFC 7516) with A256GCM."""
        ...
