"""SMART scopes: what a token may do to which type of resource (SMART App Launch 2.2, scopes for resources).

``<context>/<type>.<letters>``: context ``system`` (a partner), ``patient`` (an application, for one card); a type of
resource or ``*``; letters out of ``cruds`` in this order, or the words of version 1: ``read``, ``write``, ``*``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

FORM = re.compile(r"(system|patient)/([A-Z][A-Za-z]{1,40}|\*)\.(c?r?u?d?s?|read|write|\*)")
FIRST_VERSION = {"read": "rs", "write": "cud", "*": "cruds"}
SYSTEM, PATIENT = "system", "patient"


class Scope(NamedTuple):
    context: str
    resource: str
    letters: str


def is_scope(word: str) -> bool:
    """Whether a word is a scope about resources."""
    found = FORM.fullmatch(word)
    return found is not None and bool(found[3])


def scopes_of(words: Collection[str]) -> Iterator[Scope]:
    """The scopes about resources among the words of a token; others are none of them."""
    for word in words:
        found = FORM.fullmatch(word)
        if found and found[3]:
            yield Scope(found[1], found[2], FIRST_VERSION.get(found[3], found[3]))


def permits(words: Collection[str], context: str, resource: str, letter: str) -> bool:
    """Whether any scope lets do ``letter`` (one of ``cruds``) to a type of resource."""
    return any(
        scope.context == context and scope.resource in {resource, "*"} and letter in scope.letters
        for scope in scopes_of(words)
    )
