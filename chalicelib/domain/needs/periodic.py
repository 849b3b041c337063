"""Rules with an interval: the last record that satisfies one, and the day from which the next is due.

age is that which is reached in the calendar year, as order 404n reckons
nobody is late before the order was in force, or before the first year of the age it names
a study of a condition is first due one interval after the condition began (our own choice)
sex or birth date not known, a section closed, or older records than were read: not judged
"""

from __future__ import annotations

from datetime import date

from chalicelib.domain.needs.facts import Condition, Facts, Need, Unjudged, Why, conditions
from chalicelib.domain.needs.matching import Known
from chalicelib.domain.needs.sources import SCREENING_SINCE
from chalicelib.domain.needs.table import Periodic
from chalicelib.domain.needs.words import day, every, filled, joined
from chalicelib.domain.texts.said import Said
from chalicelib.domain.vaccination_calendar.dates import months_later

LAST = Said("Последняя запись: {day}.", "Last record: {day}.")
NONE = Said("В карте нет записи об этом исследовании.", "The card has no record of this study.")
AGAIN = Said(
    "Полагается {every}, с {due}: причина обсудить с врачом.", "Expected {every}, since {due}: reason to check."
)
NOTED = Said("В карте записано: {code} {text} (запись от {day}).", "The card says: {code} {text} (record of {day}).")


def periodic(rule: Periodic, facts: Facts) -> Need | Unjudged | None:
    begun = _begun(rule, facts)
    if begun is None or isinstance(begun, Unjudged):
        return begun
    since, condition = begun
    kinds = [kind for match in rule.matches for kind in match.kinds]
    last = next((one for one in facts.of(*kinds) if any(match.fits(one) for match in rule.matches)), None)
    due = since if last is None else max(since, months_later(last.on, rule.every))
    if due > facts.today:
        return None
    if facts.misses(kinds, months_later(facts.today, -rule.every)):
        return Unjudged(rule, Why.MORE, tuple(sorted(kinds)))
    return Need(rule, due, _reason(rule, due, last, condition), _led(last, condition))


def _begun(rule: Periodic, facts: Facts) -> tuple[date, Condition | None] | Unjudged | None:
    """From when on the rule is this person's, with the condition that makes it so; None where it is not."""
    since = date.min
    if rule.sex or rule.ages:
        found = _person(rule, facts)
        if found is None or isinstance(found, Unjudged):
            return found
        since = found
    if closed := facts.closed(rule):
        return Unjudged(rule, Why.CLOSED, tuple(closed))
    noted = conditions(facts) if rule.codes or rule.without else []
    if any(one.category in rule.without for one in noted):
        return None
    if not rule.codes:
        return since, None
    mine = [one for one in noted if one.category in rule.codes]
    if not mine:
        return None
    first = min(mine, key=lambda one: (one.since, one.code))
    return max(since, months_later(first.since, rule.every)), first


def _person(rule: Periodic, facts: Facts) -> date | Unjudged | None:
    """The first day of the years of the rule that this year is one of; None for somebody else's sex or age."""
    if rule.sex and facts.sex and facts.sex != rule.sex:
        return None
    if facts.born is None:
        return Unjudged(rule, Why.PERSON)
    age = facts.today.year - facts.born.year
    if age not in rule.ages:
        return None
    if rule.sex and not facts.sex:
        return Unjudged(rule, Why.PERSON)
    while age - 1 in rule.ages:
        age -= 1
    return max(date(facts.born.year + age, 1, 1), SCREENING_SINCE)


def _reason(rule: Periodic, due: date, last: Known | None, condition: Condition | None) -> Said:
    begun = []
    if condition is not None:
        begun = [filled(NOTED, code=condition.code, text=condition.text, day=day(condition.record.on))]
    known = filled(LAST, day=day(last.on)) if last is not None else NONE
    return joined(*begun, known, filled(AGAIN, every=every(rule.every), due=day(due)))


def _led(last: Known | None, condition: Condition | None) -> tuple[Known, ...]:
    return tuple(one for one in (last, condition.record if condition else None) if one is not None)
