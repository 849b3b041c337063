"""Code sets, and the check of what is entered against them (REC-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.domain.identity import Actor, PersonId
from chalicelib.errors import FieldProblem
from chalicelib.ports.tables import Write
from chalicelib.records.spec import RecordType

if TYPE_CHECKING:  # whoever only reads needs no code set
    from chalicelib.domain.code_sets import CodeSet


class CodeSets(Protocol):
    """The code sets of this system; the same objects for the life of the process."""

    def names(self) -> tuple[str, ...]:
        """In the order in which they are listed."""
        ...

    def __call__(self, name: str) -> CodeSet:
        """Read on first use. NotFoundError for a set that does not exist."""
        ...


class EntryCheck(Protocol):
    def refuse(
        self, patient_id: PersonId, spec: RecordType, body: Mapping[str, Any], wrong: Sequence[FieldProblem] = ()
    ) -> None:
        """Raises InvalidFieldsError that names each wrong field of a body about to be stored on that card.

        ``wrong``: what is known to be wrong already.
        """
        ...

    def files(
        self, actor: Actor, patient_id: PersonId, spec: RecordType, record_id: str, body: Mapping[str, Any]
    ) -> tuple[Sequence[FieldProblem], Sequence[Write]]:
        """What is wrong with the files that the body names; and the writes that hang them on the record.

        The writes belong in the record's own transaction.
        """
        ...
