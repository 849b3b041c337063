"""Resources of FHIR R4, between who serves them and who knows their form.

A resource that came from outside is a record of the card: of the kind that fits it, else of a kind ``received-…``. As
it came it stands in the sealed body too, as text, under ``RESOURCE``: so what is read back says what was sent, and what
the card cannot say is not lost. What was entered here has no such text; it is shown by the mapping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.ports.tables import Item, Write
from chalicelib.records.spec import RecordType

Resource = dict[str, Any]
"""As JSON; numbers with a fraction as domain/exact_json.py reads them, so that they are written as they came."""

RESOURCE = "resource"
"""Field of a sealed body: the text of the resource as it came, but for ``id``, version and time in ``meta``."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a resource. ``path``: as FHIRPath, ``Observation.component[0].code``; no value is quoted.

    ``code``: of the value set issue-type (``invalid``, ``structure``, ``required``, ``value``, ``invariant``,
    ``not-supported``, ``too-long`` …). ``rule``: the invariant or rule, ``obs-7``; "" for the schema.
    """

    path: str
    code: str
    text: str
    text_ru: str
    rule: str = ""


class Validator(Protocol):
    def types(self) -> Sequence[str]:
        """Types of resource that are served."""
        ...

    def problems(self, resource: Mapping[str, Any]) -> list[Problem]:
        """Everything that is wrong, the entries of a Bundle included; empty for a good one. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """What record a resource is. ``reason``: why it is kept whole (the field that does not fit); "" when it fits."""

    kind: str
    body: Mapping[str, Any]
    reason: str = ""


class Mapper(Protocol):
    def placed(self, resource: Mapping[str, Any]) -> Placed:
        """Never raises for a resource without problems. ``body``: of the kind's model, without ``RESOURCE``."""
        ...

    def whole(self, resource: Mapping[str, Any], reason: str) -> Placed:
        """As ``placed``, but as a ``received-…`` in any case."""
        ...

    def shown(self, patient_id: str, record: Mapping[str, Any]) -> list[Resource]:
        """The resources that a record (as services/records.py shows it) is: none, one, or several with ``-part`` ids.

        With ``id`` (domain/resource_ids.py), ``meta`` (versionId, lastUpdated, source) and its patient's reference.
        """
        ...

    def packed(self, resources: Sequence[Resource]) -> list[Resource]:
        """What ``shown`` gave, for who takes in one resource at a time: the values of a report inside of it."""
        ...

    def patient(self, patient_id: str, profile: Mapping[str, Any], version: int) -> Resource:
        """The person of a card by fields of their profile: what is not given is not said."""
        ...

    def kinds(self, resource_type: str) -> Sequence[str]:
        """Kinds of record that resources of this type may be in, ``received-…`` included; empty for other types."""
        ...


# --- what services/resources does for others: bundles, messages, transfers, search


class Arrival(NamedTuple):
    """One delivered resource that is about to be stored: what is to be committed, and what its id will be.

    ``staged``: entries (``services.gate.Staged``). ``resource_id``: as domain/resource_ids.py makes them. ``moment``:
    its ``lastUpdated``.
    """

    staged: list[Any]
    writes: list[Write]
    resource_id: str
    version: int = 1
    moment: str = ""


class Intake(Protocol):
    """Delivered resources of one patient on their way into the card. It places, seals and stages; it validates nothing
    and stores nothing: ``services.gate.Gate.commit(staged, writes)`` does, with ``PatientKeys.alive`` once beside them.

    ``provenance``: ``organisation``, ``sent_at``, ``message`` … of strings; ``system`` (the client) is added here.
    Raises what the gate raises (a card that is closed to the organisation is refused, with its entry), TooLargeError.
    """

    def stage(
        self,
        actor: Actor,
        patient_id: PatientId,
        resource: Resource,
        *,
        provenance: Mapping[str, str],
        record_id: str = "",
        quiet: bool = False,
    ) -> Arrival:
        """A new record. ``record_id``: a UUID, where the sender's references need the id beforehand (``promised``).
        ``quiet``: the patient is told otherwise, once for many.
        """
        ...

    def stage_all(
        self,
        actor: Actor,
        patient_id: PatientId,
        resources: Sequence[tuple[str, Resource]],
        *,
        provenance: Mapping[str, str],
        quiet: bool = True,
    ) -> list[Arrival]:
        """The same for many (``record_id`` or "", resource), in their order; the gate is asked once for each kind."""
        ...

    def promised(self, patient_id: PatientId, resource: Resource, record_id: str) -> str:
        """The id that ``stage`` will give: the kind is decided by the resource alone, not by its references."""
        ...

    def correct(
        self,
        actor: Actor,
        patient_id: PatientId,
        record: tuple[str, str],
        resource: Resource,
        *,
        provenance: Mapping[str, str],
        version: int,
        quiet: bool = False,
    ) -> Arrival:
        """The next version of (kind, record id), of which ``version`` is the newest. It stays the kind that it was:
        what no longer fits that kind is refused (KindChangedError). NotFoundError, StaleVersionError; what another
        client delivered is refused by the gate. A write's condition is that version (ConflictError).
        """
        ...

    def amendable(self, actor: Actor, patient_id: PatientId, record: tuple[str, str]) -> Item:
        """The row of a record that the caller may amend: what it delivered. NotFoundError, what the gate raises."""
        ...

    def withdraw(self, actor: Actor, patient_id: PatientId, record: tuple[str, str]) -> Arrival:
        """A version that says that it was withdrawn; a read answers 410 from then on. Repeatable."""
        ...


