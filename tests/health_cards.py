"""Cards with and without flaws, and what a verifier that others wrote thinks of one."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import zlib
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from local.npm import NODE

THIRD_PARTY = Path(__file__).parent / "third_party"
ISSUER = "https://card.example/api/v1/health-cards"
NOW = 1_790_000_000


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def minified(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def deflated(data: bytes, bits: int = -15) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, bits)
    return squeeze.compress(data) + squeeze.flush()


class Issuer:
    """An issuer of its own: shares no code with the service."""

    def __init__(self) -> None:
        self.private = ec.derive_private_key(0x5EED, ec.SECP256R1())
        numbers = self.private.public_key().public_numbers()
        x, y = (b64(n.to_bytes(32, "big")) for n in (numbers.x, numbers.y))
        self.kid = b64(hashlib.sha256(minified({"crv": "P-256", "kty": "EC", "x": x, "y": y})).digest())
        self.jwk = {"kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": self.kid}

    def keys(self, **changes: Any) -> dict[str, Any]:
        return {"keys": [{**self.jwk, **changes}]}

    def payload(self, **changes: Any) -> dict[str, Any]:
        patient = {"resourceType": "Patient", "name": [{"family": "Журавлёв"}], "birthDate": "2026-02-20"}
        given = {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "45"}]},
            "patient": {"reference": "resource:0"},
            "occurrenceDateTime": "2026-02-20",
        }
        entries = [{"fullUrl": f"resource:{n}", "resource": r} for n, r in enumerate((patient, given))]
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        types = ["https://smarthealth.cards#health-card", "https://smarthealth.cards#immunization"]
        vc = {"type": types, "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": bundle}, "rid": "rid-1"}
        return {"iss": ISSUER, "nbf": NOW - 60, "vc": vc, **changes}

    def sign(self, payload: bytes, *, der: bool = False, **header: Any) -> str:
        """A JWS over bytes that are deflated already. A header member of None is left out."""
        whole = {"zip": "DEF", "alg": "ES256", "kid": self.kid, **header}
        signed = f"{b64(minified({k: v for k, v in whole.items() if v is not None}))}.{b64(payload)}"
        signature = self.private.sign(signed.encode(), ec.ECDSA(hashes.SHA256()))
        r, s = utils.decode_dss_signature(signature)
        return f"{signed}.{b64(signature if der else r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"

    def card(self, payload: dict[str, Any] | None = None, **header: Any) -> str:
        return self.sign(deflated(minified(payload or self.payload())), **header)


def third_party(issuer: str, keys: dict[str, Any], **card: str) -> dict[str, Any]:
    """What kill-the-clipboard (npm) says of a card, given as ``jws``, ``qr`` or ``file``."""
    assert (THIRD_PARTY / "node_modules" / "kill-the-clipboard").exists(), "make setup"
    crls = card.pop("crls", [])
    directory = {"issuerInfo": [{"issuer": {"iss": issuer}, "keys": keys["keys"], "crls": crls}]}
    asked = json.dumps({**card, "directory": directory, "key": keys["keys"][0]})
    done = subprocess.run(
        [NODE, "health_card.mjs"], input=asked, capture_output=True, text=True, cwd=THIRD_PARTY, timeout=60, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
