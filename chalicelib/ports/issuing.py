"""How a service issues a document: a printed page that is signed, registered and sealed (DOC-1, DOC-3, RX-6).

``services/issuing.py`` stands behind. A service that composes a document of its own gets an ``Issuing`` from
``bootstrap`` and either calls ``issued`` with the content for the printer, or, when it makes the file in another way,
``begin`` before it is made and ``finish`` after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.identity import PersonId
from chalicelib.domain.issuing import Code, Signatory
from chalicelib.ports.signing import Credential
from chalicelib.ports.tables import Write


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one document that is about to be issued."""

    patient_id: PersonId
    kind: str
    """A kind of record, or a word of THINGS (domain/actions): public, it is what a verifier is told."""
    document_id: str
    version: int
    organisation_id: str
    """Whose seal and stamp it gets; "" for nobody's."""
    signatories: tuple[Signatory, ...] = (Signatory.ORGANISATION,)
    author_id: str = ""
    language: str = "ru"
    of_record: bool = False
    """It is the print of a record, so the record's newest row tells whether it is current."""
    replaces: str = ""
    """``Finished.found_by`` of the document that this one takes the place of."""


@dataclass(frozen=True, slots=True)
class Begun:
    """``shown``: names of the printer's content (documents/pdf.py: ``verification``, ``marks``, ``stamp``)."""

    document: Document
    code: Code = field(repr=False)
    credentials: tuple[Credential, ...]
    at: datetime
    shown: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finished:
    """``staged`` (``services.gate.Staged``) and ``writes`` have to be stored in one ``gate.commit``: before that the
    document is not issued.
    """

    pdf: bytes = field(repr=False)
    found_by: str
    sha256: str
    place: str
    """Where the sealed file lies among the documents; opened with kind ``document``, ``document_id``, ``version``."""
    staged: tuple[Any, ...]
    writes: tuple[Write, ...]


class Issuing(Protocol):
    def begin(self, document: Document) -> Begun:
        """Choose who signs and make the code. Put ``shown`` into the content before printing.

        Each use of a key has its audit entry when this returns.
        """
        ...

    def finish(self, begun: Begun, pdf: bytes) -> Finished:
        """Sign the finished PDF, put it sealed among the documents, and say what has to be stored with it.

        The writes are the row of the document (``keys.document(patient, kind, id, version)``: place, ver, size, at,
        sha256, issued) and the row that its code is verified by (``keys.issued_document``). A repeat makes another
        code and another file; the one whose writes are stored is the document, another lies there sealed and unnamed.
        Raises TooLargeError, UnavailableError, KeyUnavailableError, ErasedError.
        """
        ...

    def register(self, begun: Begun, *, place: str, size: int, sha256: str) -> Finished:
        """As ``finish`` for a file that is never in memory whole: its maker has stored it, and nobody signs it."""
        ...

    def issued(self, document: Document, template: str, content: Mapping[str, Any]) -> Finished:
        """``begin``, print ``content`` by a template of ``documents/templates.py``, ``finish``."""
        ...
