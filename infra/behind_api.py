"""More than one function behind the API: the same code under another role.

Chalice puts every route into one function with one role. A route that names another function (``Endpoint.function``)
is led there, and that function is made from Chalice's: so whoever writes entries of the audit log has no right to open
them, though both lie in one program.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from infra import template

CHALICE = template.INFRA.parent / ".chalice"
FIRST = "api_handler"
Route = tuple[str, str, str]
"""Method, path as Chalice has it, name of the function in ``.chalice/config.json``."""


def declared() -> list[Route]:
    """The routes of the app that another function answers."""
    from importlib import import_module

    from chalicelib.handlers.endpoints import ENDPOINTS

    import_module("app")  # registers them
    return [(e.method, e.path, e.function) for e in ENDPOINTS if e.function != FIRST]


def resource_name(function: str) -> str:
    """``audit_reader`` -> ``AuditReader``, as Chalice names the functions it makes."""
    return "".join(word.title() for word in function.split("_"))


def configured() -> dict[str, Any]:
    found = json.loads((CHALICE / "config.json").read_text("utf-8"))["stages"]["live"]["lambda_functions"]
    return dict(found)


def add_functions(resources: dict[str, Any], routes: Iterable[Route]) -> None:
    """Into the resources of Chalice's template: the functions that ``routes`` name, and the way to them.

    Raises KeyError for a route or a function that is not there.
    """
    settings = configured()
    wanted = list(routes)
    for function in sorted({function for _, _, function in wanted}):
        resources |= _function(resources, function, settings[function])
    for method, path, function in wanted:
        operation = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"][path][method.lower()]
        integration = operation["x-amazon-apigateway-integration"]
        uri = integration["uri"]["Fn::Sub"]
        integration["uri"] = {"Fn::Sub": uri.replace("${APIHandler.Arn}", f"${{{resource_name(function)}.Arn}}")}


def _function(resources: Mapping[str, Any], function: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Function, role, log group and the gateway's right to call it, each a copy of what ``APIHandler`` has."""
    name = resource_name(function)
    made = deepcopy(resources["APIHandler"])
    made["Properties"] |= {
        "MemorySize": settings["lambda_memory_size"],
        "Timeout": settings["lambda_timeout"],
        "Role": {"Fn::GetAtt": [f"{name}Role", "Arn"]},
    }
    role = deepcopy(resources["ApiHandlerRole"])
    [policy] = role["Properties"]["Policies"]
    policy |= {
        "PolicyName": f"{name}RolePolicy",
        "PolicyDocument": json.loads((CHALICE / settings["iam_policy_file"]).read_text("utf-8")),
    }
    permission = deepcopy(resources["APIHandlerInvokePermission"])
    permission["Properties"]["FunctionName"] = {"Ref": name}
    group = {
        "LogGroupName": {"Fn::Sub": f"/aws/lambda/${{{name}}}"},
        "RetentionInDays": settings["log_retention_in_days"],
    }
    return {
        name: made,
        f"{name}Role": role,
        f"{name}InvokePermission": permission,
        f"{name}LogGroup": {"Type": "AWS::Logs::LogGroup", "Properties": group},
    }
