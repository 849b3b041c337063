"""Signatures of files: each defect is one clear finding, and none is an error (DOC-3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.crypto.file_signatures import X509FileSignatures
from chalicelib.domain.file_signatures import REASONS, TEXTS, State, bears_signature, shown
from chalicelib.ports.certificates import Trust
from tests import pki
from tests.document_keys import DAY, USAGES, Signing, printed
from tests.effort import tried

pytestmark = pytest.mark.requirement("DOC-3")
FILE = b"%PDF-1.7 a file of a laboratory" * 50
LABORATORY = pki.subject_of("Анализы", surname="Иванова", given="Ольга Петровна")


class Files(Signing):
    """A laboratory with a certificate."""

    def __init__(self) -> None:
        super().__init__()
        self.check = X509FileSignatures()
        self.key = pki.key("laboratory")

    def leaf(self, **how: Any) -> Any:
        return self.middle.issue(LABORATORY, self.key.public_key(), **{"usages": USAGES, "extended": None, **how})

    def cms(self, data: bytes = FILE, **how: Any) -> bytes:
        return pki.cms(data, self.leaf(**how), self.key, self.middle.certificate)

    def found(self, cms: bytes, *, data: bytes = FILE, trust: Trust | None = None) -> tuple[str, str]:
        finding = self.check.detached(data, cms, trust or self.trust, self.clock())
        assert bool(finding.signer) == (finding.state is State.VALID)
        return finding.state.value, finding.reason

    def inside(self, pdf: bytes) -> tuple[str, str] | None:
        finding = self.check.embedded(pdf, self.trust, self.clock())
        return (finding.state.value, finding.reason) if finding else None


@pytest.fixture(scope="module")
def world() -> Files:
    return Files()


def test_a_right_signature_says_who_signed(world: Files) -> None:
    finding = world.check.detached(FILE, world.cms(), world.trust, world.clock())
    assert finding.state is State.VALID
    assert finding.signer["name"] == "Иванова Ольга Петровна"
    assert finding.signer["valid_until"] > finding.signer["valid_from"]


def test_each_wrong_one_says_why(world: Files) -> None:
    cms = world.cms()
    assert world.found(cms, data=FILE + b" ") == ("wrong", "another-file")
    assert world.found(world.cms(b"another file")) == ("wrong", "another-file")
    assert world.found(world.cms(until=pki.START - DAY)) == ("not-trusted", "expired")
    assert world.found(world.cms(since=pki.START + DAY)) == ("not-trusted", "not-yet-valid")
    assert world.found(world.cms(usages=("key_encipherment",))) == ("not-trusted", "usage")
    assert world.found(cms, trust=Trust()) == ("not-trusted", "untrusted")
    assert world.found(cms, trust=Trust(world.trust.anchors)) == ("not-trusted", "revocation-unknown")
    assert world.found(world.cms(digest=hashes.SHA224())) == ("unsupported", "algorithm")
    weak = pki.cms(FILE, world.leaf(), world.key, world.middle.certificate, digest=hashes.SHA224())
    assert world.found(weak) == ("unsupported", "algorithm")
    assert world.found(b"\0" * (10 * 1024 * 1024)) == ("unreadable", "too-large")
    assert world.found(b"0" * 1000) == ("unreadable", "der")
    whole = pki.cms(FILE, world.leaf(), world.key, world.middle.certificate, options=())
    assert world.found(whole) == ("unreadable", "detached")


def test_a_revoked_certificate_counts_not() -> None:
    world = Files()
    cms = world.cms()
    world.middle.revoked.add(world.middle.serial)
    assert world.found(cms) == ("not-trusted", "revoked")


def test_no_flipped_byte_of_what_is_signed_leaves_it_right(world: Files) -> None:
    leaf = world.leaf()
    cms = pki.cms(FILE, leaf, world.key, world.middle.certificate)
    certificate, rest = cms.index(pki.der(leaf)), cms.rindex(b"\x31", 0, len(cms) - 150)
    places = [*range(certificate, certificate + len(pki.der(leaf)), 41), *range(rest, len(cms), 7)]
    for at in places:
        broken = bytearray(cms)
        broken[at] ^= 0x11
        assert world.found(bytes(broken))[0] != "valid", at


@settings(max_examples=tried(50))
@given(st.binary(max_size=300))
def test_noise_is_unreadable(noise: bytes) -> None:
    finding = X509FileSignatures().detached(FILE, noise, Trust(), pki.START)
    assert finding.state is State.UNREADABLE
    assert finding.reason


# --- inside a PDF


def test_a_pdf_that_was_signed_whole_is_valid(world: Files) -> None:
    signed = world.signer.signed(printed(), world.credential(), world.clock())
    assert world.inside(signed) == ("valid", "")
    assert world.inside(world.signer.signed(signed, world.credential(), world.clock())) == ("valid", "")
    assert bears_signature("application/pdf", signed)


def test_a_pdf_without_a_signature_has_none(world: Files) -> None:
    assert world.inside(printed()) is None
    assert not bears_signature("application/pdf", printed())


def test_what_was_done_to_a_signed_pdf_is_found(world: Files) -> None:
    signed = world.signer.signed(printed(), world.credential(), world.clock())
    assert world.inside(signed + b"\n") == ("wrong", "appended")
    altered = signed.replace(b"/Rect [ 0 0 0 0 ]", b"/Rect [ 0 0 9 9 ]")
    assert altered != signed
    assert world.inside(altered) == ("wrong", "another-file")
    assert world.inside(signed[: len(signed) // 2]) == ("unreadable", "structure")
    late = world.check.embedded(signed, world.trust, world.clock() + timedelta(days=4000))
    assert late is not None
    assert late.state is State.NOT_TRUSTED


def test_every_state_and_reason_is_told_in_both_languages() -> None:
    assert set(TEXTS) == set(State)
    assert shown("not-trusted", "expired", "ru")["text"].endswith("Срок действия сертификата истёк.")
    assert shown("wrong", "appended", "en")["text"].endswith(REASONS["appended"].en)
    assert shown("unreadable", "der", "ru")["text"] == TEXTS[State.UNREADABLE].ru
