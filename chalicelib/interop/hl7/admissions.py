"""ADT messages: who came, moved, left, and whose numbers became one."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from chalicelib.domain.hl7 import Code, Fault, Group, Identified, Place, Report
from chalicelib.interop.hl7 import values
from chalicelib.interop.hl7.persons import numbers_of, person_of
from chalicelib.interop.hl7.text import Segment

EVENTS = {
    "A01": "in-progress",
    "A02": "in-progress",
    "A03": "finished",
    "A04": "in-progress",
    "A08": "",
    "A11": "cancelled",
    "A40": "",
}
"""Admission, transfer, discharge, registration, change, cancelled admission, merge; with the state of the visit."""
MERGE = "A40"
CLASSES = {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC", "H": "HH", "R": "AMB", "B": "OBSENC"}
"""Table 0004 to ActCode."""
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


def groups_of(segments: list[Segment], event: str, sent_at: str, zone: tzinfo) -> tuple[list[Group], list[Fault]]:
    """A group for each PID: of A40 with the numbers that go into it, of the others with the visit, if there is one."""
    groups: list[Group] = []
    faults: list[Fault] = []
    pid: Segment | None = None
    for segment in segments:
        if segment.name == "PID":
            pid = segment
            groups.append(Group(person_of(segment)))
        elif segment.name == "MRG" and groups:
            former: tuple[Identified, ...] = (*groups[-1].former, *numbers_of(segment, 1))
            groups[-1] = Group(groups[-1].person, groups[-1].reports, former)
        elif segment.name == "PV1" and groups and pid is not None and event != MERGE:
            number = segment.get(19) or pid.get(18)
            if not number:
                faults.append(Fault(Code.REQUIRED, "no-visit", segment.place(19)))
                continue
            visit = Report(_encounter(segment, number, event, sent_at, zone), f"visit|{number}", "", number)
            groups[-1] = Group(groups[-1].person, (visit,), groups[-1].former)
    if pid is None:
        faults.append(Fault(Code.SEQUENCE, "no-patient", Place("PID"), error=True))
    elif event == MERGE and not any(group.former for group in groups):
        faults.append(Fault(Code.SEQUENCE, "no-patient", Place("MRG", 1, 1), error=True))
    return groups, faults


def _encounter(pv1: Segment, number: str, event: str, sent_at: str, zone: tzinfo) -> dict[str, Any]:
    starts, ends = values.moment(pv1.get(44), zone), values.moment(pv1.get(45), zone)
    said = pv1.get(2).upper()
    doctors = []
    for field, role in ((7, "ATND"), (17, "ADM")):
        for text in pv1.repetitions(field):
            if name := values.name_of(pv1.components(text), 1):
                kind = {
                    "coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "code": role}]
                }
                doctors.append({"type": [kind], "individual": {"display": name}})
    place = " ".join(
        one.split(pv1.marks.sub)[0].strip() for one in pv1.components(pv1.raw(3))[:4] if one.strip(pv1.marks.sub + " ")
    )
    found: dict[str, Any] = {
        "resourceType": "Encounter",
        "identifier": [{"value": number}],
        "status": EVENTS[event] or ("finished" if ends else "in-progress"),
        "class": {"system": ACT_CODE, "code": CLASSES.get(said, "AMB")},
        "period": {"start": starts or sent_at, **({"end": ends} if ends else {})},
        "participant": doctors,
        "location": [{"location": {"display": place}}] if place else [],
    }
    return {name: value for name, value in found.items() if value}
