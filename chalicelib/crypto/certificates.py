"""Electronic signatures of people (ID-5): signature, path, usage, revocation, and whom the certificate names.

In this order: 1 the signature fits the text  2 the certificate leads to an anchor of the trust store, and nothing on
the way is expired, constrained away or revoked  3 it is a person's own certificate, for signing  4 the subject has one
SNILS. Imported by the routes that need it alone: the libraries take a tenth of a second to load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import crl, ocsp, x509

from chalicelib.crypto import cms
from chalicelib.crypto.cms import certificate_of, certificates_of, readable
from chalicelib.crypto.paths import SKEW, Paths, fresh_responses, refused
from chalicelib.crypto.signature_algorithms import SignatureAlgorithms
from chalicelib.domain.identifiers import normal_snils
from chalicelib.domain.signatures import SNILS_OID, Certified, Proof, broken
from chalicelib.errors import CredentialsError, InvalidFieldsError
from chalicelib.ports.certificates import Anchor, AnchorFacts, ListFacts, Trust

USAGES = frozenset({"digital_signature", "non_repudiation"})
EXTENDED = frozenset({"client_auth", "email_protection"})
SURNAME = "2.5.4.4"
GIVEN_NAME = "2.5.4.42"
DATE_OF_BIRTH = "1.3.6.1.5.5.7.9.1"


class X509Certificates:
    """The port of ports/certificates.py."""

    def __init__(self, algorithms: SignatureAlgorithms | None = None) -> None:
        self._algorithms = algorithms or SignatureAlgorithms()
        self._paths = Paths(self._algorithms)

    def verify(self, proof: Proof, text: bytes, trust: Trust, now: datetime) -> Certified:
        made = cms.signed(proof, text, self._algorithms)
        responses: list[ocsp.OCSPResponse] = readable("/ocsp", lambda: fresh_responses(proof.ocsp, proof.nonce, now))
        field = "/cms" if proof.cms else "/certificate"
        return readable(field, lambda: self._verified(made, responses, trust, now))

    def _verified(self, made: cms.Signed, responses: list[ocsp.OCSPResponse], trust: Trust, now: datetime) -> Certified:
        certificate: x509.Certificate = made.certificate
        self._algorithms.check_key(certificate.public_key)
        if not self._algorithms.verify(certificate.public_key, made.algorithm, made.signature, made.covered):
            raise CredentialsError
        _, root = self._paths.to_anchor(certificate, made.others, trust, now, responses=responses)
        anchor = next(anchor for anchor in trust.anchors if anchor.certificate == root.dump())
        _check_use(certificate, anchor)
        return Certified(
            snils=_snils(certificate.subject),
            last_name=_one(certificate.subject, SURNAME),
            given_names=_one(certificate.subject, GIVEN_NAME),
            birth_date=_birth_date(certificate),
            fingerprint=certificate.sha256.hex(),
            anchor=anchor.id,
        )

    def anchor(self, certificate: bytes, now: datetime) -> AnchorFacts:
        found = certificate_of(certificate, "/certificate")
        return readable("/certificate", lambda: self._anchor(found, now))

    def _anchor(self, found: x509.Certificate, now: datetime) -> AnchorFacts:
        self._algorithms.check_key(found.public_key)
        usage = found.key_usage_value
        if not found.ca or (usage is not None and "key_cert_sign" not in usage.native):
            raise broken("/certificate", "authority", "the certificate of an authority is needed")
        if not found.not_valid_before <= now + SKEW or not now <= found.not_valid_after:
            raise broken("/certificate", "validity", "the certificate is not valid now")
        return AnchorFacts(found.sha256.hex(), _shown(found.subject), found.not_valid_before, found.not_valid_after)

    def revocation_list(self, content: bytes, chain: tuple[bytes, ...], trust: Trust, now: datetime) -> ListFacts:
        others = certificates_of(chain, "/chain")
        return readable("/content", lambda: self._list(content, others, trust, now))

    def _list(self, content: bytes, others: tuple[x509.Certificate, ...], trust: Trust, now: datetime) -> ListFacts:
        found = crl.CertificateList.load(content, strict=True)
        issuer = self._issuer(found, others, trust, now)
        tbs = found["tbs_cert_list"]
        number, next_update = found.crl_number_value, tbs["next_update"].native
        if number is None or next_update is None or _partial(found):
            raise broken("/content", "partial", "a whole list is needed, with its number and the time of the next one")
        if not tbs["this_update"].native <= now + SKEW or not now <= next_update:
            raise broken("/content", "validity", "the list is not valid now")
        return ListFacts(
            issuer=hashlib.sha256(issuer.public_key.dump()).hexdigest(),
            name=_shown(issuer.subject),
            number=int(number.native),
            this_update=tbs["this_update"].native,
            next_update=next_update,
            revoked=len(tbs["revoked_certificates"] or ()),
        )

    def _issuer(
        self, found: crl.CertificateList, others: Iterable[x509.Certificate], trust: Trust, now: datetime
    ) -> x509.Certificate:
        """Whose list it is: an anchor, or an authority that has a path to one, and whose signature it bears."""
        anchors = [x509.Certificate.load(anchor.certificate) for anchor in trust.anchors]
        for candidate in (*anchors, *others):
            usage = candidate.key_usage_value
            if candidate.subject != found.issuer or (usage is not None and "crl_sign" not in usage.native):
                continue
            signature = found["signature"].native
            if not self._algorithms.verify(
                candidate.public_key, found["signature_algorithm"], signature, found["tbs_cert_list"].dump()
            ):
                continue
            if candidate not in anchors:
                self._paths.to_anchor(candidate, tuple(others), trust, now)
            return candidate
        raise broken("/content", "issuer", "no anchor, and no authority of the chain, has signed this list")


def _partial(found: crl.CertificateList) -> bool:
    """Lists of changes, of other authorities' certificates and of some certificates only say too little."""
    point = found.issuing_distribution_point_value
    restricted = point is not None and any(
        point[name].native
        for name in (
            "only_contains_user_certs",
            "only_contains_ca_certs",
            "only_some_reasons",
            "indirect_crl",
            "only_contains_attribute_certs",
        )
    )
    return restricted or found.delta_crl_indicator_value is not None


def _check_use(certificate: x509.Certificate, anchor: Anchor) -> None:
    """The path says that the certificate is genuine; this says that it is a person's, for signing."""
    usage, extended = certificate.key_usage_value, certificate.extended_key_usage_value
    if certificate.ca:
        raise refused("authority")
    if usage is None or not USAGES & usage.native:
        raise refused("usage")
    if extended is not None and not set(extended.native) & {*EXTENDED, *anchor.usages}:
        raise refused("usage")


def _snils(subject: x509.Name) -> str:
    try:
        return normal_snils(_one(subject, SNILS_OID))
    except InvalidFieldsError:
        raise refused("snils") from None


def _one(subject: x509.Name, oid: str) -> str:
    """The one value of an attribute of the subject; empty when there is none, or several."""
    values = [pair["value"] for part in subject.chosen for pair in part if pair["type"].dotted == oid]
    if len(values) != 1:
        return ""
    native = values[0].native
    return native if isinstance(native, str) else ""


def _birth_date(certificate: x509.Certificate) -> str:
    """Of the attributes of the subject's directory entry (RFC 3739, 3.2.2), where somebody says it."""
    for attribute in certificate.subject_directory_attributes_value or ():
        if attribute["type"].dotted == DATE_OF_BIRTH:
            return str(attribute["values"][0].native.date().isoformat())
    return ""


def _shown(name: x509.Name) -> str:
    """An authority's name in one line."""
    return str(name.human_friendly)[:300]
