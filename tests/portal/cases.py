"""Bundles, good and manipulated, with the policies they are checked by: the tables of the verifier's own tests."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.verifier import test_patient as given
from tests.verifier.maker import ECDSA, START, Maker, b64, honest, sha, spki
from tests.verifier.test_patient_age import one_young_witness
from tests.verifier.test_patient_texts import text_hidden
from verifier import canonical, patient
from verifier.policy import Policy
from verifier.report import USAGE, Flaw, Report

Bundle = dict[str, Any]
NOW = START[2026] / 1000 + 7200


@dataclass(frozen=True)
class Case:
    """Raw files, and what the patient says. ``now`` in seconds, ``max_age`` in minutes."""

    name: str
    bundle: bytes
    policy: bytes
    nonce: str = "N"
    max_age: int | None = None
    now: float = NOW

    def question(self) -> dict[str, Any]:
        files = {"bundle": b64(self.bundle), "policy": b64(self.policy)}
        return {"do": "check", **files, "options": {"nonce": self.nonce, "maxAge": self.max_age, "now": self.now}}

    def by_python(self) -> dict[str, Any]:
        """As ``python -m verifier patient`` does it."""
        report = Report()
        try:
            policy = Policy.read(self.policy)
        except Flaw as flaw:
            values = {"why": flaw.code, **flaw.values}
            found = {"code": "policy-unusable", "place": "policy", "values": values, "level": "usage"}
            return {"findings": [found], "leftOff": {}, "exitCode": USAGE, "facts": {}}
        try:
            bundle = canonical.parse(self.bundle)
        except Flaw as flaw:
            report.add("bundle-malformed", "bundle", why=flaw.code, **flaw.values)
        else:
            report = patient.check(bundle, policy, self.nonce, self.max_age, self.now)
        found = [{"code": f.code, "place": f.place, "values": f.values, "level": f.level} for f in report.findings]
        return {
            "findings": found,
            "leftOff": report.left_off(),
            "exitCode": report.exit_code,
            "facts": _shown(report.facts),
        }


def _shown(value: Any) -> Any:
    """Numbers beyond 2^53 as the browser shows them: as text."""
    if isinstance(value, dict):
        return {name: _shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    return str(value) if type(value) is int and value >= 2**53 else value


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


def case(name: str, maker: Maker, bundle: Any, quorum: int | None = None, **more: Any) -> Case:
    return Case(name, raw(bundle), raw(maker.policy(quorum)), **more)


def of_tables() -> Iterator[Case]:
    """Every manipulation of tests/verifier/test_patient.py, and the good bundles that they begin with."""
    maker = given.made()[0]
    yield case("good", maker, given.good())
    yield case("text hidden", maker, text_hidden())
    yield case("good, no nonce", maker, given.good(), nonce="")
    yield case("another nonce", maker, given.good(), nonce="M")
    yield case("an older request", maker, {**given.good(), "nonce": "M"}, nonce="M")
    for name, (change, _) in given.FAULTS.items():
        bundle = given.good()
        change(bundle)
        yield case(name, maker, bundle)
    for number, (t, seen) in enumerate(given.NEW_YEARS):
        yield case(f"year hidden {number}", *given.year_hidden(t, seen))
    for number, (edit, _) in enumerate(given.ROGUE):
        maker = given.small()
        yield case(f"rogue log {number}", maker, given.bundle_of(maker, edit))
    for name in given.BODIES:
        maker = given.odd_body(name)
        yield case(f"body {name}", maker, maker.bundle("anna", "N"))
    for number, (changes, _) in enumerate(given.REQUESTS):
        maker = given.odd_request(changes)
        yield case(f"request {number}", maker, maker.bundle("anna", "N"))
        yield case(f"request {number}, no nonce", maker, {**maker.bundle("anna", "N"), "nonce": ""}, nonce="")
    yield from _of_makers()


def _of_makers() -> Iterator[Case]:
    maker, bundle, writer = given.uncertified()
    yield case("uncertified", maker, bundle)
    yield case("no certificate", maker, {**bundle, "certs": {k: v for k, v in bundle["certs"].items() if k != writer}})
    maker = given.counter_twice()
    yield case("number used twice", maker, maker.bundle("anna", "N"))
    yield case("second chain", *given.second_chain())
    for minutes in (0, 5, 59, 60, 10**9):
        for quorum in (0, 1, 2):
            maker, bundle, now = one_young_witness()
            yield case(f"age {minutes}/{quorum}", maker, bundle, quorum, max_age=minutes, now=now)
            yield case(f"ahead {minutes}/{quorum}", maker, bundle, quorum, max_age=minutes, now=1000)
    maker = honest({2026: [3]}, witnesses=0)
    yield case("no witnesses", maker, maker.bundle("anna", "N"), max_age=5)
    maker = given.small()
    yield case("strange lines", maker, _with_strange_lines(maker))
    for depth in (98, 99, 100, 5000):
        chains = b"[" * depth + b"]" * depth
        bundle = raw({**maker.bundle("anna", "N"), "chains": 0}).replace(b'"chains": 0', b'"chains": ' + chains)
        yield Case(f"deep {depth}", bundle, raw(maker.policy()))
    yield Case("key twice", b'{"v":1,"v":1}', raw(maker.policy()))
    yield Case("no JSON", b"\xff", b"{}")
    for name, size in (("env", 4095), ("env", 4096), ("body", 10**6), ("body", 10**6 + 1)):
        bundle = maker.bundle("anna", "N")
        bundle["chains"][0]["entries"][1][name] = "\u00e9" * (size // 2) + "x" * (size % 2)
        yield case(f"{name} of {size}", maker, bundle)
    policy = maker.policy(1)
    yield Case(
        "witness twice", raw(maker.bundle("anna", "N")), raw({**policy, "witnesses": policy["witnesses"][:1] * 2})
    )
    yield case("only the request", *_only_request())
    yield case("keys that end alike", *_witnesses_alike())
    maker = Maker()
    maker.witnesses = dict.fromkeys(maker.witnesses, next(iter(maker.witnesses.values())))
    yield Case("one key, two names", b"{}", raw(maker.policy()))
    yield from _odd_notes()
    yield Case("quorum of more", b"{}", raw(Maker().policy(3)))
    yield Case("large policy", b"{}", raw({**Maker().policy(), "witnesses": ["x" * 10**6]}))
    bundle = given.good()
    given.edit_env(bundle, com=b64(sha(b"emr-audit/body/v1\n[]")))
    given.entries(bundle)[3]["body"] = "[]"
    yield case("list for a body", given.made()[0], bundle)


def _with_strange_lines(maker: Maker) -> Bundle:
    """In the name of a witness but by another key, by another name with its id, and of somebody unknown."""
    bundle, name = maker.bundle("anna", "N"), next(iter(maker.witnesses))
    for who, key_id in ((name, bytes(4)), ("other", maker.witness_id(name)), ("unknown", bytes(4))):
        bundle["chains"][0]["checkpoint"] += f"\u2014 {who} {b64(key_id + bytes(72))}\n"
    return bundle


def _only_request() -> tuple[Maker, Bundle]:
    maker = Maker()
    maker.log(2026).commit([maker.request(maker.writer(), 2026, "anna", "N")])
    return maker, maker.bundle("anna", "N")


def _odd_notes() -> Iterator[Case]:
    """Checkpoints out of form that the log's key and all witnesses have signed."""
    maker = given.small()
    log, root = maker.logs[2026], b64(maker.logs[2026].root(10))
    texts = [f"{log.origin}\n010\n{root}\n", f"{log.origin}\n10\n{root}\nx\n", f"{log.origin}\n10\n{b64(bytes(31))}\n"]
    texts += [
        f"{log.origin}\n{10**18}\n{root}\n",
        f"{log.origin}\n{10**18 - 1}\n{root}\n",
        f"{log.origin}\n9\n{root}\n",
    ]
    texts += [f"{log.origin}\t\n10\n{root}\n", f"{log.origin}\n10\n{root}", f"{log.origin}\n10\n"]
    right = f"{log.origin}\n10\n{root}\n"
    more = ["\u2014 x AAAA\n" * 10**5, "\u2014 x AAAA", "\n", "\u2014  AAAA\n", "\u2014 x+y AAAA\n", "\u2014 x AAA\n"]
    notes = [_signed(maker, text) for text in texts] + [_signed(maker, right) + lines for lines in more]
    for number, note in enumerate([*notes, f"{right}\n", _signed(maker, right, 2**53 + 1)]):
        bundle = maker.bundle("anna", "N")
        bundle["chains"][0]["checkpoint"] = note
        yield case(f"odd note {number}", maker, bundle, max_age=5)


def _signed(maker: Maker, text: str, time: int = START[2026] // 1000) -> str:
    signatures = [(text.partition("\n")[0], sha(spki(maker.key))[:4] + maker.key.sign(text.encode(), ECDSA))]
    for name, key in maker.witnesses.items():
        signed = key.sign(f"cosignature/v1\ntime {time}\n{text}".encode())
        signatures.append((name, maker.witness_id(name) + struct.pack(">Q", time) + signed))
    return f"{text}\n" + "".join(f"\u2014 {name} {b64(signed)}\n" for name, signed in signatures)


def _witnesses_alike() -> tuple[Maker, Bundle]:
    """A plus sign, which also parts a witness's name and id from its key, ends both keys."""
    maker = Maker()
    for name in maker.witnesses:
        while not maker.vkey(name).endswith("+"):
            maker.witnesses[name] = ed25519.Ed25519PrivateKey.generate()
    maker.log(2026).commit([maker.request(maker.writer(), 2026, "anna", "N")])
    return maker, maker.bundle("anna", "N")
