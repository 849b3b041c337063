"""Proofs and tiles against a tree made straight from the definitions. Fault 19: bad proofs."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.verifier import maker, naive
from verifier import merkle

SIZES = 70
LEAVES = [naive.leaf(bytes([i])) for i in range(SIZES)]
ROOTS = [naive.root(LEAVES[:size]) for size in range(SIZES + 1)]


@pytest.mark.requirement("AUD-2")
def test_every_inclusion_proof_up_to_seventy_leaves_holds() -> None:
    for size in range(1, SIZES + 1):
        for index in range(size):
            proof = naive.inclusion(index, LEAVES[:size])
            merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.requirement("AUD-2")
def test_every_consistency_proof_up_to_seventy_leaves_holds() -> None:
    for size in range(1, SIZES + 1):
        for old in range(1, size + 1):
            proof = naive.consistency(old, LEAVES[:size])
            merkle.verify_consistency(old, size, ROOTS[old], ROOTS[size], proof)


def bad_proofs(proof: list[bytes]) -> list[list[bytes]]:
    found = [[*proof, secrets.token_bytes(32)], [secrets.token_bytes(32), *proof]]
    if proof:
        found += [proof[:-1], proof[1:], [*proof, proof[-1]], [*proof[:-1], proof[-1][:31]], [b"", *proof[1:]]]
        found += [[*proof[:i], secrets.token_bytes(32), *proof[i + 1 :]] for i in range(len(proof))]
    if len(set(proof)) > 1:
        found.append(proof[::-1])
    return found


@pytest.mark.requirement("AUD-2")
def test_bad_inclusion_proofs_are_refused() -> None:
    refused = 0
    for size in range(1, 20):
        for index in range(size):
            proof = naive.inclusion(index, LEAVES[:size])
            leaf, root = LEAVES[index], ROOTS[size]
            cases = [(leaf, index, size, bad, root) for bad in bad_proofs(proof)]
            cases += [(leaf, (index + 1) % size, size, proof, root)] if size > 1 else []
            cases += [(leaf, index, size, proof, secrets.token_bytes(32)), (leaf, -1, size, proof, root)]
            cases += [(leaf, size, size, proof, root), (leaf, index, 0, proof, root), (b"", index, size, proof, root)]
            if proof:  # an inner node passed off as a leaf
                pair = [LEAVES[index], proof[0]] if index % 2 == 0 else [proof[0], LEAVES[index]]
                cases += [(naive.node(*pair), index >> 1, size, proof[1:], root)]
            for case in cases:
                with pytest.raises(merkle.ProofError):
                    merkle.verify_inclusion(*case)
                refused += 1
    assert refused > 1000


@pytest.mark.requirement("AUD-2")
def test_bad_consistency_proofs_are_refused() -> None:
    other = secrets.token_bytes(32)
    for size in range(1, 20):
        for old in range(1, size + 1):
            proof, one, two = naive.consistency(old, LEAVES[:size]), ROOTS[old], ROOTS[size]
            cases = [(old, size, one, two, bad) for bad in bad_proofs(proof)]
            cases += [(old, size, other, two, proof), (old, size, one, other, proof), (0, size, one, two, proof)]
            cases += [(size, old, two, one, proof)] if old < size else []
            for case in cases:
                with pytest.raises(merkle.ProofError):
                    merkle.verify_consistency(*case)


@pytest.mark.requirement("AUD-2")
def test_the_tree_knows_its_root_at_every_earlier_size() -> None:
    tree = merkle.Tree()
    for leaf in LEAVES:
        tree.append(leaf)
    assert tree.size == SIZES
    assert [tree.root(size) for size in range(SIZES + 1)] == ROOTS
    assert tree.tile(0, 0, 70) == b"".join(LEAVES)


@given(st.integers(0, 10**9 - 1), st.integers(1, 256), st.sampled_from(["entries", 0, 1, 5]))
def test_tiles_are_named_as_c2sp_says(number: int, width: int, level: int | str) -> None:
    assert merkle.tile_path(level, number, width) == maker.tile_path(level, number, width)


def test_the_example_of_c2sp() -> None:
    assert merkle.tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert merkle.tile_path("entries", 0, 5) == "tile/entries/000.p/5"
