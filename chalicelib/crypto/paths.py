"""Paths of certificates: from a certificate to an anchor, with validity, constraints, policies and revocation.

pyhanko-certvalidator walks the path (RFC 5280, section 6); what it leaves to its caller is done here:

* every signature on the way goes through the table of accepted algorithms, those of lists and responders too
* two certificates of one issuer and number have to be one and the same. The library takes an answer of OCSP for the
  issuer's own if issuer, number and the value of the signature are the issuer's; all three can be copied into a
  certificate with another key
* an answer of OCSP is used if it is a day old at most, and repeats our nonce if it has one
* a certificate that any stored list names is revoked, also when somebody has an older good answer for it

Nothing is fetched from the network.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import crl, ocsp, x509
from cryptography.exceptions import InvalidSignature
from pyhanko_certvalidator import errors as found
from pyhanko_certvalidator import find_valid_path
from pyhanko_certvalidator.authority import CertTrustAnchor, TrustQualifiers, derive_quals_from_cert
from pyhanko_certvalidator.context import ValidationContext
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo, ValidationTimingParams
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    AlgorithmUsageConstraint,
    AlgorithmUsagePolicy,
    CertRevTrustPolicy,
    PKIXValidationParams,
)
from pyhanko_certvalidator.sig_validate import (
    DEFAULT_VALIDATION_CONTEXT,
    SignatureValidationContext,
    SignatureValidator,
)

from chalicelib.crypto.signature_algorithms import DIGESTS, SignatureAlgorithms
from chalicelib.domain.signatures import OCSP_HOURS, SKEW_SECONDS, broken
from chalicelib.errors import (
    AlgorithmUnsupportedError,
    CertificateRefusedError,
    MedkartaError,
    RevocationUnknownError,
)
from chalicelib.ports.certificates import Anchor, Trust

SKEW = timedelta(seconds=SKEW_SECONDS)


def refused(reason: str) -> CertificateRefusedError:
    return CertificateRefusedError(extra={"reason": reason})


class Paths:
    """Every method raises CertificateRefusedError, RevocationUnknownError, AlgorithmUnsupportedError."""

    def __init__(self, algorithms: SignatureAlgorithms) -> None:
        self._validator = _Validator(algorithms)
        self._policy = _Policy(algorithms)

    def to_anchor(
        self,
        certificate: x509.Certificate,
        others: Sequence[x509.Certificate],
        trust: Trust,
        now: datetime,
        *,
        responses: Sequence[ocsp.OCSPResponse] | None = None,
    ) -> tuple[ValidationPath, x509.Certificate]:
        """The valid path and its anchor. ``responses``: of OCSP; None asks for no revocation check at all."""
        anchors = [_anchor(anchor) for anchor in trust.anchors]
        roots = [anchor.certificate for anchor in anchors]
        carried = [c for response in responses or () for c in _carried(response)]
        _no_doubles([certificate, *others, *roots, *carried])
        # The library takes whoever has the name and the key of an anchor for that anchor, and looks no further.
        names = {(root.subject.hashable, root.public_key.dump()) for root in roots}
        if (certificate.subject.hashable, certificate.public_key.dump()) in names:
            raise refused("authority")
        checked = responses is not None
        context = ValidationContext(
            trust_roots=anchors,
            other_certs=others,  # those of an answer of OCSP serve that answer alone
            allow_fetching=False,
            moment=now,
            crls=[crl.CertificateList.load(content) for content in trust.lists] if checked else [],
            ocsps=list(responses or ()),
            revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO if checked else NO_REVOCATION),
            time_tolerance=SKEW,
            algorithm_usage_policy=self._policy,
            signature_validator=self._validator,
        )
        # Not a moment of the past: a revocation counts from when it is known, whatever date it bears.
        context.timing_params = ValidationTimingParams(
            ValidationTimingInfo(now, now, point_in_time_validation=False), time_tolerance=SKEW
        )
        path = _walked(certificate, context)
        if checked:
            not_listed(path, trust.lists)
        return path, path.trust_anchor.certificate  # type: ignore[attr-defined]


def fresh_responses(ders: Iterable[bytes], nonce: bytes, now: datetime) -> list[ocsp.OCSPResponse]:
    """Answers of OCSP that may count. Raises InvalidFieldsError for one that cannot be read."""
    kept = []
    for n, der in enumerate(ders):
        response = ocsp.OCSPResponse.load(der, strict=True)
        if response["response_status"].native != "successful":
            raise broken(f"/ocsp/{n}", "status", "the responder gave no answer")
        basic = response.basic_ocsp_response
        oldest = min((r["this_update"].native for r in basic["tbs_response_data"]["responses"]), default=None)
        repeated = response.nonce_value
        mine = repeated is None or repeated.native == nonce
        if mine and oldest is not None and now - oldest <= timedelta(hours=OCSP_HOURS):
            kept.append(response)
    return kept


def _walked(certificate: x509.Certificate, context: ValidationContext) -> ValidationPath:
    try:
        return asyncio.run(_walk(certificate, context))
    except MedkartaError:
        raise
    except found.RevokedError:
        raise refused("revoked") from None
    except found.InsufficientRevinfoError:
        raise RevocationUnknownError from None
    except found.ExpiredError:
        raise refused("expired") from None
    except found.NotYetValidError:
        raise refused("not-yet-valid") from None
    except found.DisallowedAlgorithmError:
        raise AlgorithmUnsupportedError("a certificate of the path is signed by a weak algorithm") from None
    except (found.PathBuildingError, found.InvalidCertificateError):
        raise refused("untrusted") from None
    except found.ValidationError:
        raise refused("path") from None


async def _walk(certificate: x509.Certificate, context: ValidationContext) -> ValidationPath:
    # How many ways there are is chosen by whoever sends the certificates: MAX_CERTIFICATES bounds them (120 at worst).
    paths = context.path_builder.async_build_paths_lazy(certificate)
    path: ValidationPath = await find_valid_path(certificate, paths, context)
    return path


def _anchor(anchor: Anchor) -> CertTrustAnchor:
    """An anchor's own dates and constraints hold too (RFC 5937), and the policies that were asked for."""
    certificate = x509.Certificate.load(anchor.certificate)
    derived = derive_quals_from_cert(certificate)
    given = derived.standard_parameters or PKIXValidationParams()
    policies = frozenset(anchor.policies)
    return CertTrustAnchor(
        certificate,
        TrustQualifiers(
            standard_parameters=PKIXValidationParams(
                user_initial_policy_set=policies or frozenset({"any_policy"}),
                initial_explicit_policy=bool(policies),
                initial_permitted_subtrees=given.initial_permitted_subtrees,
                initial_excluded_subtrees=given.initial_excluded_subtrees,
            ),
            max_path_length=derived.max_path_length,
            max_aa_path_length=derived.max_path_length,
            valid_from=derived.valid_from,
            valid_until=derived.valid_until,
        ),
    )


