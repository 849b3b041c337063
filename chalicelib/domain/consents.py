"""Consent as pure rules: purposes, periods, what may become of it (ACC-1 .. ACC-4)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from chalicelib.domain.access import ConsentState
from chalicelib.domain.identity import Role
from chalicelib.domain.representation import Representation
from chalicelib.errors import FieldProblem, InvalidFieldsError

PURPOSES: tuple[str, ...] = ("treatment", "consultation", "examination", "second-opinion", "insurance")
"""What a consent is for; the word goes into every entry that rests on it. Stored: never rename, never reuse.

``emergency`` is none of them: the review takes that word for broken glass.
"""

MAX_PERIOD = timedelta(days=365)
ANSWER_WITHIN = timedelta(days=30)
"""A request that nobody answers lapses."""

DEFAULT_PERIODS: Mapping[str, timedelta] = {
    Role.DOCTOR.value: timedelta(days=90),
    Role.NURSE.value: timedelta(days=30),
    Role.PHARMACY.value: timedelta(days=3),
    Role.INSURER.value: timedelta(days=30),
    Role.CLINICAL_SYSTEM.value: timedelta(days=90),
    Role.LABORATORY.value: timedelta(days=30),
}
"""Grants end by themselves: 90 days for practices, 3 for pharmacies (ePA; reference: peers, 7.8); the rest is ours."""

SHORTEST = timedelta(days=3)

NEXT: Mapping[ConsentState, frozenset[ConsentState]] = {
    ConsentState.REQUESTED: frozenset({ConsentState.GRANTED, ConsentState.REFUSED}),
    ConsentState.GRANTED: frozenset({ConsentState.GRANTED, ConsentState.REVOKED}),
    ConsentState.REFUSED: frozenset({ConsentState.GRANTED}),
    ConsentState.REVOKED: frozenset({ConsentState.GRANTED}),
}

EXPIRED = "expired"
"""How a consent, or a request, whose time is over is shown; it is not stored, for it becomes so by itself."""


def period_end(text: str | None, role: str, now: datetime, standing: Representation | None = None) -> datetime:
    """When a consent ends: the day that the patient named, within a year, or the usual one for the role.

    A role that is not listed gets the shortest. Who gives it for a ward (``standing``) gives it for no longer than they
    may act: from the 15th birthday on the ward is asked. Raises InvalidFieldsError.
    """
    moment = now + DEFAULT_PERIODS.get(role, SHORTEST) if text is None else datetime.fromisoformat(text)
    if not now < moment <= now + MAX_PERIOD:
        raise InvalidFieldsError(fields=(FieldProblem("/valid_until", "range", "within one year from now"),))
    return moment if standing is None or standing.until is None else min(moment, standing.until)


def sections_given(
    sections: Collection[str], known: Collection[str], now: datetime, standing: Representation | None = None
) -> list[str]:
    """Sections of the card that a consent opens; none named are all of them.

    Who gives it for a ward opens no section that is closed to themselves: none named are all of theirs. Raises
    InvalidFieldsError.
    """
    if standing is None or not (standing.hidden or standing.sections):
        return sorted(sections)
    theirs = {name for name in known if standing.opens(name, now)}
    given = set(sections) or theirs
    if not given or not given <= theirs:
        raise InvalidFieldsError(fields=(FieldProblem("/sections", "closed", "this section is closed to you"),))
    return sorted(given)


def shown_state(state: ConsentState, valid_until: datetime, now: datetime) -> str:
    lapses = state in {ConsentState.REQUESTED, ConsentState.GRANTED}
    return EXPIRED if lapses and valid_until <= now else state.value
