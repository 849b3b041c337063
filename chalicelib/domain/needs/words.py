"""Pieces of sentences in both languages."""

from __future__ import annotations

from datetime import date

from chalicelib.domain.texts.said import Said

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MEANING = Said(
    "Это причины обсудить с врачом. Не диагноз и не назначение: часть записей может быть в другом месте.",
    "These are reasons to talk to a doctor. No diagnosis and no order: some records may be elsewhere.",
)
_YEAR = 12


def day(on: date) -> Said:
    return Said(f"{on:%d.%m.%Y}", f"{on.day} {_MONTHS[on.month - 1]} {on.year}")


def every(months: int) -> Said:
    """``раз в 6 мес.``, ``раз в год``, ``раз в 2 года``"""
    if months % _YEAR:
        return Said(f"раз в {months} мес.", f"every {months} months")
    years = months // _YEAR
    if years == 1:
        return Said("раз в год", "once a year")
    return Said(f"раз в {years} года", f"every {years} years")


def filled(sentence: Said, **pieces: Said | str) -> Said:
    """``{name}`` in a sentence by a piece in the same language."""
    return Said(
        sentence.ru.format(**{name: _to(piece, "ru") for name, piece in pieces.items()}),
        sentence.en.format(**{name: _to(piece, "en") for name, piece in pieces.items()}),
    )


def joined(*sentences: Said) -> Said:
    return Said(" ".join(one.ru for one in sentences), " ".join(one.en for one in sentences))


def _to(piece: Said | str, language: str) -> str:
    return piece if isinstance(piece, str) else piece.to(language)
