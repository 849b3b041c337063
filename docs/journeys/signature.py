"""Signing in by electronic signature, and confirming an identity with one (ID-3, ID-5, ID-7).

    python docs/journeys/signature.py [http://localhost:8000]

The authorities, certificates, lists and answers are made here, as a certification centre and a signing program would.
What is shown: an anchor takes two people; a signature stands for the password and the second factor follows; a text is
good once; revocation is known or the signature does not count; the level rises; a removed anchor counts no more.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

from client import Answer, Person, System
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

SNILS = x509.ObjectIdentifier("1.2.643.100.3")
NOW = datetime.now(UTC)
DETACHED = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
USES = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
USES += ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")


def text(der: Any) -> str:
    return b64encode(der if isinstance(der, bytes) else der.public_bytes(serialization.Encoding.DER)).decode()


class Authority:
    """A certification centre; without ``above`` it vouches for itself."""

    def __init__(self, name: str, above: Authority | None = None) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (above or self).issue(self.name, self.key.public_key(), authority=True)

    def issue(self, name: x509.Name, public_key: Any, *, authority: bool = False) -> x509.Certificate:
        use = {"key_cert_sign", "crl_sign"} if authority else {"digital_signature"}
        responder = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.example")
        )
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - timedelta(days=30))
            .not_valid_after(NOW + timedelta(days=365))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**{name: name in use for name in USES}), critical=True)
            .add_extension(x509.AuthorityInformationAccess([responder]), critical=False)
        )
        if not authority:
            made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        return made.sign(self.key, hashes.SHA256())

    def revocation_list(self, number: int, *revoked: x509.Certificate) -> dict[str, Any]:
        made = x509.CertificateRevocationListBuilder().issuer_name(self.name)
        made = made.last_update(NOW - timedelta(minutes=1)).next_update(NOW + timedelta(days=1))
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(NOW)
            made = made.add_revoked_certificate(entry.build())
        made = made.add_extension(x509.CRLNumber(number), critical=False)
        return {"content": text(made.sign(self.key, hashes.SHA256())), "chain": [text(self.certificate)]}

    def answer(self, certificate: x509.Certificate, nonce: str) -> str:
        """Of the responder: good. It repeats the number that the service has asked with."""
        made = ocsp.OCSPResponseBuilder().add_response(
            cert=certificate,
            issuer=self.certificate,
            algorithm=hashes.SHA256(),
            cert_status=ocsp.OCSPCertStatus.GOOD,
            this_update=NOW - timedelta(minutes=1),
            next_update=NOW + timedelta(hours=1),
            revocation_time=None,
            revocation_reason=None,
        )
        made = made.responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate).certificates([self.certificate])
        return text(
            made.add_extension(x509.OCSPNonce(bytes.fromhex(nonce)), critical=False).sign(self.key, hashes.SHA256())
        )


class Card:
    """A person's signing key, on a smart card as it were."""

    def __init__(self, person: Person, authority: Authority, **changes: str) -> None:
        form = {**person.form, **changes}
        said = {
            SNILS: "".join(c for c in form["snils"] if c.isdigit()),
            NameOID.SURNAME: form["last_name"],
            NameOID.GIVEN_NAME: f"{form['first_name']} {form['middle_name']}",
        }
        name = x509.Name([x509.NameAttribute(oid, value) for oid, value in said.items()])
        self.authority = authority
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = authority.issue(name, self.key.public_key())

    def cms(self, asked: Answer) -> dict[str, Any]:
        made = pkcs7.PKCS7SignatureBuilder().set_data(asked["text"].encode())
        made = made.add_signer(self.certificate, self.key, hashes.SHA256()).add_certificate(self.authority.certificate)
        return {"cms": text(made.sign(serialization.Encoding.DER, DETACHED))}

    def bare(self, asked: Answer) -> dict[str, Any]:
        return {
            "signature": text(self.key.sign(asked["text"].encode(), ec.ECDSA(hashes.SHA256()))),
            "algorithm": "ecdsa-sha256",
            "certificate": text(self.certificate),
            "chain": [text(self.authority.certificate)],
        }


