"""Strict JSON, canonical JSON (RFC 8785) and the shapes of fields. Nothing in here raises anything but Flaw."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

import rfc8785

from verifier.notes import NoteError, unb64
from verifier.report import Flaw

MAX_INTEGER = 2**53 - 1
MAX_DIGITS = 17
MAX_DEPTH = 100  # of lists and objects inside each other, the same for every verifier
HASH, SIGNATURE, KEY = 32, 64, 32
LAST_MOMENT = 253_402_300_799_999  # the end of the year 9999, in milliseconds

Check = Callable[[object], bool]


def parse(raw: bytes) -> object:
    """JSON in UTF-8 without duplicate keys, floats, integers beyond 2^53 and lone surrogates, at most 100 deep.

    Raises Flaw.
    """
    try:
        value: object = json.loads(
            raw.decode(), object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_float
        )
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate has no bytes
    except RecursionError:
        raise Flaw("json-deep") from None
    except ValueError:
        raise Flaw("json-malformed") from None
    if not _shallow(value):
        raise Flaw("json-deep")
    return value


def _shallow(value: object) -> bool:
    """Level by level, for a recursion would depend on who calls."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level for inner in _inner(item)]
        if not level:
            return True
    return not any(type(item) in (dict, list) for item in level)


def _inner(value: object) -> Iterable[object]:
    if type(value) is dict:
        return value.values()
    return value if type(value) is list else ()


def parse_canonical(raw: bytes) -> object:
    """``JCS(parse(raw)) == raw``. Raises Flaw."""
    value = parse(raw)
    if canonical(value) != raw:
        raise Flaw("json-not-canonical")
    return value


def canonical(value: object) -> bytes:
    """RFC 8785. Raises Flaw."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]  # what it cannot write, it refuses
    except RecursionError:
        raise Flaw("json-deep") from None
    except ValueError:
        raise Flaw("json-malformed") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Flaw("json-twice")
    return found


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS or abs(int(text)) > MAX_INTEGER:
        raise Flaw("json-number")
    return int(text)


def _float(_text: str) -> float:
    raise Flaw("json-number")


def fields(value: object, checks: Mapping[str, Check], optional: Iterable[str] = ()) -> dict[str, object]:
    """An object with exactly these fields, each of its shape. Raises Flaw with the first field that is not so."""
    if type(value) is not dict:
        raise Flaw("not-an-object")
    for name, check in checks.items():
        if (name in value or name not in optional) and not (name in value and check(value[name])):
            raise Flaw("field-wrong", field=name)
    for name in value:
        if name not in checks:
            raise Flaw("field-unknown", field=name)
    return value


def anything(_value: object) -> bool:
    return True


def is_text(value: object) -> bool:
    return type(value) is str


def is_object(value: object) -> bool:
    return type(value) is dict


def is_list(value: object) -> bool:
    return type(value) is list


def one(value: object) -> bool:
    return type(value) is int and value == 1


def matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: type(value) is str and compiled.fullmatch(value) is not None


def whole(low: int = 0, high: int = MAX_INTEGER) -> Check:
    """An integer, and no boolean."""
    return lambda value: type(value) is int and low <= value <= high


def coded(length: int = 0) -> Check:
    """Base64 of so many bytes; 0 means of any number but none."""

    def check(value: object) -> bool:
        try:
            size = len(unb64(value)) if type(value) is str else 0
        except NoteError:
            return False
        return size == length if length else size > 0

    return check
