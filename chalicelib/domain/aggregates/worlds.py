"""Worlds behind a publication: the same shown counts, other hidden ones.

Whoever has all tables can solve all their sums together. That nothing follows for a small count is shown by example: a
world in which it is 0, and one in which it is ``k - 1``, reached from the true one by moves. A move adds one to some
hidden counts and takes one from others, so that all sums still hold: where nobody is counted in two parts, the whole
remains the sum of its parts; where somebody is, it lies between the largest part and the sum. Where no such world is
found, further counts are withheld (suppression.py): a search that gives up early makes the publication smaller, never
less safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

STEPS = 60
"""Of one search for a move."""
CHOICES, LOOKED_AT = 6, 24
"""With so many counts, the best of so many, it is tried to put a sum right."""
LONGEST = 24
"""Counts that one move may change."""
MOVES = 200
"""On the way to one world."""

Moved = dict[str, int]
"""By how much a move changes each count: 1 or -1."""
Off = dict[int, int]
"""By how much the parts of a sum outgrow its whole in a move, by the place of the sum."""


@dataclass(slots=True)
class Effort:
    """Steps that are left for all searches of a publication: where they do not suffice, more is withheld."""

    left: int


@dataclass(frozen=True, slots=True)
class Sum:
    """The count of ``whole`` is the sum of those of ``parts``, or less where somebody is counted in two of them.

    ``apart``: whether a reader may believe that nobody is. Of visits and diagnoses nobody can: one record is both.
    """

    whole: str
    parts: tuple[str, ...]
    apart: bool = True


class Published(Protocol):
    """What ``suppression.Board`` has of it."""

    k: int
    shown: set[str]
    proved: dict[str, frozenset[str]]
    effort: Effort

    @property
    def counts(self) -> Mapping[str, int]: ...

    @property
    def sums(self) -> Sequence[Sum]: ...


def unproved(board: Published) -> set[str]:
    """Small counts for which no two worlds were found."""
    most = board.k - 1
    small = {name for name, count in board.counts.items() if count <= most and name not in board.shown}
    search = Search(board)
    for name in small - board.proved.keys():
        if (used := search.proof(name, most)) is not None:
            board.proved[name] = used
    return small - board.proved.keys()


class Search:
    def __init__(self, board: Published) -> None:
        self._sums = board.sums
        self._small = board.k - 1
        self._true = board.counts
        self._hidden = board.counts.keys() - board.shown
        self._of: dict[str, list[int]] = {name: [] for name in self._hidden}
        for place, one in enumerate(board.sums):
            for name in (one.whole, *one.parts):
                if name in self._of:
                    self._of[name].append(place)
        self._names = [self._by_sums(one) for one in board.sums]
        self._parts = [frozenset(one.parts) for one in board.sums]
        self._apart = [sum(self._true[part] for part in one.parts) - self._true[one.whole] for one in board.sums]
        self._world: dict[str, int] = {}
        self._now: dict[int, int] = {}
        self._left = 0
        self._effort = board.effort
        self.frozen: set[str] = set()
        """Counts that are shown after all."""

    def proof(self, name: str, most: int) -> frozenset[str] | None:
        """The counts that two worlds change, in which this one is 0 and ``most``; None where they were not found."""
        used: set[str] = set()
        for wanted in (0, most):
            if not self.reaches(name, wanted):
                return None
            used |= self._world.keys()
        return frozenset(used)

    def _by_sums(self, one: Sum) -> list[str]:
        """The hidden counts of a sum, those first that are in the fewest sums."""
        return sorted(
            (name for name in (one.whole, *one.parts) if name in self._of), key=lambda name: (len(self._of[name]), name)
        )

    def reaches(self, name: str, wanted: int) -> bool:
        """Whether moves lead to a world in which the count is ``wanted``."""
        self._world, self._now = {}, {}  # what differs from the true one
        for _ in range(MOVES):
            distance = wanted - self._at(name)
            if not distance:
                return True
            self._left = STEPS
            move = self._move(name, 1 if distance > 0 else -1)
            if move is None or not self._made(*move, abs(distance)):
                return False
        return False

    def _at(self, name: str) -> int:
        return self._world.get(name, self._true[name])

    def _twice(self, place: int) -> int:
        """How many are counted in more than one part, as far as the sum says."""
        return self._now.get(place, self._apart[place])

    def _room(self, name: str, by: int) -> int:
        """How often ``by`` (1 or -1) may be added: a small count stays small."""
        if name in self.frozen:
            return 0
        if by < 0:
            return self._at(name)
        return self._small - self._at(name) if self._true[name] <= self._small else 1 << 30

    def _made(self, move: Moved, off: Off, most: int) -> bool:
        """Make the move as often as there is room, and no whole becomes less than one of its parts."""
        world, now = self._world, self._now
        room = min(most, *(self._room(name, by) for name, by in move.items()))
        room = min([room, *(self._twice(place) // -by for place, by in off.items() if by < 0)])
        for times in {room, 1}:
            self._world = world | {name: self._at(name) + by * times for name, by in move.items()}
            if all(self._holds(place) for name in move for place in self._of[name]):
                self._now = now | {place: self._twice(place) + by * times for place, by in off.items()}
                return True
            self._world = world
        return False

    def _holds(self, place: int) -> bool:
        one = self._sums[place]
        return self._at(one.whole) >= max(self._at(part) for part in one.parts)

    # --- one move

    def _move(self, name: str, by: int) -> tuple[Moved, Off] | None:
        if not self._room(name, by):
            return None
        off: Off = {}
        self._shift(off, name, by)
        return self._righted({name: by}, off)

    def _shift(self, off: Off, name: str, by: int) -> None:
        for place in self._of[name]:
            off[place] = off.get(place, 0) + (-by if self._sums[place].whole == name else by)
            if not off[place]:
                del off[place]

    def _wrong(self, place: int, by: int, move: Moved) -> int:
        """By how much a sum would not hold any more when its parts outgrow the whole by so much."""
        if self._sums[place].apart and not self._apart[place]:
            return abs(by)
        return abs(by) if by < -self._twice(place) else int(not self._covers(place, move))

    def _covers(self, place: int, move: Moved) -> bool:
        """Whether the whole is no less than each of its parts after the move."""
        one = self._sums[place]
        whole = self._at(one.whole) + move.get(one.whole, 0)
        moved = one.parts if move.get(one.whole, 0) < 0 else self._parts[place] & move.keys()
        return all(self._at(part) + move.get(part, 0) <= whole for part in moved)

    def _righted(self, move: Moved, off: Off) -> tuple[Moved, Off] | None:
        """The move with what it still needs; None when nothing was found."""
        touched = {place for name in move for place in self._of[name]}
        wrong = [place for place in touched if self._wrong(place, off.get(place, 0), move)]
        if not wrong:
            return move, off
        self._left -= 1
        self._effort.left -= 1
        if self._left < 0 or self._effort.left < 0 or len(move) >= LONGEST:
            return None
        place = min(wrong, key=lambda one: (len(self._names[one]), one))
        for name, by in self._choices(place, move, off, set(wrong) - {place}):
            after = dict(off)
            self._shift(after, name, by)
            if (found := self._righted({**move, name: by}, after)) is not None:
                return found
        return None

    def _choices(self, place: int, move: Moved, off: Off, wrong: set[int]) -> Iterator[tuple[str, int]]:
        """Hidden counts that put the sum right, those first that put most sums right and disturb fewest."""
        whole, sign = self._sums[place].whole, 1 if off.get(place, 0) >= 0 else -1
        found: list[tuple[int, int, str, int]] = []
        others = 0
        for name in self._names[place]:
            by = sign if name == whole else -sign
            helps = name == whole or not wrong.isdisjoint(self._of[name])
            room = 0 if name in move or (others > LOOKED_AT and not helps) else self._room(name, by)
            if room:
                others += not helps
                found.append((self._worse(name, by, move, off), -room, name, by))
        for _, _, name, by in sorted(found)[:CHOICES]:
            yield name, by

    def _worse(self, name: str, by: int, move: Moved, off: Off) -> int:
        worse, after = 0, {**move, name: by}
        for place in self._of[name]:
            before = off.get(place, 0)
            shifted = before + (-by if self._sums[place].whole == name else by)
            worse += self._wrong(place, shifted, after) - self._wrong(place, before, move)
        return worse
