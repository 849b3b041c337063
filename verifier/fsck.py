"""A whole exported log, derived anew from its entries. Every object that differs from what was derived is named.

In this order, for each year: 1 the newest checkpoint and the locked ones, 2 segments, 3 leaves (bundles, segments and
tiles are three witnesses to each leaf), 4 roots and tiles, 5 what is left over. Then: writers, the year before, kept
checkpoints.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from verifier.consistency import open_any
from verifier.leaves import Leaves, Ledger
from verifier.log import POINTER, YearLog, claimed
from verifier.merkle import EMPTY, HASH, WIDTH, Tree, leaf_hash
from verifier.notes import Checkpoint, b64
from verifier.objects import Objects, TileName, checkpoint_name
from verifier.policy import Policy
from verifier.report import Report
from verifier.segments import Reader, Segments

ENTRIES = -1  # the level of bundles


@dataclass(slots=True)
class Year:
    """What was derived of one year."""

    log: YearLog
    leaves: Leaves
    tree: Tree = field(default_factory=Tree)
    claim: Checkpoint | None = None


def check(objects: Objects, policy: Policy, old: Sequence[str] = (), year: str = "") -> Report:
    """All years that are there, or one. ``old`` are checkpoints (texts) that somebody kept."""
    report = Report()
    names: dict[str, list[str]] = {}
    for name in objects.names():
        folder, _, rest = name.partition("/")
        if re.fullmatch("[0-9]{4}", folder) and rest:
            names.setdefault(folder, []).append(rest)
        else:
            report.add("object-strange", name)
    if not names or (year and year not in names):
        report.add("year-absent", year or "/", year=year)
    ledger = Ledger()
    years: dict[str, Year] = {}
    for found in [year] if year else sorted(names):
        log = YearLog(objects, found, policy, report)
        log.sort(names.get(found, ()))
        years[found] = Year(log, Leaves(log, ledger))
        if found in names:
            audit(years[found])
    ledger.close(report, whole=not year)
    for derived in years.values():
        _year_before(derived, years, whole=not year)
    for number, text in enumerate(old):
        _kept(text, f"old/{number + 1}", years, policy, report)
    if not policy.quorum:
        report.add("quorum-none", "policy")
    report.facts["years"] = [_facts(found) for found in years.values()]
    return report


def audit(year: Year) -> None:
    log = year.log
    locked = {name: log.checkpoint(name, quorum=False) for name in log.locked}
    year.claim = claim = log.checkpoint(POINTER, quorum=True) or _second_best(log, locked.values())
    segments = Segments(log)
    segments.load()
    if claim is None:
        log.add("year-unreadable", POINTER)
        return
    segments.walk(claim)
    _derive(year, claim, segments)
    whole = year.tree.size == claim.size
    if whole and year.tree.root(claim.size) != claim.root:
        log.add("root", POINTER, size=claim.size)
    segments.roots(year.tree, claim.size)
    _checkpoints(year, claim, locked)
    _tiles(year)
    _left_over(year, claim.size)


def _second_best(log: YearLog, locked: Iterable[Checkpoint | None]) -> Checkpoint | None:
    """Without a good newest checkpoint, to find out more: the largest locked one, or what the bad one says."""
    good = [checkpoint for checkpoint in locked if checkpoint]
    if good:
        return max(good, key=lambda checkpoint: checkpoint.size)
    return claimed(log.peek(POINTER))


def _derive(year: Year, claim: Checkpoint, segments: Segments) -> None:
    """Leaves up to the claimed size, or to the first that nobody has."""
    log, tree, committed = year.log, year.tree, Reader(segments)
    locked_is_right: bool | None = None  # asked when bundles and segments differ
    while tree.size < claim.size:
        start = tree.size
        bundle, tile = _edge(ENTRIES, start, claim.size), _edge(0, start, claim.size)
        stored, hashes = log.read(bundle.text()), log.peek(tile.text())
        listed = unbundle(stored or b"")
        chosen: list[bytes] = []
        for place in range(bundle.width):
            mine = listed[place] if place < len(listed) else None
            other = committed.envelope(start + place)
            leaf = mine if other is None else other
            if leaf is None:
                log.add("leaves-missing", bundle.text(), start=start + place, size=claim.size)
                return
            if mine is not None and mine != leaf:
                locked_is_right = _segments_give(log, claim, segments) if locked_is_right is None else locked_is_right
                hashed = hashes[place * HASH : place * HASH + HASH]
                leaf = leaf if locked_is_right or leaf_hash(leaf) == hashed else mine
            if other not in (None, leaf):
                committed.differs(start + place)
            tree.append(leaf_hash(leaf))
            year.leaves.check(start + place, leaf)
            chosen.append(leaf)
        _same(log, bundle, stored, rebundle(chosen))
        for older in _older(log, bundle):
            _same(log, older, log.read(older.text()), rebundle(chosen[: older.width]))


def _edge(level: int, start: int, size: int) -> TileName:
    """The tile at level 0 (or of entries) that begins at leaf ``start``."""
    return TileName(level, start // WIDTH, min(WIDTH, size - start))


def _segments_give(log: YearLog, claim: Checkpoint, segments: Segments) -> bool:
    """Bundles and segments differ about a leaf. Do the segments, and bundles where there are none, give the root?

    If they do not, each leaf is left to what the tile has of it.
    """
    tree, committed = Tree(), Reader(segments)
    while tree.size < claim.size:
        bundle = _edge(ENTRIES, tree.size, claim.size)
        listed = unbundle(log.peek(bundle.text()))
        for place in range(bundle.width):
            leaf = committed.envelope(tree.size) or (listed[place] if place < len(listed) else None)
            if leaf is None:
                return False
            tree.append(leaf_hash(leaf))
    return tree.root(claim.size) == claim.root


def unbundle(data: bytes) -> list[bytes]:
    """Entries of a bundle, as far as it can be read."""
    found, place = [], 0
    while place + 2 <= len(data):
        end = place + 2 + int.from_bytes(data[place : place + 2], "big")
        if end > len(data):
            break
        found.append(data[place + 2 : end])
        place = end
    return found


def rebundle(leaves: Iterable[bytes]) -> bytes:
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def _older(log: YearLog, current: TileName) -> list[TileName]:
    """Narrower tiles of the same place: left from when the tree was smaller, legal as true beginnings."""
    return [tile for tile in log.tiles.get((current.level, current.number), ()) if tile.width < current.width]


def _same(log: YearLog, tile: TileName, stored: bytes | None, derived: bytes) -> None:
    if stored is not None and stored != derived:
        log.add("object-altered", tile.text(), at=_first_difference(stored, derived))


def _first_difference(one: bytes, other: bytes) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def _tiles(year: Year) -> None:
    log, level = year.log, 0
    while count := year.tree.size >> (8 * level):
        for number in range((count + WIDTH - 1) // WIDTH):
            current = TileName(level, number, min(WIDTH, count - number * WIDTH))
            for tile in (current, *_older(log, current)):
                stored = log.read(tile.text())
                _same(log, tile, stored, year.tree.tile(level, number, tile.width))
        level += 1


def _checkpoints(year: Year, claim: Checkpoint, locked: dict[str, Checkpoint | None]) -> None:
    log = year.log
    newest = f"checkpoints/{claim.size:020d}"
    if claim.size and newest not in locked:
        log.add("object-missing", newest)
    for name, checkpoint in locked.items():
        if checkpoint is None:
            continue
        if checkpoint.size != checkpoint_name(name):
            log.add("checkpoint-name", name, size=checkpoint.size)
        if checkpoint.size > claim.size:
            log.add("checkpoint-ahead", name, size=checkpoint.size, newest=claim.size)
        elif checkpoint.size <= year.tree.size and checkpoint.root != year.tree.root(checkpoint.size):
            log.add("root", name, size=checkpoint.size)


def _left_over(year: Year, size: int) -> None:
    """Names that mean nothing, and tiles of a larger tree than the newest checkpoint's."""
    for name in year.log.strange:
        year.log.add("object-strange", name)
    for tiles in year.log.tiles.values():
        for tile in tiles:
            if tile.end > size >> (8 * max(tile.level, 0)):
                year.log.add("object-ahead", tile.text())


