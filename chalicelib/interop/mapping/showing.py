"""Which resources a record is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.domain.exact_json import loads
from chalicelib.domain.identity import PatientId
from chalicelib.domain.resource_ids import ResourceId, card_resource_id
from chalicelib.interop.mapping.codecs import URN, Body, Tree
from chalicelib.interop.mapping.form import TERMS, WITHDRAWN, Form
from chalicelib.interop.mapping.forms import FORMS
from chalicelib.interop.mapping.lenses import At
from chalicelib.interop.mapping.paths import first, put
from chalicelib.interop.mapping.rules import every
from chalicelib.ports.resources import RESOURCE, Resource

KIND_TAG = f"{URN}:kind"
SOURCE_TAG = f"{URN}:source"
REPORTS = {"patient-reported": "PATRPT", "staff": "CLINRPT"}
"""HL7 v3 ObservationValue: who says so."""
OF_THE_CARD = frozenset({f"{URN}:field:related", f"{URN}:field:file"})
"""Extensions that name what lies in one card: other records, files."""
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def shown(patient_id: str, record: Mapping[str, Any]) -> list[Resource]:
    """See ``ports/resources.py``. What was delivered is shown as it came."""
    identity = str(ResourceId(PatientId(patient_id), record["kind"], record["id"]))
    if kept := record.get(RESOURCE) or record["body"].get(RESOURCE):
        found: Resource = loads(kept)
        return [{**found, "id": identity, "meta": {**found.get("meta", {}), **_version(record)}}]
    subject = {"reference": f"Patient/{card_resource_id(patient_id)}"}
    at = At(patient_id, subject, {name: value for name, value in record.items() if name != "body"})
    if record["kind"] not in FORMS:
        return [_basic(record, at, identity)]
    return written(FORMS[record["kind"]], record["body"], at, {"id": identity, "meta": _meta(record)})


def written(form: Form, body: Body, at: At, said: Tree) -> list[Resource]:
    """``said``: id and meta. The first resource is the record, the others belong to it."""
    made: Tree = {"resourceType": form.resource, **said, form.subject: dict(at.subject)}
    for lens in form.lenses:
        lens.show(body, made, at)
    others = form.parts(body, made, at) if form.parts else []
    for one in (made, *others):
        one.setdefault("meta", said.get("meta", {}))
        one.setdefault(form.subject, dict(at.subject))
        if form.by_row:
            form.by_row(one, at)
        if form.wrong and (at.row.get("status") or {}).get("state") in WITHDRAWN:
            one[form.wrong[0]] = form.wrong[1]
    _fill(form, made, masked=bool(at.row.get("summary_only")))
    return [made, *others]


def packed(resources: Sequence[Resource]) -> list[Resource]:
    """The same with fewer: those that the first one names inside of it, as whoever takes in one at a time needs it."""
    made, *others = resources
    named = set(every(made, "result.reference"))
    names = {name: f"p{number}" for number, one in enumerate(others, 1) if (name := _reference(one)) in named}
    inside = [
        {**{name: value for name, value in one.items() if name != "meta"}, "id": names[_reference(one)]}
        for one in others
        if _reference(one) in names
    ]
    found: Resource = _renamed(made, names)
    if inside:
        found["contained"] = [*found.get("contained", ()), *inside]
    return [found, *(one for one in others if _reference(one) not in names)]


def _reference(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: f"#{names[inner]}" if name == "reference" and inner in names else _renamed(inner, names)
        for name, inner in value.items()
    }


def says_the_same(form: Form, body: Body, resource: Mapping[str, Any]) -> bool:
    """Whether ``form`` shows all that ``resource`` says when it is given ``body``; who says it, and links, aside."""
    subject = first(resource, form.subject)
    at = At(_NOBODY, subject if isinstance(subject, dict) else {}, {"id": _NOBODY})
    ours = packed(written(form, body, at, {"id": "0"}))[0]
    aside = {"id", "meta", "text", "language", form.subject, *form.beside}
    return _compared(ours, aside) == _compared(dict(resource), aside)


_NOBODY = "0" * 32


def _compared(resource: Resource, aside: set[str]) -> Resource:
    said = {name: value for name, value in resource.items() if name not in aside}
    if extensions := said.pop("extension", None):
        said["extension"] = [one for one in extensions if first(one, "url") not in OF_THE_CARD] or None
    inside = [_compared(dict(one), {"text", "subject"}) for one in said.pop("contained", ())]
    said["contained"] = inside or None
    return {name: value for name, value in said.items() if value is not None}


def _fill(form: Form, made: Tree, *, masked: bool) -> None:
    """What R4 demands and the record, or what is shown of it, does not say (FHIR R4, data-absent-reason)."""
    for place, value in form.needed.items():
        if first(made, place) is None:
            reason = {"extension": [{"url": ABSENT, "valueCode": "masked" if masked else "unknown"}]}
            put(made, place, reason if value is None else value)


def _meta(record: Mapping[str, Any]) -> Tree:
    source = str(record.get("source") or "staff")
    tags = [{"system": KIND_TAG, "code": record["kind"]}, {"system": SOURCE_TAG, "code": source}]
    if source in REPORTS:
        tags.append({"system": f"{TERMS}/v3-ObservationValue", "code": REPORTS[source]})
    if "confirmed" in record:
        tags.append({"system": SOURCE_TAG, "code": "confirmed"})
    return {**_version(record), "source": _origin(record, source), "tag": tags}


def _origin(record: Mapping[str, Any], source: str) -> str:
    """The system that it came from, else the organisation whose record it is, else the patient."""
    system = (record.get("provenance") or {}).get("system") or (record.get("provenance") or {}).get("source")
    if system:
        return f"{URN}:system:{system}"
    organisation = (record.get("author") or {}).get("organisation")
    if source != "patient-reported" and organisation:
        return f"{URN}:organisation:{organisation}"
    return f"{URN}:{source}"


def _version(record: Mapping[str, Any]) -> dict[str, str]:
    return {"versionId": str(record["version"]), "lastUpdated": record["updated_at"]}


def _basic(record: Mapping[str, Any], at: At, identity: str) -> Resource:
    """What was received, where its text is not shown: that there is something, and what it is called."""
    body = record["body"]
    code = {"coding": [{"system": KIND_TAG, "code": record["kind"]}], "text": body.get("title") or record["kind"]}
    made: Resource = {"resourceType": "Basic", "id": identity, "meta": _meta(record)}
    made |= {"code": code, "subject": dict(at.subject)}
    return made | ({"created": body["occurred_at"][:10]} if body.get("occurred_at") else {})
