"""A resource as plain JSON, with the resources inside it taken out, and what is wrong with it whatever its type is.

The library of the schema knows no numbers that keep their spelling, and would look at a resource in a Bundle twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.interop.r4 import schema
from chalicelib.interop.r4.findings import Findings
from chalicelib.interop.r4.schema import written

DEPTH = 40
"""Levels of objects and lists, over resources inside resources."""
VALUES = 1_000_000
"""Of one request, a Bundle with all that is in it."""
OF_BUNDLE = 100_000
OF_ONE = 50_000
"""Of one resource, without those inside it: a schema's library writes every error down before it tells the first."""
LENGTH = 1024 * 1024
"""Characters of a string (R4, datatypes, string); one under ``LONG`` may be ten times as long."""
LONG = frozenset({"data", "valueBase64Binary"})
CONTAINED = 200


class TooMuchError(Exception):
    """Over a limit: looking further would cost what the limit is to spare. The problem is among the findings."""


class Inner(NamedTuple):
    path: str
    resource: Mapping[str, Any]
    depth: int
    contained: bool


class Copier:
    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._values = 0
        self._most = 0
        self.inner: list[Inner] = []
        self.local: set[str] = set()
        """Strings ``#…``: each may be a reference to a contained resource."""

    def resource(self, resource: Mapping[str, Any], path: str, depth: int) -> dict[str, Any]:
        """Raises TooMuchError. What was taken out is in ``inner``."""
        self.inner, self.local = [], set()
        self._most = min(VALUES, self._values + (OF_BUNDLE if resource["resourceType"] == "Bundle" else OF_ONE))
        return self._object(resource, path, depth)

    def _object(self, value: Mapping[str, Any], path: str, depth: int) -> dict[str, Any]:
        self._deeper(path, depth)
        if not value:
            self._wrong(
                path, "invalid", "an empty object says nothing: leave the element out", "пустой объект: уберите элемент"
            )
        made: dict[str, Any] = {}
        for name, inner in value.items():
            if not name.isascii():  # no name of R4 is so, and half of a character would be too much for the library
                self._wrong(path, "structure", *schema.UNKNOWN)
            elif inner is None:
                self._wrong(written(path, [name]), "invalid", *NULL)
            else:
                made[name] = self._value(inner, name, path, depth)
        return made

    def _list(self, value: Any, name: str, path: str, depth: int) -> list[Any]:
        self._deeper(path, depth)
        if not value:
            self._wrong(
                path, "invalid", "an empty list says nothing: leave the element out", "пустой список: уберите элемент"
            )
        if name == "contained" and len(value) > CONTAINED:
            self._stop(path, f"at most {CONTAINED} contained resources", f"не более {CONTAINED} вложенных ресурсов")
        return [self._one(inner, name, f"{path}[{number}]", depth) for number, inner in enumerate(value)]

    def _value(self, value: Any, name: str, path: str, depth: int) -> Any:
        if isinstance(value, str):
            self._count(path)
            return self._text(value, name, path)
        return self._one(value, name, written(path, [name]), depth)

    def _one(self, value: Any, name: str, path: str, depth: int) -> Any:
        """``path``: of the value itself."""
        self._count(path)
        if isinstance(value, str):
            return self._text(value, "", path)
        if isinstance(value, dict):
            if isinstance(value.get("resourceType"), str):
                self.inner.append(Inner(path, value, depth + 1, name == "contained"))
                return _mark(value)
            return self._object(value, path, depth + 1)
        if isinstance(value, list):
            return self._list(value, name, path, depth + 1)
        if isinstance(value, bool) or value is None or (isinstance(value, int) and abs(value) < 1 << 63):
            return value
        if isinstance(value, int | float):
            return self._number(value, path)
        self._wrong(path, "structure", "this is not a value of JSON", "это не значение JSON")
        return None

    def _number(self, value: float, path: str) -> float | None:
        try:
            return float(value)
        except OverflowError:
            self._wrong(path, "value", "the number is out of its range", "число вне допустимых пределов")
            return None

    def _count(self, path: str) -> None:
        self._values += 1
        if self._values > self._most:
            self._stop(path, "too many values in one resource or bundle", "слишком много значений в ресурсе или пакете")

    def _text(self, value: str, name: str, path: str) -> str:
        """``path``: of the object that has ``name``; of the text itself without a name."""
        if value.startswith("#"):
            self.local.add(value[1:])
        where = [name] if name else []
        if not value:
            self._wrong(
                written(path, [*where]),
                "invalid",
                "empty text says nothing: leave the element out",
                "пустая строка: уберите элемент",
            )
        elif len(value) > LENGTH and len(value) > LENGTH * (10 if name in LONG else 1):
            self._wrong(written(path, [*where]), "too-long", "the text is too long", "текст слишком длинный")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                self._wrong(written(path, [*where]), "invalid", "half of a character", "половина знака Юникода")
                return "?"
        return value

    def _deeper(self, path: str, depth: int) -> None:
        if depth > DEPTH:
            self._stop(path, f"at most {DEPTH} levels", f"не более {DEPTH} уровней вложенности")

    def _wrong(self, path: str, code: str, text: str, text_ru: str) -> None:
        self._findings.add(path, code, text, text_ru)

    def _stop(self, path: str, text: str, text_ru: str) -> None:
        self._findings.add(path, "too-costly", text, text_ru, "limit")
        raise TooMuchError


def _mark(resource: Mapping[str, Any]) -> dict[str, Any]:
    """What stands for a resource that was taken out: its type, and its version, which bdl-7 asks for."""
    kind, meta = resource["resourceType"], resource.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    sound = isinstance(version, str) and version.isascii()
    return {"resourceType": kind if kind.isascii() else "", **({"meta": {"versionId": version}} if sound else {})}


NULL = ("null says nothing: leave the element out", "null ничего не значит: уберите элемент")
