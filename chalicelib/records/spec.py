"""What a kind of clinical record is, said once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.domain.access import Action, Grants
from chalicelib.domain.identity import DELIVERERS, OWNERS, Role


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a record shows when a field comes to a value: in ``related`` a record of one of ``kinds`` that it did not
    name from the first, or else, in the field ``unless``, why there is none (it happened elsewhere).
    """

    kinds: frozenset[str]
    unless: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordType:
    """One kind of record: data only, no callables but names.

    ``name`` is stored and public: never rename it, never reuse it. ``collection`` is its word in URLs. ``body`` names
    the pydantic model as ``module:Class`` (imported only when something is written or documented); ``stored`` the one
    of what is kept, where a process adds to it. ``occurred`` names the body field that dates the record.
    ``transitions``: to which values a field may go from each of its values; ``settled``: which other fields stay as
    they are while it keeps a value; ``evidence``: what it shows when it comes to a value. ``news``: of a field's
    values, the notice by which the patient is told of them in place of ``new_record``. ``reminds``: the topic of timers
    that it sets (services/reminders/planning.py). ``after_write`` names reactions
    (services/reactions.py), ``tasks`` other tasks of the system that write it. ``owner_only`` fields are shown to the
    patient alone, the document that shows them to whoever wrote it too. ``process`` names the service that writes it
    when it is more than a noun; generic routes then only read it. ``routes`` is ``own`` where other endpoints stand
    below its collection: a gateway that went down such a path does not come back for a shared one. ``files`` names the
    body field whose items name files of the card by
    ``upload_id`` (domain/attachments.py). ``export_as``: in an export on paper short
    readings are rows (``Body.cells``) of one ``table``; what else there is has a heading and a line of the contents.
    """

    name: str
    collection: str
    section: str
    body: str
    occurred: str
    grants: Grants
    summary: tuple[str, ...]
    labels: Mapping[str, str]
    stored: str = ""
    transitions: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    settled: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    evidence: Mapping[str, Mapping[str, Evidence]] = field(default_factory=dict)
    news: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    owner_only: tuple[str, ...] = ()
    after_write: tuple[str, ...] = ("notify_patient",)
    tasks: tuple[str, ...] = ()
    reminds: str = ""
    pdf_template: str | None = None
    fhir_resource: str | None = None
    process: str | None = None
    files: str = ""
    export_as: Literal["record", "table"] = "record"
    routes: Literal["shared", "own"] = "shared"

    @property
    def reactions(self) -> tuple[str, ...]:
        """What follows each version: whatever is stored as a record is searched (REC-11), some are reminded of (APT-3);
        then ``after_write``.
        """
        planned = ("plan_reminder",) if self.reminds else ()
        return ("index_record", *planned, *self.after_write) if self.body else self.after_write

    def label(self, language: str) -> str:
        return self.labels["en" if language == "en" else "ru"]


CLINICIANS = frozenset({Role.DOCTOR, Role.NURSE})
DOCTOR = frozenset({Role.DOCTOR})
PATIENT_AND_CLINICIANS = CLINICIANS | OWNERS
READ_BY_CONSENT = DELIVERERS | {Role.INSURER, Role.APPLICATION}
"""Machines that read what a patient lets them."""
CLINICAL_SYSTEM = frozenset({Role.CLINICAL_SYSTEM})


def grants(
    *,
    write: frozenset[Role],
    read: frozenset[Role] = PATIENT_AND_CLINICIANS,
    delivered_by: frozenset[Role] = CLINICAL_SYSTEM,
) -> Grants:
    """The usual shape: readers list, read, see history and download; writers create and amend.

    An insurer and other partners read what a patient chose to share (ACC-4), and nothing of it leaves as a document;
    applications too. What patients write a doctor may confirm (REC-9). What clinicians write, partners bring
    (``delivered_by``, PRT-1); not what comes of a process here.
    """
    delivering = delivered_by if write & CLINICIANS else frozenset[Role]()
    reading = dict.fromkeys((Action.READ, Action.LIST), read | READ_BY_CONSENT)
    reading |= {Action.HISTORY: read | DELIVERERS, Action.DOWNLOAD: read}
    confirming = {Action.CONFIRM: DOCTOR} if write & OWNERS else {}
    return reading | confirming | dict.fromkeys((Action.CREATE, Action.AMEND), write | delivering)


def unstored(
    name: str,
    section: str,
    grants: Grants,
    labels: Mapping[str, str],
    *,
    collection: str = "",
    tasks: tuple[str, ...] = (),
) -> RecordType:
    """What is composed of records, or belongs to another process: nothing is stored under it. It has a name and grants
    like a kind of record so that one gate serves it.
    """
    return RecordType(
        name=name,
        collection=collection or name,
        section=section,
        body="",
        occurred="",
        grants=grants,
        summary=(),
        labels=labels,
        after_write=(),
        tasks=tasks,
    )
