"""What a form of prescription allows, as data by edition of the order: validity, number of drugs, what must be said.

Source of the edition below: order of the Ministry of Health 1094н of 24.11.2021, in force 01.03.2022 – 01.03.2028, as
told by secondary sources (reference: health data, section 8). A successor could not be confirmed: it will be one more
edition here, and a prescription says by which one it was judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.ages import DEFAULT_ZONE
from chalicelib.domain.moments import local_day
from chalicelib.errors import FieldProblem, InvalidFieldsError

VALIDITY: Mapping[str, timedelta] = {
    "15d": timedelta(days=15),
    "30d": timedelta(days=30),
    "60d": timedelta(days=60),
    "90d": timedelta(days=90),
    "1y": timedelta(days=365),
}

NOTICE_BEFORE: Mapping[str, timedelta] = {
    "15d": timedelta(days=3),
    "30d": timedelta(days=7),
    "60d": timedelta(days=7),
    "90d": timedelta(days=14),
    "1y": timedelta(days=30),
}
"""How long before the end the patient is told (RX-5). Our own choice: the order asks for no notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form. ``validities``: each period that may be written, and the body's field that it takes, "" for none.

    ``one_drug_of``: beginnings of ATC codes of which only one drug may stand on the form. ``fields``: fields that
    belong to this form. ``longest_course``: days of treatment, 0 for no limit.
    """

    source: str
    validities: Mapping[str, str]
    most_drugs: int = 1
    one_drug_of: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    longest_course: int = 0
    paper_only: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    name: str
    since: date
    forms: Mapping[str, Form]


EDITIONS: tuple[Edition, ...] = (
    Edition(
        "1094n-2021",
        date(2022, 3, 1),
        {
            "107-1/у": Form(
                source="order 1094н, p. 23: 60 days, to a year «По специальному назначению»; 3 drugs, 1 of these ATC",
                validities={"15d": "", "30d": "", "60d": "", "1y": "special_purpose"},
                most_drugs=3,
                one_drug_of=("N05A", "N05B", "N05C", "N06A"),
                fields=("special_purpose",),
            ),
            "148-1/у-88": Form(source="order 1094н, p. 20: 15 days, one drug", validities={"15d": ""}),
            "148-1/у-04(л)": Form(
                source=(
                    "order 1094н: 90 days for pensioners, disabled and chronically ill, course to 180 days; otherwise"
                    " 30 days (unverified); 15 days for list II (from order 4н as amended by 1022н, unverified)"
                ),
                validities={"15d": "", "30d": "", "90d": "ground"},
                fields=("ground",),
                longest_course=180,
            ),
            "107/у-НП": Form(
                source="narcotic drugs: a paper form (15 days, unverified)", validities={"15d": ""}, paper_only=True
            ),
        },
    ),
)
"""By the day from which each holds, oldest first."""

OF_SOME_FORMS = ("special_purpose", "ground")


def edition_on(day: date) -> Edition:
    """The rules that hold on a day."""
    return [edition for edition in EDITIONS if edition.since <= day][-1]


def checked(body: Mapping[str, Any], issued: datetime) -> tuple[str, datetime]:
    """Edition that was asked, and the end of validity. Raises InvalidFieldsError that names every field at fault."""
    edition = edition_on(local_day(issued))
    problems = tuple(_broken(body, edition.forms[body["form"]]))
    if problems:
        raise InvalidFieldsError(fields=problems)
    return edition.name, end_of(issued, body["validity"])


def end_of(issued: datetime, validity: str) -> datetime:
    """From this moment on nothing is dispensed: midnight after the last day, in the zone in which it is told to people.

    Days are counted from the one after the issue, and the last counts to its end (Civil Code, articles 191 and 194,
    from memory, unverified). In which of the country's time zones is our own choice: that of the capital.
    """
    last = local_day(issued) + VALIDITY[validity]
    return datetime.combine(last + timedelta(days=1), time(), ZoneInfo(DEFAULT_ZONE))


def _broken(body: Mapping[str, Any], form: Form) -> Iterator[FieldProblem]:
    name, validity = body["form"], body["validity"]
    if form.paper_only:
        yield FieldProblem("/form", "paper-only", f"form {name} is written on paper alone")
        return
    if validity not in form.validities:
        yield FieldProblem("/validity", "validity", f"form {name} allows {', '.join(sorted(form.validities))}")
    needed = form.validities.get(validity, "")
    if needed and not body.get(needed):
        yield FieldProblem(f"/{needed}", "required", f"{validity} on form {name} takes it")
    for field in OF_SOME_FORMS:
        if body.get(field) and (field not in form.fields or (field == "special_purpose" and needed != field)):
            yield FieldProblem(f"/{field}", "not-here", f"it does not belong to form {name} for {validity}")
    yield from _drugs(body["drugs"], form, name)


def _drugs(drugs: Sequence[Mapping[str, Any]], form: Form, name: str) -> Iterator[FieldProblem]:
    if len(drugs) > form.most_drugs:
        yield FieldProblem(f"/drugs/{form.most_drugs}", "too-many", f"form {name} takes {form.most_drugs} at most")
    for index, drug in enumerate(drugs):
        if len(drugs) > 1 and str(drug.get("atc") or "").startswith(form.one_drug_of or ("-",)):
            yield FieldProblem(f"/drugs/{index}/atc", "alone", "a drug of this group stands alone on its form")
        if form.longest_course and int(drug.get("course_days") or 0) > form.longest_course:
            yield FieldProblem(f"/drugs/{index}/course_days", "course", f"{form.longest_course} days at most")


def notice_day(validity: str, end: datetime) -> date:
    """The day, of UTC, on which the patient is told that validity ends at ``end``."""
    return (end.astimezone(UTC) - NOTICE_BEFORE[validity]).date()
