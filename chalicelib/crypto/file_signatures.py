"""Signatures of uploaded files, checked by the same algorithms and the same trust store as sign-in (DOC-3).

Implements ``ports.file_signatures.FileSignatures``. A signature of a PDF counts when it covers the file from the first
byte to the last: whoever appends to a signed file leaves its signature right and shows the reader something else.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from chalicelib.crypto import cms
from chalicelib.crypto.signature_algorithms import SignatureAlgorithms
from chalicelib.domain.file_signatures import Finding, State, signer_of
from chalicelib.domain.signatures import MAX_PROOF, Proof
from chalicelib.errors import (
    AlgorithmUnsupportedError,
    CertificateRefusedError,
    CredentialsError,
    InvalidFieldsError,
    RevocationUnknownError,
)
from chalicelib.ports.certificates import Trust

USAGES = frozenset({"digital_signature", "non_repudiation"})
ORGANISATION = "organization_name"


class X509FileSignatures:
    def __init__(self, algorithms: SignatureAlgorithms | None = None) -> None:
        self._algorithms = algorithms or SignatureAlgorithms()

    def detached(self, data: bytes, cms: bytes, trust: Trust, now: datetime) -> Finding:
        if len(cms) > MAX_PROOF:
            return Finding(State.UNREADABLE, "too-large")
        return _finding(lambda: self._checked(cms, data, trust, now))

    def embedded(self, pdf: bytes, trust: Trust, now: datetime) -> Finding | None:
        try:
            newest = _newest(pdf)
        except Exception:  # noqa: BLE001 - a hostile file; it passed as a scan, so it is kept, and its signature counts not
            return Finding(State.UNREADABLE, "structure")
        if newest is None:
            return None
        signature, covered, whole = newest
        if not whole:
            return Finding(State.WRONG, "appended")
        return self.detached(covered, signature, trust, now)

    def _checked(self, signature: bytes, data: bytes, trust: Trust, now: datetime) -> Finding:
        from chalicelib.crypto.paths import Paths, refused

        made = cms.signed(Proof(cms=signature), data, self._algorithms)
        certificate = made.certificate
        self._algorithms.check_key(certificate.public_key)
        if not self._algorithms.verify(certificate.public_key, made.algorithm, made.signature, made.covered):
            raise CredentialsError
        usage = certificate.key_usage_value
        if certificate.ca or usage is None or not USAGES & usage.native:
            raise refused("usage")
        Paths(self._algorithms).to_anchor(certificate, made.others, trust, now, responses=[])
        subject = certificate.subject.native
        person = " ".join(str(subject[part]) for part in ("surname", "given_name") if subject.get(part))
        signer = signer_of(
            (person or str(subject.get("common_name") or ""))[:200],
            str(subject.get(ORGANISATION) or "")[:200],
            f"{certificate.serial_number:X}",
            certificate.not_valid_before,
            certificate.not_valid_after,
        )
        return Finding(State.VALID, signer=signer)


def _finding(check: Callable[[], Finding]) -> Finding:
    try:
        return cms.readable("/cms", check)
    except CertificateRefusedError as error:
        return Finding(State.NOT_TRUSTED, str(error.extra["reason"]))
    except RevocationUnknownError:
        return Finding(State.NOT_TRUSTED, "revocation-unknown")
    except CredentialsError:
        return Finding(State.WRONG, "another-file")
    except AlgorithmUnsupportedError:
        return Finding(State.UNSUPPORTED, "algorithm")
    except InvalidFieldsError as error:
        return Finding(State.UNREADABLE, error.fields[0].code)


def _newest(pdf: bytes) -> tuple[bytes, bytes, bool] | None:
    """(CMS, the bytes that it is over, whether these are the whole file) of the newest signature."""
    from asn1crypto.parser import peek
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # its warnings quote the file
    found: list[Any] = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    if not found:
        return None
    newest = found[-1]
    newest.compute_integrity_info(skip_diff=True)
    first, length, second, rest = (int(number) for number in newest.byte_range)
    contents = bytes(newest.pkcs7_content)
    signature = contents[: peek(contents)]
    covered = pdf[first : first + length] + pdf[second : second + rest]
    whole = newest.coverage == SignatureCoverageLevel.ENTIRE_FILE and not contents[len(signature) :].strip(b"\0")
    return signature, covered, whole
