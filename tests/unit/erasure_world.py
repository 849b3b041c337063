"""A hospital that can forget somebody: people who decide, everything that one person leaves behind, the real crypto."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from chalicelib.audit import entry
from chalicelib.audit.ec_key import KmsEcKey
from chalicelib.audit.log import OutboxAuditLog
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.writer import Writer
from chalicelib.crypto.patient_keys import KmsPatientKeys
from chalicelib.crypto.signer import KmsSigner
from chalicelib.crypto.vault import EnvelopeVault
from chalicelib.domain.erasures import Basis
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.ports import keys
from chalicelib.ports.tables import Put, Store, Update
from chalicelib.records.examination import EXAMINATION_PROTOCOL
from chalicelib.services.eraser import EraserService
from chalicelib.services.gate import Gate
from tests.unit.crypto_fakes import PATIENT_KEY, SYSTEM_KEY, TENANT, Ticks
from tests.unit.crypto_fakes import FakeKms as KeyKms
from tests.unit.test_audit_log import FakeKms as AuditKms
from tests.unit.test_audit_log import tags_of
from tests.world import ANNA, PROTOCOL, URL, World

COURT = (Basis.COURT_ORDER, "2-17/2026")
OWN = (Basis.OWN_REQUEST, "Заявление № 5")


class Office(World):
    """Anna, with all that a person can leave behind, and two people who decide."""

    def __init__(self) -> None:
        super().__init__()
        self.anna = self.patient(ANNA)
        self.doctor = self.staff("doctor")
        self.admin = self.staff("admin", Role.ADMINISTRATOR, "system")
        self.officer = self.staff("officer", Role.SECURITY_OFFICER)
        self.tags = {name: self.index.tag(name, f"{name} of Anna") for name in ("snils", "phone", "email")}
        self.oms = self.index.tag("oms", "policy of Anna")
        self.consent(self.doctor)
        self.leave_traces()

    def leave_traces(self) -> None:
        self.records.create(self.doctor, ANNA, EXAMINATION_PROTOCOL, PROTOCOL, "0123456789abcdef")
        login = self.index.tag(keys.SUBJECT, "login of Anna at a provider")
        index = [*self.tags.items(), ("oms", self.oms), (keys.SUBJECT, login)]
        self.tables.commit(
            [
                Update(keys.profile(ANNA), {"tags": self.tags}),
                Update(keys.policy(ANNA), {"tag": self.oms}),
                Put(keys.credentials(ANNA), {"password": "hash", "ver": 1}),
                Put(keys.link(ANNA, "bank"), {"provider": "bank", "tags": {keys.SUBJECT: login}, "at": ""}),
                Put(keys.held_role(ANNA, "clinic", "nurse", "therapy"), {"member": "m"}),
                Put(keys.member(ANNA, "m"), {"state": "removed", "role": "nurse", "member": "m"}),
                Put(keys.open_application(ANNA), {"application": "a1", "state": "submitted"}),
                Put(keys.queue("applications", "a1"), {"patient": ANNA}),
                *(Put(keys.blind_index(field, tag), {"person": ANNA}) for field, tag in index),
            ]
        )
        for n in range(60):  # more than a page
            self.tables.commit([Put(keys.session(ANNA, f"old-{n}"), {"state": "ended"})])

    # --- what is done

    def proposed(self, what: tuple[Basis, str] = COURT, by: Actor | None = None) -> str:
        return str(self.erasures.propose(by or self.admin, ANNA, *what)["erasure_id"])

    def decide(self, erasure_id: str, *, approve: bool = True, by: Actor | None = None) -> dict[str, Any]:
        version = int(self.row(keys.erasure(erasure_id))["ver"])
        return self.erasures.decide(by or self.officer, erasure_id, version, approve=approve)

    def approved(self, what: tuple[Basis, str] = COURT) -> str:
        erasure_id = self.proposed(what)
        self.decide(erasure_id)
        return erasure_id

    # --- what is left

    def of_anna(self, store: Store) -> list[str]:
        """Sort keys, or partitions of index rows, of everything that is Anna's in a store."""
        found = []
        for key, row in self.tables.rows(store).items():
            if key.pk in {keys.person(ANNA), str(ANNA)}:
                found.append(key.sk)
            elif row.get("person") == ANNA:
                found.append(key.pk)
        return sorted(found)

    def state(self, erasure_id: str) -> str:
        return str(self.row(keys.erasure(erasure_id))["state"])


