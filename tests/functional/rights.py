"""What a function asks of AWS, held against its policy: neither emulator enforces IAM.

Only as much of IAM as our policies use: Allow statements over actions and resources of the stack, and the conditions
that ``holds`` knows; another condition fails the test rather than passing it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import FrameType
from typing import Any

from infra import template
from infra.outputs import setting

CHALICE = template.INFRA.parent / ".chalice"
TRIGGERS = {"chalicelib.handlers.events", "chalicelib.handlers.notice_events"}
FUNCTIONS = (
    "on_card_change",
    "on_notice",
    "send_sms",
    "send_email",
    "on_mail_feedback",
    "on_audit_entry",
    "eraser",
    "sweep_audit",
    "sweep_audit_long",
    "review_audit",
    "check_cards",
    "close_month",
    "ring_timers",
    "pharmacy_orders",
    "tidy_files",
    "gather",
    "check_policies",
    "carry_merges",
    "sweep",
    "appoint_administrator",
    "reindex_card",
    "rebuild_load",
    "redrive_parked",
)
SERVICES = ("dynamodb", "kms", "s3", "sns", "sqs", "ses")
TRANSACT = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
ACCOUNT = "AWS::AccountId"
MAIL = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/sender"


@dataclass(frozen=True)
class Wish:
    """One action on one resource: its logical id with what follows the ARN, or a phone number."""

    function: str
    action: str
    resource: str
    context: Mapping[str, Any] = field(default_factory=dict, hash=False, compare=False)


def logical_ids() -> dict[str, str]:
    """From the name, address or ARN of each resource of the deployed stack to its logical id."""
    outputs = template.load(template.STORES)["Outputs"]
    return {os.environ[setting(name)]: name.removesuffix("Arn") for name in outputs}


def running_function() -> str:
    """The Lambda function whose code is on the stack; empty for the calls of a test itself.

    Threads of the log's store and of timers work for whoever waits for them, and a test has one such.
    """
    frame: FrameType | None = sys._getframe()
    if threading.current_thread().name.startswith(("audit-log", "timers")):
        frame = sys._current_frames()[threading.main_thread().ident or 0]
    while frame is not None:
        module, name = frame.f_globals.get("__name__"), frame.f_code.co_name
        if module in TRIGGERS and name in FUNCTIONS:
            return name
        if module == "chalicelib.handlers.http" and name == "_serve":
            return str(frame.f_locals["entry"].function)
        frame = frame.f_back
    return ""


class Watch:
    """Listens to clients of boto3 and notes what each function wishes."""

    def __init__(self) -> None:
        self.wishes: list[Wish] = []
        self._ids = logical_ids()

    def listen(self, client: Any) -> None:
        client.meta.events.register("provide-client-params", self._seen, unique_id="rights")

    def silence(self, client: Any) -> None:
        client.meta.events.unregister("provide-client-params", self._seen, unique_id="rights")

    def _seen(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        function = running_function()
        if function:
            found = wishes(model.service_model.service_name, model.name, params)
            self.wishes += [Wish(function, a, self._resource(r), c) for a, r, c in found]

    def _resource(self, raw: str) -> str:
        name, _, rest = raw.partition("|")
        return self._ids.get(name, name) + (f"/{rest}" if rest else "")


def wishes(service: str, operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(action, resource, condition context) of one call, as the service authorisation reference of AWS has them."""
    match service:
        case "dynamodb":
            yield from on_tables(operation, params)
        case "kms":
            context = {f"kms:EncryptionContext:{k}": v for k, v in params.get("EncryptionContext", {}).items()}
            for name in ("SigningAlgorithm", "MacAlgorithm"):
                context[f"kms:{name}"] = params.get(name)
            yield f"kms:{operation}", params["KeyId"], {**context, "kms:CallerAccount": ACCOUNT}
        case "s3":
            yield from on_buckets(operation, params)
        case "sns":
            yield "sns:Publish", params.get("TopicArn") or params["PhoneNumber"], {}
        case "sqs":
            yield f"sqs:{operation}", params["QueueUrl"], {}
        case _:
            yield f"{service}:{operation}", MAIL, {}


