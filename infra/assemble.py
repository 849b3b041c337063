"""One template from six, and each function's environment: Chalice's, stores, triggers, alarms, dashboard, key log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from infra import gateway, template
from infra.behind_api import Route, add_functions
from infra.outputs import setting


def assemble(chalice: Mapping[str, Any], routes: Iterable[Route] = ()) -> template.Template:
    """The template that is deployed. ``chalice`` is what ``chalice package`` wrote (``sam.json``); ``routes`` are those
    that another function than ``APIHandler`` answers.
    """
    written = deepcopy(dict(chalice))
    add_functions(written["Resources"], routes)
    merged = template.merge(written, template.load(template.STORES))
    outputs = merged["Outputs"]
    for extra in (template.FUNCTIONS, template.ALARMS, template.DASHBOARD, template.KEY_LOG):
        merged = template.merge(merged, template.load(extra))
    from_image(merged["Resources"], IMAGED)
    variables = {setting(name): outputs[name]["Value"] for name in settings_outputs()}
    for resource in merged["Resources"].values():
        if resource.get("Type") == "AWS::Serverless::Function":
            environment = {"Properties": {"Environment": {"Variables": variables}}}
            resource["Properties"] = template.merge(resource, environment)["Properties"]
    api = merged["Resources"]["RestAPI"]["Properties"]
    api["GatewayResponses"] = gateway.responses()
    return merged


IMAGED = "Recognise"
"""The function that runs from an image (infra/recognition/Dockerfile)."""
OF_ZIPS = ("CodeUri", "Handler", "Runtime", "Layers")


def from_image(resources: dict[str, Any], name: str) -> None:
    """Chalice writes every function as one of its zips: this one has none. What hangs on it comes and goes with it."""
    function = resources[name]
    function["Properties"] = {key: value for key, value in function["Properties"].items() if key not in OF_ZIPS}
    function["Properties"]["PackageType"] = "Image"
    for other in resources.values():
        if other is not function and named(name, other.get("Properties", {})):
            other["Condition"] = function["Condition"]


def named(name: str, value: Any) -> bool:
    """Whether a part of a template refers to a resource, and not by a choice of its own."""
    if isinstance(value, Mapping):
        if "Fn::If" in value:
            return False
        refers = value.get("Ref") == name or value.get("Fn::GetAtt", [""])[0] == name
        text = value.get("Fn::Sub", "")
        return refers or f"${{{name}}}" in text or any(named(name, inner) for inner in value.values())
    return isinstance(value, list) and any(named(name, inner) for inner in value)


def settings_outputs() -> list[str]:
    """Names of the outputs that are settings of a function; tools use the others."""
    from dataclasses import fields

    from chalicelib.config import Settings

    known = {f"MEDKARTA_{field.name.upper()}" for field in fields(Settings)}
    return [name for name in template.load(template.STORES)["Outputs"] if setting(name) in known]
