"""The plan as its reader sees it, in one language."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from chalicelib.domain.vaccination_calendar.national import COURSES, IN_FORCE, NAME, SOURCE
from chalicelib.domain.vaccination_calendar.person import CourseState, Exemption, NotCounted, Status, Step
from chalicelib.domain.vaccination_calendar.vaccines import vaccine_name

_COURSES = {course.id: course for course in COURSES}


def shown(
    states: Sequence[CourseState],
    today: date,
    language: str,
    *,
    statuses: Collection[str] = (),
    courses: Collection[str] = (),
) -> dict[str, Any]:
    """``courses`` with the status of each, and ``doses`` of all of them in the order of their dates.

    ``statuses`` and ``courses`` leave in only those named; empty for all.
    """
    wanted = [
        s for s in states if (not statuses or s.status.value in statuses) and (not courses or s.course in courses)
    ]
    doses = [dose for state in wanted for dose in _doses(state, language)]
    since, until = IN_FORCE
    return {
        "calendar": NAME,
        "source": SOURCE,
        "in_force": since <= today < until,
        "as_of": today.isoformat(),
        "courses": [_course(state, language) for state in wanted],
        "doses": sorted(doses, key=lambda d: (d.get("on", d["due"]), d["id"])),
    }


def _course(state: CourseState, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "course": state.course,
        "name": _COURSES[state.course].name(language),
        "status": state.status.value,
        "reason": state.because,
        "given": sum(step.state == "given" for step in state.steps),
        "not_counted": [_not_counted(one) for one in state.not_counted],
    }
    if state.next is not None:
        found["next"] = _planned(state.next, language)
    if state.exemption is not None:
        found["exemption"] = _exemption(state.exemption)
    return found


def _doses(state: CourseState, language: str) -> list[dict[str, Any]]:
    """Given, taken for given, and planned; what does not apply or is not known is not planned."""
    steps = list(state.steps)
    if state.status not in {Status.UNKNOWN, Status.NOT_APPLICABLE} and state.next is not None:
        steps += [state.next, *state.rest]
    name = _COURSES[state.course].name(language)
    overdue = state.status is Status.OVERDUE
    return [
        {
            "id": step.id,
            "vaccine": state.course,
            "name": name,
            "state": step.state,
            "overdue": overdue and step is state.next,
            **(_given(step) if step.given else _planned(step, language)),
        }
        for step in steps
    ]


def _given(step: Step) -> dict[str, Any]:
    assert step.given is not None  # noqa: S101 - for the type checker; who calls has looked
    day = step.given.on.isoformat()
    return {"stage": step.stage, "line": step.row, "due": step.due.isoformat(), "on": day, "record": step.given.id}


def _planned(step: Step, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {"stage": step.stage, "line": step.row, "due": step.due.isoformat()}
    if step.until != date.max:
        found["late_from"] = step.until.isoformat()
    if step.vaccine:
        found["recommended"] = vaccine_name(step.vaccine, language)
    return found


def _not_counted(one: NotCounted) -> dict[str, Any]:
    found = {"record": one.given.id, "on": one.given.on.isoformat(), "reason": one.reason}
    return found | ({"earliest": one.earliest.isoformat()} if one.earliest else {})


def _exemption(one: Exemption) -> dict[str, Any]:
    found = {"record": one.id, "kind": one.kind, "since": one.since.isoformat()}
    return found | ({"until": one.until.isoformat()} if one.until else {})
