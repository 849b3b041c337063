"""An honest log in memory, made from docs/audit.md alone: no line of it comes from the service or from the verifier.

It holds every key. So it is also the attacker who owns the log's key, and the writer CA's if a test says so:
``Log.forged`` signs whatever leaves it is given. Sealed bodies are random bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
import json
import secrets
import struct
from dataclasses import dataclass, field, replace
from typing import Any

import rfc8785
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.verifier import naive

NAME = "log.medkarta.example"
ECDSA = ec.ECDSA(hashes.SHA256())
TAG = "sys"
START = {2025: 1_748_736_000_000, 2026: 1_780_272_000_000, 2027: 1_811_808_000_000}  # 1 June, milliseconds


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def jcs(value: Any) -> bytes:
    return rfc8785.dumps(value)


def spki(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def raw(key: ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def uuid7(moment: int) -> str:
    value = moment << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def tile_path(level: int | str, number: int, width: int) -> str:
    digits = f"{number:09d}" if number >= 10**6 else f"{number:06d}" if number >= 1000 else f"{number:03d}"
    groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    path = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{path}" + (f".p/{width}" if width < 256 else "")


@dataclass
class Writer:
    ca: ec.EllipticCurvePrivateKey
    key: ed25519.Ed25519PrivateKey = field(default_factory=ed25519.Ed25519PrivateKey.generate)
    counter: int = 0

    @property
    def id(self) -> str:
        return b64(raw(self.key))

    @property
    def certificate(self) -> str:
        return b64(self.ca.sign(b"emr-audit/writer/v1\n" + self.id.encode(), ECDSA))


@dataclass(frozen=True)
class Entry:
    """As the outbox has it. ``body`` is canonical JSON."""

    id: str
    tag: str
    body: str
    com: str
    ct: str
    sealed: bytes
    w: dict[str, Any]
    certificate: str

    def envelope(self, place: dict[str, Any], *, first: bool) -> bytes:
        """``place``: n, pi, prev, t and, at leaf 0, log. The certificate stands at a writer's first leaf of a log."""
        w = {**self.w, "cert": self.certificate} if first else self.w
        return jcs({"com": self.com, "ct": self.ct, "id": self.id, "tag": self.tag, "v": 1, "w": w, **place})


@dataclass(frozen=True)
class Leaf:
    envelope: bytes
    sealed: bytes
    body: str = ""

    @property
    def hash(self) -> bytes:
        return naive.leaf(self.envelope)

    def edited(self, **changes: Any) -> Leaf:
        return Leaf(jcs({**json.loads(self.envelope), **changes}), self.sealed, self.body)


