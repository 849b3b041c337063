"""All forms: kinds of record and the resources that they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from chalicelib.interop.mapping import forms_lasting, forms_medication, forms_results, forms_visits
from chalicelib.interop.mapping.form import Form

FORMS: Mapping[str, Form] = {
    form.kind: form
    for form in (
        *forms_visits.FORMS,
        *forms_results.FORMS,
        *forms_medication.FORMS,
        *forms_lasting.FORMS,
    )
}

TYPES: Mapping[str, str] = {kind: form.resource for kind, form in FORMS.items()}
"""Kind of record to the type of its first resource."""


def _kinds() -> dict[str, tuple[str, ...]]:
    found = defaultdict(list)
    for kind, form in FORMS.items():
        found[form.resource].append(kind)
    found["Observation"].append("laboratory-result")  # each value is one
    return {resource: tuple(kinds) for resource, kinds in found.items()}


KINDS: Mapping[str, tuple[str, ...]] = _kinds()
"""Type of resource to the kinds that have such."""