def on_buckets(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Without the right to list, an object that is missing is answered as one that is forbidden."""
    if operation == "ListObjectVersions":
        yield "s3:ListBucketVersions", params["Bucket"], {}
        return
    if operation.startswith("ListObjects"):
        yield "s3:ListBucket", params["Bucket"], {}
        return
    yield f"s3:{operation}", f"{params['Bucket']}|{params['Key']}", {}
    if operation == "GetObject":
        yield "s3:ListBucket", params["Bucket"], {}


def on_tables(operation: str, params: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A transaction or a batch asks for the right to each of its parts."""
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            [(kind, request)] = item.items()
            yield f"dynamodb:{TRANSACT[kind]}", request["TableName"], rows(request)
    elif operation == "BatchGetItem":
        for table, asked in params["RequestItems"].items():
            partitions = sorted({key["pk"]["S"] for key in asked["Keys"]})
            yield "dynamodb:BatchGetItem", table, {"dynamodb:LeadingKeys": partitions}
    elif operation == "BatchWriteItem":
        for table, asked in params["RequestItems"].items():
            for request in asked:
                [(_, put)] = request.items()
                yield "dynamodb:BatchWriteItem", table, rows(put)
    else:
        index = params.get("IndexName")
        yield f"dynamodb:{operation}", params["TableName"] + (f"|index/{index}" if index else ""), rows(params)


def rows(request: Mapping[str, Any]) -> dict[str, Any]:
    """Context of a request for rows: the partition and the attributes that it names."""
    row = request.get("Item") or request.get("Key") or {}
    context: dict[str, Any] = {
        "dynamodb:Attributes": sorted({*row, *request.get("ExpressionAttributeNames", {}).values()})
    }
    partition = row.get("pk") or _queried(request)
    if partition:
        context["dynamodb:LeadingKeys"] = [partition["S"]]
    return context


def _queried(request: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The partition of a query: ``#name = :value`` begins its condition."""
    words = request.get("KeyConditionExpression", "").split()
    return request["ExpressionAttributeValues"][words[2]] if words else None


def policy(function: str) -> list[dict[str, Any]]:
    config = json.loads((CHALICE / "config.json").read_text("utf-8"))["stages"]["live"]["lambda_functions"]
    found: list[dict[str, Any]] = json.loads((CHALICE / config[function]["iam_policy_file"]).read_text("utf-8"))[
        "Statement"
    ]
    return found


def allowed(wish: Wish) -> bool:
    return any(
        wish.action in statement["Action"]
        and reaches(statement, wish.resource)
        and all(holds(*test, wish.context) for test in tests(statement))
        for statement in policy(wish.function)
    )


def reaches(statement: Mapping[str, Any], resource: str) -> bool:
    if "NotResource" in statement:  # all but the topics of SNS: a phone number
        return resource.startswith("+")
    given = statement["Resource"]
    return any(fnmatchcase(resource, pattern(one)) for one in (given if isinstance(given, list) else [given]))


def pattern(resource: Any) -> str:
    match resource:
        case {"Ref": name}:
            return str(name)
        case {"Fn::GetAtt": [name, "Arn"]}:
            return str(name)
        case {"Fn::Sub": text}:
            return glob(str(text))
    return "?"


def glob(text: str) -> str:
    name, found, rest = text.removeprefix("${").partition(".Arn}")
    return name + rest if found else text.replace("[", "[[]")


def tests(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for operator, keys in statement.get("Condition", {}).items():
        for key, value in keys.items():
            yield operator, key, value


def holds(operator: str, key: str, value: Any, context: Mapping[str, Any]) -> bool:
    if value == {"Ref": "Tenant"}:
        value = os.environ["MEDKARTA_TENANT"]
    if value == {"Ref": "AWS::AccountId"}:
        value = ACCOUNT
    present = context.get(key)
    match operator:
        case "StringEquals":
            return present is not None and present in (value if isinstance(value, list) else [value])
        case "StringEqualsIfExists":
            return present is None or present in (value if isinstance(value, list) else [value])
        case "Null":
            return (present is None) == (value == "true")
        case "ForAllValues:StringEquals":
            return set(present or ()) <= set(value)
        case "ForAllValues:StringLike":
            return all(any(fnmatchcase(one, wanted) for wanted in value) for one in present or ())
    raise AssertionError(f"condition {operator} is not known here")
