"""JSON Patch (RFC 6902): operations on a copy; all of them, or none.

Bounded: ``MOST`` operations, which copy ``COPIED`` values together: who copies a list into itself doubles it each time.
Numbers are equal as numbers, whatever their spelling (RFC 6902, 4.6).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.exact_json import DEPTH, deeper
from chalicelib.errors import FieldProblem, InvalidFieldsError, PatchFailedError

MOST = 100
COPIED = 20_000
"""Values, those inside of others too: a resource has less."""
Operation = Mapping[str, Any]


def patched(document: Any, operations: Any) -> Any:
    """Raises InvalidFieldsError for what is no patch, PatchFailedError where a place is not there or a test fails."""
    if not isinstance(operations, list) or not 0 < len(operations) <= MOST:
        raise InvalidFieldsError(fields=(FieldProblem("/", "patch", f"a list of 1 to {MOST} operations"),))
    found, left = copy.deepcopy(document), COPIED
    for number, operation in enumerate(operations):
        _check(operation, number)
        if operation["op"] == "copy":
            left -= _values(_value(found, operation["from"]))
            if left < 0:
                raise PatchFailedError
        found = _OPERATIONS[operation["op"]](found, operation)
        if deeper(found, DEPTH):
            raise PatchFailedError
    return found


def _check(operation: Any, number: int) -> None:
    known = isinstance(operation, dict) and isinstance(operation.get("op"), str) and operation["op"] in _OPERATIONS
    places = ["path", *(["from"] if known and operation["op"] in {"move", "copy"} else [])]
    whole = known and all(_is_pointer(operation.get(name)) for name in places)
    if not whole or (operation["op"] in {"add", "replace", "test"} and "value" not in operation):
        raise InvalidFieldsError(fields=(FieldProblem(f"/{number}", "patch", "op, path and what goes with them"),))


def _values(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_values, inner))


def _is_pointer(text: Any) -> bool:
    return isinstance(text, str) and (not text or text.startswith("/"))


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _inside(value: Any, step: str) -> Any:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list):
        return value[_index(step, len(value) - 1)]
    raise PatchFailedError


def _index(step: str, highest: int) -> int:
    """RFC 6901, 4: digits without leading zeros."""
    if not (step.isascii() and step.isdecimal()) or (step != "0" and step.startswith("0")) or len(step) > 6:  # noqa: PLR2004
        raise PatchFailedError
    if int(step) > highest:
        raise PatchFailedError
    return int(step)


def _value(document: Any, pointer: str) -> Any:
    for step in _steps(pointer):
        document = _inside(document, step)
    return document


def _put(document: Any, pointer: str, value: Any) -> Any:
    steps = _steps(pointer)
    if not steps:
        return value
    parent, last = document, steps[-1]
    for step in steps[:-1]:
        parent = _inside(parent, step)
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list):
        parent.insert(len(parent) if last == "-" else _index(last, len(parent)), value)
    else:
        raise PatchFailedError
    return document


def _taken(document: Any, pointer: str) -> Any:
    """Remove what is there; the whole is never removed."""
    *steps, last = _steps(pointer) or [""]
    parent = document
    for step in steps:
        parent = _inside(parent, step)
    _inside(parent, last)
    del parent[last if isinstance(parent, dict) else int(last)]
    return document


def _replaced(document: Any, operation: Operation) -> Any:
    if not operation["path"]:
        return operation["value"]
    return _put(_taken(document, operation["path"]), operation["path"], copy.deepcopy(operation["value"]))


def _moved(document: Any, operation: Operation) -> Any:
    if operation["path"].startswith(operation["from"] + "/"):  # into itself
        raise PatchFailedError
    value = _value(document, operation["from"])
    return _put(_taken(document, operation["from"]), operation["path"], value)


def _tested(document: Any, operation: Operation) -> Any:
    if not _same(_value(document, operation["path"]), operation["value"]):
        raise PatchFailedError
    return document


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(*pair) for pair in zip(one, other, strict=True))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


_OPERATIONS: Mapping[str, Callable[[Any, Operation], Any]] = {
    "add": lambda found, said: _put(found, said["path"], copy.deepcopy(said["value"])),
    "remove": lambda found, said: _taken(found, said["path"]),
    "replace": _replaced,
    "move": _moved,
    "copy": lambda found, said: _put(found, said["path"], copy.deepcopy(_value(found, said["from"]))),
    "test": _tested,
}
