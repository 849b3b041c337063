"""A hospital in memory where a patient and a doctor write to each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.services.chat import ChatService, Tools
from chalicelib.services.limits import LimitService
from chalicelib.services.uploads import UploadService
from tests.access_world import AccessWorld
from tests.fakes import FakeDocuments
from tests.world import ANNA

SUBJECT, TEXT = "Анализ крови, бронхит", "Доктор, гемоглобин 98, это опасно?"


class ChatWorld(AccessWorld):
    def __init__(self) -> None:
        super().__init__()
        self.naps: list[float] = []
        self.meanwhile: list[Callable[[], object]] = []
        """What others do while somebody waits: one a second."""
        self.chat = ChatService(
            Tools(
                gate=self.gate,
                tables=self.tables,
                vault=self.vault,
                patient_keys=self.keys,
                files=self.files,
                check=lambda: self.entry_checks,
                limits=LimitService(self.tables, self.clock),
                clock=self.clock,
                sleep=self.nap,
                waits=1,
            )
        )
        self.quarantine = FakeDocuments()
        self.uploads = UploadService(
            self.gate, self.tables, self.vault, self.keys, self.quarantine, self.files, self.clock
        )
        self.anna = self.patient()
        self.doctor = self.staff()
        self.consent(self.doctor)
        self._count = 0

    def nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def key(self) -> str:
        self._count += 1
        return f"key-{self._count:020d}"

    def form(self, text: str = TEXT, **more: Any) -> dict[str, Any]:
        return {"text": text, "files": [], "reply_to": None, **more}

    def open(self, actor: Actor | None = None, text: str = TEXT, **more: Any) -> str:
        """A new thread; the patient names the doctor."""
        form = self.form(text, subject=SUBJECT, member_id=self.doctor.member_id, **more)
        made, _ = self.chat.open(actor or self.anna, ANNA, form, self.key())
        return str(made["id"])

    def send(self, actor: Actor, thread: str, text: str = TEXT, **more: Any) -> str:
        made, _ = self.chat.send(actor, ANNA, thread, self.form(text, **more), self.key())
        return str(made["id"])

    def texts(self, actor: Actor, thread: str) -> list[str]:
        """All that one side reads, oldest first; "" for what was withdrawn."""
        found: list[str] = []
        after = None
        while True:
            _, items, after = self.chat.page(actor, ANNA, thread, 3, after)
            found += [item.get("text", "") for item in items]
            if after is None:
                return found[::-1]

    def thread(self, thread: str) -> dict[str, Any]:
        return self.row(keys.thread(ANNA, thread))

    def file(self, actor: Actor, data: bytes, media_type: str) -> str:
        """A file that was brought for a message and found clean."""
        from chalicelib.records.chat import CHAT

        made = self.uploads.create_for_record(actor, ANNA, CHAT, media_type, data)
        key = keys.upload(ANNA, made["upload_id"])
        place = self.row(key)["place"]
        self.files.put(place, self.quarantine.get(place))
        self.tables.commit([Update(key, {"state": "clean", "react": []})])
        return str(made["upload_id"])

    # --- what ends and comes back

    def later(self, how_long: timedelta) -> None:
        """Both have signed in anew, and the patient has consented again."""
        self.clock.now += how_long
        self.session(ANNA, Role.PATIENT)
        self.session(self.doctor.person_id, Role.DOCTOR, self.doctor.member_id)
        self.consent(self.doctor)

    def end_consent(self) -> None:
        key = keys.consent(ANNA, self.doctor.member_id)
        self.tables.commit([Update(key, {"state": "revoked"}, {"ver": 1})])

    def renew_consent(self) -> None:
        key = keys.consent(ANNA, self.doctor.member_id)
        self.tables.commit([Update(key, {"state": "granted"}, {"ver": 1})])

    def bar(self, whom: str) -> None:
        self.tables.commit([Put(keys.barred(ANNA, whom), {"id": whom})])

    def dismiss(self) -> None:
        self.tables.commit([Update(keys.member(self.doctor.person_id, self.doctor.member_id), {"state": "ended"})])

    def card(self, state: str) -> None:
        self.tables.commit([Update(keys.card(ANNA), {"state": state})])

    def away(self, **time: float) -> None:
        self.chat.set_absence(self.doctor, self.clock() + timedelta(**time), "В отпуске до понедельника")

    def told_of(self, person: PersonId, event: str) -> int:
        rows = self.tables.rows(Store.CARD)
        return sum(
            event in row.get("react", [])
            for key, row in rows.items()
            if key.pk == keys.patient(person) and key.sk.startswith("EVENT#")
        )
