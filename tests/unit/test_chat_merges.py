"""Chats and their files go along when two cards of one person become one (MSG-1, SPC-5)."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.errors import CardMergedError
from chalicelib.ports import keys
from chalicelib.ports.tables import Store, Update
from chalicelib.records.chat import CHAT
from chalicelib.services.chat import ChatService, Tools
from chalicelib.services.limits import LimitService
from chalicelib.services.uploads import UploadService
from local.scans import JPEG, JPEG_TYPE
from tests.fakes import FakeDocuments
from tests.unit.merge_world import GOES, STAYS, Registry

pytestmark = pytest.mark.requirement("MSG-1", "SPC-5")

MINE = ("THREAD#", "MSG#", "MSGV#")


class Chats(Registry):
    """A chat on each card; the one on the card that goes has an edited message with a file."""

    def __init__(self) -> None:
        super().__init__()
        self._number = 0
        tools = Tools(
            gate=self.gate,
            tables=self.tables,
            vault=self.vault,
            patient_keys=self.keys,
            files=self.files,
            check=lambda: self.entry_checks,
            limits=LimitService(self.tables, self.clock),
            clock=self.clock,
            sleep=lambda _seconds: None,
        )
        self.chat = ChatService(tools)
        self.own = self._begun(self.anna, STAYS, "Остаётся")
        self.thread = self._begun(self.other, GOES, "Переезжает")
        first = str(self.row(keys.thread(GOES, self.thread))["last"])
        self.chat.edit(self.other, GOES, self.thread, first, "Переезжает весь", 1)
        self.file = self._file()
        self.send(self.doctor, GOES, "Фото?")
        self.send(self.other, GOES, "Вот", files=[{"upload_id": self.file}])

    def _key(self) -> str:
        self._number += 1
        return f"chat-{self._number:020d}"

    def _begun(self, actor: Any, person: Any, text: str) -> str:
        form = {"member_id": self.doctor.member_id, "subject": "Тема", "text": text, "files": []}
        return str(self.chat.open(actor, person, form, self._key())[0]["id"])

    def send(self, actor: Any, person: Any, text: str, **more: Any) -> None:
        self.chat.send(actor, person, self.thread, {"text": text, "files": [], **more}, self._key())

    def _file(self) -> str:
        quarantine = FakeDocuments()
        uploads = UploadService(self.gate, self.tables, self.vault, self.keys, quarantine, self.files, self.clock)
        upload = str(uploads.create_for_record(self.other, GOES, CHAT, JPEG_TYPE, JPEG)["upload_id"])
        place = self.row(keys.upload(GOES, upload))["place"]
        self.files.put(place, quarantine.get(place))
        self.tables.commit([Update(keys.upload(GOES, upload), {"state": "clean", "react": []})])
        return upload

    def texts(self, actor: Any, person: Any) -> list[str]:
        return [one["text"] for one in self.chat.page(actor, person, self.thread, 50, None)[1]][::-1]

    def lines(self) -> dict[str, str]:
        """Of the doctor's list: whose card each thread is on."""
        return {one["id"]: one["patient_id"] for one in self.chat.mine(self.doctor, 9, None)[0]}

    def chats_of(self, person: Any) -> set[str]:
        there = self.tables.rows(Store.CARD)
        return {key.sk for key in there if key.pk == keys.patient(person) and key.sk.startswith(MINE)}


@pytest.fixture
def chats() -> Chats:
    return Chats()


ALL = ["Переезжает весь", "Фото?", "Вот"]


def test_chats_come_along_and_go_on(chats: Chats) -> None:
    before = chats.chats_of(GOES)
    chats.merged()
    for actor in (chats.anna, chats.doctor):
        assert chats.texts(actor, STAYS) == ALL
        assert chats.chat.file(actor, STAYS, chats.thread, chats.file).data == JPEG
    first = str(chats.chat.page(chats.anna, STAYS, chats.thread, 50, None)[1][-1]["id"])
    versions = chats.chat.versions(chats.doctor, STAYS, chats.thread, first)
    assert [one["text"] for one in versions] == ["Переезжает весь", "Переезжает"]
    chats.send(chats.anna, STAYS, "Дальше")
    assert chats.texts(chats.doctor, STAYS) == [*ALL, "Дальше"]
    assert {line["id"] for line in chats.chat.listed(chats.doctor, STAYS, 9, None)[0]} == {chats.own, chats.thread}
    assert chats.chats_of(GOES) == before
    assert chats.lines() == {chats.own: STAYS, chats.thread: STAYS}
    with pytest.raises(CardMergedError):  # the edge leads whoever names the old one to the card that goes on
        chats.chat.listed(chats.doctor, GOES, 9, None)


def test_an_undone_merge_takes_them_back(chats: Chats) -> None:
    own = chats.chats_of(STAYS)
    merge_id = chats.merged()
    assert chats.lines() == {chats.own: STAYS, chats.thread: STAYS}
    chats.undo(merge_id)
    chats.carry_on()
    assert chats.lines() == {chats.own: STAYS, chats.thread: GOES}
    assert chats.chats_of(STAYS) == own
    assert chats.tables.get(keys.upload(STAYS, chats.file)) is None
    assert chats.texts(chats.doctor, GOES) == ALL
    assert chats.chat.file(chats.doctor, GOES, chats.thread, chats.file).data == JPEG


def test_what_was_said_since_is_not_lost_by_undoing(chats: Chats) -> None:
    merge_id = chats.merged()
    chats.send(chats.doctor, STAYS, "После слияния")
    chats.undo(merge_id)
    chats.carry_on()
    assert chats.texts(chats.anna, STAYS) == [*ALL, "После слияния"]
    assert chats.chat.file(chats.anna, STAYS, chats.thread, chats.file).data == JPEG
    assert chats.texts(chats.doctor, GOES) == ALL
