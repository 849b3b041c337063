"""Does an answer have the shape that a case expects? Data against data, no code in the cases.

{"a": 1}      an object that has ``a``, whatever else it has        [1, 2]   a list of exactly these
"~^W/"        a text that the expression finds                       "?"      anything that is there and not null
{"*": {...}}  a list, some item of which fits                        "!"      nothing is there
"${name}"     a value that an earlier step saved
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

NAMED = re.compile(r"\$\{([a-z_]+)\}")
ANY, ABSENT, SOME = "?", "!", "*"
LIKE = "like"
MISSING = object()


def differences(expected: Any, found: Any, place: str = "") -> Iterator[str]:
    """Where an answer differs, each as a sentence with its place; nothing when it fits. No value of the answer."""
    if expected == ABSENT:
        if found is not MISSING:
            yield f"{place}: nothing was expected"
    elif found is MISSING or found is None:
        yield f"{place}: missing"
    elif isinstance(expected, Mapping):
        yield from _object(expected, found, place)
    elif isinstance(expected, Sequence) and not isinstance(expected, str):
        yield from _list(expected, found, place)
    elif isinstance(expected, str) and expected.startswith("~"):
        if not re.search(expected[1:], str(found)):
            yield f"{place}: does not match {expected[1:]}"
    elif expected not in (ANY, found) or (expected != ANY and type(expected) is not type(found)):
        yield f"{place}: not {expected!r}"


def _object(expected: Mapping[str, Any], found: Any, place: str) -> Iterator[str]:
    if SOME in expected:
        if not isinstance(found, list):
            yield f"{place}: not a list"
        elif all(any(True for _ in differences(expected[SOME], item, place)) for item in found):
            yield f"{place}: no item fits {expected[SOME]!r}"
        return
    if not isinstance(found, Mapping):
        yield f"{place}: not an object"
        return
    for name, wanted in expected.items():
        yield from differences(wanted, found.get(name, MISSING), f"{place}/{name}")


def _list(expected: Sequence[Any], found: Any, place: str) -> Iterator[str]:
    if not isinstance(found, list) or len(found) != len(expected):
        yield f"{place}: not a list of {len(expected)}"
        return
    for at, wanted in enumerate(expected):
        yield from differences(wanted, found[at], f"{place}/{at}")


def filled(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with ``${name}`` in its texts replaced. KeyError for a name that is not known."""
    if isinstance(value, str):
        whole = NAMED.fullmatch(value)
        return known[whole[1]] if whole else NAMED.sub(lambda name: str(known[name[1]]), value)
    if isinstance(value, Mapping):
        return {name: filled(inner, known) for name, inner in value.items()}
    return [filled(inner, known) for inner in value] if isinstance(value, list) else value


def at(body: Any, path: str) -> Any:
    """The value at ``a/0/b``; MISSING when there is none."""
    for step in filter(None, path.split("/")):
        if isinstance(body, Mapping):
            body = body.get(step, MISSING)
        elif isinstance(body, list) and step.isdecimal() and int(step) < len(body):
            body = body[int(step)]
        else:
            return MISSING
    return body


def told(value: Any, bodies: Mapping[str, Any]) -> Any:
    """The value with ``{"like": name, …}`` replaced by a body told once; what is null there is left out."""
    if isinstance(value, list):
        return [told(inner, bodies) for inner in value]
    if not isinstance(value, Mapping):
        return value
    found = {name: told(inner, bodies) for name, inner in value.items() if name != LIKE}
    if LIKE in value:
        found = {name: inner for name, inner in {**bodies[value[LIKE]], **found}.items() if inner is not None}
    return found
