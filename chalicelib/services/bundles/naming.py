"""What each entry of a transaction is going to be called here, and what its references become.

1  conditional creates that are answered by what is there already
2  ids: of patients (their cards), of the directory, of records in cards, of what hangs on another resource
3  conditional references, then all references become those ids
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from chalicelib.domain.bundles.entries import Entry, Wrong, refused
from chalicelib.domain.bundles.references import Names, conditional, references, rewritten
from chalicelib.domain.identity import Actor, PatientId
from chalicelib.domain.moments import stamp
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.domain.resources import DIRECTORY_TYPES, SERVED, named_subjects
from chalicelib.errors import (
    FieldProblem,
    InteractionUnknownError,
    InvalidFieldsError,
    ReferenceUnknownError,
    ReferenceUnmatchedError,
    ResourceTypeUnknownError,
    SeveralMatchesError,
    SubjectUnknownError,
)
from chalicelib.ports import keys
from chalicelib.ports.going_on import goes_on
from chalicelib.ports.resources import Intake, Resource
from chalicelib.ports.tables import Write
from chalicelib.services.bundles.answers import Line
from chalicelib.services.bundles.importing import Part
from chalicelib.services.bundles.tools import PendingTables, Tools, about
from chalicelib.services.gate import Staged

PATIENT = "Patient"
MOST_CONDITIONS = 200
"""Conditional references of one bundle: each is a search of its own."""


@dataclass(slots=True)
class Prepared:
    """``parts``: what each entry stores. ``first``: what opens cards and takes conditions. ``lines``: the answer."""

    parts: list[Part] = field(default_factory=list)
    staged: list[Staged] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)
    changes: bool = False
    """Whether it does anything else than create: such a transaction is never a large one."""


@dataclass(slots=True)
class Named:
    """An entry POST on its way: what it will be."""

    entry: Entry
    record_id: str
    patient_id: PatientId | None = None


class Naming:
    """Of one transaction, once."""

    def __init__(self, tools: Tools, actor: Actor, provenance: Mapping[str, str]) -> None:
        self._t = tools
        self._actor = actor
        self._provenance = provenance
        self._pending = PendingTables(tools.tables)
        self._intake: Intake = tools.intake_over(self._pending)
        self._known: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._subjects: dict[str, PatientId] = {}
        self._now = stamp(tools.clock())
        self.done = Prepared()

    # --- 1

    def _there_already(self, entry: Entry) -> bool:
        if not entry.if_none_exist:
            return False
        with about(entry):
            if entry.type == PATIENT:
                found = self._matching(entry.type, entry.if_none_exist)
            elif self._of_directory(entry) and entry.type in SERVED:
                claim = self._t.conditions.claim(self._actor, entry.type, entry.if_none_exist)
                found = self._t.conditions.of_the_directory(self._actor, claim)
            else:
                return False  # of a card: when it is known which
        return self._answered_by(entry, found)

    def _answered_by(self, entry: Entry, found: str | None) -> bool:
        if not found:
            return False
        if entry.full_url:
            self._known[entry.full_url] = f"{entry.type}/{found}"
        self.done.lines[entry.number] = Line(entry.number, "200", f"{entry.type}/{found}")
        return True

    def _matching(self, resource_type: str, criteria: str, *, delivering: bool = False) -> str | None:
        """Id of the one resource that a search finds; None for none. Raises SeveralMatchesError.

        A patient who is a stranger to the caller is found where something is delivered to them, which they are told
        of: a number alone binds nobody, and is no way to ask who is there.
        """
        if resource_type == PATIENT:
            said = _criteria(criteria)
            system, _, value = said.get("identifier", "").rpartition("|")
            if set(said) - {"identifier", "birthdate"} or not (system and value):
                problem = FieldProblem("?identifier", "criteria", "by identifier: system|value")
                raise InvalidFieldsError(fields=(problem,))
            look = self._t.subjects.named if delivering else self._t.subjects.known
            patient = look(self._actor, system, value, said.get("birthdate", ""))
            return card_resource_id(patient) if patient else None
        if resource_type in DIRECTORY_TYPES:
            found = self._t.directory.matching(self._actor, resource_type, _criteria(criteria))
            if len(found) > 1:
                raise SeveralMatchesError
            return str(found[0]["id"]) if found else None
        raise InteractionUnknownError("a conditional reference names a patient, or an entry of the directory")

    # --- 2

    def _patients(self, fresh: Iterable[Entry]) -> list[Named]:
        """Whose cards they are, or new ones, which the gate knows from here on."""
        named: list[Named] = []
        for entry in fresh:
            if entry.type != PATIENT:
                continue
            with about(entry):
                admission = self._t.patients.admit(self._actor, entry.content, once=bool(entry.if_none_exist))
            self._pending.rows |= admission.pending
            self.done.staged += admission.staged
            self.done.writes += admission.writes
            self._call(entry, f"{PATIENT}/{card_resource_id(admission.patient_id)}")
            named.append(Named(entry, self._t.gate.new_id(), admission.patient_id))
        return named

    def _entries(self, fresh: Iterable[Entry]) -> list[Named]:
        named: list[Named] = []
        for entry in fresh:
            if entry.type == PATIENT or not self._of_directory(entry):
                continue
            if entry.type not in SERVED:
                with about(entry):
                    raise ResourceTypeUnknownError
            one = Named(entry, uuid4().hex)
            self._call(entry, f"{entry.type}/{one.record_id}")
            named.append(one)
        return named

    def _of_directory(self, entry: Entry) -> bool:
        served = SERVED.get(entry.type)
        if served is None or not served.of_a_card:
            return True
        return served.anywhere and not list(named_subjects(entry.content))

    def _records(self, fresh: Iterable[Entry]) -> list[Named]:
        """Records of cards, those that hang on another resource last: its id must be known."""
        left = [one for one in fresh if one.type != PATIENT and not self._of_directory(one)]
        left.sort(key=lambda one: SERVED[one.type].by_target)
        named: list[Named] = []
        for entry in left:
            with about(entry):
                content, _ = rewritten(entry.content, self._names(), entry.base)
                patient_id = self._subject(content)
                if self._answered_by(entry, self._conditioned(entry, patient_id)):
                    continue
                one = Named(entry, self._t.gate.new_id(), patient_id)
                promised = self._intake.promised(patient_id, content, one.record_id)
            self._call(entry, f"{entry.type}/{promised}")
            named.append(one)
        return named

    def _conditioned(self, entry: Entry, patient_id: PatientId) -> str:
        claim = self._t.conditions.claim(self._actor, entry.type, entry.if_none_exist)
        if claim is None or keys.card(patient_id) in self._pending.rows:
            return ""
        return self._t.conditions.of_a_card(self._actor, patient_id, claim)

    def _subject(self, content: Mapping[str, Any]) -> PatientId:
        """The same answer for the same words: a bundle names one patient a thousand times."""
        words = "\n".join(str(one) for one in named_subjects(content))
        if "'#" in words or not words:
            return goes_on(self._t.tables, self._t.subjects.patient_of(self._actor, content))
        if words not in self._subjects:
            self._subjects[words] = goes_on(self._t.tables, self._t.subjects.patient_of(self._actor, content))
        return self._subjects[words]

    def _call(self, entry: Entry, place: str) -> None:
        if entry.full_url:
            self._known[entry.full_url] = place
        self.done.lines[entry.number] = Line(entry.number, "201", place, 1, self._now)
        if entry.if_none_exist and entry.type != PATIENT:
            claim = self._t.conditions.claim(self._actor, entry.type, entry.if_none_exist)
            self.done.writes.append(self._t.conditions.taken(claim, place.partition("/")[2]))

    # --- 3

    def _conditions(self, entries: Sequence[Entry]) -> None:
        """Conditional references, each looked for once; one that says what an entry makes is that entry."""
        own = {f"{one.type}?{one.if_none_exist}": one for one in entries if one.method == "POST" and one.if_none_exist}
        for entry in entries:
            subjects = self._new_subjects(entry)
            for path, said in references(entry.content):
                wanted = conditional(said)
                if wanted is None or said in self._found:
                    continue
                if len(self._found) >= MOST_CONDITIONS:
                    text = f"at most {MOST_CONDITIONS} conditional references", "Слишком много условных ссылок"
                    raise refused([Wrong(f"{entry.place}.resource", "too-costly", *text)])
                with about(entry):
                    self._found[said] = self._referred(own.get(said), wanted, path, delivering=said in subjects)

    def _new_subjects(self, entry: Entry) -> set[str]:
        """References to whom a new record is about."""
        if entry.method != "POST" or entry.type == PATIENT or self._of_directory(entry):
            return set()
        return {str(one.get("reference", "")) for one in named_subjects(entry.content)}

    def _referred(self, own: Entry | None, wanted: tuple[str, str], path: str, *, delivering: bool) -> str:
        if own is not None and own.number in self.done.lines:
            return self.done.lines[own.number].place
        found = self._matching(*wanted, delivering=delivering)
        if found is not None:
            return f"{wanted[0]}/{found}"
        if wanted[0] == PATIENT:  # nobody, or nobody for this caller: one answer
            raise SubjectUnknownError
        wrong = Wrong(path, "not-found", ReferenceUnmatchedError.title, ReferenceUnmatchedError.title_ru)
        raise ReferenceUnmatchedError(extra={"issues": [wrong.shown()]})

    def _names(self) -> Names:
        return Names(self._known, self._found, self._t.here)

    def _resource(self, entry: Entry) -> Resource:
        content, lost = rewritten(entry.content, self._names(), entry.base)
        if lost:
            said = ReferenceUnknownError.title, ReferenceUnknownError.title_ru
            raise ReferenceUnknownError(extra={"issues": [Wrong(one, "not-found", *said).shown() for one in lost]})
        return content


def _criteria(text: str) -> dict[str, str]:
    pairs = parse_qsl(text, keep_blank_values=True)
    found = dict(pairs)
    if not pairs or len(found) != len(pairs):
        raise InvalidFieldsError(fields=(FieldProblem("?identifier", "criteria", "each criterion once"),))
    return found
