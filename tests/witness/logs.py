"""A log as the witness sees it: leaves, notes signed by its P-256 key, proofs by the recursion of RFC 6962."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from verifier import merkle, notes

NAME = "clinic.example/journal"
ORIGIN = f"{NAME}/2026"


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


KEY = ec.derive_private_key(2**200 + 3, ec.SECP256R1())


@dataclass
class Log:
    """``word`` makes the leaves: two logs agree in the first ``common`` ones if one of them has the word "a"."""

    word: str = "a"
    origin: str = ORIGIN
    key: ec.EllipticCurvePrivateKey = field(default=KEY)
    common: int = 0

    def leaf(self, index: int) -> bytes:
        return merkle.leaf_hash(f"{'a' if index < self.common else self.word} {index}".encode())

    def root(self, size: int) -> bytes:
        return merkle.tree_hash([self.leaf(i) for i in range(size)])

    def text(self, size: int) -> str:
        return notes.Checkpoint(self.origin, size, self.root(size), {}).text()

    def note(self, size: int) -> str:
        text = self.text(size)
        signature = self.key.sign(text.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        key = notes.VerifierKey(self.origin, notes.ECDSA, spki(self.key))
        return f"{text}\n{notes.signature_line(self.origin, key.key_id, signature)}"

    def proof(self, old: int, size: int) -> list[bytes]:
        """RFC 6962, 2.1.2."""
        leaves = [self.leaf(i) for i in range(size)]
        return _subproof(old, leaves, whole=True) if 0 < old < size else []

    def body(self, old: int, size: int) -> bytes:
        return request(old, self.proof(old, size), self.note(size))


def _subproof(old: int, leaves: list[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [merkle.tree_hash(leaves)]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:split], leaves[split:]
    if old <= split:
        return [*_subproof(old, left, whole=whole), merkle.tree_hash(right)]
    return [*_subproof(old - split, right, whole=False), merkle.tree_hash(left)]


def request(old: int | str, proof: list[bytes], note: str) -> bytes:
    return (f"old {old}\n" + "".join(f"{notes.b64(h)}\n" for h in proof) + f"\n{note}").encode()


def write_policy(path: Path, *keys: ec.EllipticCurvePrivateKey) -> Path:
    path.write_text(json.dumps({"log": {"name": NAME, "keys": [notes.b64(spki(k)) for k in keys or (KEY,)]}}))
    return path
