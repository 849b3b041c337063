"""Entries of a Bundle of type transaction or batch: read, ordered, and what is wrong with them (FHIR R4, 3.1.0.11).

The order of a transaction is DELETE, POST, PUT, GET, whatever order the entries have; the answer keeps theirs. No two
entries may be about one resource.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.errors import BundleTooLargeError, ResourceInvalidError

TRANSACTION, BATCH = "transaction", "batch"
MOST_ENTRIES = 5_000
"""Of one bundle."""
MOST_IN_BATCH = 200
"""Each entry of a batch is a transaction of its own, and all of them have to be done within one call."""
MOST_READ = 20
"""Entries GET of one transaction: each is a whole answer."""
MOST_BYTES = 5 * 1024 * 1024
"""Of a body: a function is called with 6 MB at most, and JSON inside JSON is longer."""

ORDER = ("DELETE", "POST", "PUT", "GET")
NOT_HERE = frozenset({"PATCH", "HEAD"})
"""Methods of R4 that are no entries here."""
TYPE = re.compile(r"[A-Z][A-Za-z]{1,40}")
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
FULL_URL = re.compile(r"(urn:(uuid|oid):|https?://)[^\s#?]{1,240}")
TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?')


@dataclass(frozen=True, slots=True)
class Entry:
    """``number``: its place in the bundle. ``query``: what stands behind ``?`` in the address of a GET.

    ``if_match``: the version, 0 for none said. ``if_none_exist``: the search as it was sent. ``if_none_match``: of a
    GET, the version that is known already.
    """

    number: int
    method: str
    type: str
    id: str = ""
    query: str = ""
    full_url: str = ""
    resource: Mapping[str, Any] | None = None
    if_none_exist: str = ""
    if_match: int = 0
    if_none_match: int = 0

    @property
    def place(self) -> str:
        return f"Bundle.entry[{self.number}]"

    @property
    def content(self) -> Mapping[str, Any]:
        return self.resource or {}

    @property
    def base(self) -> str:
        """Where a relative reference in it leads to: the address of the server that its fullUrl is of; "" for none."""
        return self.full_url.rsplit("/", 2)[0] if self.full_url.startswith("http") else ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """As ``ports.resources.Problem``, for the pure half of bundles."""

    path: str
    code: str
    text: str
    text_ru: str

    def shown(self) -> dict[str, str]:
        return {"path": self.path, "code": self.code, "text": self.text, "text_ru": self.text_ru, "rule": ""}


def refused(found: Sequence[Wrong]) -> ResourceInvalidError:
    return ResourceInvalidError(extra={"issues": [one.shown() for one in found]})


def entries_of(bundle: Mapping[str, Any], here: str = "") -> list[Entry]:
    """Entries in the order of the bundle. Raises ResourceInvalidError with all that is wrong, BundleTooLargeError.

    ``here``: the address of this server's FHIR API, with a slash at its end: an address may be written out.
    """
    read = one_by_one(bundle, here)
    found, wrongs = [one for one in read if isinstance(one, Entry)], [one for one in read if isinstance(one, Wrong)]
    if bundle["type"] == TRANSACTION:
        wrongs += _twice(found)
    if wrongs:
        raise refused(wrongs[:50])
    return found


def one_by_one(bundle: Mapping[str, Any], here: str = "") -> list[Entry | Wrong]:
    """As ``entries_of``, with what is wrong in the place of an entry that cannot be read."""
    kind, given = bundle.get("type"), bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or kind not in (TRANSACTION, BATCH):
        wrong = "a Bundle of type transaction or batch", "Нужен Bundle типа transaction или batch"
        raise refused([Wrong("Bundle.type", "value", *wrong)])
    if not isinstance(given, list):
        raise refused([Wrong("Bundle.entry", "structure", "a list of entries", "Нужен список элементов")])
    most = MOST_ENTRIES if kind == TRANSACTION else MOST_IN_BATCH
    if len(given) > most:
        raise BundleTooLargeError(f"at most {most} entries in a {kind}", extra={"limit": most})
    found: list[Entry | Wrong] = []
    for number, one in enumerate(given):
        try:
            found.append(_entry(number, one, here))
        except _Bad as bad:
            found.append(bad.wrong)
    return found


def ordered(entries: Sequence[Entry]) -> list[Entry]:
    """As a transaction carries them out; those of one method in their own order."""
    return sorted(entries, key=lambda one: ORDER.index(one.method))


class _Bad(Exception):
    def __init__(self, number: int, path: str, code: str, text: str, text_ru: str) -> None:
        super().__init__(text)
        self.wrong = Wrong(f"Bundle.entry[{number}]{path}", code, text, text_ru)


def _entry(number: int, given: Any, here: str) -> Entry:
    request = given.get("request") if isinstance(given, dict) else None
    if not isinstance(request, dict):
        raise _Bad(number, ".request", "required", "method and url are needed", "Нужны method и url")
    method, url = request.get("method"), request.get("url")
    if isinstance(method, str) and method in NOT_HERE:
        raise _Bad(number, ".request.method", "not-supported", "not supported here", "Здесь не поддерживается")
    if method not in ORDER:
        raise _Bad(number, ".request.method", "value", "one of: GET, POST, PUT, DELETE", "GET, POST, PUT или DELETE")
    if not isinstance(url, str) or len(url) > 2_000:  # noqa: PLR2004
        raise _Bad(number, ".request.url", "required", "an address like Observation", "Нужен адрес вида Observation")
    path, _, query = url.removeprefix(here or "/").removeprefix("/").partition("?")
    kind, _, rest = path.partition("/")
    _check_address(number, method, (kind, rest, query))
    resource = given.get("resource")
    _check_resource(number, method, (kind, rest), resource)
    return Entry(
        number,
        method,
        kind,
        rest,
        query,
        _full_url(number, given),
        resource if method in {"POST", "PUT"} else None,
        _text(number, request, "ifNoneExist") if method == "POST" else "",
        _version(number, request, "ifMatch"),
        _version(number, request, "ifNoneMatch") if method == "GET" else 0,
    )


def _check_address(number: int, method: str, parts: tuple[str, str, str]) -> None:
    kind, rest, query = parts
    said = ".request.url"
    if method == "GET":
        if not TYPE.fullmatch(kind):
            raise _Bad(number, said, "value", "a type of resource, or one resource", "Нужен тип ресурса или ресурс")
        if rest and not ID.fullmatch(rest):
            text = "reads and searches alone are supported"
            raise _Bad(number, said, "not-supported", text, "Поддерживаются только чтение и поиск")
        return
    if query:
        text = "conditional updates and deletes are not supported"
        raise _Bad(number, said, "not-supported", text, "Условные изменение и удаление не поддерживаются")
    if not TYPE.fullmatch(kind) or (method == "POST" and rest) or (method != "POST" and not ID.fullmatch(rest)):
        text = "Type for POST, Type/id for PUT and DELETE"
        raise _Bad(number, said, "value", text, "Тип для POST, Тип/id для PUT и DELETE")


def _check_resource(number: int, method: str, target: tuple[str, str], resource: Any) -> None:
    if method in {"GET", "DELETE"}:
        return
    kind, resource_id = target
    if not isinstance(resource, dict) or resource.get("resourceType") != kind:
        raise _Bad(number, ".resource", "value", f"a {kind} is needed", f"Нужен ресурс {kind}")
    if method == "PUT" and resource.get("id") != resource_id:
        raise _Bad(number, ".resource.id", "value", "the id of the address", "Нужен id из адреса")


def _full_url(number: int, given: Mapping[str, Any]) -> str:
    said = given.get("fullUrl", "")
    if said != "" and (not isinstance(said, str) or not FULL_URL.fullmatch(said)):
        raise _Bad(number, ".fullUrl", "value", "urn:uuid:… or an address", "Нужен urn:uuid:… или адрес")
    return str(said)


def _text(number: int, request: Mapping[str, Any], name: str) -> str:
    said = request.get(name, "")
    if not isinstance(said, str) or len(said) > 1_000:  # noqa: PLR2004
        raise _Bad(number, f".request.{name}", "value", "a search as text", "Нужен поисковый запрос")
    return said.partition("?")[2] if "?" in said else said


def _version(number: int, request: Mapping[str, Any], name: str) -> int:
    said = _text(number, request, name)
    found = TAG.fullmatch(said)
    if said and found is None:
        raise _Bad(number, f".request.{name}", "value", 'a version as in ETag, like W/"3"', 'Версия вида W/"3"')
    return int(found[1]) if found else 0


def _twice(entries: Sequence[Entry]) -> Iterator[Wrong]:
    """Two entries that have one name, or would change one resource."""
    names: dict[str, int] = {}
    for one in entries:
        changed = f"{one.type}/{one.id}" if one.method in {"PUT", "DELETE"} else ""
        given = one.full_url if one.method != "GET" else ""
        for name, path in ((given, ".fullUrl"), (changed, ".request.url")):
            if name and names.setdefault(name, one.number) != one.number:
                text = f"entry {names[name]} is about the same resource"
                text_ru = f"О том же ресурсе элемент {names[name]}"
                yield Wrong(one.place + path, "duplicate", text, text_ru)
