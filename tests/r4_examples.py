"""The official examples of R4 and of the International Patient Summary, of the types that are served.

They are installed by ``python -m tests.third_party`` (CC0); a name is the file's without ``.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from chalicelib.domain.exact_json import loads
from chalicelib.interop.r4 import validator

MODULES = Path(__file__).parent / "third_party/node_modules"
FOLDERS = (MODULES / "hl7.fhir.r4.examples", MODULES / "hl7.fhir.uv.ips/example")


class Example(NamedTuple):
    name: str
    text: str

    @property
    def type(self) -> str:
        return self.name.partition("-")[0]

    @property
    def resource(self) -> dict[str, Any]:
        """A new one each time; numbers keep their spelling."""
        found: dict[str, Any] = loads(self.text)
        return found


def examples(*types: str) -> Iterator[Example]:
    """Of these types, of every served one without any; the same order always."""
    return (one for one in _all() if not types or one.type in types)


def example(name: str) -> dict[str, Any]:
    return next(one.resource for one in _all() if one.name == name)


@cache
def _all() -> tuple[Example, ...]:
    served = frozenset(validator().types())
    return tuple(
        Example(path.stem, path.read_text("utf-8"))
        for folder in FOLDERS
        for path in sorted(folder.glob("*.json"))
        if path.name.partition("-")[0] in served
    )
