"""Deploy ``infra/stores.yaml`` into an emulator and make good what its CloudFormation ignores. Never used on AWS.

What they ignore of the template (measured; all of it is right on AWS):

| property                                  | moto 5.2.5             | MiniStack 1.5.33   | here              |
| ----------------------------------------- | ---------------------- | ------------------ | ----------------- |
| TTL                                       | ignored                | ignored            | set by the API    |
| point-in-time recovery                    | ignored                | ignored            | set by the API    |
| versioning of a bucket                    | ignored                | kept               | set by the API    |
| Object Lock                               | ignored                | ignored            | set by the API    |
| public access block                       | ignored                | kept               | set by the API    |
| KeySpec, KeyUsage                         | always a symmetric key | kept               | key replaced      |
| KeyPolicy                                 | not as text, breaks    | kept, not enforced | put again         |
| topic's subscription                      | unknown type           | kept               | set by the API    |
| configuration set of SES                  | not looked at          | not looked at      | set by the API    |
| policies of buckets, queues, topics       | unknown type, warns    | kept, not enforced | left out          |
| policy of a table, SSE of a table         | ignored                | ignored            | left out          |
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra import template

Clients = Callable[[str], Any]
"""``boto3.client`` or the like: name of the service in, client out."""


def deploy(clients: Clients, stack: str = "medkarta", parameters: Mapping[str, str] | None = None) -> dict[str, str]:
    """Create or update the stack of the stores, finish it and return its outputs (see ``infra/outputs.py``).

    Idempotent; raises botocore's WaiterError when the stack does not come up.
    """
    cloudformation = clients("cloudformation")
    arguments = {
        "StackName": stack,
        "TemplateBody": template.STORES.read_text("utf-8"),
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in (parameters or {}).items()],
        "Capabilities": ["CAPABILITY_IAM"],
    }
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Tried to parse AWS::")  # moto, see the table above
        _create_or_update(cloudformation, arguments)
    return finish(clients, stack)


def _create_or_update(cloudformation: Any, arguments: dict[str, Any]) -> None:
    waiting = {"Delay": 1, "MaxAttempts": 120}
    try:
        cloudformation.create_stack(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise
    else:
        cloudformation.get_waiter("stack_create_complete").wait(StackName=arguments["StackName"], WaiterConfig=waiting)
        return
    try:
        cloudformation.update_stack(**arguments)
    except ClientError as error:
        if "No updates" not in error.response["Error"]["Message"]:
            raise
    else:
        cloudformation.get_waiter("stack_update_complete").wait(StackName=arguments["StackName"], WaiterConfig=waiting)


def finish(clients: Clients, stack: str = "medkarta") -> dict[str, str]:
    """Set through the APIs what the emulator ignored of the template; returns the stack's outputs. Idempotent."""
    described = clients("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in described["Outputs"]}
    parameters = {p["ParameterKey"]: p["ParameterValue"] for p in described.get("Parameters", [])}
    resources: dict[str, Any] = template.load(template.STORES)["Resources"]
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::DynamoDB::Table":
                _finish_table(clients("dynamodb"), outputs[name], properties)
            case "AWS::S3::Bucket":
                _finish_bucket(clients("s3"), outputs[name], properties, parameters)
            case "AWS::KMS::Key" if name in outputs:
                outputs[name] = _finish_key(clients("kms"), outputs[name], properties)
    _finish_subscriptions(clients("sns"), outputs)
    _finish_mail(clients("ses"), outputs)
    return outputs


def _finish_table(dynamodb: Any, name: str, properties: Mapping[str, Any]) -> None:
    ttl = properties.get("TimeToLiveSpecification")
    state = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"].get("TimeToLiveStatus", "DISABLED")
    if ttl and state == "DISABLED":
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification=ttl)
    recovery = properties["PointInTimeRecoverySpecification"]
    dynamodb.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)


def _finish_bucket(s3: Any, name: str, properties: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"])
    lock = properties.get("ObjectLockConfiguration")
    if lock:
        mode = lock["Rule"]["DefaultRetention"]["Mode"]
        retention = {"Mode": mode, "Days": int(parameters["AuditRetentionDays"])}
        s3.put_object_lock_configuration(
            Bucket=name,
            ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
        )


def _finish_key(kms: Any, arn: str, properties: Mapping[str, Any]) -> str:
    """The ARN itself, or where the emulator made a key of another kind, that of a right one made once beside it."""
    policy = kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    if not isinstance(policy, str):  # moto keeps the parsed document and fails over it in every later call
        kms.put_key_policy(KeyId=arn, PolicyName="default", Policy=json.dumps(policy))
    wanted = properties.get("KeySpec", "SYMMETRIC_DEFAULT")
    metadata = kms.describe_key(KeyId=arn)["KeyMetadata"]
    if metadata["KeySpec"] == wanted:
        return arn
    alias = f"alias/emulated-{metadata['KeyId']}"
    try:
        return str(kms.describe_key(KeyId=alias)["KeyMetadata"]["Arn"])
    except ClientError:
        made = kms.create_key(KeySpec=wanted, KeyUsage=properties["KeyUsage"])["KeyMetadata"]
        kms.create_alias(AliasName=alias, TargetKeyId=made["KeyId"])
        return str(made["Arn"])


SUBSCRIPTIONS = (
    ("NoticesTopic", "NotifyQueueArn", ""),
    ("OutgoingTopic", "SmsQueueArn", "sms"),
    ("OutgoingTopic", "EmailQueueArn", "email"),
    ("FeedbackTopic", "FeedbackQueueArn", ""),
)
"""Outputs of the topic and the queue, and the channel that it takes alone."""


def _finish_subscriptions(sns: Any, outputs: Mapping[str, str]) -> None:
    for topic, queue, channel in SUBSCRIPTIONS:
        there = sns.list_subscriptions_by_topic(TopicArn=outputs[topic])["Subscriptions"]
        if outputs[queue] in {one["Endpoint"] for one in there}:
            continue
        attributes = {"RawMessageDelivery": "true"}
        if channel:
            attributes["FilterPolicy"] = json.dumps({"channel": [channel]})
        sns.subscribe(TopicArn=outputs[topic], Protocol="sqs", Endpoint=outputs[queue], Attributes=attributes)


def _finish_mail(ses: Any, outputs: Mapping[str, str]) -> None:
    ses.verify_email_identity(EmailAddress=outputs["MailSender"])
    try:
        ses.create_configuration_set(ConfigurationSet={"Name": outputs["MailConfiguration"]})
    except ClientError as error:
        if "Exists" not in error.response["Error"]["Code"]:
            raise
