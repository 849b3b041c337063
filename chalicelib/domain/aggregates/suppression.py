"""Which counts stay hidden, so that no small one can be worked out (docs/aggregates.md says against whom).

A count below ``k`` is *small* and is hidden. What else is published must not give it away: the parts of a category sum
up to it or to more. So further counts are *withheld*. They are chosen against a reader who knows more than is
published: the rules here, which of the hidden counts are zero, which are small and which withheld, and that (perhaps)
nobody is counted in two parts of a family. For each small count the reader's bounds, as far as they follow from the
sums, must remain 0 and ``k - 1``. Zero counts are known zeros for that reader, and are not published either.

Bounds of one sum after another do not say what several sums say together (organisations and chapters are rows and
columns). So for each small count a world is looked for as well in which it is 0, and one in which it is ``k - 1``, that
agree with all that is published (worlds.py).

Months are published first and stay as they are; a year has its months as one more family of parts, and what does not
agree with what was published before is withheld from the year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.aggregates.worlds import Effort, Search, Sum, unproved

__all__ = ["Board", "Sum", "bounds", "shown"]
ENDLESS = 1 << 60
ROUNDS = 40
"""Of narrowing bounds: chains of parts are short, and bounds that still move then are narrowed no further."""
STEPS = 1_000_000
"""Of all searches for worlds behind the counts of one stratum: some minutes."""
RESTORED, FURTHEST = 150, 1000
"""So many withheld counts, the largest first, are looked at again, and how many sums around each."""
NEAR = 2
"""How far from a count something is withheld because its bounds, one sum after another, are too narrow. What was
published of the months stays; where it is all that narrows them, more of the year withheld would not help.
"""


@dataclass(slots=True)
class Board:
    """Counts of one stratum. ``shown`` and ``fixed``: published, and already decided in an earlier publication."""

    k: int
    counts: Mapping[str, int]
    sums: Sequence[Sum]
    shown: set[str]
    fixed: Collection[str] = ()
    low: dict[str, int] = field(default_factory=dict)
    high: dict[str, int] = field(default_factory=dict)
    proved: dict[str, frozenset[str]] = field(default_factory=dict)
    """Small counts for which worlds were found, and what these change: with more hidden they stay. And those for which
    none would be found, were all hidden that still can be.
    """
    effort: Effort = field(default_factory=lambda: Effort(STEPS))


def shown(k: int, counts: Mapping[str, int], sums: Sequence[Sum], earlier: Mapping[str, bool]) -> set[str]:
    """Names of the counts to publish. ``earlier``: of counts that were decided before, whether they are published."""
    counts = {name: count for name, count in counts.items() if count > 0}
    open_now = {name for name, count in counts.items() if count >= k and name not in earlier}
    before = {name for name, published in earlier.items() if published and name in counts}
    known = [replace(one, parts=tuple(part for part in one.parts if part in counts)) for one in sums]
    known = [one for one in known if one.parts and one.whole in counts]
    board = Board(k, counts, known, open_now | before, earlier)
    bare = replace(board, shown=before, proved={}, effort=Effort(STEPS // 2))
    hopeless = unproved(bare)
    if bare.effort.left < 0:  # of which there is no hope is not known: worlds are wanted for all
        hopeless = set()
    board.proved |= dict.fromkeys(hopeless, frozenset())
    for one in _near(board, hopeless, NEAR):
        _withhold(board, one)
    while exposing := _exposing(board):
        if board.effort.left < 0:  # too large a board for what can be spent on it: nothing of it is told
            return set()
        for one in exposing:
            _withhold(board, one)
    _restore(board, sorted(open_now - board.shown, key=lambda name: (-counts[name], name)))
    return board.shown - set(earlier)


def bounds(board: Board, *, disjoint: bool) -> tuple[dict[str, int], dict[str, int]]:
    """What the reader knows of each count, from what is shown and the sums.

    ``disjoint``: whether the reader believes that nobody is counted in two parts, wherever that is possible.
    """
    small = board.k - 1
    board.low, board.high = {}, {}
    for name, count in board.counts.items():
        if name in board.shown:
            board.low[name] = board.high[name] = count
        elif count <= small:
            board.low[name], board.high[name] = 0, small
        else:
            board.low[name], board.high[name] = 0, ENDLESS
    for _ in range(ROUNDS):
        if not sum(_narrowed(board, one, disjoint=disjoint) for one in board.sums):
            break
    return board.low, board.high


def _narrowed(board: Board, one: Sum, *, disjoint: bool) -> bool:
    """Bounds that follow from one sum; True when one moved."""
    low, high, moved = board.low, board.high, False
    at_least = {part: max(low[part], board.k) if _withheld(board, part) else low[part] for part in one.parts}
    least, most = sum(at_least.values()), sum(high[part] for part in one.parts)
    exact = (
        disjoint and one.apart and least <= high[one.whole]
    )  # otherwise somebody is counted twice, and the reader sees it
    wanted: list[tuple[str, int, int]] = []
    biggest, together = max(low[part] for part in one.parts), sum(low[part] for part in one.parts)
    wanted.append((one.whole, together if exact else biggest, most))
    for part in one.parts:
        from_below = low[one.whole] - (most - high[part])
        from_above = high[one.whole] - (least - at_least[part]) if exact else high[one.whole]
        wanted.append((part, from_below, from_above))
    for name, below, above in wanted:
        narrowed = max(below, low[name]), min(above, high[name])
        possible = narrowed[0] <= narrowed[1]  # otherwise somebody is counted twice here
        if possible and narrowed != (low[name], high[name]):
            (low[name], high[name]), moved = narrowed, True
    return moved


def _withheld(board: Board, name: str) -> bool:
    """A part that is hidden for another's sake. That it is no small one the reader may guess, so it is not relied on
    that it might be; but a whole that is hidden says nothing about its parts.
    """
    return name not in board.shown and board.counts[name] >= board.k


def _exposing(board: Board) -> list[Sum]:
    """The nearest sums that may say less, around what is small and of which the reader may know more than that."""
    bounded = _exposed(board, disjoint=True) | _exposed(board, disjoint=False)
    return _near(board, bounded, NEAR) or _near(board, unproved(board), ROUNDS)


def _near(board: Board, names: set[str], rings: int) -> list[Sum]:
    around, before = set(names), -1
    while len(around) > before and (rings := rings - 1) >= 0:
        near = [one for one in board.sums if around & {one.whole, *one.parts}]
        if saying := [one for one in near if _may_withhold(board, one)]:
            return saying
        before = len(around)
        around |= {name for one in near for name in (one.whole, *one.parts)}
    return []


def _exposed(board: Board, *, disjoint: bool) -> set[str]:
    low, high = bounds(board, disjoint=disjoint)
    small = board.k - 1
    return {
        name
        for name, count in board.counts.items()
        if count <= small and name not in board.shown and (low[name] > 0 or high[name] < small)
    }


def _open(board: Board, names: Iterable[str]) -> list[str]:
    return [name for name in names if name in board.shown and name not in board.fixed]


def _may_withhold(board: Board, one: Sum) -> bool:
    return bool(_open(board, (one.whole, *one.parts)))


def _withhold(board: Board, one: Sum) -> None:
    """The smallest part that is shown, else the whole: the more is hidden, the less the sum says."""
    parts = sorted(_open(board, one.parts), key=lambda name: (board.counts[name], name))
    hidden = (parts[:1] if len(parts) > 1 else ()) or _open(board, (one.whole,)) or parts[:1]
    board.shown -= set(hidden)


def _restore(board: Board, withheld: Sequence[str]) -> None:
    """Show again what was withheld without need: several sums were opened at once, and one had been enough."""
    search, near = Search(board), _sums_by_name(board)
    readers = [(disjoint, *bounds(board, disjoint=disjoint)) for disjoint in (True, False)]
    for name in withheld[:RESTORED]:
        board.shown.add(name)
        search.frozen.add(name)
        broken = [one for one, used in board.proved.items() if name in used]
        proofs = {one: search.proof(one, board.k - 1) for one in broken}
        if None not in proofs.values() and _told_no_more(board, near, name, readers):
            board.proved |= {one: used for one, used in proofs.items() if used is not None}
        else:
            board.shown.discard(name)
            search.frozen.discard(name)


def _sums_by_name(board: Board) -> dict[str, list[Sum]]:
    found: dict[str, list[Sum]] = {name: [] for name in board.counts}
    for one in board.sums:
        for name in (one.whole, *one.parts):
            found[name].append(one)
    return found


Bounds = dict[str, int]


def _told_no_more(
    board: Board, near: Mapping[str, Sequence[Sum]], name: str, readers: Sequence[tuple[bool, Bounds, Bounds]]
) -> bool:
    """Whether bounds of small counts stay what they are when this one is shown. If not, all bounds are as before."""
    undone = []
    for disjoint, low, high in readers:
        board.low, board.high = low, high
        before = {name: (low[name], high[name])}
        low[name] = high[name] = board.counts[name]
        undone.append((low, high, before))
        if not _narrowed_around(board, near, before, disjoint=disjoint):
            for old_low, old_high, old in undone:
                old_low |= {one: both[0] for one, both in old.items()}
                old_high |= {one: both[1] for one, both in old.items()}
            return False
    return True


def _narrowed_around(
    board: Board, near: Mapping[str, Sequence[Sum]], before: dict[str, tuple[int, int]], *, disjoint: bool
) -> bool:
    """From the one count in ``before`` on; what was before is added to it. False when a small count is narrowed."""
    waiting, small = [one for name in before for one in near[name]], board.k - 1
    for _ in range(FURTHEST):
        if not waiting:
            return True
        one = waiting.pop()
        names = (one.whole, *one.parts)
        old = [(board.low[name], board.high[name]) for name in names]
        if not _narrowed(board, one, disjoint=disjoint):
            continue
        for name, both in zip(names, old, strict=True):
            if both != (board.low[name], board.high[name]):
                before.setdefault(name, both)
                waiting += near[name]
                if board.counts[name] <= small and name not in board.shown:
                    return False
    return False
