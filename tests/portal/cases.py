"""Bundles, good and manipulated, with the policies they are checked by: the tables of the verifier's own tests, and
seeded random changes on every level (bytes, JSON, texts inside, what the log and the writers sign)."""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519

from tests.verifier import test_patient as given
from tests.verifier.maker import START, Leaf, Log, Maker, b64, honest
from tests.verifier.test_garbage import places, replaced
from verifier import canonical, patient
from verifier.policy import Policy
from verifier.report import USAGE, Flaw, Report

Bundle = dict[str, Any]
NOW = START[2026] / 1000 + 7200
JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 7, 2**53 - 1, 2**53, -(2**60), 1.5, 1e300, "", "x", "N", "sys", "boris", "2026"),
    *("\ud800", "\u0085", "\ufeff", "a b", "\x00", "\U0001f600", "AAAA", "AAB=", "=", b64(bytes(32)), b64(bytes(64))),
    *([], {}, [[]], {"": ""}, {"tag": "x", "y": 2025}, {"id": "anna"}, {"nonce": "N"}, {"__proto__": 1}),
]
LETTERS = [
    "a",
    "A",
    "0",
    "9",
    "=",
    "+",
    " ",
    "\n",
    '"',
    "\\",
    ",",
    "{",
    "]",
    ":",
    "-",
    "\u2014",
    "\u00e9",
    "\t",
    "\x7f",
]


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
            maker, bundle, now = given.one_young_witness()
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


def _witnesses_alike() -> tuple[Maker, Bundle]:
    """A plus sign, which also parts a witness's name and id from its key, ends both keys."""
    maker = Maker()
    for name in maker.witnesses:
        while not maker.vkey(name).endswith("+"):
            maker.witnesses[name] = ed25519.Ed25519PrivateKey.generate()
    maker.log(2026).commit([maker.request(maker.writer(), 2026, "anna", "N")])
    return maker, maker.bundle("anna", "N")


# random changes


def at_random(count: int, seed: int) -> Iterator[Case]:
    dice = random.Random(seed)
    maker = honest({2025: [5], 2026: [6, 3]})
    base = case("", maker, maker.bundle("anna", "N"))
    kinds: list[Callable[[random.Random, Maker, Case], Case]] = [
        *(_junk_in_bundle, _junk_in_policy, _bytes_of_bundle, _inner_text, _lists, _note, _rogue_envelope, _odd_body),
    ]
    for number in range(count):
        change = kinds[number % len(kinds)]
        changed = change(dice, maker, base)
        age = dice.choice([None, None, 59, 10**7])
        yield replace(changed, name=f"{change.__name__} {number}", nonce=dice.choice(["N"] * 4 + [""]), max_age=age)


def _junk_in_bundle(dice: random.Random, _maker: Maker, base: Case) -> Case:
    bundle = json.loads(base.bundle)
    return replace(base, bundle=raw(replaced(bundle, dice.choice(places(bundle)), dice.choice(JUNK))))


def _junk_in_policy(dice: random.Random, _maker: Maker, base: Case) -> Case:
    policy = json.loads(base.policy)
    if dice.random() < 0.5:
        return replace(base, policy=raw(replaced(policy, dice.choice(places(policy)), dice.choice(JUNK))))
    where = dice.choice([p for p in places(policy) if isinstance(_at(policy, p), str)])
    return replace(base, policy=raw(replaced(policy, where, _mutated(dice, _at(policy, where)))))


def _bytes_of_bundle(dice: random.Random, _maker: Maker, base: Case) -> Case:
    place, kind, data = dice.randrange(len(base.bundle)), dice.randrange(4), base.bundle
    middle = [b"", bytes([dice.randrange(256)]), data[place : place + 1] * 2, dice.choice(LETTERS).encode()][kind]
    return replace(base, bundle=data[:place] + middle + data[place + 1 :])


def _inner_text(dice: random.Random, _maker: Maker, base: Case) -> Case:
    """One character of an envelope, a body, a certificate, a hash."""
    bundle = json.loads(base.bundle)
    where = dice.choice([p for p in places(bundle) if isinstance(_at(bundle, p), str)])
    return replace(base, bundle=raw(replaced(bundle, where, _mutated(dice, _at(bundle, where)))))


