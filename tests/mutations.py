"""Changes from a seed for fuzz tests: of JSON trees, bytes, search strings. What comes out is often wrong by design."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any
from urllib.parse import quote

SCALARS: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    1e308,
    "",
    " ",
    "x",
    "\u0000",
    "\ud800",
    "é" * 40,
    "x" * 3000,
    [],
    {},
    [[]],
    [None],
    {"a": None},
    {"reference": "#"},
    {"reference": "Patient/"},
    {"extension": [{"url": "urn:x"}]},
]
TEXTS = [
    "",
    "#",
    "#x",
    "Patient/x",
    "Patient/x/_history/1",
    "Patient?identifier=",
    "Patient?identifier=a|b&x=1",
    "http://[",
    "urn:uuid:",
    "urn:uuid:11111111-1111-4111-8111-111111111111",
    "urn:oid:1.2",
    "../../etc",
    "2026",
    "2026-02-30",
    "9999-12-31T23:59:59.999999999-14:00",
    "2026-01-01T10:00:00Z",
    "0000-01-01",
    "-1",
    "1e400",
    "٣",
    "<div xmlns='http://www.w3.org/1999/xhtml'>x</div>",
    "<!DOCTYPE a>",
    "%",
    "\\",
    "$",
    "|",
    ",",
    "a" * 65,
    "Observation",
    "Bundle",
    "OperationOutcome",
    "entered-in-error",
    "data:;base64,====",
]
NAMES = [
    "resourceType",
    "id",
    "meta",
    "contained",
    "extension",
    "modifierExtension",
    "_status",
    "text",
    "__proto__",
    "",
    "subject",
    "identifier",
]
PARAMETERS = [
    "_id",
    "_lastUpdated",
    "_count",
    "_sort",
    "_include",
    "_revinclude",
    "_elements",
    "_summary",
    "_total",
    "_format",
    "_cursor",
    "_tag",
    "_profile",
    "_has:Observation:patient:code",
    "code",
    "date",
    "patient",
    "subject",
    "value-quantity",
    "value-string",
    "identifier",
    "status",
    "category",
    "combo-value-quantity",
    "encounter",
    "performer",
    "based-on",
    "patient.identifier",
    "name",
    "birthdate",
    "-",
    "",
    "a.b.c",
    "_text",
    "_filter",
    "_query",
]
MODIFIERS = [
    "",
    "",
    "",
    ":missing",
    ":exact",
    ":contains",
    ":not",
    ":text",
    ":in",
    ":below",
    ":identifier",
    ":Patient",
    ":of-type",
    ":",
    ":x:y",
]
VALUES = [
    "",
    "1",
    "-1",
    "0",
    "true",
    "x",
    "a,b",
    "a\\,b",
    ",",
    "|",
    "a|b",
    "a|",
    "|b",
    "http://loinc.org|718-7",
    "5.40|http://unitsofmeasure.org|mg",
    "lt5",
    "ge",
    "eq2026-02-30",
    "ge2026-01",
    "sa2026-01-01T10:00Z",
    "ap1e999",
    "2026-01-01T10:00:00+25:00",
    "Patient/x",
    "Patient/../x",
    "count",
    "-date",
    "-,",
    "date,-_id",
    "Observation:subject",
    "Observation:*",
    "a:b:c:d",
    "json",
    "xml",
    "٣",
    "\u0000",
    "%",
    "x" * 2000,
    "$",
    "\\",
    "999999999999999999999",
    "1e5",
]


class Mutator:
    """``seed``: the same one gives the same changes."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def tree(self, value: Any) -> Any:
        """One to four changes anywhere in a copy of it."""
        made = [deepcopy(value)]
        for _ in range(self.rng.choice((1, 1, 1, 2, 4))):
            self._change(made)
        return made[0]

    def _change(self, root: list[Any]) -> None:
        places = list(_places(root))
        holder, key = self.rng.choice(places)
        value = holder[key]
        kind = self.rng.randrange(10)
        if kind == 0 and holder is not root:
            del holder[key]
        elif kind == 1:
            holder[key] = deepcopy(self.rng.choice(SCALARS))
        elif kind == 2 and isinstance(value, str):
            holder[key] = self.rng.choice((*TEXTS, value + "x", value[:-1], value.upper(), value * 2))
        elif kind == 3:
            other, name = self.rng.choice(places)
            holder[key] = deepcopy(other[name]) if other is not root else self.rng.choice(SCALARS)
        elif kind == 4 and isinstance(value, list):
            value.extend(deepcopy(value) * self.rng.choice((1, 3)))
        elif kind == 5 and isinstance(value, dict):
            value[self.rng.choice(NAMES)] = deepcopy(self.rng.choice((*SCALARS, *TEXTS)))
        elif kind == 6:
            holder[key] = [value]
        elif kind == 7 and isinstance(value, list) and value:
            holder[key] = value[0]
        elif kind == 8 and isinstance(value, dict):
            value["extension"] = [{"url": "urn:x", "extension": [deepcopy(value)]}]
        else:
            holder[key] = self._deep()

    def _deep(self) -> Any:
        made: Any = self.rng.choice(TEXTS)
        for _ in range(self.rng.choice((2, 45, 90))):
            made = {"extension": [made]} if self.rng.random() < 0.5 else [made]
        return made

    def raw(self, data: bytes) -> bytes:
        """One to six changes of bytes."""
        for _ in range(self.rng.randint(1, 6)):
            start = self.rng.randrange(len(data) + 1)
            end = min(len(data), start + self.rng.randrange(20))
            new = self.rng.choice(
                (
                    b"",
                    data[start:end] * 3,
                    b"\x00",
                    b"\xff",
                    b"|",
                    b"^~\\&",
                    b"\r",
                    b"\n",
                    b'"',
                    b"{",
                    b"]",
                    b"1e999",
                    b"\\X0D\\",
                )
            )
            data = data[:start] + new + data[end:]
        return data

    def json_text(self, value: Any) -> bytes:
        text = json.dumps(self.tree(value)).encode()
        return self.raw(text) if self.rng.random() < 0.15 else text

    def query(self) -> str:
        some = [
            self.rng.choice(PARAMETERS) + self.rng.choice(MODIFIERS) + "=" + quote(self.rng.choice(VALUES), safe=":|,$")
            for _ in range(self.rng.randint(1, 4))
        ]
        return "&".join(some)


def _places(root: list[Any]) -> Any:
    """Every (holder, key) of a tree."""
    waiting: list[Any] = [root]
    while waiting:
        holder = waiting.pop()
        for key in list(holder) if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list) and holder[key]:
                waiting.append(holder[key])