class Maker:
    def __init__(self, witnesses: int = 2) -> None:
        self.key, self.ca = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self.witnesses = {f"witness{i}.example/w": ed25519.Ed25519PrivateKey.generate() for i in range(witnesses)}
        self.logs: dict[int, Log] = {}
        self.tags: dict[tuple[str, int], str] = {}  # of a person and year

    def policy(self, quorum: int | None = None) -> dict[str, Any]:
        return {
            "log": {"name": NAME, "keys": [b64(spki(self.key))]},
            "writer_ca": [b64(spki(self.ca))],
            "witnesses": [self.vkey(name) for name in self.witnesses],
            "quorum": len(self.witnesses) if quorum is None else quorum,
        }

    def witness_id(self, name: str) -> bytes:
        return sha(name.encode() + b"\n\x04" + raw(self.witnesses[name]))[:4]

    def vkey(self, name: str) -> str:
        return f"{name}+{self.witness_id(name).hex()}+{b64(bytes([4]) + raw(self.witnesses[name]))}"

    def writer(self, *, certified: bool = True) -> Writer:
        return Writer(self.ca if certified else ec.generate_private_key(ec.SECP256R1()))

    def log(self, year: int) -> Log:
        if year not in self.logs:
            before = self.logs.get(year - 1)
            self.logs[year] = Log(self, year, _before(before))
        return self.logs[year]

    def tag(self, person: str, year: int) -> str:
        return self.tags.setdefault((person, year), b64(secrets.token_bytes(16)))

    def entry(self, writer: Writer, year: int, person: str = "", **changes: Any) -> Entry:
        """About a person, or about nobody. ``changes`` are fields of the body."""
        moment = START[year]
        then = max((y for p, y in self.tags if p == person and y < year), default=0)
        body = {
            "v": 1,
            "id": uuid7(moment),
            "time": f"{year}-06-01T00:00:00.000Z",
            "actor": {"id": "doctor-1", "role": "doctor", "org": "org-1", "dept": "", "member": "", "session": ""},
            "patient": person,
            "action": "card:read",
            "resource": {"type": "card", "id": person, "version": 1},
            "ip": "192.0.2.7",
            "request": "",
            "outcome": "success",
            "reason": "",
            "purpose": "TREAT",
            "on_behalf_of": "",
            "prev": "",
            "new": "",
            "details": {},
            "earlier": {"tag": self.tags[person, then], "y": then} if then else None,
            "salt": b64(secrets.token_bytes(32)),
            **changes,
        }
        return self.sealed_entry(writer, year, self.tag(person, year) if person else TAG, body)

    def request(self, writer: Writer, year: int, person: str, nonce: str) -> Entry:
        actor = {"id": person, "role": "patient", "org": "", "dept": "", "member": "", "session": "s"}
        return self.entry(writer, year, person, action="journal:request", actor=actor, details={"nonce": nonce})

    def sealed_entry(self, writer: Writer, year: int, tag: str, body: dict[str, Any]) -> Entry:
        text, sealed = jcs(body), secrets.token_bytes(700)
        com, ct = b64(sha(b"emr-audit/body/v1\n" + text)), b64(sha(sealed))
        signed = {"com": com, "ct": ct, "id": body["id"], "tag": tag, "w": writer.id, "wn": writer.counter, "y": year}
        w = {"id": writer.id, "n": writer.counter, "sig": b64(writer.key.sign(b"emr-audit/entry/v1\n" + jcs(signed)))}
        writer.counter += 1
        return Entry(body["id"], tag, text.decode(), com, ct, sealed, w, writer.certificate)

    def objects(self) -> dict[str, bytes]:
        return {name: data for log in self.logs.values() for name, data in log.objects().items()}

    def bundle(self, person: str, nonce: str) -> dict[str, Any]:
        """The chains as they stand; their newest entries must be the requests."""
        years = sorted(year for who, year in self.tags if who == person)
        chains = [self.logs[year].chain(self.tags[person, year]) for year in years]
        writers = {json.loads(e["env"])["w"]["id"] for chain in chains for e in chain["entries"]}
        certs = {w["id"]: w["cert"] for log in self.logs.values() for w in log.writers() if w["id"] in writers}
        made = f"{years[-1]}-06-02T00:00:00.000Z"
        return {"v": 1, "patient": person, "nonce": nonce, "made": made, "chains": chains, "certs": certs}


def _before(log: Log | None) -> dict[str, Any]:
    if log is None:
        return {"origin": "", "root": b64(sha(b"")), "size": 0}
    return {"origin": log.origin, "root": b64(log.root(len(log.leaves))), "size": len(log.leaves)}


