"""How likely a visit is to be missed, to choose who gets one more reminder, and for nothing else (ANA-3).

A logistic regression that ``analytics/`` fits off-line; ``data/no_show.json`` has its numbers. Its features are what
the plaintext rows of appointments say, so nothing sealed is opened. Age and sex are none of them: by those the model
is only evaluated (docs/no-show.md).
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.domain.identity import OWNERS
from chalicelib.domain.specialties import SPECIALTIES

SCHEMA = 1
"""Of the file: what its members are, and how the features are computed. A file of another one is refused."""
MAX_LEAD = 730.0
"""Days: a visit that was booked longer ago counts as this."""
EARLY, EVENING = 9, 17
"""Hours of the visit's zone: before the one, from the other on."""
MONDAY, SATURDAY = 0, 5
PRIOR_MISSED, PRIOR_VISITS = 1, 8
"""Put to what is known of a person's earlier visits: of one visit nothing follows yet."""
DENTAL = frozenset({"dentistry", "paediatric-dentistry"})
DIAGNOSTIC = frozenset({"ultrasound", "functional-diagnostics", "radiology", "endoscopy"})
BIGGEST = 1e6
"""Of any number in a file: what is more is a mistake, and makes no sum infinite."""
TERMS = 3
"""So many are told."""
TELLS = 0.02
"""Terms that change the logit by less are not told."""


class BadModelError(ValueError):
    """A file of a model that must not be scored by; says why."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What is known of a booked visit. ``lead``: days from the booking to the visit. ``hour``, ``weekday`` (Monday is
    0): of the visit, in its zone. ``kept``, ``missed``: earlier visits of the person that took place, or did not.
    """

    lead: float
    hour: int
    weekday: int
    kept: int
    missed: int
    by_clinic: bool
    specialty: str


FEATURES: Mapping[str, Callable[[Visit], float]] = {
    "lead": lambda visit: math.log1p(min(max(visit.lead, 0.0), MAX_LEAD)),
    "missed_share": lambda visit: (visit.missed + PRIOR_MISSED) / (visit.missed + visit.kept + PRIOR_VISITS),
    "first": lambda visit: float(visit.missed + visit.kept == 0),
    "by_clinic": lambda visit: float(visit.by_clinic),
    "early": lambda visit: float(visit.hour < EARLY),
    "evening": lambda visit: float(visit.hour >= EVENING),
    "monday": lambda visit: float(visit.weekday == MONDAY),
    "weekend": lambda visit: float(visit.weekday >= SATURDAY),
    "dental": lambda visit: float(visit.specialty in DENTAL),
    "diagnostics": lambda visit: float(visit.specialty in DIAGNOSTIC),
    "specialist": lambda visit: float(_specialist(visit.specialty)),
}
"""By the names that the file has. No class of its own for doctors whom to visit says something about a person."""


def _specialist(specialty: str) -> bool:
    found = SPECIALTIES.get(specialty)
    return found is not None and found.referral and specialty not in DIAGNOSTIC


@dataclass(frozen=True, slots=True)
class Term:
    """What one feature adds to the logit, beside an average visit of the history."""

    name: str
    adds: float


@dataclass(frozen=True, slots=True)
class Weight:
    """``mean``, ``scale``: of the feature in the history, by which it is standardised."""

    mean: float
    scale: float
    coefficient: float


@dataclass(frozen=True, slots=True)
class Model:
    """``slope``, ``offset``: recalibration of the logit, fitted on people whom the coefficients were not fitted on."""

    version: str
    weights: Mapping[str, Weight]
    intercept: float
    slope: float
    offset: float

    def terms(self, visit: Visit) -> list[Term]:
        return [
            Term(name, self.slope * one.coefficient * (FEATURES[name](visit) - one.mean) / one.scale)
            for name, one in self.weights.items()
        ]

    def score(self, visit: Visit) -> float:
        """The probability that it is missed, 0 to 1."""
        return sigmoid(math.fsum(term.adds for term in self.terms(visit)) + self.slope * self.intercept + self.offset)

    def because(self, visit: Visit) -> list[Term]:
        """The largest terms that raise the score, largest first, of what is so: being on no Monday is none."""
        raise_it = [term for term in self.terms(visit) if term.adds >= TELLS and _is_so(term.name, visit)]
        return sorted(raise_it, key=lambda term: -term.adds)[:TERMS]


def sigmoid(logit: float) -> float:
    """Without overflow at either end."""
    if logit >= 0:
        return 1 / (1 + math.exp(-logit))
    grown = math.exp(logit)
    return grown / (1 + grown)


def _is_so(name: str, visit: Visit) -> bool:
    """Whether there is something to tell: of ``lead`` always, of the share when something was missed."""
    if name == "missed_share":
        return visit.missed > 0
    return name == "lead" or FEATURES[name](visit) > 0


# --- a visit from its rows


def visit_of(row: Mapping[str, Any], kept: int, missed: int) -> Visit | None:
    """``row``: of an appointment. None for one that does not say when it was booked."""
    if "created_at" not in row:
        return None
    start = datetime.fromisoformat(row["start"])
    here = start.astimezone(ZoneInfo(row["zone"]))
    lead = (start - datetime.fromisoformat(row["created_at"])) / timedelta(days=1)
    by_clinic = row["by"] not in {role.value for role in OWNERS}
    return Visit(lead, here.hour, here.weekday(), kept, missed, by_clinic, row["specialty"])


# --- the file


def read_model(text: str) -> Model:
    """Raises BadModelError for what is no model of this schema: other features, numbers that are none, no version."""
    try:
        said = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadModelError(f"no JSON: {error}") from None
    if not isinstance(said, dict):
        raise BadModelError("no JSON object")
    if type(said.get("schema")) is not int or said["schema"] != SCHEMA:
        raise BadModelError(f"schema {said.get('schema')!r} instead of {SCHEMA}")
    version, calibration = said.get("version"), said.get("calibration")
    if not isinstance(version, str) or not version:
        raise BadModelError("no version")
    if not isinstance(calibration, dict):
        raise BadModelError("no calibration")
    slope = _number(calibration, "slope")
    if slope <= 0:
        raise BadModelError("a slope that turns the order round")
    weights = _weights(said.get("features"))
    return Model(version, weights, _number(said, "intercept"), slope, _number(calibration, "intercept"))


def _weights(listed: Any) -> Mapping[str, Weight]:
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadModelError("no list of features")
    names = [one.get("name") for one in listed]
    if len(names) != len(FEATURES) or not all(name in names for name in FEATURES):
        raise BadModelError("features missing, unknown or twice")
    return {one["name"]: _weight(one) for one in listed}


def _weight(one: Mapping[str, Any]) -> Weight:
    found = Weight(_number(one, "mean"), _number(one, "scale"), _number(one, "coefficient"))
    if found.scale < 1 / BIGGEST:
        raise BadModelError(f"scale of {one['name']} is not above zero")
    return found


def _number(said: Mapping[str, Any], name: str) -> float:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= BIGGEST:
        raise BadModelError(f"{name} is no number")
    return float(value)


def _no_number(word: str) -> float:
    raise BadModelError(f"{word} is no number")


@cache
def shipped() -> Model:
    """The one that lies beside. Raises BadModelError."""
    return read_model((files("chalicelib.domain") / "data" / "no_show.json").read_text("utf-8"))