def _lists(dice: random.Random, _maker: Maker, base: Case) -> Case:
    """An element dropped, doubled, or two exchanged."""
    bundle = json.loads(base.bundle)
    where = dice.choice([p for p in places(bundle) if isinstance(_at(bundle, p), list) and _at(bundle, p)])
    found = copy.deepcopy(_at(bundle, where))
    one, other = dice.randrange(len(found)), dice.randrange(len(found))
    kind = dice.randrange(3)
    if kind == 0:
        del found[one]
    elif kind == 1:
        found.insert(other, found[one])
    else:
        found[one], found[other] = found[other], found[one]
    return replace(base, bundle=raw(replaced(bundle, where, found)))


def _note(dice: random.Random, _maker: Maker, base: Case) -> Case:
    """Lines of a checkpoint dropped, doubled, moved, or a bit of a signature."""
    bundle = json.loads(base.bundle)
    chain = dice.choice(bundle["chains"])
    lines = chain["checkpoint"].splitlines(keepends=True)
    one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    kind = dice.randrange(3)
    if kind == 0:
        lines[one : one + 1] = dice.choice([[], [lines[one]] * 2])
    elif kind == 1:
        lines[one], lines[other] = lines[other], lines[one]
    else:
        head, _, signature = lines[-dice.randint(1, 3)].rstrip("\n").rpartition(" ")
        data = bytearray(base64.b64decode(signature))
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
        lines[-1] = f"{head} {b64(bytes(data[: dice.choice([len(data)] * 3 + [3, 40])]))}\n"
    chain["checkpoint"] = "".join(lines)
    return replace(base, bundle=raw(bundle))


def _rogue_envelope(dice: random.Random, maker: Maker, base: Case) -> Case:
    """A field of an own envelope in a log that signs it so; witnesses too."""
    log = maker.logs[2026]
    own = [i for i, leaf in enumerate(log.leaves) if json.loads(leaf.envelope)["tag"] == maker.tags["anna", 2026]]
    index = dice.choice(own)
    before = json.loads(log.leaves[index].envelope)
    name = dice.choice(sorted(before.keys() - {"tag"}))
    junk = [value for value in JUNK if canonical_value(value)]
    inner = {**before["w"], dice.choice(sorted(before["w"])): dice.choice(junk)}
    value = dice.choice([inner, dice.choice(junk)]) if name == "w" else dice.choice(junk)
    if isinstance(before[name], int) and dice.random() < 0.7:
        value = before[name] + dice.choice([-1, 1, 2])
    leaves = [*log.leaves[:index], log.leaves[index].edited(**{name: value}), *log.leaves[index + 1 :]]
    return _with_chain(base, Log(maker, 2026, log.before, leaves, [len(leaves)]))


def _odd_body(dice: random.Random, maker: Maker, base: Case) -> Case:
    """A field of a body, logged and signed so by a certified writer; then perhaps of the request."""
    log, writer = maker.logs[2026].copy(), maker.writer()
    plain = json.loads(dice.choice([maker.entry(writer, 2026, "anna"), maker.request(writer, 2026, "anna", "N")]).body)
    where = dice.choice([place for place in places(plain) if place and place != ("id",)])
    body = replaced(plain, where, dice.choice([value for value in JUNK if canonical_value(value)]))
    odd = maker.sealed_entry(writer, 2026, maker.tags["anna", 2026], body)
    log.commit([odd] if dice.random() < 0.5 else [odd, maker.request(writer, 2026, "anna", "N")])
    return _with_chain(base, log, {writer.id: writer.certificate})


def _with_chain(base: Case, log: Log, certificates: dict[str, str] | None = None) -> Case:
    bundle = json.loads(base.bundle)
    bundle["chains"][1] = log.chain(log.maker.tags["anna", 2026])
    bundle["certs"].update(certificates or {})
    return replace(base, bundle=raw(bundle))


def canonical_value(value: Any) -> bool:
    try:
        Leaf(b"{}", b"").edited(x=value)
    except ValueError:
        return False
    return True


def _mutated(dice: random.Random, text: str) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(["", *LETTERS]) + text[place + dice.randrange(2) :]


def _at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value
