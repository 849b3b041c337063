"""The access journal as FHIR R4 AuditEvents in the shape of IHE Basic Audit Log Patterns (BALP 1.1).

Only what fits a profile whole says so in ``meta.profile``: a read, creation or update of a patient's record that
succeeded, with the network addresses of both ends. The rest has the same shape: type, subtype, agents (client, server,
user, organisation), source, entities (patient, data, request).
Sources: https://profiles.ihe.net/ITI/BALP, StructureDefinitions PatientRead, PatientCreate, PatientUpdate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Resource = dict[str, Any]

BALP = "https://profiles.ihe.net/ITI/BALP"
TERMS = "http://terminology.hl7.org/CodeSystem"
DCM = "http://dicom.nema.org/resources/ontology/DCM"
REST = "http://hl7.org/fhir/restful-interaction"
URN = "urn:medkarta"

_INTERACTIONS: Mapping[str, tuple[str, str, str]] = {
    "read": ("R", "read", "IHE.BasicAudit.PatientRead"),
    "download": ("R", "read", "IHE.BasicAudit.PatientRead"),
    "create": ("C", "create", "IHE.BasicAudit.PatientCreate"),
    "amend": ("U", "update", "IHE.BasicAudit.PatientUpdate"),
    "confirm": ("U", "update", "IHE.BasicAudit.PatientUpdate"),
    "list": ("E", "search-type", ""),
    "history": ("R", "history-instance", ""),
    "revoke": ("U", "update", ""),
    "dispense": ("U", "update", ""),
}
"""Verb of an action: AuditEvent.action, RESTful interaction, profile. BALP's query profile wants a query string."""

_PURPOSES = {"treatment": "TREAT", "consultation": "TREAT", "examination": "TREAT", "insurance": "HPAYMT"}


def searchset(items: Sequence[Mapping[str, Any]], patient_id: str, base: str, here: str, after: str = "") -> Resource:
    """A page as a Bundle. ``base``: address of the system; ``here`` and ``after``: of this page and the next one."""
    links = [{"relation": "self", "url": here}]
    if after:
        links.append({"relation": "next", "url": after})
    entries = [
        {
            "fullUrl": f"urn:uuid:{item['id']}" if item["id"] else f"{URN}:entry:{item['year']}:{item['number']}",
            "resource": audit_event(item, patient_id, base),
            "search": {"mode": "match"},
        }
        for item in items
    ]
    bundle: Resource = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return bundle | ({"entry": entries} if entries else {})


def audit_event(item: Mapping[str, Any], patient_id: str, base: str) -> Resource:
    """One line of the journal (services/journal.py) as a resource."""
    made: Resource = {
        "resourceType": "AuditEvent",
        "type": _coding(f"{TERMS}/audit-event-type", "rest", "Restful Operation"),
        "recorded": item["at"],
        "source": {
            "site": base,
            "observer": {"identifier": {"system": "urn:ietf:rfc:3986", "value": base}, "display": "Medkarta"},
            "type": [_coding(f"{TERMS}/security-source-type", "4", "Application Server")],
        },
    }
    if item["id"]:
        made["id"] = item["id"]
    if "action" not in item:
        return made | _unreadable(item)
    return made | _readable(item, patient_id, base)


def _unreadable(item: Mapping[str, Any]) -> Resource:
    """What is left of an entry whose keys are destroyed, or that is not what was logged."""
    word = "altered" if item["altered"] else "unreadable"
    return {
        "meta": {"tag": [_coding(f"{URN}:journal", word)]},
        "outcomeDesc": word,
        "agent": [{"who": {"display": word}, "requestor": True}],
    }


def _readable(item: Mapping[str, Any], patient_id: str, base: str) -> Resource:
    verb = item["action"].rpartition(":")[2]
    action, interaction, profile = _INTERACTIONS.get(verb, ("E", "", ""))
    kind = (item["record"] or {}).get("type", "")
    done = item["outcome"] == "success"
    subtype = [_coding(REST, interaction, interaction)] if interaction else []
    made: Resource = {
        "subtype": [*subtype, _coding(f"{URN}:action", item["action"], item["what"])],
        "action": action,
        "period": {"start": item["time"], "end": item["time"]},
        "outcome": "0" if done else "4",
        "agent": _agents(item, base, writes=interaction in {"create", "update"}),
        "entity": _entities(item, patient_id),
    }
    if not done or item["why"]:
        made["outcomeDesc"] = ": ".join(part for part in (item["outcome"], item["why"]) if part)
    if profile and done and item["ip"] and kind:
        made["meta"] = {"profile": [f"{BALP}/StructureDefinition/{profile}"]}
    return made


