"""Stores, rights and alarms of the audit log as documents: who may write it, sign it, open it."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from infra.behind_api import resource_name
from tests.architecture.templates import (
    ALARMS,
    CONFIGURED,
    INDEXERS,
    KEY_LOG,
    READERS,
    RESOURCES,
    REVIEWERS,
    SEQUENCERS,
    actions_on,
    statements,
    strings,
    writing,
)


@pytest.mark.requirement("AUD-2")
def test_pending_audit_entries_cannot_be_changed_by_anybody() -> None:
    [deny] = RESOURCES["AuditOutboxTable"]["Properties"]["ResourcePolicy"]["PolicyDocument"]["Statement"]
    assert deny["Effect"] == "Deny"
    assert deny["Principal"] == "*"
    assert "Condition" not in deny
    assert {"dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"} <= set(deny["Action"])


@pytest.mark.requirement("AUD-2")
def test_audit_log_is_locked_and_put_only_once() -> None:
    bucket = RESOURCES["AuditLogBucket"]["Properties"]
    assert bucket["ObjectLockEnabled"] is True
    assert bucket["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]["Mode"] == "COMPLIANCE"
    denied = RESOURCES["AuditLogBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    by_sid = {s["Sid"]: s for s in denied}
    assert {"s3:DeleteObject", "s3:DeleteObjectVersion"} <= set(by_sid["NothingIsDeleted"]["Action"])
    assert by_sid["PutOnlyIfAbsent"]["Condition"] == {"Null": {"s3:if-none-match": "true"}}


def may_use(key: str, action: str) -> set[str]:
    """Beginnings of the names of roles that a key's policy lets do something, without the stack's name."""
    return {
        name.partition("${AWS::StackName}-")[2]
        for statement in RESOURCES[key]["Properties"]["KeyPolicy"]["Statement"]
        if action in (statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]])
        for name in strings(statement["Condition"]["ArnLike"])
    }


@pytest.mark.requirement("AUD-2", "SEC-2")
def test_the_audit_key_opens_for_readers_and_the_log_key_signs_for_the_sequencer_alone() -> None:
    """Held twice: by the key, whatever policies the roles get, and by the policies."""
    roles = {function: resource_name(function) + "Role-" for function in CONFIGURED}

    def reached(patterns: set[str]) -> set[str]:
        return {function for function, role in roles.items() if any(fnmatchcase(role, one) for one in patterns)}

    assert reached(may_use("AuditKey", "kms:Decrypt")) == READERS
    assert reached(may_use("LogKey", "kms:Sign")) == SEQUENCERS
    assert may_use("AuditKey", "kms:Encrypt") == {"*"}
    assert {f for f in CONFIGURED if "kms:Decrypt" in actions_on(f, "AuditKey")} == READERS
    assert {f for f in CONFIGURED if "kms:Sign" in actions_on(f, "LogKey")} == SEQUENCERS


@pytest.mark.requirement("AUD-4")
def test_calls_of_kms_are_kept_by_cloudtrail_and_the_application_cannot_touch_them() -> None:
    trail = KEY_LOG["KeyLog"]["Properties"]
    assert (trail["IsLogging"], trail["EnableLogFileValidation"]) == (True, True)
    assert trail["S3BucketName"] == {"Ref": "KeyLogBucket"}
    [selector] = trail["AdvancedEventSelectors"]
    assert selector["FieldSelectors"] == [{"Field": "eventCategory", "Equals": ["Management"]}]  # reads and KMS too
    policy = RESOURCES["KeyLogBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    by_sid = {s["Sid"]: s for s in policy}
    assert {"s3:DeleteObject", "s3:DeleteObjectVersion"} <= set(by_sid["NothingIsDeleted"]["Action"])
    [name] = strings(trail["TrailName"])
    for statement in (
        by_sid["TrailLooks"],
        by_sid["TrailDelivers"],
        next(
            s
            for s in RESOURCES["DataKey"]["Properties"]["KeyPolicy"]["Statement"]
            if s["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
        ),
    ):
        [arn] = strings(statement["Condition"]["StringEquals"]["aws:SourceArn"])
        assert arn.endswith(f":trail/{name}"), statement["Sid"]
    for function in CONFIGURED:
        assert actions_on(function, "KeyLogBucket") <= {"s3:GetObject", "s3:ListBucket"}, function


@pytest.mark.requirement("AUD-2")
def test_an_old_checkpoint_is_alarmed_also_when_nobody_says_how_old_it_is() -> None:
    alarm = ALARMS["CheckpointAgeAlarm"]["Properties"]
    assert alarm["Threshold"] <= 300
    assert alarm["Period"] * alarm["EvaluationPeriods"] <= 300
    assert alarm["TreatMissingData"] == "breaching"


@pytest.mark.requirement("AUD-2", "SEC-2")
def test_who_writes_entries_cannot_read_the_log_and_who_reads_it_cannot_write_it() -> None:
    for function in set(CONFIGURED) - SEQUENCERS:
        assert actions_on(function, "AuditOutboxTable") <= {"dynamodb:PutItem"}, function
        for bucket in ("AuditLogBucket", "AuditEdgeBucket"):
            assert not writing(actions_on(function, bucket)), function
    for function in set(CONFIGURED) - INDEXERS - REVIEWERS:
        assert not writing(actions_on(function, "AuditIndexTable")), function
    for function in set(CONFIGURED) - INDEXERS - READERS:  # writers cannot read the log
        for store in ("AuditIndexTable", "AuditLogBucket", "AuditEdgeBucket"):
            assert not actions_on(function, store), function
    for function in INDEXERS:  # ids, hashes and sealed bodies are all that they see
        assert not actions_on(function, "CardTable") | actions_on(function, "IdentityTable"), function
        assert not actions_on(function, "PatientKey") | actions_on(function, "SystemKey"), function
        assert "kms:Decrypt" not in actions_on(function, "AuditKey"), function
        assert not {a for a in actions_on(function, "AuditLogBucket") if "Delete" in a}, function


@pytest.mark.requirement("AUD-2", "AUD-4")
@pytest.mark.parametrize("function", sorted(REVIEWERS))
def test_the_review_writes_rows_of_its_own_beside_the_index_and_findings_beside_the_cards(function: str) -> None:
    own = {"REVIEW", "REVIEW#*", "REVIEWCARDS#*", "KEYLOG#*", "ACCESS#*"}
    for statement in statements(function):
        named = set(strings(statement["Resource"]))
        if "AuditIndexTable" in named and writing(set(statement["Action"])):
            assert set(strings(statement["Condition"]["ForAllValues:StringLike"])) <= own
            assert statement["Condition"]["Null"] == {"dynamodb:LeadingKeys": "false"}
        if "CardTable" in named and writing(set(statement["Action"])):
            assert statement["Condition"]["Null"], statement["Sid"]
    assert not actions_on(function, "PatientKey")  # no clinical content


@pytest.mark.requirement("AUD-2")
@pytest.mark.parametrize("function", sorted(INDEXERS))
def test_the_head_is_never_written_in_a_batch(function: str) -> None:
    """A batch asks for no condition, and the head moves by a conditional write alone."""
    allowed = {
        action: set(strings(statement["Condition"]))
        for statement in statements(function)
        if "AuditIndexTable" in strings(statement["Resource"])
        for action in statement["Action"]
        if writing({action})
    }
    assert "HEAD" not in {row.rstrip("*") for row in allowed["dynamodb:BatchWriteItem"]}
    assert {"E#*", "P#*", "W#*", "H#*"} <= allowed["dynamodb:BatchWriteItem"]
    assert all("HEAD" in rows for action, rows in allowed.items() if action != "dynamodb:BatchWriteItem")
