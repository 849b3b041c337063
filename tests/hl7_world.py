"""A hospital in memory to which laboratories send messages of HL7 v2. All messages are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

from chalicelib.domain import exact_json
from chalicelib.domain.access import Permit
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.domain.resource_ids import card_resource_id
from chalicelib.errors import InvalidFieldsError
from chalicelib.interop.csv_files import CsvFiles
from chalicelib.interop.hl7 import Hl7Messages
from chalicelib.interop.mapping import mapper
from chalicelib.interop.r4 import validator
from chalicelib.ports import Sealed, keys
from chalicelib.ports.readers import CSV, HL7
from chalicelib.ports.resources import Found, Validator
from chalicelib.ports.tables import Put, Store
from chalicelib.services.comparisons import ComparisonService
from chalicelib.services.hl7 import Groups, Matching, Opening, Queue, Receiving, Taking, Tools
from chalicelib.services.merges import MergeService
from chalicelib.services.resources import IntakeService
from chalicelib.services.resources import Tools as ResourceTools
from tests.world import World

ANNA = PersonId("a1" * 16)
BORIS = PersonId("b2" * 16)
NEW = PersonId("c3" * 16)
SNILS = "11223344595"
OTHER_SNILS = "08765430300"
PROFILE = {
    "last_name": "Иванова",
    "first_name": "Анна",
    "middle_name": "Петровна",
    "birth_date": "1980-05-12",
    "sex": "female",
    "snils": SNILS,
}


@cache
def rules() -> Validator:
    return validator()


class Doors:
    """Stands for who takes in a Patient: makes the card ``NEW`` of everybody, or refuses."""

    def __init__(self) -> None:
        self.asked: list[tuple[dict[str, Any], str]] = []
        self.refuses = False

    def create(self, actor: Actor, kind: str, resource: dict[str, Any], *, if_none_exist: str, key: str) -> Any:
        self.asked.append((resource, if_none_exist))
        if self.refuses:
            raise InvalidFieldsError
        return Found({"id": card_resource_id(NEW)}, 1, "")


class Hl7World(World):
    def __init__(self) -> None:
        super().__init__()
        self.messages = Hl7Messages()
        self.doors: Any = Doors()
        shared: dict[str, Any] = {
            "gate": self.gate,
            "tables": self.tables,
            "vault": self.vault,
            "patient_keys": self.keys,
            "index": self.index,
            "clock": self.clock,
        }
        resources = ResourceTools(**shared, drafts=self.drafts, mapper=mapper, validator=rules)
        self.resource_intake = IntakeService(resources)
        readers = {HL7: self.messages, CSV: CsvFiles()}
        self.hl7_tools = Tools(**shared, readers=readers, intake=lambda: self.resource_intake, validator=rules)
        matching = Matching(self.hl7_tools)
        groups = Groups(self.hl7_tools, matching, Taking(self.hl7_tools, matching), Opening(lambda: self.doors))
        self.receiving = Receiving(self.hl7_tools, groups)
        comparisons = ComparisonService(self.gate, self.tables, self.vault)
        self.queue_office = Queue(self.hl7_tools, groups, MergeService(self.gate, self.tables, comparisons, self.clock))

    def known(self, person_id: PersonId = ANNA, snils: str = SNILS, **more: str) -> PersonId:
        """A patient with a card and a SNILS."""
        self.patient(person_id)
        content = PROFILE | {"snils": snils} | more
        key, permit = keys.profile(person_id), Permit(person_id, "profile", "profile", "test", writes=True)
        row = {**self.tables.get(key), "sealed": self.vault.seal(permit, 2, json.dumps(content).encode()), "ver": 2}
        index = keys.blind_index("snils", self.index.tag("snils", snils))
        self.tables.commit([Put(key, _bare(row), None), Put(index, {"person": person_id}, None)])
        return person_id

    def laboratory(self, client: str = "lab", role: Role = Role.LABORATORY, organisation: str = "clinic") -> Actor:
        row = {
            "state": "active",
            "role": role.value,
            "organisation": organisation,
            "name": "Лаборатория",
            "scopes": ["hl7.write", "files.write"],
        }
        self.tables.commit([Put(keys.client(client), row, None)])
        return Actor(PersonId(client), role, organisation_id=organisation, scopes=frozenset({"hl7.write"}))

    def office(self) -> Actor:
        return self.staff("rita", Role.REGISTRAR)

    def office_again(self) -> Actor:
        rita = self.session(PersonId("staff-rita"), Role.REGISTRAR, "member-rita")
        return replace(rita, organisation_id="clinic", department="therapy")

    def at_clinic(self, patient_id: PersonId = ANNA, organisation: str = "clinic") -> None:
        self.tables.commit([Put(keys.clinic(patient_id, organisation), {"organisation": organisation}, None)])

    def send(self, raw: bytes, lab: Actor | None = None) -> str:
        """The code of the answer, or the codes of a batch; what it says is in ``self.said``."""
        answered = self.receiving.receive(lab or self.laboratory(), raw)
        self.said = answered.text
        return " ".join(answered.answers)

    # --- what is there afterwards

    def rows_of(self, person_id: PersonId = ANNA, begins: str = "R#") -> list[dict[str, Any]]:
        rows = self.tables.rows(Store.CARD)
        return [row for key, row in rows.items() if key.pk == keys.patient(person_id) and key.sk.startswith(begins)]

    def body(self, row: dict[str, Any]) -> dict[str, Any]:
        permit = Permit(row["patient"], row["kind"], row["id"], "test", writes=False)
        opened: dict[str, Any] = json.loads(self.vault.open(permit, Sealed.of(row["id"], row)))
        return opened

    def resource(self, row: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = exact_json.loads(self.body(row)["resource"])
        return found

    def values(self, person_id: PersonId = ANNA) -> dict[str, str]:
        """Of all results of the card: value or words, by the name of what was measured."""
        return {
            one["name"]: one.get("value") or one.get("text")
            for row in self.rows_of(person_id, "R#laboratory-result#")
            for one in self.body(row)["values"]
        }

    def waiting(self) -> list[dict[str, Any]]:
        return self.queue_office.listed(self.office_again(), 50, None)[0]


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"pk", "sk"}}


# --- made up messages


def oru(
    control: str = "1",
    *results: str,
    sent: str = "20260301120000",
    snils: str = SNILS,
    pid: str = "",
    obr: str = "",
    charset: str = "UNICODE UTF-8",
) -> bytes:
    """``results``: OBX without ``OBX|<n>|``."""
    lines = [
        f"MSH|^~\\&|LIS|LAB1|MK|MK|{sent}+0300||ORU^R01^ORU_R01|{control}|P|2.5.1||||||{charset}",
        pid or f"PID|1||{snils}^^^SNILS~77^^^LAB1^MR||Иванова^Анна^Петровна||19800512|F",
        "PV1|1|O",
        "ORC|RE|P1|F1",
        obr or request(sent),
    ]
    lines += [f"OBX|{number}|{text}" for number, text in enumerate(results or (obx("718-7", "145"),), 1)]
    text = "\r".join(lines) + "\r"
    return text.encode("cp1251" if "1251" in charset else "utf-8")


def request(sent: str, status: str = "F", number: str = "1", test: str = "57021-8^ОАК^LN") -> str:
    """An OBR. ``number``: of the order, with the partner and with the laboratory."""
    fields = {1: "1", 2: f"P{number}", 3: f"F{number}", 4: test, 7: "20260301093000", 16: "7^Петров^Пётр"}
    fields |= {22: sent, 24: "HM", 25: status}
    return "OBR|" + "|".join(fields.get(place, "") for place in range(1, 26))


def obx(
    code: str, value: str, status: str = "F", *, kind: str = "NM", unit: str = "g/L^^UCUM", bounds: str = ""
) -> str:
    return f"{kind}|{code}^Показатель {code}^LN||{value}|{unit}|{bounds}||||{status}"


def adt(event: str, control: str = "a1", *more: str, sent: str = "20260301120000", pid: str = "") -> bytes:
    lines = [
        f"MSH|^~\\&|HIS|HOSP|MK|MK|{sent}+0300||ADT^{event}|{control}|P|2.5.1||||||UNICODE UTF-8",
        pid or f"PID|1||{SNILS}^^^SNILS~77^^^HOSP^MR||Иванова^Анна^Петровна||19800512|F",
        *(more or ("PV1|1|I|Терапия^12^1||||7^Петров^Пётр||||||||||||V77|||||||||||||||||||||||||20260301100000",)),
    ]
    return ("\r".join(lines) + "\r").encode()
