"""Which record satisfies a rule. A free text is recognised by beginnings of words: what is written otherwise is missed,
and the person's own mark says that it was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from chalicelib.domain.texts.said import Said

RESULT, IMAGE, PROTOCOL, VISIT, SIGN = (
    "laboratory-result",
    "imaging-study",
    "examination-protocol",
    "visit",
    "vital-sign",
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Known:
    """A record of the card. ``on``: the day where it was written. ``standing``: its source did not take it back, it was
    not entered in error, and a prescription is in force. ``doctor``: a doctor wrote it. ``until``: end of a
    prescription. ``analytes``: of a laboratory result, codes of the code set.
    """

    kind: str
    id: str
    on: date
    body: Mapping[str, Any]
    standing: bool = True
    doctor: bool = False
    until: date | None = None
    analytes: frozenset[str] = field(default_factory=frozenset)

    @property
    def order(self) -> tuple[date, str]:
        return self.on, self.id


class Match(Protocol):
    """``said``: how it is told in the table of rules."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def said(self) -> Said: ...
    def fits(self, record: Known) -> bool: ...


@dataclass(frozen=True, slots=True)
class Analyte:
    """A laboratory result with any of these analytes (codes of the code set)."""

    codes: frozenset[str]
    said: Said

    @property
    def kinds(self) -> tuple[str, ...]:
        return (RESULT,)

    def fits(self, record: Known) -> bool:
        return bool(self.codes & record.analytes)


@dataclass(frozen=True, slots=True)
class Image:
    """An imaging study of any of these modalities (DICOM); ``region``: beginnings of words, one of which it names."""

    modalities: frozenset[str]
    said: Said
    region: tuple[str, ...] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        return (IMAGE,)

    def fits(self, record: Known) -> bool:
        named = not self.region or _named([self.region], [record.body.get("region", "")])
        return record.body.get("modality") in self.modalities and named


@dataclass(frozen=True, slots=True)
class Words:
    """A record of one of the kinds whose fields name a word of each group."""

    kinds: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    said: Said

    def fits(self, record: Known) -> bool:
        texts = [record.body.get(name, "") for name in ("panel", "examination", "specialty", "reason")]
        texts += [value.get("name", "") for value in record.body.get("values", ())]
        return _named(self.groups, texts)


@dataclass(frozen=True, slots=True)
class Measured:
    """A vital sign of this code."""

    sign: str
    said: Said

    @property
    def kinds(self) -> tuple[str, ...]:
        return (SIGN,)

    def fits(self, record: Known) -> bool:
        return record.body.get("code") == self.sign


def _named(groups: Sequence[Sequence[str]], texts: Sequence[Any]) -> bool:
    """Whether some word of the texts begins with one of each group (small letters, ё as е)."""
    words = _WORD.findall(" ".join(str(text or "") for text in texts).casefold().replace("ё", "е"))
    return all(any(word.startswith(tuple(group)) for word in words) for group in groups)