def _agents(item: Mapping[str, Any], base: str, *, writes: bool) -> list[Resource]:
    """Data goes from source to destination: to the client of a read, from the client of a write."""
    source = _type(DCM, "110153", "Source Role ID")
    destination = _type(DCM, "110152", "Destination Role ID")
    address = item["ip"]
    client: Resource = {"type": source if writes else destination, "requestor": False}
    client["who"] = {"display": address or "Medkarta"}
    client["network"] = {"address": address or base, "type": "2" if address else "5"}
    server: Resource = {
        "type": destination if writes else source,
        "who": {"identifier": {"system": "urn:ietf:rfc:3986", "value": base}, "display": "Medkarta"},
        "requestor": False,
        "network": {"address": base, "type": "5"},
    }
    who = item["who"]
    role = {"coding": [_coding(f"{URN}:role", who["role"])], "text": who["role_name"]}
    part = ("AUT", "author (originator)") if writes else ("IRCP", "information recipient")
    user: Resource = {"type": _type(f"{TERMS}/v3-ParticipationType", *part), "role": [role], "requestor": True}
    if item["mine"]:
        user["who"] = {"reference": f"Patient/{who['id']}", "display": who["role_name"]}
    else:
        user["who"] = _who(f"{URN}:person", who["id"], who["name"] or who["role_name"])
        user |= {"name": who["name"]} if who["name"] else {}
    if item["purpose"] in _PURPOSES:
        reason = _coding(f"{TERMS}/v3-ActReason", _PURPOSES[item["purpose"]])
        user["purposeOfUse"] = [{"coding": [reason], "text": item["purpose"]}]
    agents = [client, server, user]
    if who["organisation"]:
        display = " / ".join(p for p in (who["organisation_name"] or who["organisation"], who["department"]) if p)
        organisation = _who(f"{URN}:organisation", who["organisation"], display)
        provider = _type(f"{TERMS}/v3-RoleClass", "PROV", "healthcare provider")
        agents.append({"type": provider, "who": organisation, "requestor": False})
    return agents


def _entities(item: Mapping[str, Any], patient_id: str) -> list[Resource]:
    found: list[Resource] = [
        {
            "what": {"reference": f"Patient/{patient_id}"},
            "type": _coding(f"{TERMS}/audit-entity-type", "1", "Person"),
            "role": _coding(f"{TERMS}/object-role", "1", "Patient"),
        }
    ]
    record = item["record"]
    if record:
        what: Resource = {"display": record["name"]}
        if record["id"]:
            what = _who(f"{URN}:record:{record['type']}", record["id"], record["name"])
        details = {"version": str(record["version"] or ""), "on-behalf-of": item["on_behalf_of"]}
        data: Resource = {
            "what": what,
            "type": _coding(f"{TERMS}/audit-entity-type", "2", "System Object"),
            "role": _coding(f"{TERMS}/object-role", "4", "Domain Resource"),
        }
        if said := [{"type": name, "valueString": value} for name, value in details.items() if value]:
            data["detail"] = said
        found.append(data)
    if item["request"]:
        kind = _coding(f"{BALP}/CodeSystem/BasicAuditEntityType", "XrequestId")
        found.append({"what": {"identifier": {"value": item["request"]}}, "type": kind})
    return found


def _who(system: str, value: str, display: str) -> Resource:
    named: Resource = {"display": display}
    return ({"identifier": {"system": system, "value": value}} if value else {}) | named


def _coding(system: str, code: str, display: str = "") -> Resource:
    return {"system": system, "code": code} | ({"display": display} if display else {})


def _type(system: str, code: str, display: str) -> Resource:
    return {"coding": [_coding(system, code, display)]}
