"""The lock file of the runtime, without what only the packager needs."""

from __future__ import annotations

import re

NOT_DEPLOYED = ("chalice", "lxml", "oscrypto")
"""Chalice comes by itself (below). With lxml pyHanko would write the metadata of a PDF anew, with oscrypto
pyhanko-certvalidator would read the trust store of a computer: neither is done here, all works without them (14 MB).
aiohttp stays, though nothing is fetched: pyHanko imports it for its clients of time-stamping authorities.
"""

_HEAD = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)
_VIA = re.compile(r"^    #(?: via)?[ ]+(?!via$)(\S.*)$", re.MULTILINE)


def without(lock: str, *dropped: str) -> str:
    """The lock without these packages and without what nothing else asks for (``# via`` comments say who asks).

    Chalice puts its own runtime part into the function; its command line brings pip, setuptools and a dozen more, which
    have no place there.
    """
    blocks = _blocks(lock)
    gone = set(dropped)
    while True:
        more = {name for name, text in blocks.items() if name not in gone and _askers(text) <= gone}
        if not more:
            return "".join(text for name, text in blocks.items() if name not in gone)
        gone |= more


def _blocks(lock: str) -> dict[str, str]:
    heads = list(_HEAD.finditer(lock))
    ends = [head.start() for head in heads[1:]] + [len(lock)]
    return {head[1].lower(): lock[head.start() : end] for head, end in zip(heads, ends, strict=True)}


def _askers(block: str) -> set[str]:
    return {found.lower() for found in _VIA.findall(block)}
