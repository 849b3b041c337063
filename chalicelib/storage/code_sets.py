"""Code sets from the files of the package: the set that the deployer built where there is one, otherwise our own.

Read on first use and kept for the life of the process: a function that only reads cards never loads one.
"""

from __future__ import annotations

import logging
from pathlib import Path

from chalicelib.domain.code_set_files import SEVERAL, written
from chalicelib.domain.code_sets import CodeSet
from chalicelib.domain.vaccination_calendar.vaccines import SOURCE, VACCINES
from chalicelib.errors import NotFoundError

log = logging.getLogger("medkarta.code_sets")

OWN = Path(__file__).parent.parent / "records" / "code_sets"
BUILT = OWN / "built"
"""Written by ``make codes``; not part of the repository, part of what is packaged."""

ATC_LICENCE = "ATC: WHO Collaborating Centre for Drug Statistics Methodology"
NAMES = ("icd-10", "drugs", "dose-forms", "units", "analytes", "vaccines")
"""In the order in which they are listed. Public: never renamed."""


class FileCodeSets:
    """Implements ``ports.code_sets.CodeSets``."""

    def __init__(self, built: Path = BUILT, own: Path = OWN) -> None:
        self._folders = (built, own)
        self._read: dict[str, CodeSet] = {}

    def names(self) -> tuple[str, ...]:
        return NAMES

    def __call__(self, name: str) -> CodeSet:
        """Raises NotFoundError for a set that does not exist. Two threads may read one twice: both are the same."""
        if name not in NAMES:
            raise NotFoundError
        if name not in self._read:
            self._read[name] = self._from_files(name)
        return self._read[name]

    def _from_files(self, name: str) -> CodeSet:
        """A built file that cannot be read is passed over, loudly: our own set refuses no code it does not know."""
        built, own = (folder / f"{name}.tsv" for folder in self._folders)
        try:
            return CodeSet(built.read_text("utf-8"))
        except FileNotFoundError:
            pass
        except (OSError, ValueError):
            log.error("the built code set %s cannot be read; build it again", name)  # noqa: TRY400 - no text of it
        return CodeSet(vaccines() if name == "vaccines" else own.read_text("utf-8"))


def vaccines() -> str:
    """The vaccines of the calendar, which forms and records share, as a file of a code set."""
    head = {
        "set": "vaccines",
        "ru": "Вакцины",
        "en": "Vaccines",
        "version": "2026-11",
        "source": f"Vaccines of the national calendar, chosen and worded by Medkarta; {SOURCE}",
        "licence": f"{ATC_LICENCE}. CVX: public domain. Words: Apache-2.0",
        "complete": "yes",
    }
    rows = [
        (code, vaccine.ru, vaccine.en, vaccine.atc, vaccine.cvx, SEVERAL.join(vaccine.diseases))
        for code, vaccine in VACCINES.items()
    ]
    return written(head, ("code", "ru", "en", "atc", "cvx", "diseases"), rows)