def main() -> None:
    system = System()
    root = Authority("Головной удостоверяющий центр")
    centre, other = Authority("Удостоверяющий центр", root), Authority("Второй удостоверяющий центр", root)
    system.step("ID-5: an administrator proposes an anchor; alone they cannot make it count")
    administrator, officer = system.demo("administrator"), system.demo("security-officer")
    anchor = system.call(201, "POST", "/trust/anchors", {"certificate": text(root.certificate)}, administrator)
    approval = f"/trust/anchors/{anchor['id']}/approval"
    system.call(403, "POST", approval, who=administrator, headers={"If-Match": anchor.etag})
    system.show(system.call(200, "POST", approval, who=officer, headers={"If-Match": anchor.etag}).body)

    system.step("ID-5: lists of what is revoked; an older one does not come back")
    for authority in (root, centre):
        system.call(201, "POST", "/trust/revocation-lists", authority.revocation_list(2), administrator)
    system.call(409, "POST", "/trust/revocation-lists", centre.revocation_list(1), administrator)

    system.step("ID-5, ID-3: somebody signs in by signature, and the second factor follows")
    person = system.register()
    card = Card(person, centre)
    asked = system.call(200, "POST", "/sign-in/signature")
    print(asked["text"])
    proof = card.cms(asked)
    begun = system.call(200, "POST", f"/sign-in/signature/{asked['challenge_id']}", proof)
    system.show(begun.body)
    system.call(202, "POST", f"/sessions/{begun['challenge_id']}/sms")
    answer = {"factor": "sms", "code": system.code(person.phone), "role": "patient"}
    person.token = system.call(200, "POST", f"/sessions/{begun['challenge_id']}/factor", answer)["access_token"]
    assert system.call(200, "GET", "/me", who=person)["level"] == 1

    system.step("ID-5: a text is good once, and a signature of one text does not serve another")
    assert sign(system, 401, asked, proof)["code"] == "credentials-invalid"
    assert sign(system, 401, system.call(200, "POST", "/sign-in/signature"), proof)["code"] == "credentials-invalid"

    system.step("ID-5: without a list of the issuer an answer of the responder is needed")
    second = Card(person, other)
    asked = system.call(200, "POST", "/sign-in/signature")
    assert sign(system, 401, asked, second.bare(asked))["code"] == "revocation-unknown"
    asked = system.call(200, "POST", "/sign-in/signature")
    sign(system, 200, asked, second.bare(asked) | {"ocsp": [other.answer(second.certificate, asked["ocsp_nonce"])]})

    system.step("ID-7: another person's signature confirms nothing; one's own raises the level")
    assert confirm(system, 403, person, Card(person, centre, first_name="Мария"))["code"] == "identity-mismatch"
    system.show(confirm(system, 200, person, card).body)
    assert system.call(200, "GET", "/me", who=person)["level"] == 3  # noqa: PLR2004

    system.step("ID-5: who has no account is told so, and a certificate of nobody is refused")
    stranger = Person(person.phone, person.email, "", {**person.form, "snils": "112-233-445 95"})
    for who, authority, expected, code in (
        (stranger, centre, 403, "no-account"),
        (person, Authority("Чужой удостоверяющий центр"), 401, "certificate-refused"),
    ):
        asked = system.call(200, "POST", "/sign-in/signature")
        assert sign(system, expected, asked, Card(who, authority).cms(asked))["code"] == code

    system.step("ID-5: a revoked certificate, also with an older good answer of the responder")
    system.call(201, "POST", "/trust/revocation-lists", centre.revocation_list(3, card.certificate), administrator)
    asked = system.call(200, "POST", "/sign-in/signature")
    good = centre.answer(card.certificate, asked["ocsp_nonce"])
    assert sign(system, 401, asked, card.cms(asked) | {"ocsp": [good]})["reason"] == "revoked"

    system.step("ID-5: an anchor is removed, and nothing under it counts")
    system.call(204, "DELETE", f"/trust/anchors/{anchor['id']}", who=administrator)
    asked = system.call(200, "POST", "/sign-in/signature")
    assert sign(system, 401, asked, Card(person, centre).cms(asked))["reason"] == "untrusted"


def sign(system: System, expected: int, asked: Answer, proof: dict[str, Any]) -> Answer:
    return system.call(expected, "POST", f"/sign-in/signature/{asked['challenge_id']}", proof)


def confirm(system: System, expected: int, person: Person, card: Card) -> Answer:
    asked = system.call(200, "POST", "/me/identity-confirmations/signature", who=person)
    place = f"/me/identity-confirmations/signature/{asked['challenge_id']}"
    return system.call(expected, "POST", place, card.cms(asked), person)


if __name__ == "__main__":
    main()
