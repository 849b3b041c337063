"""The templates and policies as documents, because no emulator enforces them."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from chalicelib.domain.deliveries import LEASE, TRIES
from chalicelib.domain.exports import KEPT
from infra import gateway
from infra.behind_api import resource_name
from tests.architecture.templates import (
    ALARMS,
    CHALICE,
    CONFIG,
    CONFIGURED,
    DATA_SERVICES,
    FUNCTIONS,
    RESOURCES,
    actions_on,
    of_type,
    statements,
    strings,
    writing,
)

TLS_13 = {"NumericLessThan": {"s3:TlsVersion": "1.3"}}


# --- stores


@pytest.mark.requirement("SEC-1", "SEC-2")
def test_every_table_is_protected() -> None:
    for name, table in of_type("AWS::DynamoDB::Table").items():
        properties = table["Properties"]
        assert properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True, name
        assert properties["DeletionProtectionEnabled"] is True, name
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name
        assert properties["SSESpecification"]["SSEType"] == "KMS", name
        assert properties["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["DataKey", "Arn"]}, name


def test_everything_that_holds_data_outlives_the_stack() -> None:
    for kind in ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::KMS::Key"):
        for name, resource in of_type(kind).items():
            assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain"), name


@pytest.mark.requirement("SPC-8")
def test_key_rows_leave_the_backups_soon_and_only_by_the_eraser() -> None:
    properties = RESOURCES["KeysTable"]["Properties"]
    assert properties["PointInTimeRecoverySpecification"]["RecoveryPeriodInDays"] <= 7
    assert "TimeToLiveSpecification" not in properties
    [deny] = properties["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert deny["Effect"] == "Deny"
    assert "dynamodb:DeleteItem" in deny["Action"]
    assert "-Eraser" in json.dumps(deny["Condition"]["ArnNotLike"])
    for function in set(CONFIGURED) - {"eraser"}:
        assert not {a for a in actions_on(function, "KeysTable") if "Delete" in a or a.endswith("*")}, function
    assert "dynamodb:DeleteItem" in actions_on("eraser", "KeysTable")
    assert resource_name("eraser") == "Eraser"  # its role is <stack>-EraserRole-…, which the table's policy looks at


@pytest.mark.requirement("SPC-8", "SEC-2")
def test_the_eraser_destroys_and_cannot_read() -> None:
    """It opens no content and no entry of the log."""
    for key in ("PatientKey", "LogKey"):
        assert not actions_on("eraser", key), key
    assert actions_on("eraser", "AuditKey") == {"kms:Encrypt"}
    for store in ("DocumentsBucket", "AuditLogBucket", "AuditIndexTable", "NoticesTopic"):
        assert not actions_on("eraser", store), store
    uses = [s["Condition"] for s in statements("eraser") if "SystemKey" in json.dumps(s["Resource"])]
    allowed = {use for c in uses for use in c["StringEquals"]["kms:EncryptionContext:use"]}
    assert allowed == {"erasure-order", "receipt"}  # not the keys of access tokens
    deletes = [s for s in statements("eraser") if "dynamodb:DeleteItem" in s["Action"]]
    assert {s["Sid"] for s in deletes} == {"Account", "KeyRows", "Applications", "SearchIndex"}


@pytest.mark.requirement("SEC-1")
def test_buckets_are_private_versioned_encrypted_and_speak_tls_13_only() -> None:
    policies = of_type("AWS::S3::BucketPolicy").values()
    for name, bucket in of_type("AWS::S3::Bucket").items():
        properties = bucket["Properties"]
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert len(properties["PublicAccessBlockConfiguration"]) == 4, name
        assert properties["VersioningConfiguration"] == {"Status": "Enabled"}, name
        [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms", name
        [policy] = [p["Properties"] for p in policies if p["Properties"]["Bucket"] == {"Ref": name}]
        conditions = [
            s["Condition"]
            for s in policy["PolicyDocument"]["Statement"]
            if (s["Effect"], s["Action"]) == ("Deny", "s3:*")
        ]
        assert {"Bool": {"aws:SecureTransport": "false"}} in conditions, name
        # CloudTrail alone writes that bucket, by whichever version of TLS it has; all others are held to 1.3.
        but_services = {"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}} if name == "KeyLogBucket" else {}
        assert {**TLS_13, **but_services} in conditions, name


@pytest.mark.requirement("SEC-1")
def test_queues_and_the_topic_refuse_plain_text_transport() -> None:
    policies = [*of_type("AWS::SQS::QueuePolicy").values(), *of_type("AWS::SNS::TopicPolicy").values()]
    held = set()
    for policy in (p["Properties"] for p in policies):
        denied = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in denied] == [{"Bool": {"aws:SecureTransport": "false"}}]
        held |= {target["Ref"] for target in policy.get("Queues", []) + policy.get("Topics", [])}
    assert held == set(of_type("AWS::SQS::Queue")) | set(of_type("AWS::SNS::Topic"))


@pytest.mark.requirement("SEC-2")
def test_who_administers_a_key_cannot_use_it() -> None:
    use = re.compile(r"kms:(\*|Encrypt|Decrypt|ReEncrypt|Generate|Sign|CreateGrant|Verify|Derive)")
    for name, key in of_type("AWS::KMS::Key").items():
        by_sid = {s["Sid"]: s for s in key["Properties"]["KeyPolicy"]["Statement"]}
        assert not [a for a in by_sid["Administration"]["Action"] if use.match(a)], name
        for sid, statement in by_sid.items():
            if sid != "Administration":
                assert statement["Condition"], (name, sid)
                assert "kms:*" not in statement["Action"], (name, sid)


@pytest.mark.requirement("SEC-2")
def test_each_key_of_ours_opens_under_its_own_purpose_or_algorithm_only() -> None:
    purposes = {}
    for name in set(of_type("AWS::KMS::Key")) - {"DataKey"}:
        by_sid = {s["Sid"]: s for s in RESOURCES[name]["Properties"]["KeyPolicy"]["Statement"]}
        condition = by_sid["Use"]["Condition"]
        assert re.fullmatch(r"arn:.*:role/\$\{AWS::StackName\}-\w*\*", next(strings(condition["ArnLike"]))), name
        purposes[name] = next(v for k, v in condition.items() if k.startswith("StringEquals"))
    for name, purpose in (
        ("PatientKey", "patient-kek"),
        ("SystemKey", ["signing", "document-signing"]),
        ("AuditKey", "audit-subject"),
    ):
        assert purposes[name]["kms:EncryptionContext:purpose"] == purpose
        assert purposes[name]["kms:EncryptionContext:tenant"] == {"Ref": "Tenant"}
    assert purposes["IndexKey"] == {"kms:MacAlgorithm": "HMAC_SHA_256"}


# --- rights of the functions


@pytest.mark.requirement("SEC-2")
@pytest.mark.parametrize("function", sorted(CONFIGURED))
def test_no_function_has_a_wildcard_on_data(function: str) -> None:
    for statement in statements(function):
        assert statement["Effect"] == "Allow"
        assert "*" not in "".join(statement["Action"]), statement["Sid"]
        if "NotResource" in statement:  # text messages: a phone number is no ARN
            assert statement["Action"] == ["sns:Publish"]
            continue
        if statement["Action"][0].startswith(DATA_SERVICES):
            named = json.dumps(statement["Resource"])
            assert re.search(r'"(Ref|Fn::GetAtt)"|\$\{\w+\.Arn\}', named), statement["Sid"]
        assert "*" not in list(strings(statement["Resource"])), statement["Sid"]
    minified = json.dumps(statements(function), separators=(",", ":"))
    assert len(minified) < 10_240  # inline policies of a role


@pytest.mark.requirement("SEC-2")
@pytest.mark.parametrize("function", sorted(CONFIGURED))
def test_kms_is_used_under_conditions_everywhere(function: str) -> None:
    conditions = [s.get("Condition") for s in statements(function) if s["Action"][0].startswith("kms:")]
    assert conditions
    assert all(conditions)


@pytest.mark.requirement("SEC-2", "AUD-2")
def test_stores_are_segmented() -> None:
    """The table of the design, section 3, as far as these functions go; the log's in test_infra_log.py."""
    writers = {"api_handler", "appoint_administrator", "audit_reader", "eraser", "check_policies"}
    for function in set(CONFIGURED) - writers:
        assert not writing(actions_on(function, "IdentityTable")), function
    assert writing(actions_on("audit_reader", "IdentityTable")) == {"dynamodb:UpdateItem"}  # counters of limits
    assert writing(actions_on("check_policies", "IdentityTable")) == {"dynamodb:PutItem", "dynamodb:DeleteItem"}
    assert actions_on("on_notice", "CardTable") == {"dynamodb:BatchGetItem", "dynamodb:PutItem"}
    assert not actions_on("on_notice", "DocumentsBucket")
    assert not actions_on("appoint_administrator", "CardTable")
    assert not actions_on("sweep", "CardTable")
    assert "dynamodb:UpdateItem" not in actions_on("api_handler", "KeysTable")


