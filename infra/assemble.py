"""One template from four: what Chalice wrote, the stores, the triggers and alarms, and each function's environment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra import gateway, template
from infra.outputs import setting


def assemble(chalice: Mapping[str, Any]) -> template.Template:
    """The template that is deployed. ``chalice`` is what ``chalice package`` wrote (``sam.json``)."""
    merged = template.merge(chalice, template.load(template.STORES))
    outputs = merged["Outputs"]
    for extra in (template.FUNCTIONS, template.ALARMS):
        merged = template.merge(merged, template.load(extra))
    variables = {setting(name): outputs[name]["Value"] for name in settings_outputs()}
    for resource in merged["Resources"].values():
        if resource.get("Type") == "AWS::Serverless::Function":
            environment = {"Properties": {"Environment": {"Variables": variables}}}
            resource["Properties"] = template.merge(resource, environment)["Properties"]
    api = merged["Resources"]["RestAPI"]["Properties"]
    api["GatewayResponses"] = gateway.responses()
    return merged


def settings_outputs() -> list[str]:
    """Names of the outputs that are settings of a function; tools use the others."""
    from dataclasses import fields

    from chalicelib.config import Settings

    known = {f"MEDKARTA_{field.name.upper()}" for field in fields(Settings)}
    return [name for name in template.load(template.STORES)["Outputs"] if setting(name) in known]
