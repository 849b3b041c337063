"""PAdES signatures (ETSI EN 319 142-1, level B-B) on the PDFs that the system issues, by pyHanko.

The signature is an incremental update: the printed bytes stay as they are, and with them PDF/A. The field has no
appearance, because the mark is printed by ``documents/templates.py`` before signing. There is no time stamp of an
authority: the signing time is the claim of this system.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime
from typing import Any

FIELD = "Signature{number}"
DIGEST = "sha256"


def sign(pdf: bytes, private: Any, chain: tuple[bytes, ...], now: datetime) -> bytes:
    """``pdf`` with one more signature; ``private`` is the key of the first certificate of ``chain``."""
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

    writer, out = _writer(pdf), io.BytesIO()
    metadata = PdfSignatureMetadata(
        field_name=FIELD.format(number=len(writer.prev.embedded_signatures) + 1),
        md_algorithm=DIGEST,
        subfilter=SigSeedSubFilter.PADES,
        signer_key_usage=set(),  # checked when the certificate was taken (document_signer.py)
    )

    class AtMoment(PdfSigner):
        """Writes down our clock's time, not that of the machine and its zone."""

        def init_signing_session(self, *args: Any, **more: Any) -> Any:
            session = super().init_signing_session(*args, **more)
            session.system_time = now
            return session

    signer = AtMoment(metadata, signer=_signer(private, chain))
    asyncio.run(signer.async_sign_pdf(writer, output=out))
    return out.getvalue()


def _signer(private: Any, chain: tuple[bytes, ...]) -> Any:
    from asn1crypto import x509
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate, *others = [x509.Certificate.load(der) for der in chain]

    class Key(Signer):
        """A key that was unwrapped for one signature."""

        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002
            del dry_run, digest_algorithm
            return _raw(private, data)

    registry: Any = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    registry.register_multiple(others)
    return Key(signing_cert=certificate, cert_registry=registry)


def _raw(private: Any, data: bytes) -> bytes:
    from cryptography.hazmat.primitives.asymmetric import ec, padding
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(data, ec.ECDSA(SHA256()))
    made: bytes = private.sign(data, padding.PKCS1v15(), SHA256())
    return made


def _writer(pdf: bytes) -> Any:
    """Leaves the metadata as they are: pyHanko would write them anew, and add what PDF/A would have to agree with."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    class Writer(IncrementalPdfFileWriter):
        def _update_meta(self) -> None:
            pass

    return Writer(io.BytesIO(pdf))
