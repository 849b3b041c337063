"""How good a model is, beside a single rule, with intervals, and by sex and age (docs/model-cards/no-show.md).

The rule is: who missed visits before misses this one; its probabilities are how often that was so among the people
fitted on. Intervals are of 95 %, by drawing people, not visits, with replacement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from analytics.fitting import Fitted, outcomes
from analytics.history import AGES, SEXES, Case

DRAWS = 300
SEED = 1
DIGITS = 4
MANY = 3
"""Earlier missed visits from which on the rule tells no difference."""
SHARES = (0.05, 0.1, 0.2, 0.3)
"""Of visits that may get one more reminder."""
GROUP_LEAST = 30
"""Missed and kept visits in a group, or nothing is said of it: it would say little, and of few people."""
EDGE = 1e-9


def auc(true: Any, said: Any) -> float:
    return float(roc_auc_score(true, said)) if 0 < true.sum() < len(true) else float("nan")


def precision(true: Any, said: Any) -> float:
    return float(average_precision_score(true, said)) if true.sum() else float("nan")


def brier(true: Any, said: Any) -> float:
    return float(brier_score_loss(true, said))


def slope(true: Any, said: Any) -> float:
    """Of the calibration line: 1 is right, less is too sure of itself."""
    return _line(true, said)[0]


def intercept(true: Any, said: Any) -> float:
    return _line(true, said)[1]


def _line(true: Any, said: Any) -> tuple[float, float]:
    clipped = np.clip(said, EDGE, 1 - EDGE)
    logits = np.log(clipped / (1 - clipped)).reshape(-1, 1)
    fitted = LogisticRegression(C=np.inf, solver="newton-cholesky").fit(logits, true)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


Measure = Callable[[Any, Any], float]
MEASURES: Mapping[str, Measure] = {"auc": auc, "average_precision": precision, "brier": brier}
LINE: Mapping[str, Measure] = {"calibration_slope": slope, "calibration_intercept": intercept}


class Draws:
    """The same draws of people for everything that is compared."""

    def __init__(self, cases: Sequence[Case]) -> None:
        rows: dict[str, list[int]] = {}
        for number, case in enumerate(cases):
            rows.setdefault(case.person, []).append(number)
        people = [np.array(rows[person]) for person in sorted(rows)]
        rng = np.random.default_rng(SEED)
        self._drawn = [
            np.concatenate([people[one] for one in rng.integers(0, len(people), len(people))]) for _ in range(DRAWS)
        ]

    def interval(self, measure: Callable[[Any], float]) -> list[float]:
        """``measure``: of the numbers of the drawn rows."""
        found = np.array([measure(rows) for rows in self._drawn])
        low, high = np.nanpercentile(found, [2.5, 97.5])
        return [_short(low), _short(high)]


def figures(
    found: Fitted, fitted_on: Sequence[Case], chosen_on: Sequence[Case], test: Sequence[Case]
) -> dict[str, Any]:
    """``chosen_on``: where the thresholds of the shares are taken from."""
    true, said = outcomes(test), found.probabilities([case.visit for case in test])
    rule, draws = _rule(fitted_on, test), Draws(test)
    chosen = found.probabilities([case.visit for case in chosen_on])
    bands = _bands(true, said, np.quantile(chosen, [1 - share for share in SHARES]))
    return {
        "visits": len(test),
        "people": len({case.person for case in test}),
        "missed_share": _short(true.mean()),
        "model": _measured({**MEASURES, **LINE}, true, said, draws),
        "rule": _measured(MEASURES, true, rule, draws),
        "difference": {
            name: {
                "value": _short(measure(true, said) - measure(true, rule)),
                "interval": draws.interval(_beside(measure, true, said, rule)),
            }
            for name, measure in MEASURES.items()
        },
        "deciles": _deciles(true, said),
        "bands": bands,
        "groups": _groups(test, true, said, next(band["from"] for band in bands if band["share"] == SHARES[2])),
    }


def _beside(measure: Measure, true: Any, said: Any, rule: Any) -> Callable[[Any], float]:
    return lambda rows: measure(true[rows], said[rows]) - measure(true[rows], rule[rows])


def _measured(measures: Mapping[str, Measure], true: Any, said: Any, draws: Draws) -> dict[str, Any]:
    return {name: _value(measure, true, said, draws) for name, measure in measures.items()}


def _value(measure: Measure, true: Any, said: Any, draws: Draws) -> dict[str, Any]:
    interval = draws.interval(lambda rows: measure(true[rows], said[rows]))
    return {"value": _short(measure(true, said)), "interval": interval}


def _rule(fitted_on: Sequence[Case], test: Sequence[Case]) -> Any:
    """How often a visit was missed among people with as many missed before; of a number nobody had, all of them."""
    all_of, missed_of = Counter[int](), Counter[int]()
    for case in fitted_on:
        all_of[min(case.visit.missed, MANY)] += 1
        missed_of[min(case.visit.missed, MANY)] += case.missed
    usual = missed_of.total() / all_of.total()
    shares = {number: missed_of[number] / all_of[number] for number in all_of}
    return np.array([shares.get(min(case.visit.missed, MANY), usual) for case in test])


def _deciles(true: Any, said: Any) -> list[dict[str, Any]]:
    order = np.argsort(said, kind="stable")
    return [
        {"visits": len(rows), "said": _short(said[rows].mean()), "was": _short(true[rows].mean())}
        for rows in np.array_split(order, 10)
    ]


def _bands(true: Any, said: Any, thresholds: Sequence[float]) -> list[dict[str, Any]]:
    """Of the visits that a threshold chooses: their share, how many of them are missed, how many of all missed."""
    found = []
    for share, least in zip(SHARES, map(_short, thresholds), strict=True):
        chosen = said >= least
        found.append(
            {
                "share": share,
                "from": least,
                "chosen": _short(chosen.mean()),
                "missed_of_chosen": _short(true[chosen].mean()),
                "chosen_of_missed": _short(chosen[true == 1].mean()),
            }
        )
    return found


def _groups(test: Sequence[Case], true: Any, said: Any, least: float) -> list[dict[str, Any]]:
    wanted = [("sex", sex) for sex in SEXES] + [("age", age) for age in AGES]
    return [
        {"by": by, "group": group, **_group(test, true, said, rows, least)}
        for by, group in wanted
        if len(rows := np.array([number for number, case in enumerate(test) if getattr(case, by) == group], dtype=int))
    ]


def _group(test: Sequence[Case], true: Any, said: Any, rows: Any, least: float) -> dict[str, Any]:
    here, told = true[rows], said[rows]
    if min(here.sum(), len(here) - here.sum()) < GROUP_LEAST:
        return {}
    return {
        "visits": len(rows),
        "missed": int(here.sum()),
        "was": _short(here.mean()),
        "said": _short(told.mean()),
        "brier": _short(brier(here, told)),
        "chosen": _short((told >= least).mean()),
        "auc": _value(auc, here, told, Draws([test[row] for row in rows])),
    }


def _short(number: Any) -> float:
    return round(float(number), DIGITS)
