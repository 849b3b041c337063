"""Rows by which people are found who may be one (ACT-5): tags of blocks, and a guard a block.

Hooked into whatever writes a profile: registration, the clinic's registration, a change of name or telephone.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.domain.matching import blocks
from chalicelib.domain.names import surname_stem
from chalicelib.ports import BlindIndex, keys
from chalicelib.ports.tables import Delete, Expect, Expected, Put, Update, Write


def block_tags(index: BlindIndex, content: Mapping[str, str]) -> dict[str, str]:
    """Keyed tag by kind of block; one KMS call each. Stored in the profile row under ``blocks``, for the eraser."""
    return {kind: index.tag(f"block-{kind}", value) for kind, value in blocks(content).items()}


def family_tag(index: BlindIndex, content: Mapping[str, str]) -> str:
    """Twelve bits of a keyed tag of the surname, for the review to see possible relatives (AUD-4); "" without one.

    Many people share each of its 4,096 values, so it names nobody; nobody without the index key can tell which.
    """
    stem = surname_stem(content.get("last_name", ""))
    return index.tag("family", stem)[:2] if stem else ""


def block_rows(person_id: str, tags: Mapping[str, str], seen: Mapping[str, int] | None = None) -> list[Write]:
    """Put a person into blocks. ``seen``: by kind, the count of the guard as it was when nobody was found there; then
    a ConflictError says that somebody came into a block meanwhile.
    """
    rows: list[Write] = []
    for kind, tag in sorted(tags.items()):
        rows.append(Put(keys.block_member(kind, tag, person_id), {"person": person_id}, None))
        rows.append(Update(keys.block_guard(kind, tag), add={"ver": 1}, expect=_expected(kind, seen)))
    return rows


def moved_blocks(person_id: str, old: Mapping[str, str], new: Mapping[str, str]) -> list[Write]:
    """From the blocks of a profile as it was into those of the profile as it is now."""
    gone = {kind: tag for kind, tag in old.items() if new.get(kind) != tag}
    come = {kind: tag for kind, tag in new.items() if old.get(kind) != tag}
    deletions = [Delete(keys.block_member(kind, tag, person_id)) for kind, tag in sorted(gone.items())]
    return [*deletions, *block_rows(person_id, come)]


def _expected(kind: str, seen: Mapping[str, int] | None) -> Expected:
    if seen is None:
        return None
    return {"ver": seen[kind]} if kind in seen else Expect.ABSENT