@dataclass
class Log:
    """One year. ``cuts`` are the ends of the segments; ``extra`` are objects that lie there besides."""

    maker: Maker
    year: int
    before: dict[str, Any]
    leaves: list[Leaf] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    tails: dict[str, tuple[int, str, int]] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)  # writers with a certificate in this log
    extra: dict[str, bytes] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"{NAME}/{self.year}"

    @property
    def hashes(self) -> list[bytes]:
        return [leaf.hash for leaf in self.leaves]

    def root(self, size: int) -> bytes:
        return naive.root(self.hashes[:size])

    def writers(self) -> list[dict[str, Any]]:
        return [w for w in (json.loads(leaf.envelope)["w"] for leaf in self.leaves) if "cert" in w]

    def commit(self, entries: list[Entry], t: int | None = None) -> None:
        """One batch: one segment, one checkpoint."""
        moment = START[self.year] + 60_000 * len(self.cuts) if t is None else t
        for entry in entries:
            n, prev, pi = self.tails.get(entry.tag, (-1, "", -1))
            place = {"n": n + 1, "pi": pi, "prev": prev, "t": moment, **({} if self.leaves else {"log": self.before})}
            leaf = Leaf(entry.envelope(place, first=entry.w["id"] not in self.met), entry.sealed, entry.body)
            self.met.add(entry.w["id"])
            self.tails[entry.tag] = (n + 1, b64(leaf.hash), len(self.leaves))
            self.leaves.append(leaf)
        self.cuts.append(len(self.leaves))

    def forged(self, leaves: list[Leaf]) -> Log:
        """The log that an owner of its key makes of these leaves: all objects anew, signed by the log and no witness.

        A new segment begins where the time changes.
        """
        moments = [json.loads(leaf.envelope).get("t") for leaf in leaves]
        cuts = [i for i in range(1, len(leaves)) if moments[i] != moments[i - 1]] + ([len(leaves)] if leaves else [])
        return Log(self.maker, self.year, self.before, leaves, cuts)

    # objects

    def note(self, size: int, *, witnessed: bool = True, time: int | None = None) -> bytes:
        maker, text = self.maker, f"{self.origin}\n{size}\n{b64(self.root(size))}\n"
        lines = [_line(self.origin, sha(spki(maker.key))[:4] + maker.key.sign(text.encode(), ECDSA))]
        moment = START[self.year] // 1000 + 3600 if time is None else time
        for name, key in maker.witnesses.items() if witnessed else ():
            signed = key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
            lines.append(_line(name, maker.witness_id(name) + struct.pack(">Q", moment) + signed))
        return f"{text}\n{''.join(lines)}".encode()

    def segment(self, start: int, end: int, before: tuple[str, str], leaves: list[Leaf]) -> tuple[str, bytes]:
        """Name (without the year) and bytes of a segment with these leaves at ``start``."""
        moment = json.loads(leaves[0].envelope)["t"]
        known = self.hashes[:start]
        header = {"v": 1, "origin": self.origin, "start": start, "end": end, "t": moment, "prev_key": before[0]}
        roots = {"prev_root": b64(naive.root(known)), "root": b64(naive.root(known + [leaf.hash for leaf in leaves]))}
        lines = [jcs({**header, **roots, "prev_seg": before[1]})]
        lines += [jcs({"c": b64(leaf.sealed), "e": leaf.envelope.decode()}) for leaf in leaves]
        data = gzip.compress(b"\n".join(lines), mtime=0)
        return f"segment/{start:020d}-{end:020d}-{hashlib.sha256(data).hexdigest()[:16]}", data

    def segments(self) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        before = ("", "")
        for start, end in itertools.pairwise([0, *self.cuts]):
            name, data = self.segment(start, end, before, self.leaves[start:end])
            found[name] = data
            before = (name, hashlib.sha256(data).hexdigest())
        return found

    def tiles(self) -> dict[str, bytes]:
        """Of the whole tree, and the narrower ones that earlier commits left."""
        found = {}
        for size in self.cuts:
            nodes, level = self.hashes[:size], 0
            while nodes:
                for number in range(0, len(nodes), 256):
                    part = nodes[number : number + 256]
                    found[tile_path(level, number // 256, len(part))] = b"".join(part)
                nodes = [naive.root(nodes[i : i + 256]) for i in range(0, len(nodes) - 255, 256)]
                level += 1
            for number in range(0, size, 256):
                part = [leaf.envelope for leaf in self.leaves[number : min(size, number + 256)]]
                bundle = b"".join(struct.pack(">H", len(envelope)) + envelope for envelope in part)
                found[tile_path("entries", number // 256, len(part))] = bundle
        return found

    def objects(self, *, witnessed: bool = True) -> dict[str, bytes]:
        found = {**self.segments(), **self.tiles()}
        for size in self.cuts:
            found[f"checkpoints/{size:020d}"] = self.note(size, witnessed=witnessed)
        found["checkpoint"] = self.note(len(self.leaves), witnessed=witnessed)
        return {f"{self.year}/{name}": data for name, data in {**found, **self.extra}.items()}

    def chain(self, tag: str) -> dict[str, Any]:
        """One chain of a patient's bundle."""
        own = [i for i, leaf in enumerate(self.leaves) if json.loads(leaf.envelope)["tag"] == tag]
        entries = [{"env": self.leaves[i].envelope.decode(), "body": self.leaves[i].body} for i in own]
        proof = [b64(h) for h in naive.inclusion(own[-1], self.hashes)]
        checkpoint = self.note(len(self.leaves)).decode()
        return {"origin": self.origin, "checkpoint": checkpoint, "index": own[-1], "proof": proof, "entries": entries}

    def copy(self) -> Log:
        own = {"leaves": list(self.leaves), "cuts": list(self.cuts), "tails": dict(self.tails)}
        return replace(self, **own, met=set(self.met), extra=dict(self.extra))


def _line(name: str, signed: bytes) -> str:
    return f"\u2014 {name} {b64(signed)}\n"


def honest(sizes: dict[int, list[int]], people: tuple[str, ...] = ("anna", "boris"), witnesses: int = 2) -> Maker:
    """Batches of these sizes in each year, by three writers, about these people in turn and about nobody.

    The last batch of each year ends with ``people[0]``'s request of the journal, nonce "N".
    """
    maker = Maker(witnesses)
    writers = [maker.writer() for _ in range(3)]
    turn = itertools.count()
    for year, batches in sizes.items():
        for size in batches:
            who = [(*people, "")[next(turn) % (len(people) + 1)] for _ in range(size)]
            entries = [maker.entry(writers[next(turn) % 3], year, person) for person in who]
            maker.log(year).commit(entries)
    for year in sizes:
        request = maker.request(writers[0], year, people[0], "N")
        maker.log(year).commit([request])
    return maker
