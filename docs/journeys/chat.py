"""Chat of a patient and a doctor: MSG-1.

A patient writes to a doctor who has consent, with a photograph; the doctor waits for news, reads, answers. A text is
edited, another withdrawn; the doctor goes away, and is answered for; consent ends and comes back; the chat is closed.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from client import JPEG, JPEG_TYPE, Answer, Person, System

MOST_WAIT = 20


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.doctor = self.system.demo("doctor")
        members = self.system.call(200, "GET", "/me", who=self.doctor)["memberships"]
        (self.member,) = [one for one in members if one["role"] == "doctor"]
        self.patient = self.system.with_card()
        self.chats = f"/chats/{self.patient.id}"
        self.thread = ""

    def send(self, who: Person, text: str, expected: int = 201, **more: object) -> Answer:
        path = f"{self.thread}/messages"
        return self.system.call(expected, "POST", path, {"text": text, **more}, who, headers=self.system.key())

    def texts(self, who: Person) -> list[str]:
        found = self.system.call(200, "GET", f"{self.thread}/messages", who=who)["items"]
        return [one.get("text", "(отозвано)") for one in found][::-1]

    def told(self, who: Person, event: str) -> None:
        self.system.wait(lambda body: event in {n["event"] for n in body["items"]}, "/me/notices?limit=50", who)

    def begin(self) -> None:
        system = self.system
        system.step("MSG-1: without consent there is nobody to write to; with it the patient begins a chat")
        form = {"member_id": self.member["member_id"], "subject": "Анализ крови", "text": "Гемоглобин 98. Это опасно?"}
        refused = system.call(409, "POST", self.chats, form, self.patient, headers=system.key())
        assert refused["code"] == "chat-ended", refused.body
        given = {"organisation_id": self.member["organisation_id"], "member_id": form["member_id"], "level": "full"}
        system.call(201, "POST", "/me/consents", given, self.patient)
        key = system.key()
        made = [system.call(201, "POST", self.chats, form, self.patient, headers=key) for _ in range(2)]
        assert made[0]["id"] == made[1]["id"], "a draft that is sent twice is there once"
        self.thread = f"{self.chats}/{made[0]['id']}"
        system.show(system.call(200, "GET", self.thread, who=self.patient)["notes"])
        self.told(self.doctor, "patient_message_received")

    def talk(self) -> None:
        system = self.system
        system.step("MSG-1: the doctor finds it among all their chats, reads it, and that is seen")
        mine = system.call(200, "GET", "/me/chats?limit=100", who=self.doctor)["items"]
        line = next(one for one in mine if one["patient_id"] == self.patient.id)
        system.show(line)
        assert self.texts(self.doctor) == ["Гемоглобин 98. Это опасно?"]
        last = system.call(200, "GET", self.thread, who=self.doctor)["last"]
        system.call(200, "PUT", f"{self.thread}/mark", {"message_id": last}, self.doctor)
        assert system.call(200, "GET", self.thread, who=self.patient)["seen"] == {"doctor": last}

        system.step("MSG-1: who waits for news has them within a second, and nothing new costs no entry")
        page = system.call(200, "GET", f"{self.thread}/messages", who=self.patient)
        news, known = f"{self.thread}/messages?after={last}&wait={MOST_WAIT}", {"If-None-Match": page.etag}
        system.call(304, "GET", f"{self.thread}/messages?after={last}&wait=2", who=self.patient, headers=known)
        answer = threading.Timer(2.0, self.send, (self.doctor, "Немного ниже нормы. Придите на приём"))
        begun = time.monotonic()
        answer.start()
        found = system.call(200, "GET", news, who=self.patient, headers=known)
        answer.join()
        print(f"waited {time.monotonic() - begun:.1f} s", flush=True)
        system.show([one["text"] for one in found["items"]])
        assert len(found["items"]) == 1
        self.told(self.patient, "message_received")

    def files(self) -> None:
        system = self.system
        system.step("MSG-1: a photograph, checked, goes with a message; the doctor takes it")
        made = system.call(201, "POST", f"{self.chats}/files", who=self.patient, raw=JPEG, content_type=JPEG_TYPE)
        file = str(made["upload_id"])
        system.wait(lambda body: body["state"] == "clean", f"{self.chats}/files/{file}", self.patient)
        self.send(self.patient, "Вот бланк", files=[{"upload_id": file}])
        taken = system.call(
            200, "GET", f"{self.thread}/files/{file}", who=self.doctor, headers={"Accept": "application/octet-stream"}
        )
        assert bytes(taken.body) == JPEG

    def change(self) -> None:
        system = self.system
        system.step("MSG-1: edited within 15 minutes, the earlier text stays; withdrawn, it is gone for both")
        edited, gone = self.send(self.doctor, "Железо 200 мг"), self.send(self.doctor, "Не туда")
        path = f"{self.thread}/messages/{edited['id']}"
        tag = {"If-Match": 'W/"1"'}
        system.call(200, "PUT", path, {"text": "Железо 100 мг"}, self.doctor, headers=tag)
        assert system.call(409, "PUT", path, {"text": "Я"}, self.patient, headers={"If-Match": 'W/"2"'})["code"]
        system.show([one["text"] for one in system.call(200, "GET", path, who=self.patient)["items"]])
        system.call(200, "DELETE", f"{self.thread}/messages/{gone['id']}", who=self.doctor, headers=tag)
        assert self.texts(self.patient)[-2:] == ["Железо 100 мг", "(отозвано)"]
        hits = system.call(200, "POST", f"{self.chats}/search", {"text": "желез"}, self.patient)["items"]
        assert [one["text"] for one in hits] == ["Железо 100 мг"]

    def away(self) -> None:
        system = self.system
        system.step("MSG-1: the doctor is away; whoever writes is answered once")
        until = (datetime.now(UTC) + timedelta(days=3)).isoformat()
        note = {"until": until, "text": "Буду в понедельник. Срочно: 103"}
        system.call(200, "PUT", "/me/absence", note, self.doctor)
        self.send(self.patient, "Спасибо")
        self.send(self.patient, "До понедельника")
        system.call(204, "DELETE", "/me/absence", who=self.doctor)
        system.show(self.texts(self.doctor)[-3:])
        assert self.texts(self.doctor)[-3:] == ["Спасибо", note["text"], "До понедельника"]

    def end(self) -> None:
        system = self.system
        system.step("MSG-1: consent ends: the doctor is out with the next request, the patient reads on")
        own = f"/me/consents/{self.member['member_id']}"
        version = next(
            one["version"]
            for one in system.call(200, "GET", "/me/consents", who=self.patient)["items"]
            if one["member"] == self.member["member_id"]
        )
        tag = {"If-Match": f'W/"{version}"'}
        system.call(200, "PUT", own, {"state": "revoked"}, self.patient, headers=tag)
        system.call(403, "GET", f"{self.thread}/messages", who=self.doctor)
        assert self.send(self.patient, "Вы тут?", 409)["code"] == "chat-ended"
        assert self.texts(self.patient)

        system.step("MSG-1: consent comes back, and it goes on; then it is closed")
        tag = {"If-Match": f'W/"{version + 1}"'}
        system.call(200, "PUT", own, {"state": "granted"}, self.patient, headers=tag)
        self.send(self.doctor, "Снова здесь")
        closed = system.call(200, "POST", f"{self.thread}/closing", {"reason": "answered"}, self.doctor)
        system.show(closed["closed"])
        assert self.send(self.patient, "Ещё вопрос", 409)["code"] == "chat-closed"
        system.call(200, "POST", f"{self.thread}/reopening", who=self.patient)
        self.send(self.patient, "Ещё вопрос")


def main() -> None:
    story = Story()
    story.begin()
    story.talk()
    story.files()
    story.change()
    story.away()
    story.end()
    print("\nThe story of a chat is told.")


if __name__ == "__main__":
    main()
