"""The templates and policies as plain data, for the tests beside."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from infra import template

STORES = template.load(template.STORES)
RESOURCES: dict[str, Any] = STORES["Resources"]
FUNCTIONS = template.load(template.FUNCTIONS)["Resources"]
ALARMS = template.load(template.ALARMS)["Resources"]
KEY_LOG = template.load(template.KEY_LOG)["Resources"]
CHALICE = template.INFRA.parent / ".chalice"
CONFIG = json.loads((CHALICE / "config.json").read_text("utf-8"))
CONFIGURED: dict[str, Any] = CONFIG["stages"]["live"]["lambda_functions"]
DATA_SERVICES = ("dynamodb:", "s3:", "kms:", "sqs:", "sns:")
SEQUENCERS = {"on_audit_entry", "sweep_audit", "sweep_audit_long"}
INDEXERS = SEQUENCERS | {"rebuild_audit_index"}  # the operator's, after a loss: signs nothing, opens nothing
REVIEWERS = {"review_audit", "check_cards", "close_month"}
READERS = {"audit_reader"} | REVIEWERS
"""Who may open entries of the log."""


def of_type(kind: str, resources: dict[str, Any] = RESOURCES) -> dict[str, Any]:
    found = {name: r for name, r in resources.items() if r.get("Type") == kind}
    assert found, kind
    return found


def statements(function: str) -> list[dict[str, Any]]:
    document = json.loads((CHALICE / CONFIGURED[function]["iam_policy_file"]).read_text("utf-8"))
    found: list[dict[str, Any]] = document["Statement"]
    return found


def actions_on(function: str, resource: str) -> set[str]:
    """Actions that a function may do on a resource of the stack, by its logical id."""
    named = re.compile(rf'"{resource}"|\$\{{{resource}[.}}]')
    return {
        action
        for statement in statements(function)
        if named.search(json.dumps(statement.get("Resource", "")))
        for action in statement["Action"]
    }


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def writing(actions: set[str]) -> set[str]:
    return {action for action in actions if re.search("Put|Update|Delete|Write", action)}
