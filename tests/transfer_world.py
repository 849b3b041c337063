"""A card, an organisation that asks for it, and a system outside that sends one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from joserfc.jwk import ECKey, RSAKey

from chalicelib.crypto import jws
from chalicelib.crypto.transfer_box import SIGNED_TYP, JoseTransferBox
from chalicelib.domain import exact_json
from chalicelib.domain.access import ConsentState
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.transfers import digest_of
from chalicelib.errors import (
    NotSignedInError,
)
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.transfers import Asking, Giving, Senders, Taking, Tools
from tests.fakes import FakeSigner
from tests.resource_world import VERA, ResourceWorld, weight
from tests.world import PROTOCOL, URL

OTHER = "https://other.example"
FORM: dict[str, Any] = {
    "patient_id": VERA,
    "from_organisation_id": None,
    "client_id": None,
    "sections": ["protocols"],
    "purpose": "лечение",
    "days": 30,
}
READ = frozenset({"transfer.read", "card.read"})
WRITE = frozenset({"transfer.write"})


class Naming(FakeSigner):
    """Signs as the real one does: with our name in it, as three parts."""

    def issue(self, claims: Any, *, purpose: str) -> str:
        payload, mac = super().issue({**claims, "iss": URL}, purpose=purpose).rsplit(".", 1)
        return f"e30.{payload}.{mac}"

    def verify(self, token: str, *, purpose: str, audience: str = "") -> dict[str, Any]:
        return super().verify(token.removeprefix("e30."), purpose=purpose, audience=audience)


class Exchange(ResourceWorld):
    """Vera's card, a doctor of organisation clinic, and the system of another organisation, with keys."""

    def __init__(self, kind: str = "EC") -> None:
        super().__init__()
        self.box_key = ec.generate_private_key(ec.SECP256R1())
        self.kid = jws.thumbprint(jws.jwk_of(self.box_key.public_key()))
        self.box = JoseTransferBox(self._ours, lambda: [{**jws.jwk_of(self.box_key.public_key()), "kid": self.kid}])
        self.exchange = Tools(
            gate=self.gate,
            tables=self.tables,
            patient_keys=self.keys,
            index=self.index,
            signer=Naming(self.clock),
            box=self.box,
            opened=lambda: self.opened,
            intake=lambda: self.intake,
            subjects=lambda: self.subjects,
            validator=self.tools.validator,
            clock=self.clock,
            issuer=URL,
        )
        self.asking = Asking(self.exchange)
        self.giving = Giving(self.exchange, self.asking)
        self.taking = Taking(self.exchange)
        self.senders = Senders(self.exchange)
        self.doctor = self.staff()
        self.consent(self.doctor, VERA)
        self.private: Any = (
            ECKey.generate_key("P-256") if kind == "EC" else RSAKey.import_key(rsa.generate_private_key(65537, 2048))
        )
        jwk = {**self.private.as_dict(private=False), "use": "enc", "kid": "their"}
        self.receiver = replace(self.partner("receiver", organisation="hospital"), scopes=READ | WRITE)
        self.tables.commit(
            [
                Update(keys.client("receiver"), {"id": "receiver", "name": "МИС", "jwks": {"keys": [jwk]}}),
                Put(keys.organisation("hospital"), {"name": "Больница"}, None),
            ]
        )
        self.root = Actor(PersonId("root"), Role.ADMINISTRATOR, organisation_id="system")
        self.sender_key = ec.generate_private_key(ec.SECP256R1())

    def _ours(self, kid: str) -> ec.EllipticCurvePrivateKey:
        if kid != self.kid:
            raise NotSignedInError
        return self.box_key

    def protocol(self, number: int = 1) -> None:
        body = {**PROTOCOL, "conclusion": f"Бронхит {number}"}
        self.records.create(self.doctor, VERA, EXAMINATION_PROTOCOL, body, f"key-{number:016d}")

    def answer(self, state: ConsentState) -> None:
        now = self.clock()
        until = (now + timedelta(days=60)).isoformat()
        change = {"state": state.value, "valid_from": now.isoformat(), "valid_until": until}
        self.tables.commit([Update(keys.consent(VERA, "receiver"), change, add={"ver": 1})])

    def granted(self, **changes: Any) -> str:
        asked = self.asking.ask(self.receiver, {**FORM, **changes})
        self.answer(ConsentState.GRANTED)
        return str(asked["id"])

    def opened_part(self, part: Any) -> Any:
        from joserfc.jwe import JWERegistry, decrypt_compact

        registry = JWERegistry(algorithms=["ECDH-ES+A256KW", "RSA-OAEP-256", "A256GCM"])
        registry.max_ciphertext_length = 1 << 24
        opened = json.loads(decrypt_compact(part["sealed"], self.private, registry=registry).plaintext or b"")
        claims = self.exchange.signer.verify(opened["signature"], purpose="transfer")
        assert claims["digest"] == digest_of(opened["content"])
        return json.loads(opened["content"])

    def resealed(self, part: Any) -> str:
        """A part that the receiver opened, sealed to us as it was signed by us."""
        from joserfc.jwe import JWERegistry, decrypt_compact

        registry = JWERegistry(algorithms=["ECDH-ES+A256KW", "RSA-OAEP-256", "A256GCM"])
        outer = decrypt_compact(part["sealed"], self.private, registry=registry).plaintext or b""
        return self.box.seal(self.box.published()[0], outer)

    # --- another system, as sender

    def trust(self) -> None:
        jwk = {**jws.jwk_of(self.sender_key.public_key()), "kid": "s1"}
        self.senders.put(self.root, {"issuer": OTHER, "name": "Другая", "jwks": {"keys": [jwk]}})

    def sent(self, *resources: dict[str, Any], bundle: Any = None, **claims: Any) -> str:
        content = exact_json.dumps(
            {
                "bundle": bundle or {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]},
                "manifest": [{"id": "Observation/o1", "organisation": "other-clinic", "role": "doctor"}],
            }
        )
        said = {"iss": OTHER, "aud": "hospital", "transfer": "t1", "part": 1, "digest": digest_of(content)}
        said |= {"iat": int(self.clock().timestamp()), **claims}
        signature = jws.make(self.sender_key, {"alg": "ES256", "kid": "s1", "typ": SIGNED_TYP}, said)
        outer = json.dumps({"signature": signature, "content": content}).encode()
        return self.box.seal(self.box.published()[0], outer)

    def take(self, sealed: str, patient: str = VERA) -> Any:
        return self.taking.take(self.receiver, sealed, patient)


def seen(value: Any = 71.5, name: str = "o1", **more: Any) -> dict[str, Any]:
    return {"id": name, **weight(value, **more), "subject": {"reference": "Patient/theirs"}}