@pytest.mark.requirement("SEC-2", "MSG-2")
def test_people_are_reached_by_the_senders_and_with_codes_by_the_api_alone() -> None:
    """Who decides of notices opens nothing and reaches nobody; who reaches people does so by one channel."""
    reach: dict[str, set[str]] = {"sms": set(), "email": set()}
    for function in CONFIGURED:
        for statement in statements(function):
            if "NotResource" in statement:
                reach["sms"].add(function)
            if "ses:SendEmail" in statement["Action"]:
                reach["email"].add(function)
    assert reach == {"sms": {"api_handler", "send_sms"}, "email": {"api_handler", "send_email"}}
    for function in ("on_notice", "on_mail_feedback", "ring_timers"):
        assert not actions_on(function, "PatientKey"), function
    for sender in ("send_sms", "send_email"):
        assert not actions_on(sender, "OutgoingTopic") | actions_on(sender, "DocumentsBucket"), sender


@pytest.mark.requirement("MSG-2")
def test_a_message_comes_as_often_as_the_senders_count() -> None:
    for queue, function in (("SmsQueue", "SendSms"), ("EmailQueue", "SendEmail"), ("FeedbackQueue", "OnMailFeedback")):
        properties = RESOURCES[queue]["Properties"]
        assert properties["RedrivePolicy"]["maxReceiveCount"] == TRIES, queue
        settings = FUNCTIONS[function]["Properties"]["Events"][f"{function}SqsEventSource"]["Properties"]
        assert settings["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert settings["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    for function in ("send_sms", "send_email", "on_mail_feedback"):
        assert timedelta(seconds=CONFIGURED[function]["lambda_timeout"]) < LEASE
    filters = {
        s["Properties"]["Endpoint"]["Fn::GetAtt"][0]: s["Properties"].get("FilterPolicy")
        for s in of_type("AWS::SNS::Subscription").values()
    }
    assert filters["SmsQueue"] == {"channel": ["sms"]}
    assert filters["EmailQueue"] == {"channel": ["email"]}


@pytest.mark.requirement("SEC-2", "AUD-2")
def test_who_writes_entries_makes_subjects_and_their_tags_and_nobody_else_makes_tags() -> None:
    for function in CONFIGURED:
        writes = "kms:Encrypt" in actions_on(function, "AuditKey")
        assert actions_on(function, "IndexKey") == ({"kms:GenerateMac"} if writes else set()), function


def test_each_function_has_a_policy_of_its_own_and_none_is_generated() -> None:
    """Functions that run the same code over another span of time share one."""
    assert CONFIG["autogen_policy"] is False
    named = {name: function["iam_policy_file"] for name, function in CONFIGURED.items()}
    assert set(named.values()) == {path.name for path in CHALICE.glob("policy-*.json")}
    shared = {name for name, policy in named.items() if list(named.values()).count(policy) > 1}
    assert shared <= {"sweep_audit", "sweep_audit_long", "review_audit", "check_cards", "close_month"}
    assert CONFIG["lambda_architecture"] == "arm64"
    assert CONFIG["automatic_layer"] is True


def test_what_uploads_and_exports_leave_behind_is_forgotten() -> None:
    """Multipart uploads that nobody ended, files that nobody checked, pieces of exports whose step died."""
    for bucket in ("DocumentsBucket", "QuarantineBucket"):
        rules = {r["Id"]: r for r in RESOURCES[bucket]["Properties"]["LifecycleConfiguration"]["Rules"]}
        assert rules["abandoned-uploads"]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] <= 7
    assert RESOURCES["QuarantineBucket"]["Properties"]["LifecycleConfiguration"]["Rules"][1]["ExpirationInDays"] <= 7
    rules = RESOURCES["DocumentsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    exports, recognition = [rule for rule in rules if rule.get("Prefix")]
    assert (exports["Prefix"], exports["NoncurrentVersionExpiration"]) == ("exports/", {"NoncurrentDays": 1})
    assert (recognition["Prefix"], recognition["NoncurrentVersionExpiration"]) == (
        "recognition/",
        {"NoncurrentDays": 1},
    )
    assert exports["ExpirationInDays"] > KEPT.days
    assert not [rule for rule in rules if "Prefix" not in rule and "ExpirationInDays" in rule]  # documents stay


# --- triggers, gateway, alarms


def test_every_function_has_failure_settings() -> None:
    stream = FUNCTIONS["OnCardChange"]["Properties"]["Events"]["OnCardChangeDynamodbEventSource"]["Properties"]
    assert stream["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert stream["BisectBatchOnFunctionError"] is True
    assert 0 < stream["MaximumRetryAttempts"] <= 10
    assert 0 < stream["MaximumRecordAgeInSeconds"] < 86400
    assert stream["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    entries = FUNCTIONS["OnAuditEntry"]["Properties"]["Events"]["OnAuditEntryDynamodbEventSource"]["Properties"]
    assert (entries["MaximumRetryAttempts"], entries["MaximumRecordAgeInSeconds"]) == (-1, -1)  # none is given up
    assert entries["BisectBatchOnFunctionError"] is False
    assert entries["ParallelizationFactor"] == 1
    assert "FunctionResponseTypes" not in entries
    assert entries["DestinationConfig"]["OnFailure"]["Type"] == "SQS"
    assert FUNCTIONS["SweepAudit"]["Properties"]["EventInvokeConfig"]["MaximumEventAgeInSeconds"] <= 60
    queue = FUNCTIONS["OnNotice"]["Properties"]["Events"]["OnNoticeSqsEventSource"]["Properties"]
    assert queue["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert RESOURCES["NotifyQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"] <= 5
    timeout = CONFIGURED["on_notice"]["lambda_timeout"]
    assert RESOURCES["NotifyQueue"]["Properties"]["VisibilityTimeout"] >= 6 * timeout
    erasures = FUNCTIONS["Eraser"]["Properties"]["Events"]["EraserSqsEventSource"]["Properties"]
    assert (erasures["FunctionResponseTypes"], erasures["BatchSize"]) == (["ReportBatchItemFailures"], 1)
    queue = RESOURCES["ErasureQueue"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * CONFIGURED["eraser"]["lambda_timeout"]
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["ErasureDeadLetters", "Arn"]}
    for name in (
        "Sweep",
        "CarryMerges",
        "AppointAdministrator",
        "ReindexCard",
        "RebuildLoad",
        "RedriveParked",
        "SweepAuditLong",
        "ReviewAudit",
        "CheckCards",
        "CloseMonth",
        "RingTimers",
        "PharmacyOrders",
        "TidyFiles",
        "Gather",
        "CheckPolicies",
    ):
        assert FUNCTIONS[name]["Properties"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"], name
    with_settings = {name for name in FUNCTIONS if "Properties" in FUNCTIONS[name] and "Type" not in FUNCTIONS[name]}
    assert {resource_name(function) for function in CONFIGURED} - {"ApiHandler"} <= with_settings
    assert "APIHandler" in with_settings


@pytest.mark.parametrize("function", sorted(CONFIGURED))
def test_functions_may_write_to_the_dead_letters_that_they_are_set_to(function: str) -> None:
    settings = FUNCTIONS[resource_name(function) if function != "api_handler" else "APIHandler"]
    if "StreamDeadLetters" in json.dumps(settings):
        assert actions_on(function, "StreamDeadLetters") == {"sqs:SendMessage"}
    else:
        assert not actions_on(function, "StreamDeadLetters") - {"sqs:SendMessage"}


def alarms_of_one_metric() -> list[dict]:
    """Properties of all but those that watch a share of two (tests/unit/test_deliveries_metrics.py)."""
    found = [alarm["Properties"] for alarm in of_type("AWS::CloudWatch::Alarm", ALARMS).values()]
    return [alarm for alarm in found if "Metrics" not in alarm]


def test_every_queue_that_must_stay_empty_has_an_alarm() -> None:
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in alarms_of_one_metric()
        for dimension in alarm["Dimensions"]
        if dimension["Name"] == "QueueName"
    }
    assert watched == set(of_type("AWS::SQS::Queue"))
    metrics = {alarm["MetricName"] for alarm in alarms_of_one_metric()}
    assert {"IteratorAge", "5XXError", "Errors"} <= metrics


def test_every_function_that_runs_unwatched_has_an_alarm_on_its_errors() -> None:
    watched = {
        dimension["Value"]["Ref"]
        for alarm in alarms_of_one_metric()
        for dimension in alarm["Dimensions"]
        if (alarm["MetricName"], dimension["Name"]) == ("Errors", "FunctionName")
    }
    operated = {
        "AppointAdministrator",
        "RebuildAuditIndex",
        "ReindexCard",
        "RebuildLoad",
        "RedriveParked",
    }  # by hand: the failure is on the operator's screen
    assert {resource_name(f) for f in CONFIGURED} - {"ApiHandler"} - operated <= watched
    assert "APIHandler" in watched


@pytest.mark.requirement("SEC-3")
def test_access_log_names_routes_and_no_address_id_or_query() -> None:
    setting_ = FUNCTIONS["RestAPI"]["Properties"]["AccessLogSetting"]
    used = set(re.findall(r"\$context\.([\w.]+)", setting_["Format"]))
    assert "resourcePath" in used
    assert not {
        u for u in used if re.search(r"path$|query|sourceIp|identity|authorizer|domain", u) and u != "resourcePath"
    }
    assert "\n" not in setting_["Format"]
    [methods] = FUNCTIONS["RestAPI"]["Properties"]["MethodSettings"]
    assert (methods["DataTraceEnabled"], methods["LoggingLevel"]) == (False, "OFF")


def test_gateway_answers_in_the_shape_of_the_api() -> None:
    responses = gateway.responses()
    unknown = responses["MISSING_AUTHENTICATION_TOKEN"]
    assert unknown["StatusCode"] == 404
    for name, response in responses.items():
        body = json.loads(response["ResponseTemplates"]["application/json"])
        assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'", name
        assert body["type"].endswith(body["code"]), name
        assert body.get("status") == response.get("StatusCode"), name
    assert json.loads(unknown["ResponseTemplates"]["application/json"])["code"] == "not-found"
    assert {responses[n]["StatusCode"] for n in ("UNAUTHORIZED", "ACCESS_DENIED", "REQUEST_TOO_LARGE")} == {
        401,
        403,
        413,
    }
    assert responses["THROTTLED"]["ResponseParameters"]["Headers"]["Retry-After"] == "'1'"
