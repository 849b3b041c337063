"""Logistic regression by scikit-learn, and the file of its numbers that the service reads (domain/no_show.py).

People, not visits, are dealt out: nobody's visits are on two sides. Most are fitted on, some recalibrate, on the rest
the figures are taken. Nothing depends on the clock, and numbers are rounded, so the same history gives the same file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from analytics.history import Case
from chalicelib.domain.no_show import FEATURES, SCHEMA, Visit

DIGITS = 10
"""Of what is written: further ones differ from machine to machine."""
VECTORS = 200


@dataclass(frozen=True)
class Fitted:
    """What scikit-learn made, with rounded numbers in it: so it answers as the file does."""

    scaler: StandardScaler
    regression: LogisticRegression
    calibration: LogisticRegression

    def logits(self, visits: Sequence[Visit]) -> Any:
        return self.regression.decision_function(self.scaler.transform(matrix(visits)))

    def probabilities(self, visits: Sequence[Visit]) -> Any:
        return self.calibration.predict_proba(self.logits(visits).reshape(-1, 1))[:, 1]


def matrix(visits: Sequence[Visit]) -> Any:
    return np.array([[feature(visit) for feature in FEATURES.values()] for visit in visits])


def outcomes(cases: Sequence[Case]) -> Any:
    return np.array([case.missed for case in cases], dtype=int)


def fit(fitted_on: Sequence[Case], recalibrated_on: Sequence[Case]) -> Fitted:
    scaler = StandardScaler()
    table = scaler.fit_transform(matrix([case.visit for case in fitted_on]))
    scaler.mean_, scaler.scale_ = _rounded(scaler.mean_), _rounded(scaler.scale_)
    regression = LogisticRegression(solver="newton-cholesky", tol=1e-10, max_iter=1000)
    regression.fit(table, outcomes(fitted_on))
    _round(regression)
    shown = regression.decision_function(scaler.transform(matrix([case.visit for case in recalibrated_on])))
    calibration = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10, max_iter=1000)
    calibration.fit(shown.reshape(-1, 1), outcomes(recalibrated_on))
    _round(calibration)
    return Fitted(scaler, regression, calibration)


def document(found: Fitted, data: Mapping[str, Any], figures: Mapping[str, Any], date: str) -> dict[str, Any]:
    """The file. ``version``: the date, and the beginning of a digest over the numbers."""
    numbers = {
        "features": [
            {"name": name, "mean": mean, "scale": scale, "coefficient": coefficient}
            for name, mean, scale, coefficient in zip(
                FEATURES,
                found.scaler.mean_.tolist(),
                found.scaler.scale_.tolist(),
                found.regression.coef_[0].tolist(),
                strict=True,
            )
        ],
        "intercept": float(found.regression.intercept_[0]),
        "calibration": {
            "slope": float(found.calibration.coef_[0][0]),
            "intercept": float(found.calibration.intercept_[0]),
        },
    }
    mark = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:8]
    return {
        "schema": SCHEMA,
        "version": f"{date}-{mark}",
        "date": date,
        **numbers,
        "data": dict(data),
        "figures": dict(figures),
    }


def vectors(found: Fitted, cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Visits with the probabilities that scikit-learn gives them, for the tests of the service."""
    step = max(1, len(cases) // VECTORS)
    some = [case.visit for case in cases[::step][:VECTORS]]
    return [
        {**{name: getattr(visit, name) for name in Visit.__slots__}, "probability": float(probability)}
        for visit, probability in zip(some, found.probabilities(some), strict=True)
    ]


def _rounded(numbers: Any) -> Any:
    return np.round(numbers, DIGITS)


def _round(found: LogisticRegression) -> None:
    found.coef_, found.intercept_ = _rounded(found.coef_), _rounded(found.intercept_)
