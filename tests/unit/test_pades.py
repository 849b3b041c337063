"""PAdES signatures on issued PDFs: an outsider's program finds them right, and finds out whatever was done to them."""

from __future__ import annotations

import io
import re
import subprocess
import sys

import pytest
from pyhanko.pdf_utils.misc import PdfReadError
from pypdf import PdfReader

from chalicelib.crypto.pades import sign
from tests import pki
from tests.document_keys import Signing, holds, judged, printed

pytestmark = [pytest.mark.requirement("DOC-3", "RX-6")]


@pytest.fixture(scope="module")
def world() -> Signing:
    return Signing()


@pytest.mark.parametrize("algorithm", ["ecdsa-p256", "rsa-2048"])
def test_a_signed_document_holds_for_everybody(world: Signing, algorithm: str) -> None:
    signed = world.signer.signed(printed(), world.credential(algorithm), world.clock())
    (status,) = judged(signed, world.root)
    assert holds(status)
    assert status.signer_reported_dt == world.clock()


def test_the_printed_bytes_stay_and_with_them_pdf_a(world: Signing) -> None:
    plain = printed()
    signed = world.signer.signed(plain, world.credential(), world.clock())
    assert signed.startswith(plain)
    added = signed[len(plain) :]
    assert b"/SubFilter /ETSI.CAdES.detached" in added
    # ISO 19005-2: the metadata as they were, no form that asks for appearances, a widget that prints, nothing active
    before, after = (PdfReader(io.BytesIO(file)) for file in (plain, signed))
    assert after.root_object["/Metadata"].get_data() == before.root_object["/Metadata"].get_data()
    assert str(after.root_object["/OutputIntents"][0]["/S"]) == "/GTS_PDFA1"
    assert "/Info" not in after.trailer
    assert not re.search(rb"/NeedAppearances|/JavaScript|/AA\b", added)
    assert b"/F 132" in added


def anything_holds(pdf: bytes, root: pki.Authority) -> bool:
    try:
        return any(holds(status) for status in judged(pdf, root))
    except PdfReadError:  # what can no longer be read holds no more
        return False


@pytest.mark.parametrize("tail", [b"\n", b"%more", b"\n1 0 obj\n<<>>\nendobj\n%%EOF"])
def test_appended_bytes_are_found(world: Signing, tail: bytes) -> None:
    signed = world.signer.signed(printed(), world.credential(), world.clock())
    assert not anything_holds(signed + tail, world.root)


def test_a_later_revision_is_found(world: Signing) -> None:
    from pyhanko.pdf_utils.generic import DictionaryObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    signed = world.signer.signed(printed(), world.credential(), world.clock())
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.add_object(DictionaryObject())
    out = io.BytesIO()
    writer.write(out)
    (status,) = judged(out.getvalue(), world.root)
    assert status.bottom_line  # which is why that alone is not asked
    assert not holds(status)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.75])
def test_an_altered_byte_is_found(world: Signing, share: float) -> None:
    plain = printed()
    signed = bytearray(world.signer.signed(plain, world.credential(), world.clock()))
    at = int(len(plain) * share)
    signed[at] ^= 1
    assert not anything_holds(bytes(signed), world.root)


def test_of_two_signatures_the_second_covers_the_file_and_leaves_the_first_right(world: Signing) -> None:
    from pyhanko.sign.diff_analysis import ModificationLevel

    once = world.signer.signed(printed(), world.credential(), world.clock())
    first, second = judged(world.signer.signed(once, world.credential(), world.clock()), world.root)
    assert holds(second)
    assert first.bottom_line
    assert first.modification_level == ModificationLevel.FORM_FILLING  # the second signature, and nothing more


def test_another_key_than_the_certificates_does_not_pass(world: Signing) -> None:
    mine, other = world.credential(), world.credential()
    wrong = sign(printed(), world.keys.opened(other.owner, other.kid), mine.chain, world.clock())
    (status,) = judged(wrong, world.root)
    assert not status.bottom_line


def test_signing_works_without_what_is_not_deployed() -> None:
    """infra/locked.py leaves lxml and oscrypto out; where lxml is there, the metadata are left alone all the same."""
    script = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"lxml", "oscrypto"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
from chalicelib.crypto.file_signatures import X509FileSignatures
from tests.document_keys import Signing, printed
world = Signing()
signed = world.signer.signed(printed(), world.credential(), world.clock())
found = X509FileSignatures().embedded(signed, world.trust, world.clock())
print(found.state, signed.count(b"pdfaid:part"))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("valid 1\n", 0), done.stderr
