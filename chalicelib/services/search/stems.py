"""Snowball's stemmers behind ``domain/search/words.py``."""

from __future__ import annotations

from threading import local

LANGUAGES = {"ru": "russian", "en": "english"}
_own = local()


def stem(word: str, language: str) -> str:
    """One pass. A stemmer works in its own fields, so each thread has its own ones."""
    made: dict[str, object] = _own.__dict__
    if language not in made:
        import snowballstemmer

        made[language] = snowballstemmer.stemmer(LANGUAGES[language])
    return str(made[language].stemWord(word))  # type: ignore[attr-defined]
