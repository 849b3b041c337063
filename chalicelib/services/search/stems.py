"""Snowball's stemmers behind ``domain/search/words.py``."""

from __future__ import annotations

from functools import lru_cache
from threading import local

LANGUAGES = {"ru": "russian", "en": "english"}
_own = local()


@lru_cache(maxsize=10_000)
def stem(word: str, language: str) -> str:
    """One pass, remembered: words come again, and Python is slow at this. Each thread has stemmers of its own."""
    made: dict[str, object] = _own.__dict__
    if language not in made:
        import snowballstemmer

        made[language] = snowballstemmer.stemmer(LANGUAGES[language])
    return str(made[language].stemWord(word))  # type: ignore[attr-defined]
