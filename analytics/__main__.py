"""``make model``: fits the model, takes its figures, and writes its file, its card and the vectors of the tests."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from analytics import history
from analytics.card import card
from analytics.figures import auc, figures
from analytics.fitting import document, fit, outcomes, vectors
from analytics.history import BadHistoryError, Past, TooLittleError, parts

ROOT = Path(__file__).parents[1]
MODEL = "chalicelib/domain/data/no_show.json"
CARD = "docs/model-cards/no-show.md"
PROBABILITIES = "tests/unit/data/no_show.json"
SEED, PEOPLE = 20261127, 8000
LESS, MORE = 0.4, 1.6
"""What is a person's own, as the generator would have it otherwise: the figures follow it."""


@dataclass(frozen=True)
class Made:
    """The three files, by their paths."""

    files: dict[str, str]


def made(visits: Sequence[Past], data: dict[str, Any], date: str, others: Sequence[tuple[float, float]] = ()) -> Made:
    """``others``: what other assumptions of the generator come to, as (deviation, AUC). Raises TooLittleError."""
    found = parts(history.cases(visits))
    fitted = fit(found["fit"], found["calibrate"])
    said = figures(fitted, found["fit"], found["calibrate"], found["test"])
    data |= {"digest": history.digest(visits), "visits": sum(map(len, found.values()))}
    data |= {"people": len({case.person for some in found.values() for case in some})}
    kept = {name: said[name] for name in ("visits", "people", "model", "rule", "bands")}
    model = document(fitted, data, kept, date)
    probabilities = {"version": model["version"], "visits": vectors(fitted, found["test"])}
    return Made(
        {
            MODEL: json.dumps(model, indent=1) + "\n",
            CARD: card(model, said, others),
            PROBABILITIES: json.dumps(probabilities, separators=(",", ":")).replace("},{", "},\n{") + "\n",
        }
    )


def otherwise(people: int, seed: int) -> list[tuple[float, float]]:
    """The same model on histories whose people differ less, or more, from one another."""
    found = []
    for own in (LESS, history.ASSUMED["person"], MORE):
        some = parts(history.cases(history.generated(people, seed, {**history.ASSUMED, "person": own})))
        fitted = fit(some["fit"], some["calibrate"])
        said = fitted.probabilities([case.visit for case in some["test"]])
        found.append((own, auc(outcomes(some["test"]), said)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="analytics", description="Fits the no-show model (docs/no-show.md)")
    parser.add_argument("--history", type=Path, help="CSV of your own; without it a history is generated")
    parser.add_argument("--save-history", type=Path, help="write the history that was generated here")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--date", help="of the model; without it the day of the history's last visit")
    parser.add_argument("--into", type=Path, default=ROOT, help="folder that the files are written under")
    asked = parser.parse_args()
    try:
        run(asked)
    except (BadHistoryError, TooLittleError, OSError) as error:
        parser.exit(2, f"{error}\n")


def run(asked: argparse.Namespace) -> None:
    own = asked.history is not None
    visits = history.read(asked.history) if own else history.generated(asked.people, asked.seed)
    if asked.save_history:
        history.write(asked.save_history, visits)
    last = max((visit.start for visit in visits), default="")[:10]
    data = {"kind": "own"} if own else {"kind": "generated", "seed": asked.seed}
    with threadpool_limits(1):  # the order of sums is the same everywhere
        others = [] if own else otherwise(asked.people, asked.seed)
        result = made(visits, {**data, "until": last}, asked.date or last, others)
    for path, text in asdict(result)["files"].items():
        place = asked.into / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        print(f"{path}: {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
