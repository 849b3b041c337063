"""Somebody signs a text: a world of authorities around tests/pki.py, and what the service answers."""

from __future__ import annotations

import hashlib
from typing import Any

from asn1crypto import cms as asn1_cms
from cryptography import x509

from chalicelib.crypto.certificates import X509Certificates
from chalicelib.domain.signatures import Proof
from chalicelib.errors import MedkartaError
from chalicelib.ports.certificates import Anchor, Trust
from tests import pki
from tests.fakes import START

TEXT = "Вход в Медкарту\nhttps://card.example\n".encode()
NONCE = b"n" * 16
SUBJECT = pki.subject_of("Анна", snils="11223344595", surname="Журавлёва", given="Ксения Аркадьевна")


class Pki:
    """Root, intermediate, a person's key; ``trust`` has the root and fresh lists of both."""

    def __init__(self, kind: str = "ec") -> None:
        self.root = pki.root()
        self.middle = self.root.authority("Middle")
        self.kind = kind
        self.key = pki.key("person", kind)
        self.policies: tuple[str, ...] = ()
        self.usages: tuple[str, ...] = ()
        self.lists: list[bytes] | None = None
        self.ocsp: tuple[bytes, ...] = ()
        self.others: list[x509.Certificate] = [self.middle.certificate]
        self.certificates = X509Certificates()

    def leaf(self, **how: Any) -> x509.Certificate:
        return self.middle.issue(SUBJECT, self.key.public_key(), **how)

    @property
    def trust(self) -> Trust:
        anchor = Anchor(hashlib.sha256(self.root.der).hexdigest(), self.root.der, self.policies, self.usages)
        lists = [self.root.crl(), self.middle.crl()] if self.lists is None else self.lists
        return Trust((anchor,), tuple(lists))

    def check(self, proof: bytes | Proof, text: bytes = TEXT) -> Any:
        sent = Proof(cms=proof, ocsp=self.ocsp, nonce=NONCE) if isinstance(proof, bytes) else proof
        return self.certificates.verify(sent, text, self.trust, START)

    def sign(self, leaf: x509.Certificate | None = None, text: bytes = TEXT, **how: Any) -> bytes:
        return pki.cms(text, leaf or self.leaf(), self.key, *self.others, **how)


def answer(world: Pki, proof: Any, text: bytes = TEXT) -> str:
    """``ok``, or the code and reason of the error."""
    try:
        world.check(proof, text)
    except MedkartaError as error:
        reason = str(error.extra.get("reason", "")) or (error.fields[0].code if error.fields else "")
        return f"{error.code} {reason}".strip()
    return "ok"


def leaf_of(proof: bytes) -> bytes:
    data = asn1_cms.ContentInfo.load(proof)["content"]
    serial = data["signer_infos"][0]["sid"].chosen["serial_number"].native
    return next(c.chosen.dump() for c in data["certificates"] if c.chosen.serial_number == serial)
