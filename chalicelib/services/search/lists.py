"""Walking lists of places, newest first, and what several of them have in common.

The list whose next places reach furthest back is the rarest, so it leads: its places are looked for in the others, many
in one read. Where nothing was common, the others say how far down the next common place can be at most, and all lists
leap there. What a rare word costs does not grow with a common one beside it, and neither with the card.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from chalicelib.domain.search.wanted import NEWEST, OLDEST
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Tables

BATCH = 100  # keys of one read
FIRST, LONGEST = 32, 256
"""Rows that a list reads at once: at first, and after doubling while it is read on and on."""


class Spent(Exception):
    """The calls of one request are used up; the next page goes on from here."""


class Reader:
    """The index of one card, for at most ``calls`` reads."""

    def __init__(self, tables: Tables, patient_id: str, calls: int) -> None:
        self._tables = tables
        self._patient_id = patient_id
        self._left = calls

    def below(self, token: str, place: str, number: int) -> tuple[list[str], bool]:
        """Up to ``number`` places of a token strictly below, newest first, and whether those are the last ones."""
        self._spend()
        pk, prefix = keys.search_index(self._patient_id), f"{token}#"
        after = {"pk": pk, "sk": prefix + place}
        found = self._tables.query(Store.CARD, pk, prefix, limit=number, after=after, newest_first=True)
        return [str(row["sk"])[len(prefix) :] for row in found.items], found.after is None

    def standing(self, token: str, places: Sequence[str]) -> set[str]:
        """Those of ``places`` that a token has."""
        self._spend()
        wanted = {keys.posting(self._patient_id, token, place): place for place in places}
        return {wanted[key] for key in self._tables.get_many(list(wanted))}

    def _spend(self) -> None:
        if self._left == 0:
            raise Spent
        self._left -= 1


class Places(Protocol):
    """A list of places, newest first."""

    def ahead(self, below: str, number: int) -> list[str]:
        """The next places strictly below, without gap; fewer than ``number`` only at the end of the list."""
        ...

    def common(self, places: Sequence[str]) -> set[str]:
        """Those of ``places`` that are in the list."""
        ...

    def over(self, below: str) -> bool:
        """Whether it is known, without a further read, that nothing comes strictly below."""
        ...


class Posted:
    """The list of one token; nothing older than ``since``."""

    def __init__(self, reader: Reader, token: str, since: str) -> None:
        self._reader = reader
        self._token = token
        self._since = since
        self._places: list[str] = []
        self._reached = NEWEST
        """Everything between the first place that is kept and this one is known."""
        self._ended = False
        self._step = FIRST

    def ahead(self, below: str, number: int) -> list[str]:
        if below < self._reached:
            self._places, self._reached, self._step = [], below, FIRST  # a leap over what was not read
        self._places = [place for place in self._places if place < below]
        while len(self._places) < number and not self._ended:
            found, last = self._reader.below(self._token, self._reached, max(self._step, number - len(self._places)))
            self._places += [place for place in found if place >= self._since]
            self._ended = last or (bool(found) and found[-1] < self._since)
            self._reached = found[-1] if found else self._reached
            self._step = min(2 * self._step, LONGEST)
        return self._places[:number]

    def common(self, places: Sequence[str]) -> set[str]:
        if self._ended or self._reached <= places[-1]:
            return set(places) & set(self._places)
        return self._reader.standing(self._token, places)

    def over(self, below: str) -> bool:
        return self._ended and not any(place < below for place in self._places)


class Kinds:
    """Everything of some kinds: one list of each, read as one. Whether a place is in it, the place says itself."""

    def __init__(self, lists: Mapping[str, Posted]) -> None:
        self._lists = lists

    def ahead(self, below: str, number: int) -> list[str]:
        return sorted((p for one in self._lists.values() for p in one.ahead(below, number)), reverse=True)[:number]

    def common(self, places: Sequence[str]) -> set[str]:
        return {place for place in places if place.split("#")[1] in self._lists}

    def over(self, below: str) -> bool:
        return all(one.over(below) for one in self._lists.values())


class Meeting:
    """Places that all of some lists have, newest first from strictly below ``below``. ``reached``: seen so far.

    ``kinds``: what is of another kind is passed over.
    """

    def __init__(self, lists: Sequence[Places], kinds: Collection[str], below: str) -> None:
        self._lists = list(lists)
        self._kinds = kinds
        self._size = 0
        self.reached = below

    def ahead(self, number: int) -> list[str]:
        """The next ones, at most ``number``; none at the end. Raises Spent; ``reached`` is good to go on from."""
        self._size = min(number, BATCH)
        while True:
            leader, places = self._rarest()
            if not places:
                return []
            found = self._common(leader, places)
            if found:
                cut = found[:number]
                self.reached = cut[-1] if len(cut) < len(found) else places[-1]
                return cut
            self.reached = self._leap(leader, places[-1])
            self._size = min(2 * self._size, BATCH)

    @property
    def over(self) -> bool:
        """Whether nothing more is common for certain; if not, the next places may still be none."""
        return any(one.over(self.reached) for one in self._lists)

    def _rarest(self) -> tuple[Places, list[str]]:
        """The list whose next places reach furthest back, with them. One that has ended reaches furthest of all."""
        candidates: list[tuple[Places, list[str]]] = []
        for one in self._lists:
            candidates.append((one, one.ahead(self.reached, self._size)))
            if not candidates[-1][1]:
                return candidates[-1]
        leader, places = min(candidates, key=lambda pair: (len(pair[1]) == self._size, pair[1][-1]))
        self._lists.sort(key=lambda one: one is not leader)  # it is the first to end
        return leader, places

    def _common(self, leader: Places, places: Sequence[str]) -> list[str]:
        found = [place for place in places if place.split("#")[1] in self._kinds]
        for other in self._lists:
            if found and other is not leader:
                there = other.common(found)
                found = [place for place in found if place in there]
        return found

    def _leap(self, leader: Places, seen: str) -> str:
        """How far down the next common place is at most: where the list furthest behind goes on."""
        target = seen
        for other in self._lists:
            if other is not leader:
                ahead = other.ahead(target, 1)
                if not ahead:
                    return OLDEST  # one of them has ended: nothing more is common
                target = min(target, ahead[0] + NEWEST)
        return target
