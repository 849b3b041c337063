"""Profiles as services that change them see them; ``services/profiles.py`` stands behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.ports.tables import Item, Write


@dataclass(frozen=True, slots=True)
class Profile:
    """A PROFILE row and what is sealed in it."""

    person_id: PersonId
    row: Item
    content: dict[str, str] = field(repr=False)

    @property
    def version(self) -> int:
        return int(self.row["ver"])


class Profiles(Protocol):
    def open(self, actor: Actor, person_id: PersonId, action: str) -> Profile:
        """The profile, under an entry ``action``. Raises NotFoundError, AccessDeniedError."""
        ...

    def next_version(
        self, actor: Actor, profile: Profile, content: Mapping[str, str], action: str, more: Mapping[str, Any]
    ) -> tuple[list[Any], list[Write]]:
        """Entries (``services.gate.Staged``) and writes that put ``content`` in the place of ``profile``.

        The earlier version is kept. ``more``: further attributes of the row. A condition refuses the second of two
        changes made at one moment. Raises AlreadyExistsError for a number that is another person's.
        """
        ...
