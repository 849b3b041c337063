"""A log in memory and all that can go wrong with it; the witness and the verifier are the real ones."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import tempfile
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.audit.entry import b64, uuid7
from chalicelib.audit.envelopes import Row, Writers, unbundle
from chalicelib.audit.intake import Intake
from chalicelib.audit.logstore import LogStore
from chalicelib.audit.merkle import leaf_hash, tile_path, tree_hash
from chalicelib.audit.metrics import Metrics
from chalicelib.audit.objects import Version
from chalicelib.audit.own import OwnWriter
from chalicelib.audit.publishing import Publisher
from chalicelib.audit.sequencer import Sequencer
from chalicelib.audit.subjects import Subjects
from chalicelib.audit.witness import WitnessClient, WitnessUnavailable
from chalicelib.audit.writer import Writer
from chalicelib.domain.identity import Actor, PersonId, Role
from chalicelib.errors import NotFoundError, UnavailableError
from chalicelib.ports import Event, keys
from tests.fakes import FixedClock
from tests.memory_tables import MemoryTables
from tests.unit.test_audit_log import FakeKms, tags_of
from verifier import fsck
from verifier.objects import Memory
from verifier.policy import Policy
from verifier.report import Report
from witness import policy as witness_policy
from witness.disk import Disk
from witness.protocol import Witness
from witness.state import State

NAME = "audit.test.example"
YEAR = 2026
STEPS = [
    "head read",
    "built",
    "staged",
    "committed",
    "locked tiles",
    "tiles",
    "some index",
    "index",
    "signed",
    "locked checkpoint",
    "published",
    "applied",
]
SOFT_KEYS: list[ec.EllipticCurvePrivateKey] = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]


TALLY: Counter[str] = Counter()
"""Entries that were checked for, and those that were not there."""


class Crash(BaseException):
    """The process dies here."""


class SoftKey:
    """EcKey with a key in memory; ``signed_texts`` keeps whatever it signed."""

    def __init__(self, private: ec.EllipticCurvePrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.signed_texts: list[bytes] = []
        self.down = False

    def sign(self, message: bytes) -> bytes:
        if self.down:
            raise UnavailableError
        self.signed_texts.append(message)
        return self._private.sign(message, ec.ECDSA(hashes.SHA256()))

    def signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._private.public_key().verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


class MemoryObjects:
    """One bucket with versions. ``latency`` in seconds a call; ``fault`` is called before and after each."""

    def __init__(self, latency: float = 0.0, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.kept: dict[str, list[bytes | None]] = {}  # None is a delete marker
        self.clock = clock
        self._changed: dict[str, datetime] = {}
        self.latency = latency
        self.fault: Callable[[str], None] = lambda _: None
        self.calls = 0
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes:
        return self.get_tagged(name)[0]

    def get_tagged(self, name: str) -> tuple[bytes, str]:
        self._called("get before")
        with self._lock:
            data = (self.kept.get(name) or [None])[-1]
        if data is None:
            raise NotFoundError
        return data, hashlib.sha256(data).hexdigest()

    def put_new(self, name: str, data: bytes) -> bool:
        self._called("put before")
        with self._lock:
            free = (self.kept.get(name) or [None])[-1] is None
            if free:
                self.kept.setdefault(name, []).append(data)
        self.fault("put after")
        return free

    def put(self, name: str, data: bytes) -> None:
        self._called("put before")
        with self._lock:
            self.kept.setdefault(name, []).append(data)
            self._changed[name] = self.clock()
        self.fault("put after")

    def replace(self, name: str, data: bytes, tag: str) -> bool:
        self._called("put before")
        with self._lock:
            standing = (self.kept.get(name) or [None])[-1]
            fits = (hashlib.sha256(standing).hexdigest() if standing is not None else "") == tag
            if fits:
                self.kept.setdefault(name, []).append(data)
        self.fault("put after")
        return fits

    def versions(self, prefix: str, after: str = "") -> list[Version]:
        self._called("list before")
        with self._lock:
            return [
                Version(name, marker=version is None)
                for name, versions in sorted(self.kept.items())
                if name.startswith(prefix) and name > after
                for version in versions
            ]

    def dated(self, prefix: str) -> list[tuple[str, datetime]]:
        self._called("list before")
        with self._lock:
            return [
                (name, self._changed.get(name, self.clock()))
                for name, versions in sorted(self.kept.items())
                if name.startswith(prefix) and versions and versions[-1] is not None
            ]

    def remove(self, name: str) -> None:
        self._called("delete before")
        self.mark_deleted(name)

    def _called(self, what: str) -> None:
        self.calls += 1
        if self.latency:
            time.sleep(self.latency)
        self.fault(what)

    # --- what an administrator of the bucket can do

    def overwrite(self, name: str, data: bytes) -> None:
        self.kept[name] = [data]

    def mark_deleted(self, name: str) -> None:
        self.kept.setdefault(name, []).append(None)


class LocalWitness(WitnessClient):
    """The real client and the real witness without a network between; ``away`` is a broken line."""

    def __init__(self, witness: Witness, vkey: str) -> None:
        super().__init__("http://witness.test", [vkey])
        self.witness, self.away = witness, False

    def _post(self, body: bytes) -> tuple[int, str, str]:
        if self.away:
            raise WitnessUnavailable("away")
        answer = self.witness.add_checkpoint(body)
        return answer.status, answer.kind.partition(";")[0], answer.body


class QuietDisk(Disk):
    """Without the flush, which takes most of a test's time."""

    def sync(self, path: Path) -> None:
        pass


