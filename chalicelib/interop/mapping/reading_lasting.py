"""Reactions, relatives, vaccines, medicines and habits as they come: what takes more than one element to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.domain.vaccination_calendar.vaccines import VACCINES
from chalicelib.interop.mapping.codecs import URN
from chalicelib.interop.mapping.reading import ATC, ICD10, LOINC, inside, said
from chalicelib.interop.mapping.rules import Unfit, every, number
from chalicelib.interop.mapping.wholes import years

CHRONIC = ("category.coding.code", frozenset({"chronic", "90734009"}))
"""Our own category, and the clinical course that SNOMED CT calls chronic."""

RELATIVES: Mapping[str, str] = {
    **dict.fromkeys(("MTH", "NMTH", "NMTHF"), "mother"),
    **dict.fromkeys(("FTH", "NFTH", "NFTHF"), "father"),
    **dict.fromkeys(("SIS", "NSIS"), "sister"),
    **dict.fromkeys(("BRO", "NBRO"), "brother"),
    **dict.fromkeys(("DAU", "DAUC", "NDAU"), "daughter"),
    **dict.fromkeys(("SON", "SONC", "NSON"), "son"),
    **dict.fromkeys(("GRMTH", "MGRMTH", "PGRMTH"), "grandmother"),
    **dict.fromkeys(("GRFTH", "MGRFTH", "PGRFTH"), "grandfather"),
}
"""HL7 v3 RoleCode. Half, step, adoptive and in-law relatives are others: what they had is inherited otherwise."""
SMOKING: Mapping[str, str] = {
    "LA18978-9": "never",
    "LA15920-4": "former",
    **dict.fromkeys(("LA18976-3", "LA18977-1", "LA18979-7", "LA18981-7", "LA18982-5"), "current"),
}
"""LOINC answers of 72166-2; "unknown if ever smoked" is none of ours."""
CVX = "http://hl7.org/fhir/sid/cvx"
_ONE_EACH = [vaccine.cvx for vaccine in VACCINES.values()]
BY_CVX: Mapping[str, str] = {
    vaccine.cvx: code for code, vaccine in VACCINES.items() if vaccine.cvx and _ONE_EACH.count(vaccine.cvx) == 1
}
"""Codes of which each is one of our vaccines."""
_STAGE = re.compile(r"[VR][1-9]?")
_SUBSTANCE = re.compile(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}")


def reactions(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Every reaction with how severe it was, and the notes, in words."""
    told = []
    for one in every(resource, "reaction"):
        words = said(one, ("description",)) or ", ".join(
            filter(None, [said(shown, ("text", "coding.display")) for shown in every(one, "manifestation")])
        )
        severity = said(one, ("severity",))
        told.append(f"{words} ({severity})" if words and severity else words)
    told += [text for text in map(str, every(resource, "note.text")) if text.strip()]
    said_all = "\n".join(filter(None, told))
    return {"reaction": said_all} if said_all else {}


def family(resource: Mapping[str, Any]) -> dict[str, Any]:
    """One illness of one relative; what a word of ours does not say stands in the note."""
    illnesses = every(resource, "condition")
    if len(illnesses) != 1:
        raise Unfit("condition")
    [illness] = illnesses
    code = next((str(one) for one in every(resource, "relationship.coding.code") if str(one) in RELATIVES), "")
    kinship = said(resource, ("relationship.text", "relationship.coding.display"))
    ages = every(illness, "onsetAge")
    if ages and years(ages[0]) is None:
        raise Unfit("onset_age")
    found = {
        "relation": RELATIVES.get(code, "other"),
        "condition": said(illness, ("code.text", "code.coding.display")),
        "code": next((one for system in ICD10 for one in every(illness, f"code.coding[system={system}].code")), None),
        "onset_age": years(ages[0]) if ages else None,
        "deceased": every(illness, "contributedToDeath") == [True],
    }
    outcome = said(illness, ("outcome.text", "outcome.coding.display"))
    notes = [*([] if code or not kinship else [kinship]), *([outcome] if outcome else [])]
    notes += [str(text) for text in (*every(resource, "note.text"), *every(illness, "note.text"))]
    return {**found, **({"note": "\n".join(notes)} if notes else {})}


def immunised(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Which vaccine, and which dose of the calendar: only where the sender says it in the calendar's words."""
    own = [str(code) for code in every(resource, f"vaccineCode.coding[system={URN}:Vaccination.vaccine].code")]
    cvx = [str(code) for code in every(resource, f"vaccineCode.coding[system={CVX}].code")]
    known = next(iter([*own, *(BY_CVX[code] for code in cvx if code in BY_CVX)]), "")
    if True in every(resource, "isSubpotent"):
        raise Unfit("isSubpotent")
    if known not in VACCINES:
        raise Unfit("vaccine")
    against, targets = VACCINES[known].diseases, []
    for dose in every(resource, "protocolApplied"):
        diseases = [str(code) for code in every(dose, f"targetDisease.coding[system={URN}:Target.disease].code")]
        stage = str(next(iter(every(dose, "doseNumberString")), ""))
        if not _STAGE.fullmatch(stage) or not (diseases or len(against) == 1):
            raise Unfit("targets")
        targets += [{"disease": disease, "stage": stage} for disease in diseases or against]
    found: dict[str, Any] = {"vaccine": known, "targets": targets}
    for quantity in every(resource, "doseQuantity"):
        if every(quantity, "code") in (["mL"], ["ml"]):
            found["amount"] = number(next(iter(every(quantity, "value")), None))
    return found


def medicine(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Only of a contained Medication that names its substance by ATC, its form and its strength."""
    carried = [inside(resource).get(str(one)) for one in every(resource, "medicationReference.reference")]
    drug = next(iter(carried), None)
    for coding in every(drug, f"code.coding[system={ATC}]"):
        parts = [_strength(one) for one in every(drug, "ingredient.strength")]
        code, strength = str(coding.get("code")), " + ".join(filter(None, parts))
        form, name = said(drug, ("form.text", "form.coding.display")), said(coding, ("display",))
        if _SUBSTANCE.fullmatch(code) and strength and form and name:
            return {"drug": {"inn": name, "atc": code, "form": form, "strength": strength}}
    raise Unfit("drug")


def _strength(ratio: Any) -> str:
    sides = [
        " ".join(filter(None, [number(next(iter(every(one, "value")), None)), said(one, ("unit", "code"))]))
        for side in ("numerator", "denominator")
        for one in every(ratio, side)
    ]
    return "/".join(sides).removesuffix("/1").strip()


def habits(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Whether somebody smokes, from an answer of LOINC."""
    for code in every(resource, f"valueCodeableConcept.coding[system={LOINC}].code"):
        if str(code) in SMOKING:
            return {"smoking": SMOKING[str(code)]}
    raise Unfit("smoking")
