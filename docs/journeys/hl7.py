"""A laboratory that speaks HL7 v2: PRT-2.

    python docs/journeys/hl7.py [http://localhost:8000]

A laboratory sends results by the gateway for MLLP (local/mllp.py) in its own network: a preliminary one, the final one,
a correction, all one record of the patient's card. A message that names nobody waits until a registrar says whose it
is; then the laboratory's number is known. What cannot be read is answered, and kept.
"""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from client import Answer, System
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

FOUND, MADE = 200, 201
ROOT = Path(__file__).parents[2]
FRAME = b"\x1c\r"


class Story:
    def __init__(self) -> None:
        self.system = System()
        self.registrar = self.system.demo("registrar")
        self.patient = self.system.with_card()
        self.at = datetime.now(UTC) - timedelta(hours=2)
        self.run, self.number = secrets.token_hex(4), 0
        self.line: Any = None

    def walk(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            gateway = self.a_laboratory(Path(folder))
            try:
                self.results()
                self.nobody_s()
                self.unreadable()
            finally:
                gateway.terminate()
                gateway.wait(10)

    # --- the laboratory's side

    def a_laboratory(self, folder: Path) -> subprocess.Popen[bytes]:
        system = self.system
        system.step("The administrator registers a laboratory; its gateway for MLLP signs in by its own key")
        private = ec.generate_private_key(ec.SECP256R1())
        algorithm: Any = jwt.get_algorithm_by_name("ES256")
        public = algorithm.to_jwk(private.public_key(), as_dict=True)
        me = system.call(FOUND, "GET", "/me", who=self.registrar)
        (place,) = [one["organisation_id"] for one in me["memberships"] if one["role"] == "registrar"]
        partner = {
            "name": "Лаборатория № 1",
            "role": "laboratory",
            "organisation_id": place,
            "jwks": {"keys": [{**public, "kid": "k1", "alg": "ES256"}]},
            "scopes": ["hl7.write"],
        }
        client = system.call(MADE, "POST", "/partners", partner, system.demo("administrator"))["client_id"]
        key = folder / "key.pem"
        key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "local.mllp", "--listen", f"127.0.0.1:{port}", "--url", system.url]
        gateway = subprocess.Popen([*command, "--client", client, "--key", str(key), "--kid", "k1"], cwd=ROOT)  # noqa: S603
        for _ in range(100):
            try:
                self.line = socket.create_connection(("127.0.0.1", port), 60)
            except OSError:
                time.sleep(0.1)
            else:
                return gateway
        raise SystemExit("the gateway does not listen")

    def send(self, raw: bytes) -> str:
        """By MLLP; the answer as text."""
        self.line.sendall(b"\x0b" + raw + FRAME)
        answer = b""
        while not answer.endswith(FRAME):
            answer += self.line.recv(65536)
        text = answer.strip(b"\x0b\x1c\r").decode()
        print(text.replace("\r", "\n"), flush=True)
        return text

    def message(self, value: str, status: str, pid: str = "", charset: str = "UNICODE UTF-8") -> bytes:
        self.number += 1
        sent = f"{self.at + timedelta(minutes=self.number):%Y%m%d%H%M%S}+0000"
        form = self.patient.form
        born = form["birth_date"].replace("-", "")
        name = f"{form['last_name']}^{form['first_name']}^{form['middle_name']}"
        lines = [
            f"MSH|^~\\&|LIS|LAB1|MEDKARTA||{sent}||ORU^R01^ORU_R01|{self.run}-{self.number}|P|2.5.1||||||{charset}",
            f"PID|1||{pid or self.patient.snils + '^^^SNILS'}||{name}||{born}|F",
            f"OBR|1||{self.run}|718-7^Гемоглобин^LN|||{self.at:%Y%m%d%H%M%S}+0000|||||||||||||||{sent}||HM|{status}",
            f"OBX|1|NM|718-7^Гемоглобин^LN||{value}|g/L^^UCUM|120-140|N|||{status}",
        ]
        return ("\r".join(lines) + "\r").encode("cp1251" if "1251" in charset else "utf-8")

    def values(self) -> list[str]:
        path = f"/patients/{self.patient.id}/laboratory-results"
        items = self.system.call(FOUND, "GET", path, who=self.patient)["items"]
        return [f"{one['version']}: {one['body']['values'][0].get('value')}" for one in items]

    # --- steps

    def results(self) -> None:
        step = self.system.step
        step("A preliminary result, the final one, a correction: one record, three versions")
        for value, status in (("128.0", "P"), ("131.0", "F"), ("131.5", "C")):
            self.holds("MSA|AA|" in self.send(self.message(value, status)))
        self.system.show(self.values())
        self.holds(self.values() == ["3: 131.5"])
        step("The same in windows-1251, and again: nothing new, the same answer")
        again = self.message("131.5", "C", charset="WINDOWS-1251")
        self.holds("MSA|AA|" in self.send(again) and "MSA|AA|" in self.send(again))

    def nobody_s(self) -> None:
        step, own = self.system.step, f"N{self.run}^^^LAB1^MR"
        step("A message with the laboratory's own number alone: it waits, nothing is lost")
        self.holds("|W|unmatched^" in self.send(self.message("140", "F", own)))
        entries = self.system.call(FOUND, "GET", "/hl7/unmatched?limit=100", who=self.registrar)["items"]
        entry = max(entries, key=lambda one: str(one["at"]))
        opened = self.office("GET", f"/hl7/unmatched/{entry['id']}")
        self.system.show(opened["patient"])
        step("A registrar at whose clinic the patient is says whose it is")
        form = {
            name: self.patient.form[name] for name in ("last_name", "first_name", "middle_name", "birth_date", "sex")
        }
        form |= {"snils": self.patient.snils, "language": "ru", "consent_text_version": "2026-11"}
        self.office("POST", "/patients", form | {"consent_given": True}, headers=self.system.key())
        place = {"patient_id": self.patient.id}
        self.office("POST", f"/hl7/unmatched/{entry['id']}/binding", place, headers={"If-Match": opened.etag})
        self.system.show(self.values())
        step("From now on that number is enough")
        self.holds("unmatched" not in self.send(self.message("141", "C", own)))

    def unreadable(self) -> None:
        self.system.step("What cannot be read is answered AE, and kept for a registrar")
        self.holds("MSA|AE|" in self.send(b"no message at all " + self.run.encode()))
        entries = self.system.call(FOUND, "GET", "/hl7/unmatched?limit=100", who=self.registrar)["items"]
        entry = max((one for one in entries if one["reason"] == "broken"), key=lambda one: str(one["at"]))
        reject = {"reason": "unreadable"}
        self.office("POST", f"/hl7/unmatched/{entry['id']}/rejection", reject, headers={"If-Match": 'W/"1"'})

    def office(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        return self.system.call(frozenset({FOUND, MADE}), method, path, body, self.registrar, headers=headers)

    @staticmethod
    def holds(what: object) -> None:
        if not what:
            raise SystemExit("that is not what was expected")


if __name__ == "__main__":
    Story().walk()
    print("\nDone.")