def _carried(response: ocsp.OCSPResponse) -> list[x509.Certificate]:
    return list(response.basic_ocsp_response["certs"] or ())


def _no_doubles(certificates: Iterable[x509.Certificate]) -> None:
    seen: dict[bytes, bytes] = {}
    for certificate in certificates:
        der = certificate.dump()
        if seen.setdefault(certificate.issuer_serial, der) != der:
            raise refused("ambiguous")


def not_listed(path: ValidationPath, lists: Iterable[bytes]) -> None:
    """Raises CertificateRefusedError when a list names a certificate of the path."""
    from cryptography.x509 import load_der_x509_crl

    for content in lists:
        issuer = crl.CertificateList.load(content).issuer
        mine = [c for c in path if isinstance(c, x509.Certificate) and c.issuer == issuer]
        if not mine:
            continue
        stored = load_der_x509_crl(content)
        if any(stored.get_revoked_certificate_by_serial_number(c.serial_number) is not None for c in mine):
            raise refused("revoked")


class _Validator(SignatureValidator):
    """Signatures of certificates, lists and answers, by our table."""

    def __init__(self, algorithms: SignatureAlgorithms) -> None:
        self._algorithms = algorithms

    def validate_signature(
        self,
        signature: bytes,
        signed_data: bytes,
        public_key_info: Any,
        signature_algorithm: Any,
        context: SignatureValidationContext = DEFAULT_VALIDATION_CONTEXT,
    ) -> None:
        del context
        if not self._algorithms.verify(public_key_info, signature_algorithm, signature, signed_data):
            raise InvalidSignature


class _Policy(AlgorithmUsagePolicy):
    """The same table once more: for a responder that needs no check itself the library takes its own validator."""

    def __init__(self, algorithms: SignatureAlgorithms) -> None:
        self._algorithms = algorithms

    def digest_algorithm_allowed(self, algo: Any, moment: datetime | None) -> AlgorithmUsageConstraint:
        del moment
        return AlgorithmUsageConstraint(allowed=algo["algorithm"].dotted in DIGESTS)

    def signature_algorithm_allowed(
        self, algo: Any, moment: datetime | None, public_key: Any
    ) -> AlgorithmUsageConstraint:
        del moment
        self._algorithms.check_algorithm(algo)
        self._algorithms.check_key(public_key)
        return AlgorithmUsageConstraint(allowed=True)