class RealOffice(Office):
    """With the real log of entries, keys, vault and signer over the same tables; KMS alone is a fake."""

    def __init__(self) -> None:
        self.audit_kms, self.key_kms, self.ticks = AuditKms(), KeyKms(), Ticks()
        super().__init__()
        self.signer = self.make_signer()
        self.erasures._signer = self.signer
        self.eraser = self.new_eraser()

    def make_subjects(self) -> Subjects:
        authority = KmsEcKey(lambda: self.audit_kms, "arn:ca")
        wall = lambda: self.clock().timestamp()  # noqa: E731
        tags = tags_of(self.audit_kms)
        return Subjects(self.tables, lambda: self.audit_kms, authority, tags, "arn:key", "demo", wall)

    def make_audit(self) -> OutboxAuditLog:
        authority = KmsEcKey(lambda: self.audit_kms, "arn:ca")
        return OutboxAuditLog(self.tables, self.make_subjects(), lambda: Writer(authority), self.clock)

    def make_keys(self) -> KmsPatientKeys:
        return KmsPatientKeys(self.tables, lambda: self.key_kms, PATIENT_KEY, TENANT, self.clock, self.ticks)

    def make_vault(self) -> EnvelopeVault:
        return EnvelopeVault(self.keys, TENANT)

    def make_signer(self) -> KmsSigner:
        return KmsSigner(self.tables, lambda: self.key_kms, SYSTEM_KEY, TENANT, URL, self.clock, self.ticks)

    def new_eraser(self) -> EraserService:
        """A fresh environment of the eraser: nothing is cached in it."""
        gate = Gate(self.tables, self.make_audit(), self.clock)
        return EraserService(gate, self.tables, self.make_keys(), self.make_signer(), self.queue, self.clock)

    # --- the log

    def pending(self, tag: str = "") -> list[dict[str, Any]]:
        rows = self.tables.rows(Store.AUDIT_OUTBOX).values()
        return sorted((row for row in rows if tag in {"", row["tag"]}), key=lambda row: row["sk"])

    def tag_of(self, person: str, year: int = 2026) -> str:
        return str(self.row(keys.audit_subject(person, year))["tag"])

    def opened(self, row: dict[str, Any]) -> dict[str, Any] | None:
        """The body of an entry, by the keys that the table still has."""
        holder = self.tables.get(keys.audit_tag(row["tag"]))
        if holder is None:
            return None
        subject = self.row(keys.audit_subject(holder["person"], int(holder["year"])))
        private = X25519PrivateKey.from_private_bytes(self.audit_kms.wrapped[subject["wrapped"]][0])
        return json.loads(entry.unseal(row["ct"], private, row["sk"], row["tag"]))

    def bodies(self, person: str = "sys", action: str = "") -> list[dict[str, Any]]:
        found = [self.opened(row) for row in self.pending(self.tag_of(person))]
        return [body for body in found if body and action in {"", body["action"]}]


def digest(text: str) -> str:
    return b64encode(hashlib.sha256(text.encode()).digest()).decode()


def also(actor: Actor, role: Role, organisation: str, world: World) -> Actor:
    """The same human in another role."""
    member = f"{actor.person_id}-{role.value}"
    row = {"state": "active", "role": role.value, "organisation": organisation, "member": member, "department": "x"}
    world.tables.commit([Put(keys.member(actor.person_id, member), row)])
    session = world.session(actor.person_id, role, member)
    return Actor(PersonId(actor.person_id), role, session.session_id, member, organisation, confirmed_at=world.clock())


def executed(office: RealOffice) -> dict[str, Any]:
    erasure_id = office.approved()
    assert office.eraser.execute(erasure_id) == "executed"
    return office.row(keys.erasure(erasure_id))


def audit_rows(office: RealOffice) -> list[str]:
    return [name for name in office.of_anna(Store.KEYS) if name.startswith(("audit", "tag#", "kek#"))]


def check_gone(office: RealOffice, erasure_id: str, tags: list[str]) -> None:
    """The one state that an erasure ends in."""
    assert office.state(erasure_id) == "executed"
    assert office.of_anna(Store.IDENTITY) == []
    assert office.of_anna(Store.KEYS) == ["active"]
    assert office.row(keys.key_state(ANNA))["state"] == "destroyed"
    assert office.row(keys.card(ANNA))["state"] == "erased"
    assert office.tables.get(keys.queue("applications", "a1")) is None
    receipts = office.bodies(action="erasure:receipt")
    row = office.row(keys.erasure(erasure_id))
    assert [body["details"]["receipt"] for body in receipts] == [digest(row["receipt"])]
    claims = office.signer.verify(row["receipt"], purpose="receipt")
    assert claims["tags"] == sorted(map(digest, tags)) == receipts[0]["details"]["tags"].split()
    assert claims["key_versions"] == 2


def crash_at(
    office: RealOffice, number: int, error: type[BaseException] = SystemExit, *, lost: bool = False
) -> list[int]:
    """Die at commit ``number`` (from 1), before it happens or right after; the list counts commits."""
    done: list[int] = []

    def commit(writes: list[Any]) -> None:
        done.append(len(writes))
        if len(done) != number:
            return type(office.tables).commit(office.tables, writes)
        if lost:
            type(office.tables).commit(office.tables, writes)
        raise error

    office.tables.commit = commit  # type: ignore[method-assign]
    return done


def five_minutes(office: RealOffice) -> None:
    """Until then a warm environment may still hold a key; card, session and sign-in are read anew each time."""
    office.clock.advance(minutes=5)
