"""All rules over the facts of one card."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.needs import following, targets
from chalicelib.domain.needs.facts import Facts, Need, Unjudged, Why
from chalicelib.domain.needs.periodic import periodic
from chalicelib.domain.needs.table import (
    PERIODIC,
    PRESCRIPTION_ENDS,
    REVIEW,
    TARGET_OUTSIDE,
    TARGET_UNMEASURED,
    UNREPEATED,
    VACCINATION,
    Rule,
)

Following = Callable[[Facts], Iterable[Need | Unjudged]]

FOLLOWED: Mapping[tuple[Rule, ...], Following] = {
    (VACCINATION,): following.vaccinations,
    (REVIEW,): following.reviews,
    (TARGET_OUTSIDE, TARGET_UNMEASURED): targets.targets,
    (UNREPEATED,): following.unrepeated,
    (PRESCRIPTION_ENDS,): following.prescriptions,
}


@dataclass(frozen=True, slots=True)
class Judged:
    """``needs``: by the day since when they are due, the longest first. ``unjudged``: rules that nothing is said of."""

    needs: Sequence[Need]
    unjudged: Sequence[Unjudged]


def judged(facts: Facts) -> Judged:
    found: list[Need | Unjudged] = []
    for rules, follow in FOLLOWED.items():
        closed = {rule.id: facts.closed(rule) for rule in rules}
        found += [Unjudged(rule, Why.CLOSED, tuple(closed[rule.id])) for rule in rules if closed[rule.id]]
        if not any(closed.values()):
            found += _person_known(facts, rules) or follow(facts)
    found += [one for rule in PERIODIC if (one := periodic(rule, facts)) is not None]
    needs = sorted((one for one in found if isinstance(one, Need)), key=lambda one: (one.since, one.id))
    return Judged(needs, list(dict.fromkeys(one for one in found if isinstance(one, Unjudged))))


def _person_known(facts: Facts, rules: Sequence[Rule]) -> list[Need | Unjudged]:
    """The calendar begins with the birth date."""
    return [Unjudged(VACCINATION, Why.PERSON)] if VACCINATION in rules and facts.born is None else []
