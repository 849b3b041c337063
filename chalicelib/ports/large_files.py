"""The row of a large file, as the services that have to do with it look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chalicelib.domain import large_files, ranges
from chalicelib.domain.access import Permit
from chalicelib.ports import Sealed, Vault
from chalicelib.ports.tables import Item


def part_name(number: int) -> str:
    """Attribute of a part: "" until it is stored, then {sha256, name}."""
    return f"part{number:04d}"


def place_of(row: Item, name: str) -> str:
    """Where a part lies, in quarantine and among the documents. ``name`` is of one try: two do not write over each
    other, and it tells nothing about the content.
    """
    return f"{row['patient']}/file/{row['id']}/{name}"


def places(row: Item) -> list[str]:
    """Of all parts that are there, in order."""
    numbers = range(1, int(row["parts"]) + 1)
    return [place_of(row, stored["name"]) for number in numbers if (stored := row[part_name(number)])]


def stretch(row: Item, permit: Permit, vault: Vault, get: Callable[[str], bytes], first: int, end: int) -> bytes:
    """Bytes ``first`` to ``end`` of the file; only the parts that hold them are opened."""
    sizes = [large_files.size_of_part(int(row["size"]), number) for number in range(1, int(row["parts"]) + 1)]
    found, lie = b"", places(row)
    for index, start, stop in ranges.overlaps(sizes, first, end):
        found += vault.open(permit, Sealed(str(row["id"]), index + 1, get(lie[index])))[start:stop]
    return found


def contents(row: Item, permit: Permit, vault: Vault, get: Callable[[str], bytes]) -> Iterator[bytes]:
    """The file, part by part."""
    for number, place in enumerate(places(row), 1):
        yield vault.open(permit, Sealed(str(row["id"]), number, get(place)))
