"""What the browser's verifier stands on, held against Python: strict JSON, base64, DER, keys. Fault 21."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.portal.node import ask
from tests.verifier.maker import b64, spki
from tests.verifier.test_canonical import CORNERS
from verifier import canonical
from verifier.notes import NoteError, unb64
from verifier.policy import Policy
from verifier.report import Flaw

pytestmark = [pytest.mark.requirement("AUD-2"), pytest.mark.xdist_group("portal")]
ECDSA = ec.ECDSA(hashes.SHA256())
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ATOMS = [
    *(None, True, False, 0, -1, 10**15, 2**53 - 1, -(2**53) + 1, "", "a", "\u20ac", "\U0001f600", "\ufb33", "\u2028"),
    *("\x00", "\x1f", "\x7f", '"', "\\", "/", "\b\f\n\r\t", "__proto__", "constructor", "0", "10", "9"),
]
BITS = [
    '"',
    "\\",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\udE00",
    "\\/",
    "-",
    "0",
    "1.0",
    "e1",
    ",",
    ":",
    "[",
    "}",
    " ",
    "\n",
    "\t",
]
BITS += [
    "NaN",
    "-Infinity",
    "null",
    "true",
    "\u00a0",
    "\ufeff",
    "01",
    "-0",
    "9007199254740992",
    '"a":1,"a":1,',
    '"\\u0061":1,"a":1,',
    "\x01",
    "//",
]


def value(dice: random.Random, depth: int = 3) -> Any:
    kind = dice.randrange(3) if depth else 0
    if kind == 1:
        return [value(dice, depth - 1) for _ in range(dice.randrange(4))]
    if kind == 2:
        names = [item for item in ATOMS if isinstance(item, str)]
        return {dice.choice(names): value(dice, depth - 1) for _ in range(dice.randrange(5))}
    return dice.choice(ATOMS)


def documents(count: int) -> list[bytes]:
    """Canonical ones, other spellings of the same, and ones with something in the wrong place."""
    dice, found = random.Random(21), []
    for _ in range(count):
        one = value(dice)
        spellings = [
            rfc8785.dumps(one).decode(),
            json.dumps(
                one, ensure_ascii=dice.random() < 0.5, indent=dice.choice([None, 1]), sort_keys=dice.random() < 0.5
            ),
        ]
        text = dice.choice(spellings)
        for _ in range(dice.choice([0, 0, 1, 2])):
            place = dice.randrange(len(text) + 1)
            text = text[:place] + dice.choice([*BITS, ""]) + text[place + dice.randrange(2) :]
        found.append(text.encode())
    return found


def answer(read: Callable[[], bytes]) -> dict[str, Any]:
    try:
        return {"ok": read().decode()}
    except Flaw as flaw:
        return {"error": flaw.code}


def test_the_corner_cases_of_json_are_refused_for_the_same_reasons() -> None:
    answers = ask({"do": "canonical", "raw": b64(raw)} for raw, _ in CORNERS)
    assert answers == [{"error": code} for _, code in CORNERS]


def test_json_is_read_and_written_as_python_does_it() -> None:
    raws = documents(3000)
    [parsed, strict] = [ask({"do": what, "raw": b64(raw)} for raw in raws) for what in ("parse", "canonical")]
    for raw, loose, exact in zip(raws, parsed, strict, strict=True):
        assert loose == answer(lambda raw=raw: canonical.canonical(canonical.parse(raw))), raw
        assert exact == answer(lambda raw=raw: canonical.canonical(canonical.parse_canonical(raw))), raw
    assert sum("ok" in found for found in strict) > 300
    assert {found.get("error") for found in strict} > {
        "json-malformed",
        "json-number",
        "json-twice",
        "json-not-canonical",
    }


def test_base64_is_standard_padded_and_without_stray_bits() -> None:
    dice = random.Random(64)
    texts = ["", "=", "AA", "AAA", "AAB=", "AB==", "AA==", " AA==", "AA==\n", "A-_=", "AAAA=", "AA==AAAA", "\u00e9AA="]
    texts += ["".join(dice.choices("ABab09+/=", k=dice.randrange(9))) for _ in range(500)]

    def python(text: str) -> dict[str, Any]:
        try:
            return {"ok": b64(unb64(text))}
        except NoteError as error:
            return {"error": error.code}

    assert ask({"do": "unb64", "text": text} for text in texts) == [python(text) for text in texts]


def signatures(key: ec.EllipticCurvePrivateKey, message: bytes) -> list[bytes]:
    """Right ones, right numbers in other encodings, other numbers, and damaged ones."""
    dice, found = random.Random(62), []
    for _ in range(60):
        der = key.sign(message, ECDSA)
        r, s = decode_dss_signature(der)
        found += [
            der,
            encode_dss_signature(r, ORDER - s),
            encode_dss_signature(r + ORDER, s),
            encode_dss_signature(0, s),
        ]
        found += [encode_dss_signature(r, 0), encode_dss_signature(s, r), der + b"\0", der[:-1], _padded(r, s)]
        found += [bytes([0x30, 0x81]) + der[1:], bytes([0x30, 0x80]) + der[2:] + bytes(2), _raw(r) + _raw(s)]
        damaged = bytearray(der)
        damaged[dice.randrange(8)] = dice.randrange(256)
        found += [bytes(damaged), b"", der[:2], bytes([0x30, 0]), bytes([0x30, 2, 2, 0])]
    return found


def _raw(number: int) -> bytes:
    return number.to_bytes(32)


def _padded(r: int, s: int) -> bytes:
    numbers = b"".join(bytes([2, 34, 0, 0]) + _raw(number) for number in (r, s))
    return bytes([0x30, len(numbers)]) + numbers


def test_ecdsa_signatures_are_der_and_nothing_else() -> None:
    key, message = ec.generate_private_key(ec.SECP256R1()), b"emr-audit/writer/v1\nx"
    given = signatures(key, message)

    def right(signature: bytes) -> bool:
        try:
            key.public_key().verify(signature, message, ECDSA)
        except InvalidSignature:
            return False
        return True

    fixed = {"do": "signature", "spki": b64(spki(key)), "message": b64(message)}
    expected = [{"ok": right(signature)} for signature in given]
    assert ask({**fixed, "der": b64(signature)} for signature in given) == expected
    assert 120 <= sum(answer["ok"] for answer in expected) < 200


def test_keys_are_p256_with_both_coordinates() -> None:
    dice, keys = random.Random(256), []
    good = spki(ec.generate_private_key(ec.SECP256R1()))
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    for _ in range(300):
        damaged = bytearray(good)
        damaged[dice.randrange(len(good))] ^= 1 << dice.randrange(8)
        keys.append(bytes(damaged))
    keys += [good, good + b"\0", good[:-1], b"", other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)]

    def usable(der: bytes) -> bool:
        listed = [b64(der)]
        try:
            Policy.parse({"log": {"name": "x", "keys": listed}, "writer_ca": listed, "witnesses": [], "quorum": 0})
        except Flaw:
            return False
        return True

    assert ask({"do": "key", "spki": b64(key)} for key in keys) == [{"ok": usable(key)} for key in keys]