class LogWorld:
    """``rows`` makes genuine entries of five people by three writers; everything is checked by ``check``."""

    def __init__(self, *, witness: bool = False, latency: float = 0.0, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.clock = FixedClock()
        self.tables = MemoryTables()
        self.locked, self.edge = MemoryObjects(latency), MemoryObjects(latency, self.clock)
        self.log_key, self.ca = SoftKey(SOFT_KEYS[0]), SoftKey(SOFT_KEYS[1])
        self.kms = FakeKms()
        self.subjects = Subjects(self.tables, lambda: self.kms, self.ca, tags_of(self.kms), "arn:key", "demo")
        self.store = LogStore(self.tables, self.locked, self.edge)
        self.people = [PersonId(f"person{n}") for n in range(5)]
        self.writers = [Writer(self.ca) for _ in range(3)]
        self.witness = self._witness() if witness else None
        self.written: list[str] = []

    def _witness(self) -> LocalWitness:
        folder = Path(tempfile.mkdtemp(prefix="witness-"))
        policy = folder / "policy.json"
        policy.write_text(json.dumps({"log": {"name": NAME, "keys": [b64(self.log_key.public)]}}))
        state = State(folder / "state", "witness.example/w1", QuietDisk())
        self.witness_key = state.vkey.text()
        clock = self.clock
        made = Witness(witness_policy.read(policy), state, lambda: clock().timestamp())
        weakref.finalize(self, _forget, made, folder)
        return LocalWitness(made, self.witness_key)

    # --- the parts, as one environment has them

    def sequencer(self, step: Callable[[str], None] = lambda _: None, **parts: Any) -> Sequencer:
        """A cold one. ``parts``: store, witness, log_key, clock."""
        store = parts.get("store", self.store)
        clock = parts.get("clock", self.clock)
        witness = parts.get("witness", self.witness)
        publisher = Publisher(store, NAME, parts.get("log_key", self.log_key), witness, step)
        own = OwnWriter(lambda: Writer(self.ca), self.subjects, clock)
        return Sequencer(store, publisher, Writers(self.ca), own, clock, step)

    def intake(self, sequencer: Sequencer | None = None) -> Intake:
        return Intake(
            self.store, sequencer or self.sequencer(), Writers(self.ca), self.clock, Metrics(NAME, printed=False)
        )

    # --- entries

    def event(self, person: PersonId, **fields: Any) -> Event:
        actor = Actor(PersonId("doctor"), Role.DOCTOR, "s1", "m1", "clinic", "therapy", ip="192.0.2.1")
        return Event(**{"actor": actor, "action": "visit:read", "subject": person, **fields})

    def item(self, person: PersonId | None = None, writer: Writer | None = None, **fields: Any) -> dict[str, Any]:
        """A row of the outbox with its key, certain to be a new one."""
        writer = writer or self.random.choice(self.writers)
        person = person or self.random.choice(self.people)
        event = self.event(person, **fields)
        now = self.clock()
        subject = self.subjects.of(person, event.year or now.year)
        put = writer.row(event, subject, uuid7(int(now.timestamp() * 1000)), now, 0)
        writer.stored(1)
        self.written.append(put.key.sk)
        return {**put.item, "pk": put.key.pk, "sk": put.key.sk}

    def rows(self, count: int, **fields: Any) -> list[Row]:
        return [row(self.item(**fields)) for _ in range(count)]

    # --- looking at the result

    def policy(self, quorum: int = 0) -> Policy:
        return Policy.parse(
            {
                "log": {"name": NAME, "keys": [b64(self.log_key.public)]},
                "writer_ca": [b64(self.ca.public)],
                "witnesses": [self.witness_key] if self.witness else [],
                "quorum": quorum,
            }
        )

    def exported(self) -> dict[str, bytes]:
        """All objects as an export has them: of locked ones the first version, of the others the newest."""
        found = {name: versions[0] for name, versions in self.locked.kept.items() if versions[0] is not None}
        newest = {name: versions[-1] for name, versions in self.edge.kept.items()}
        return {**found, **{name: data for name, data in newest.items() if data is not None}}

    def fsck(self, quorum: int = 0, objects: dict[str, bytes] | None = None) -> Report:
        return fsck.check(Memory(self.exported() if objects is None else objects), self.policy(quorum))

    def envelopes(self, year: int = YEAR) -> list[bytes]:
        """Leaves of the published tree."""
        note, _ = self.store.pointer(year)
        size = int(note.split("\n")[1])
        found: list[bytes] = []
        for number in range((size + 255) // 256):
            found += unbundle(self.store.get(year, tile_path("entries", number, min(256, size - 256 * number))))
        return found

    def ids(self, year: int = YEAR) -> list[str]:
        return [json.loads(envelope)["id"] for envelope in self.envelopes(year)]

    def sizes(self) -> dict[int, int]:
        return {year: int(self.store.pointer(year)[0].split("\n")[1]) for year in self.store.years()}

    def check(
        self, rows: Sequence[Row] | None = None, *, own: int = 1, year: int = YEAR, alarms: Sequence[str] = ()
    ) -> None:
        """One tree: every entry exactly once, one text signed for each size, each the beginning of the final tree.

        ``own``: how many entries of the sequencer's own are expected; ``alarms``: codes of findings that are right.
        """
        wanted = {r.signed.id for r in rows} if rows is not None else set(self.written)
        ids = self.ids(year)
        TALLY["entries"] += len(wanted)
        TALLY["lost"] += len(wanted - set(ids))
        assert len(ids) == len(set(ids)), "an entry twice"
        assert wanted <= set(ids), f"{len(wanted - set(ids))} entries lost"
        assert len(ids) == len(wanted) + own
        head = self.store.head(year)
        assert head is not None
        assert (head.applied, head.size) == (head.ver, len(ids))
        self._check_signatures(year)
        report = self.fsck(1 if self.witness else 0)
        left = [f for f in report.findings if f.level != "info" and f.code not in {"quorum-none", *alarms}]
        assert not left, [(f.code, f.place, f.sentence("en")) for f in left[:5]]
        assert {*alarms} <= {f.code for f in report.findings}

    def _check_signatures(self, year: int) -> None:
        leaves = [leaf_hash(envelope) for envelope in self.envelopes(year)]
        signed: dict[int, set[bytes]] = {}
        for text in self.log_key.signed_texts:
            origin, size, _, _ = text.split(b"\n")
            if origin.endswith(b"/%d" % year):
                signed.setdefault(int(size), set()).add(text)
        for size, texts in signed.items():
            assert len(texts) == 1, f"two trees of size {size} were signed"
            root = b64(tree_hash(leaves[:size])).encode()
            assert next(iter(texts)).split(b"\n")[2] == root, "a signed tree that is no beginning of the log"


def _forget(witness: Witness, folder: Path) -> None:
    witness.close()
    shutil.rmtree(folder, ignore_errors=True)


def row(item: dict[str, Any]) -> Row:
    read = Row.read(item)
    assert read is not None
    return read


def crash_at(step: str, times: int = 1) -> Callable[[str], None]:
    left = [times]

    def at(name: str) -> None:
        if name == step and left[0]:
            left[0] -= 1
            raise Crash(name)

    return at


def chain_of(world: LogWorld, person: PersonId, year: int = YEAR) -> list[dict[str, Any]]:
    tag = world.subjects.of(person, year).tag
    from chalicelib.ports.tables import Store

    return world.tables.query(Store.AUDIT_INDEX, keys.log_chain(tag), limit=5000).items
