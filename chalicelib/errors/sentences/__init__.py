"""Russian of each sentence about a field (``fields[].message_ru``), by the code and the English of the sentence.

One table for each room that tells such sentences. ``{name}`` stands for a number, a limit or a code that the sentence
fills in, ``{s}`` for the ending of an English plural; both sides of an entry have the same names, but what is of no
use to a reader is left out of the Russian. tests/architecture/test_sentences.py reads the source and the models and
demands an entry for each sentence that they can say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from chalicelib.errors.sentences import (
    aggregates,
    applications,
    appointments,
    bulk,
    bundles,
    calendars,
    chat,
    codes,
    deliveries,
    documents,
    entry_templates,
    files,
    hl7,
    needs,
    people,
    recognition,
    records,
    reminders,
    requests,
    resource_search,
    resources,
    schedules,
    shapes,
    transfers,
    visit_forms,
    waiting_list,
)

GENERAL = "Поле заполнено неверно"
"""For a sentence that no table has."""

NAMED = re.compile(r"\{(\w+)\}")
LIST = re.compile(r"(?<=\S) or (?=\S)")

ROOMS = (
    shapes,
    requests,
    people,
    codes,
    records,
    documents,
    files,
    appointments,
    calendars,
    chat,
    deliveries,
    reminders,
    schedules,
    needs,
    visit_forms,
    waiting_list,
    entry_templates,
    resources,
    resource_search,
    bundles,
    bulk,
    applications,
    hl7,
    aggregates,
    recognition,
    transfers,
)

Sentences = Mapping[str, Mapping[str, str]]


def entries() -> Iterator[tuple[str, str, str]]:
    """(code, English, Russian) of all tables."""
    for room in ROOMS:
        for code, said in room.SENTENCES.items():
            yield from ((code, english, russian) for english, russian in said.items())


def russian(code: str, message: str) -> str:
    """The Russian of an English sentence with the same numbers in it; GENERAL when there is none."""
    for pattern, text in _patterns(code):
        if (found := pattern.fullmatch(message)) is not None:
            return text.format_map({name: LIST.sub(" или ", value) for name, value in found.groupdict().items()})
    return GENERAL


@cache
def _patterns(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Of one code, those with more text of their own first: a place to fill takes any text."""
    found = [(english, said) for of, english, said in entries() if of == code]
    found.sort(key=lambda entry: -len(NAMED.sub("", entry[0])))
    return tuple((re.compile(_pattern(english), re.DOTALL), said) for english, said in found)


def _pattern(english: str) -> str:
    parts = NAMED.split(english)
    made = re.escape(parts[0])
    for name, text in zip(parts[1::2], parts[2::2], strict=True):
        made += ("s?" if name == "s" else f"(?P<{name}>.+?)") + re.escape(text)
    return made
