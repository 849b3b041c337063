"""Signatures of uploads: whichever comes first, the file stays and what was found is kept with it (DOC-3)."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.domain.identity import Role
from chalicelib.errors import InvalidFieldsError, NotFoundError, UnavailableError
from chalicelib.ports import keys
from tests.cases_world import PDF_TYPE, CasesWorld, paper
from tests.world import ANNA, BORIS

pytestmark = pytest.mark.requirement("DOC-3")


class Scans(CasesWorld):
    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient()
        self.data = paper()

    def uploaded(self, data: bytes = b"") -> str:
        return str(self.uploads.create(self.anna, PDF_TYPE, data or self.data)["upload_id"])

    def sign(self, upload_id: str, cms: bytes = b"") -> dict[str, Any]:
        text = b64encode(cms or b"signed:" + self.data).decode()
        return self.upload_signatures.put(self.anna, upload_id, text)

    def read(self, upload_id: str, language: str = "ru") -> dict[str, Any]:
        return self.upload_signatures.read(self.anna, upload_id, language)

    def listed(self) -> dict[str, Any]:
        return self.uploads.mine(self.anna, 1, None)[0][0]


@pytest.fixture
def world() -> Scans:
    return Scans()


@pytest.mark.parametrize("first", ["signature", "check"])
def test_a_signature_is_checked_when_the_file_is_clean(world: Scans, first: str) -> None:
    upload_id = world.uploaded()
    if first == "check":
        world.pump()
        assert "signature" not in world.listed()
    assert world.sign(upload_id)["state"] == "waiting"
    assert world.read(upload_id)["text"] == "Подпись ещё проверяется."
    world.pump()
    found = world.read(upload_id, "en")
    assert (found["state"], found["signer"]["name"]) == ("valid", "Петров Пётр")
    assert world.listed()["signature"] == {"state": "valid", "reason": ""}


def test_a_wrong_signature_is_marked_and_the_file_stays(world: Scans) -> None:
    upload_id = world.uploaded()
    world.sign(upload_id, b"signed:another file")
    world.pump()
    found = world.read(upload_id)
    assert (found["state"], found["reason"]) == ("wrong", "another-file")
    assert "signer" not in found
    assert world.uploads.download(world.anna, upload_id) == (PDF_TYPE, world.data)


def test_a_better_signature_takes_its_place(world: Scans) -> None:
    upload_id = world.uploaded()
    world.sign(upload_id, b"nothing")
    world.pump()
    world.sign(upload_id)
    world.pump()
    assert world.read(upload_id)["state"] == "valid"


def test_a_signed_pdf_is_looked_at_by_itself_and_a_plain_one_is_not_opened_again(world: Scans) -> None:
    plain = world.uploaded()
    world.pump()
    assert world.entries("upload-signature:check") == []
    with pytest.raises(NotFoundError):
        world.read(plain)
    signed = world.uploaded(world.data.replace(b"startxref", b"%/ByteRange %signed\nstartxref"))
    world.pump()
    found = world.read(signed)
    assert (found["state"], found["reason"]) == ("not-trusted", "expired")
    assert found["text"].endswith("Срок действия сертификата истёк.")


@pytest.mark.requirement("SEC-2")
def test_who_signed_is_sealed(world: Scans) -> None:
    upload_id = world.uploaded()
    world.sign(upload_id)
    world.pump()
    assert "Петров" not in repr(world.row(keys.upload_signature(ANNA, upload_id)))


@pytest.mark.parametrize("fault", ["vault", "files", "commit", "file_signatures"])
def test_a_check_that_dies_runs_again(world: Scans, fault: str) -> None:
    upload_id = world.uploaded()
    world.pump()
    world.sign(upload_id)
    row = world.row(keys.upload_signature(ANNA, upload_id))
    if fault == "commit":
        world.tables.fail_next_commit()
    else:
        getattr(world, fault).fail_next(error=UnavailableError())
    with pytest.raises(UnavailableError):
        world.reactions.run("check_upload_signature", row)
    assert world.reactions.run("check_upload_signature", row)
    assert not world.reactions.run("check_upload_signature", row)
    assert world.read(upload_id)["state"] == "valid"


def test_a_signature_that_was_replaced_meanwhile_is_not_overwritten(world: Scans) -> None:
    upload_id = world.uploaded()
    world.pump()
    world.sign(upload_id, b"nothing")
    older = world.row(keys.upload_signature(ANNA, upload_id))
    world.sign(upload_id)
    world.reactions.run("check_upload_signature", older)
    world.pump()
    assert world.read(upload_id)["state"] == "valid"


def test_only_ones_own_clean_files_are_signed(world: Scans) -> None:
    upload_id = world.uploaded()
    stranger = world.patient(BORIS)
    with pytest.raises(NotFoundError):
        world.upload_signatures.put(stranger, upload_id, "MAA=")
    with pytest.raises(NotFoundError):
        world.upload_signatures.read(stranger, upload_id, "ru")
    world.sign(upload_id)
    acting = replace(stranger, role=Role.REPRESENTATIVE, ward_id=ANNA)  # for Anna, who brought it herself
    with pytest.raises(NotFoundError):
        world.upload_signatures.put(acting, upload_id, "MAA=")
    with pytest.raises(NotFoundError):
        world.upload_signatures.read(acting, upload_id, "ru")
    with pytest.raises(InvalidFieldsError):
        world.upload_signatures.put(world.anna, upload_id, "not base64!")
    refused = world.uploaded(b"%PDF-1.7\n%%EOF")
    world.pump()
    with pytest.raises(NotFoundError):
        world.sign(refused)
