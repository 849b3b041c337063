"""Keys: templates of doctors' entries."""

from __future__ import annotations

from chalicelib.ports.tables import Key, Store

__all__ = [
    "ENTRY_TEMPLATE_VERSIONS",
    "entry_template",
    "entry_template_listed",
    "entry_template_place",
    "entry_template_rows",
    "entry_template_version",
    "entry_templates_of",
]

ENTRY_TEMPLATE_VERSIONS = "V#"


def entry_template_rows(template_id: str) -> str:
    """Partition of a template: itself and its earlier versions."""
    return f"ENTRY_TEMPLATE#{template_id}"


def entry_template(template_id: str) -> Key:
    """Its name and body are sealed under the keys of its organisation."""
    return Key(Store.CARD, entry_template_rows(template_id), "ENTRY_TEMPLATE")


def entry_template_version(template_id: str, version: int) -> Key:
    """An earlier version as it was."""
    return Key(Store.CARD, entry_template_rows(template_id), f"{ENTRY_TEMPLATE_VERSIONS}{version:06}")


def entry_templates_of(organisation_id: str) -> str:
    """Partition of the lists of an organisation."""
    return f"ENTRY_TEMPLATES#{organisation_id}"


def entry_template_place(scope: str, owner: str) -> str:
    """Begin of the sort keys of one list. ``owner``: membership, department, "" for all of that scope."""
    return f"{scope}#{owner}#" if owner else f"{scope}#"


def entry_template_listed(organisation_id: str, place: str, template_id: str) -> Key:
    """A copy in a list."""
    return Key(Store.CARD, entry_templates_of(organisation_id), f"{place}{template_id}")
