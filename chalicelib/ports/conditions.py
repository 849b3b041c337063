"""Conditional creates: whoever asks twice under one condition gets one resource (services/resources/conditions.py)."""

from __future__ import annotations

from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PatientId
from chalicelib.ports.tables import Write


class Conditions(Protocol):
    """A claim is what ``claim`` made of a condition; only this service looks into it."""

    def claim(self, actor: Actor, resource_type: str, criteria: str) -> Any:
        """None without criteria. Raises InvalidFieldsError for criteria that nobody can promise to keep."""
        ...

    def of_a_card(self, actor: Actor, patient_id: PatientId, claim: Any) -> str:
        """Id of the resource that is there; "" for none. Raises SeveralMatchesError, and what the gate raises."""
        ...

    def of_the_directory(self, actor: Actor, claim: Any) -> str:
        """The same."""
        ...

    def taken(self, claim: Any, resource_id: str) -> Write:
        """To be stored with the resource; its condition is that nobody has made one meanwhile."""
        ...
