"""What a search asks for, checked field by field."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.moments import moment_of, stamp
from chalicelib.domain.search.terms import Place, Term
from chalicelib.domain.search.words import LONGEST, STOP, Stem, forms, split
from chalicelib.errors import FieldProblem, InvalidFieldsError

MOST_WORDS = 8
"""Each word is a list to be read."""
NEWEST, OLDEST = "~", ""
"""Above and below every place in a list."""
A_DATE = len("2026-03-02")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it came in: text as typed, moments in ISO 8601 or dates, "" for what is not asked."""

    text: str = ""
    doctor: str = ""
    since: str = ""
    until: str = ""
    kinds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search as it is carried out. ``since`` and ``until`` are bounds of places: from, and strictly below.

    ``named``: ``doctors`` as they stand among the words of a text.
    """

    words: tuple[str, ...]
    doctors: tuple[str, ...]
    named: tuple[str, ...]
    since: str
    until: str
    kinds: frozenset[str]

    def terms(self, *, summary_only: bool) -> list[Term]:
        """Who sees summaries alone finds by a doctor only where the summary says the name: it is nowhere else shown."""
        words = [*self.words, *self.named] if summary_only else self.words
        place = Place.SUMMARY if summary_only else Place.TEXT
        return [(place, word) for word in words] + [(Place.DOCTOR, word) for word in self.doctors]


def wanted(asked: Asked, kinds: Sequence[tuple[str, str]], stem: Stem) -> Wanted:
    """``kinds``: (kind, section) of all that can be found. Raises InvalidFieldsError, never quoting what was typed."""
    problems: list[FieldProblem] = []
    if not any((asked.text.strip(), asked.doctor.strip(), asked.since, asked.until, asked.kinds, asked.sections)):
        problems.append(FieldProblem("/text", "missing", "give words, a doctor, a date, a kind or a section"))
    words = [forms(word, stem)[0] for word in _words(asked.text, "/text", problems)]
    doctors = [word for word in _words(asked.doctor, "/doctor", problems) if len(word) > 1]
    if asked.doctor.strip() and not doctors and not any(p.field == "/doctor" for p in problems):
        problems.append(FieldProblem("/doctor", "no-words", "give a name, not initials"))
    since = _moment(asked.since, "/from", problems)
    until = _moment(asked.until, "/to", problems, end=True)
    if since is not None and until is not None and since >= until:
        problems.append(FieldProblem("/to", "order", "the end is not after the beginning"))
    names, sections = [kind for kind, _ in kinds], {section for _, section in kinds}
    problems += [*_unknown(asked.kinds, names, "/kinds"), *_unknown(asked.sections, sections, "/sections")]
    if problems:
        raise InvalidFieldsError(fields=tuple(problems))
    return Wanted(
        tuple(dict.fromkeys(words)),
        tuple(dict.fromkeys(doctors)),
        tuple(dict.fromkeys(forms(word, stem)[0] for word in doctors)),
        OLDEST if since is None else stamp(since),
        NEWEST if until is None else stamp(until) + (NEWEST if len(asked.until) == A_DATE else ""),
        frozenset(
            kind
            for kind, section in kinds
            if (not asked.kinds or kind in asked.kinds) and (not asked.sections or section in asked.sections)
        ),
    )


def _words(text: str, field: str, problems: list[FieldProblem]) -> list[str]:
    found = list(dict.fromkeys(split(text)))
    if any(len(word) > LONGEST for word in found):
        problems.append(FieldProblem(field, "word-too-long", f"a word has at most {LONGEST} letters"))
        return []
    kept = [word for word in found if word not in STOP]
    if text.strip() and not kept:
        problems.append(FieldProblem(field, "no-words", "these words are in every text; add others"))
    if len(kept) > MOST_WORDS:
        problems.append(FieldProblem(field, "too-many-words", f"at most {MOST_WORDS} words"))
    return kept


def _moment(text: str, field: str, problems: list[FieldProblem], *, end: bool = False) -> datetime | None:
    moment = moment_of(text, end=end) if text else None
    if text and moment is None:
        problems.append(FieldProblem(field, "format", "ISO 8601 with an offset, or a date"))
    return moment


def _unknown(given: Sequence[str], known: Collection[str], field: str) -> list[FieldProblem]:
    return [
        FieldProblem(f"{field}/{at}", "choice", "there is no such one")
        for at, one in enumerate(given)
        if one not in known
    ]
