"""What results need of other services; bootstrap hands them in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.ports.access_rows import Grantee
from chalicelib.ports.tables import Item, Write


class Sharing(Protocol):
    """``services/sharing.py``: consent that nobody asked for."""

    def grantee(self, form: Mapping[str, Any]) -> tuple[Grantee, str]:
        """Who is meant. NotFoundError."""
        ...

    def grant(self, actor: Actor, form: Mapping[str, Any], language: str) -> Item:
        """AlreadyExistsError, NotFoundError, WrongStateError."""
        ...


class Issue(Protocol):
    """A process that writes a kind of record (``RecordType.process``), under an id and with writes beside it."""

    def __call__(
        self,
        actor: Actor,
        patient_id: PersonId,
        body: Mapping[str, Any],
        key: str,
        *,
        record_id: str = "",
        beside: Sequence[Write] = (),
    ) -> tuple[dict[str, Any], bool]: ...
