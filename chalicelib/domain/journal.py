"""Which entries of the log somebody wants to see (AUD-3): one filter for the patient and for the security officer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from chalicelib.domain.identity import Role
from chalicelib.domain.moments import stamp

NOBODY = frozenset({Role.SYSTEM, Role.ANONYMOUS})


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty fields do not restrict. ``since`` and ``until`` are log times, ``until`` exclusive.

    ``others_than``: entries of everybody but this person, and but what the system itself did or met before a sign-in.
    """

    action: str = ""
    actor: str = ""
    outcome: str = ""
    role: str = ""
    organisation: str = ""
    others_than: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, at: datetime, body: Mapping[str, Any] | None) -> bool:
        """An entry that cannot be read is shown only to who restricts nothing but the time."""
        if (self.since is not None and at < self.since) or (self.until is not None and at >= self.until):
            return False
        asked = self._asked()
        if not asked and not self.others_than:
            return True
        if body is None:
            return False
        who = body["actor"]
        if self.others_than and (who["id"] == self.others_than or who["role"] in NOBODY):
            return False
        says = {
            "action": body["action"],
            "outcome": body["outcome"],
            "actor": who["id"],
            "role": who["role"],
            "organisation": who["org"],
        }
        return all(says[name] == value for name, value in asked.items())

    def said(self) -> dict[str, str]:
        """What was asked for, for the entry of the reading itself."""
        times = {"from": self.since, "to": self.until}
        whose = {"whose": "others"} if self.others_than else {}
        return self._asked() | whose | {name: stamp(moment) for name, moment in times.items() if moment is not None}

    def _asked(self) -> dict[str, str]:
        """What an entry must have just so."""
        given = {name: value for name, value in asdict(self).items() if value and isinstance(value, str)}
        given.pop("others_than", None)
        return given


class Logged(Protocol):
    """``ports.journal.LogEntry``, as far as it matters here."""

    @property
    def at(self) -> datetime: ...
    @property
    def body(self) -> Mapping[str, Any] | None: ...
    @property
    def altered(self) -> bool: ...
    @property
    def number(self) -> int: ...


L = TypeVar("L", bound=Logged)
Position = dict[str, Any] | None
"""Where a list continues; None at its end."""


@dataclass(frozen=True, slots=True)
class Gathered(Generic[L]):
    """``until``: time of the oldest entry that was looked at; what is older was not."""

    entries: Sequence[L]
    after: Position
    until: datetime | None


def gathered(pages: Iterable[Sequence[tuple[Position, L]]], wanted: Wanted, limit: int, most: int) -> Gathered[L]:
    """The first ``limit`` entries that are wanted, of at most ``most`` that are looked at.

    ``pages``: newest first, each entry with the position right after it. Log time never falls, so what is older than
    asked for ends the list.
    """
    found: list[L] = []
    looked, until = 0, None
    for page in pages:
        for position, entry in page:
            if wanted.since is not None and entry.at < wanted.since and not entry.altered:
                return Gathered(found, None, until)
            looked, until = looked + 1, entry.at
            if wanted.matches(entry.at, entry.body):
                found.append(entry)
            if len(found) == limit or looked == most:
                return Gathered(found, position, until)
    return Gathered(found, None, until)


def chain_parts(
    years: Sequence[int], after: Position, chain: Callable[[int, int | None], Sequence[L]]
) -> Iterator[Sequence[tuple[Position, L]]]:
    """A person's chains, newest first over all years (given oldest first); ``chain``: year, below which number."""
    first = int(after["y"]) if after else max(years, default=0)
    for year in sorted((year for year in years if year <= first), reverse=True):
        before = int(after["n"]) if after and year == first else None
        while entries := chain(year, before):
            last = year == years[0]
            yield [(None if last and e.number == 0 else {"y": year, "n": e.number}, e) for e in entries]
            before = entries[-1].number
