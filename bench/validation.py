"""``python -m bench.validation``: what the validation of R4 resources costs, on the official examples, as Markdown.

Needs ``python -m tests.third_party`` for the examples, and nothing but this computer; a few seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench.output import machine, section
from chalicelib.interop.r4 import validator
from chalicelib.interop.r4.schema import DRAFT, definitions
from tests.r4_examples import examples

ROOT = Path(__file__).parents[1]
ROUNDS = 5
SHOWN = ("Patient", "Observation", "MedicationRequest", "DiagnosticReport", "Claim", "Questionnaire", "Bundle")
FRESH = """
import sys, time
import chalicelib.ports.resources
def held():
    with open("/proc/self/statm") as said:
        return int(said.read().split()[1]) * 4096 / 2**20
began, before = time.process_time(), held()
from chalicelib.interop.r4 import validator
v = validator()
for kind in sys.argv[1:]:
    v.problems({"resourceType": kind})
print((time.process_time() - began) * 1000, held() - before)
"""


@dataclass
class Validation:
    """Milliseconds of CPU of each resource by type, and of what a new process pays: (types, ms, MiB)."""

    by_type: dict[str, list[float]]
    size: dict[str, list[int]]
    fresh: list[tuple[int, float, float]]
    others: dict[str, float]
    """Milliseconds of an Observation, mean, in another library."""


def measure() -> Validation:
    by_type: dict[str, list[float]] = defaultdict(list)
    size: dict[str, list[int]] = defaultdict(list)
    check = validator().problems
    for one in examples():
        resource = one.resource
        check(resource)
        began = time.process_time()
        for _ in range(ROUNDS):
            check(resource)
        by_type[one.type].append((time.process_time() - began) / ROUNDS * 1000)
        size[one.type].append(len(one.text))
    return Validation(by_type, size, [_fresh(SHOWN[:count]) for count in (1, len(SHOWN))], _others())


def _fresh(types: tuple[str, ...]) -> tuple[int, float, float]:
    done = subprocess.run(  # noqa: S603 - this interpreter, our own text
        [sys.executable, "-c", FRESH, *types], cwd=ROOT, capture_output=True, text=True, check=True
    )
    taken, memory = map(float, done.stdout.split())
    return len(types), taken, memory


def _others() -> dict[str, float]:
    """The same schema in the library that is written in Python, where the tests have it installed."""
    if find_spec("jsonschema") is None:
        return {}
    slow = import_module("jsonschema").Draft6Validator(
        {"$schema": DRAFT, "definitions": definitions(), "$ref": "#/definitions/Observation"}
    )
    resources: list[Any] = [json.loads(one.text) for one in examples("Observation")]
    began = time.process_time()
    for resource in resources:
        slow.is_valid(resource)
    return {"jsonschema, the schema alone": (time.process_time() - began) / len(resources) * 1000}


def report(found: Validation) -> str:
    every = [taken for some in found.by_type.values() for taken in some]
    lines = [
        f"{len(every)} examples of HL7: mean {mean(every):.2f} ms, median {median(every):.2f}, most {max(every):.1f}.",
        "",
        "| type | examples | mean kB | median ms | largest ms |",
        "| --- | --- | --- | --- | --- |",
    ]
    for kind in SHOWN:
        taken = found.by_type[kind]
        kilobytes = mean(found.size[kind]) / 1024
        lines.append(f"| {kind} | {len(taken)} | {kilobytes:.1f} | {median(taken):.2f} | {max(taken):.1f} |")
    lines.append("")
    lines += [
        f"A new process pays {taken:.0f} ms and {memory:.0f} MiB for its first {count} type{'s' * (count > 1)}."
        for count, taken, memory in found.fresh
    ]
    lines += [f"An Observation takes {taken:.2f} ms in {name}." for name, taken in found.others.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    section("Machine", machine())
    section("Validation of resources, CPU", report(measure()))
