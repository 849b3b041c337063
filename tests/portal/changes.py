"""Seeded random changes of a good bundle on every level: bytes, JSON, texts inside, what is logged and signed."""

from __future__ import annotations

import base64
import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.portal.cases import Case, case, raw
from tests.verifier.maker import Leaf, Log, Maker, b64, honest
from tests.verifier.test_garbage import places, replaced

JUNK: list[Any] = [
    *(None, True, False, 0, 1, -1, 7, 2**53 - 1, 2**53, -(2**60), 1.5, 1e300, "", "x", "N", "sys", "boris", "2026"),
    *("\ud800", "\u0085", "\ufeff", "a b", "\x00", "\U0001f600", "AAAA", "AAB=", "=", b64(bytes(32)), b64(bytes(64))),
    *([], {}, [[]], {"": ""}, {"tag": "x", "y": 2025}, {"id": "anna"}, {"nonce": "N"}, {"__proto__": 1}),
]
LETTERS = [*'aA09=+ \n"\\,{]:-\u2014\u00e9\t\x7f']


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
