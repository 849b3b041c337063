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
