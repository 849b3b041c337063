"""Invariants of what holds others: bundles, documents, parameters; of consents and the audit."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.interop.r4.invariants.looking import Element, Rule, each, has, many, one, rule, text

ASKING = frozenset({"batch", "transaction", "history"})
ANSWERING = frozenset({"batch-response", "transaction-response", "history"})


def _exactly(element: Element, name: str, kinds: frozenset[str]) -> list[str]:
    """Entries that lack ``name`` in a Bundle of these kinds, or have it in another."""
    wanted = text(element, "type") in kinds
    return [f".entry[{place}].{name}" for place, entry in each(element, "entry") if has(entry, name) != wanted]


def _searched(element: Element) -> list[str]:
    if text(element, "type") == "searchset":
        return []
    return [f".entry[{place}].search" for place, entry in each(element, "entry") if has(entry, "search")]


def _repeated(element: Element) -> list[str]:
    """bdl-7: the same fullUrl, and the same version of it."""
    if text(element, "type") == "history":
        return []
    seen: set[tuple[str, str]] = set()
    places = []
    for place, entry in each(element, "entry"):
        if url := text(entry, "fullUrl"):
            version = text(one(one(entry, "resource"), "meta"), "versionId")
            if (url, version) in seen:
                places.append(f".entry[{place}].fullUrl")
            seen.add((url, version))
    return places


def _first(element: Element, kind: str, resource: str) -> tuple[str, ...]:
    if text(element, "type") != kind:
        return ()
    entries = many(element, "entry")
    first = entries[0] if entries and isinstance(entries[0], Mapping) else {}
    return () if one(first, "resource").get("resourceType") == resource else (".entry[0].resource",)


def _identified(element: Element) -> bool:
    identifier = one(element, "identifier")
    return text(element, "type") != "document" or (has(identifier, "system") and has(identifier, "value"))


def _versioned(element: Element) -> tuple[str, ...]:
    return (".fullUrl",) if "/_history/" in text(element, "fullUrl") else ()


def _parameter(element: Element) -> bool:
    value, resource = has(element, "value[x]"), has(element, "resource")
    if has(element, "part"):
        return not value and not resource
    return value != resource


_PARAMETER = rule("inv-1", _parameter, "exactly one of value, resource, part", "ровно одно из: значение, ресурс, части")

RULES: Mapping[str, tuple[Rule, ...]] = {
    "Bundle": (
        rule(
            "bdl-1",
            lambda e: not has(e, "total") or text(e, "type") in {"searchset", "history"},
            "a total only in a searchset or a history",
            "total бывает только в searchset и history",
        ),
        Rule("bdl-2", _searched, "search only in a searchset", "search бывает только в searchset"),
        Rule(
            "bdl-3",
            lambda e: _exactly(e, "request", ASKING),
            "a request in every entry of a batch, transaction or history, and in no other",
            "request — в каждой записи batch, transaction и history, и больше нигде",
        ),
        Rule(
            "bdl-4",
            lambda e: _exactly(e, "response", ANSWERING),
            "a response in every entry of an answer or history, and in no other",
            "response — в каждой записи ответа и history, и больше нигде",
        ),
        Rule("bdl-7", _repeated, "the fullUrl is not the only one", "такой fullUrl уже есть"),
        rule(
            "bdl-9",
            _identified,
            "a document needs an identifier with system and value",
            "документу нужен номер (identifier) с системой и значением",
        ),
        rule(
            "bdl-10",
            lambda e: text(e, "type") != "document" or has(e, "timestamp"),
            "a document needs a timestamp",
            "документу нужно время (timestamp)",
        ),
        Rule(
            "bdl-11",
            lambda e: _first(e, "document", "Composition"),
            "a document begins with a Composition",
            "документ начинается с Composition",
        ),
        Rule(
            "bdl-12",
            lambda e: _first(e, "message", "MessageHeader"),
            "a message begins with a MessageHeader",
            "сообщение начинается с MessageHeader",
        ),
    ),
    "Bundle_Entry": (
        rule(
            "bdl-5",
            lambda e: has(e, "resource", "request", "response"),
            "needs a resource, a request or a response",
            "нужен ресурс, запрос или ответ",
        ),
        Rule("bdl-8", _versioned, "names a version", "указывает на версию"),
    ),
    "Composition_Section": (
        rule(
            "cmp-1",
            lambda e: has(e, "text", "entry", "section"),
            "needs text, entries or sections",
            "нужен текст, записи или разделы",
        ),
        rule(
            "cmp-2",
            lambda e: not (has(e, "emptyReason") and has(e, "entry")),
            "emptyReason only where it is empty",
            "emptyReason бывает только у пустого раздела",
        ),
    ),
    "Parameters_Parameter": (_PARAMETER,),
    "Consent": (
        rule(
            "ppc-1",
            lambda e: has(e, "policy", "policyRule"),
            "needs a policy or a policyRule",
            "нужна policy или policyRule",
        ),
    ),
    "MeasureReport": (
        rule(
            "mrp-1",
            lambda e: text(e, "type") != "data-collection" or not has(e, "group"),
            "a report of collected data has no groups",
            "у отчёта о сборе данных нет групп",
        ),
    ),
    "MeasureReport_Stratum": (
        rule(
            "mrp-2",
            lambda e: has(e, "value") != has(e, "component"),
            "a stratum has a value or components, and not both",
            "у слоя есть значение или составные части, и не оба сразу",
        ),
    ),
    "AuditEvent_Entity": (
        rule(
            "sev-1",
            lambda e: not (has(e, "name") and has(e, "query")),
            "a name or a query, not both",
            "имя или запрос, но не оба",
        ),
    ),
}
