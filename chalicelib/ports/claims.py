"""What registration needs to know of people whom a clinic registered; ``services/claims.py`` stands behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.ports.tables import Write


@dataclass(frozen=True, slots=True)
class Claim:
    """A person without an account and what makes one of them: entries (``services.gate.Staged``) and writes.

    The index rows come first in ``writes``.
    """

    person_id: PersonId
    staged: list[Any]
    writes: list[Write]


class Claims(Protocol):
    def of(self, actor: Actor, tags: Mapping[str, str], content: Mapping[str, str], language: str) -> Claim | None:
        """The person whose SNILS or passport it is, if a clinic registered them and they have no account; None when
        the numbers are nobody's. Raises AlreadyExistsError when they are somebody else's.
        """
        ...