def _year_before(year: Year, years: dict[str, Year], *, whole: bool) -> None:
    """The first leaf says how the log of the year before stood: it must still begin so."""
    before, log = year.leaves.before, year.log
    if before is None:
        return
    place = log.place("leaf/0")
    named = log.policy.year_of(before.origin)
    earlier = [name for name in years if name < log.year]
    first_of_all = not before.origin and not before.size and not earlier
    another = named is not None and named < log.year and not any(name > named for name in earlier)
    if not (first_of_all or another) or (before.size == 0 and before.root != EMPTY):
        log.report.add("year-before-wrong", place)
    elif named and named not in years:
        log.report.add("year-before-absent" if whole else "year-before-unchecked", place, year=named)
    elif named:
        tree = years[named].tree
        if tree.size < before.size:
            log.report.add("year-before-cut", f"{named}/{POINTER}", have=tree.size, need=before.size)
        elif tree.root(before.size) != before.root:
            log.report.add("year-before-other", f"{named}/{POINTER}", size=before.size)


def _kept(text: str, place: str, years: dict[str, Year], policy: Policy, report: Report) -> None:
    """A checkpoint that somebody kept: its log must still begin with it."""
    kept = open_any(text, policy, 0, report, place)
    year = policy.year_of(kept.origin) if kept else None
    if kept is None or year is None:
        return
    if year not in years:
        report.add("old-year-absent", place, year=year)
    elif kept.size > years[year].tree.size:
        report.add("old-cut", place, have=years[year].tree.size, need=kept.size, year=year)
    elif years[year].tree.root(kept.size) != kept.root:
        report.add("old-other", place, size=kept.size, year=year)


def _facts(year: Year) -> dict[str, object]:
    claim, log = year.claim, year.log
    return {
        "year": log.year,
        "size": claim.size if claim else 0,
        "root": b64(claim.root) if claim else "",
        "checked": year.tree.size,
        "chains": len(year.leaves.chains),
        "witnesses": log.policy.witnessed(claim.witnessed) if claim else {},
    }
