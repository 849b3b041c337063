"""What follows from all sums of a publication together: the least and the greatest value of a hidden count.

Sums that are exact are solved, a few counts remain free; the simplex method finds the extremes, on its way from the
true world. Nothing of this is shared with the suppression.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from chalicelib.domain.aggregates.suppression import Sum

Row = list[Fraction]
TINY = 1e-9
Terms = Sequence[tuple[str, int]]


class Reader:
    """Knows which hidden counts are small and which are not, and of a sum that is exact in truth that it is exact."""

    def __init__(self, k: int, counts: Mapping[str, int], sums: Sequence[Sum], shown: set[str]) -> None:
        self.counts = counts
        self.hidden = sorted(counts.keys() - shown)
        exact: list[Row] = []
        limits: list[tuple[Row, int]] = []  # how a count may change, and by how much less at most
        for one in sums:
            terms = [(part, 1) for part in one.parts] + [(one.whole, -1)]
            apart = sum(counts[name] * sign for name, sign in terms)
            if one.apart and not apart:
                exact.append(self._row(terms))
            else:
                limits.append((self._row(terms), apart))
                limits += [
                    (self._row([(one.whole, 1), (part, -1)]), counts[one.whole] - counts[part]) for part in one.parts
                ]
        for name in self.hidden:
            limits.append((self._row([(name, 1)]), counts[name]))
            if counts[name] < k:
                limits.append((self._row([(name, -1)]), k - 1 - counts[name]))
        self._changes = _solved(exact, len(self.hidden))
        self._limits = [([-value for value in self._free(row)], Fraction(room)) for row, room in limits]

    def extremes(self, name: str) -> tuple[int, int]:
        """Of a small count, what it may be at least and at most."""
        target = self._free(self._row([(name, 1)]))
        least = self.counts[name] - _most([-value for value in target], self._limits)
        return least, self.counts[name] + _most(target, self._limits)

    def _row(self, terms: Terms) -> Row:
        row = [Fraction(0)] * len(self.hidden)
        for name, sign in terms:
            if name in self.hidden:
                row[self.hidden.index(name)] += sign
        return row

    def _free(self, row: Row) -> Row:
        """A sum of changes by those of the free counts."""
        width = len(self._changes[0]) if self._changes else 0
        return [
            sum((by * self._changes[n][one] for n, by in enumerate(row) if by), Fraction(0)) for one in range(width)
        ]


def _solved(rows: list[Row], width: int) -> list[Row]:
    """The change of each count by the changes of the free ones, so that all rows stay 0."""
    pivots: dict[int, Row] = {}
    for column in range(width):
        row = next((row for row in rows if row[column]), None)
        if row is None:
            continue
        rows.remove(row)
        row = [value / row[column] for value in row]
        rows = [_minus(other, row, column) for other in rows]
        pivots = {place: _minus(other, row, column) for place, other in pivots.items()} | {column: row}
    free = [column for column in range(width) if column not in pivots]
    return [
        [-pivots[column][one] if column in pivots else Fraction(int(column == one)) for one in free]
        for column in range(width)
    ]


def _minus(row: Row, by: Row, column: int) -> Row:
    if not row[column]:
        return row
    return [value - row[column] * other for value, other in zip(row, by, strict=True)]


def _most(target: Row, limits: Sequence[tuple[Row, Fraction]]) -> int:
    """The greatest value of ``target``, where no row of ``limits`` exceeds its room; it begins at 0. Bland's rule.

    Each free count is a column twice, to grow and to shrink; a column and a row change places at each step.
    """
    table = [[float(value) for value in (*row, *(-one for one in row), room)] for row, room in limits]
    gain = [float(value) for value in (*target, *(-one for one in target), 0)]
    columns = list(range(len(gain) - 1))
    rows = [len(columns) + n for n in range(len(table))]
    while growing := [at for at, value in enumerate(gain[:-1]) if value > TINY]:
        column = min(growing, key=columns.__getitem__)
        steps = [(round(row[-1] / row[column], 6), rows[n], n) for n, row in enumerate(table) if row[column] > TINY]
        _, _, place = min(steps)  # a small count is bounded
        by = table[place][column]
        pivot = [value / by for value in table[place]]
        pivot[column] = 1 / by
        table = [pivot if n == place else _without(other, pivot, column, by) for n, other in enumerate(table)]
        gain = _without(gain, pivot, column, by)
        columns[column], rows[place] = rows[place], columns[column]
    return round(-gain[-1])


def _without(row: list[float], pivot: list[float], column: int, by: float) -> list[float]:
    share = row[column]
    if abs(share) <= TINY:
        return row
    made = [value - share * other for value, other in zip(row, pivot, strict=True)]
    made[column] = -share / by
    return made