class Subjects(Protocol):
    """Whose a delivered resource is."""

    def patient_of(self, actor: Actor, resource: Mapping[str, Any]) -> PatientId:
        """By the elements of the Patient compartment: ``Patient/<id>``, ``Patient?identifier=system|value``, or an
        identifier alone. Merged cards are not followed here. Raises InvalidFieldsError where none or several are named,
        SubjectUnknownError for nobody; whether somebody exists, the answer does not tell. Whoever is found by a number
        that anybody may know, and was a stranger to the caller, finds it in their log, whatever comes of it.
        """
        ...

    def known(self, actor: Actor, system: str, value: str, birth_date: str = "") -> PatientId | None:
        """As ``by_identifier``, but no stranger: by the caller's own number, or whom it has delivered to."""
        ...

    def named(self, actor: Actor, system: str, value: str, birth_date: str = "") -> PatientId | None:
        """As ``by_identifier``, of somebody to whom something is to be delivered: with that entry."""
        ...

    def by_identifier(self, actor: Actor, system: str, value: str, birth_date: str = "") -> PatientId | None:
        """Whose a SNILS or policy number is, or the caller's own number of a patient it delivered; None for nobody."""
        ...


class Opened(Protocol):
    """Rows of a card as the resources that they are."""

    def opened(self, actor: Actor, spec: RecordType, permit: Permit, row: Item) -> list[Resource]:
        """What was delivered as it came, else as the mapping shows it; none for what was withdrawn."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """One version of a resource; of a deletion it is empty. ``made``: it was created by this very request."""

    resource: Resource
    version: int
    updated: str
    made: bool = False
    repeated: bool = False


class Reader(Protocol):
    def read(self, actor: Actor, resource_type: str, resource_id: str) -> Resource:
        """Any resource by its id: of a card, through the gate with its entry, or of the organisation's directory.

        Raises NotFoundError, GoneError, and what the gate raises; a merged card is followed.
        """
        ...


class Versions(Reader, Protocol):
    """As the edge asks for resources, with what their versions say (services/resources/reading.py)."""

    def found(self, actor: Actor, resource_type: str, resource_id: str) -> Found: ...

    def version(self, actor: Actor, resource_type: str, resource_id: str, version: int) -> Found: ...

    def history(self, actor: Actor, resource_type: str, resource_id: str, limit: int, before: int = 0) -> list[Found]:
        """Newest first, at most ``limit``, and of those older than version ``before`` where one is given; of a deletion
        the resource is empty.
        """
        ...


class Writer(Protocol):
    """As the edge calls it (services/resources/writing.py says what each raises): validated, stored, answered."""

    def create(
        self, actor: Actor, resource_type: str, resource: Any, *, if_none_exist: str = "", key: str = ""
    ) -> Found: ...

    def update(self, actor: Actor, resource_type: str, resource_id: str, resource: Any, version: int) -> Found: ...

    def patch(self, actor: Actor, resource_type: str, resource_id: str, operations: Any, version: int) -> Found: ...

    def delete(self, actor: Actor, resource_type: str, resource_id: str, version: int = 0) -> int: ...


class Directory(Protocol):
    """Resources without a patient, of the caller's own organisation: Practitioner, Organization, Location …"""

    def types(self) -> Sequence[str]: ...

    def stage(self, actor: Actor, resource: Resource, *, resource_id: str = "") -> Arrival:
        """A new one, to be committed as those of ``Intake``; no ``alive`` is needed beside it. ``resource_id``: 32 hex
        digits, else a new one. The keys of the organisation are made when they are not there.
        """
        ...

    def matching(self, actor: Actor, resource_type: str, criteria: Mapping[str, str]) -> list[Resource]:
        """By ``identifier`` (``system|value``, ``value``), ``_id`` or ``name``; at most 100. Other criteria:
        InvalidFieldsError.
        """
        ...

    def listed(
        self, actor: Actor, resource_type: str, limit: int, after: Item | None
    ) -> tuple[list[Resource], Item | None]:
        """In the order of ids; the second value continues."""
        ...
