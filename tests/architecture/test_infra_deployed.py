"""The stores deployed into moto, and the rule from their outputs to the settings of a function."""

from __future__ import annotations

from dataclasses import fields

import boto3
import pytest
from moto import mock_aws

from chalicelib.config import Settings
from chalicelib.ports.keys import BY_DATE
from infra import emulated, template
from infra.outputs import setting, settings_environment

STORES = template.load(template.STORES)


def test_each_setting_has_an_output() -> None:
    wanted = {f"MEDKARTA_{field.name.upper()}" for field in fields(Settings)}
    assert wanted <= {setting(name) for name in STORES["Outputs"]}


def test_outputs_become_the_environment() -> None:
    found = settings_environment({"AuditIndexTable": "t", "WriterCaKey": "k", "Tenant": "demo"})
    assert found == {"MEDKARTA_AUDIT_INDEX_TABLE": "t", "MEDKARTA_WRITER_CA_KEY": "k", "MEDKARTA_TENANT": "demo"}


@pytest.mark.requirement("SEC-1")
def test_stores_deploy_into_moto_and_a_second_time_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with mock_aws():
        outputs = emulated.deploy(boto3.client, "s", {"Tenant": "clinic", "AuditRetentionDays": "2"})
        assert emulated.deploy(boto3.client, "s", {"Tenant": "clinic", "AuditRetentionDays": "2"}) == outputs
        for name, value in settings_environment(outputs).items():
            monkeypatch.setenv(name, value)
        settings = Settings.from_env()
        dynamodb, kms, s3 = boto3.client("dynamodb"), boto3.client("kms"), boto3.client("s3")
        card = dynamodb.describe_table(TableName=settings.card_table)["Table"]
        assert card["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        assert [index["IndexName"] for index in card["LocalSecondaryIndexes"]] == [BY_DATE]
        expiry = dynamodb.describe_time_to_live(TableName=settings.identity_table)["TimeToLiveDescription"]
        assert expiry == {"AttributeName": "expires", "TimeToLiveStatus": "ENABLED"}
        specs = [
            kms.describe_key(KeyId=key)["KeyMetadata"]["KeySpec"]
            for key in (settings.patient_key, settings.index_key, settings.writer_ca_key)
        ]
        assert specs == ["SYMMETRIC_DEFAULT", "HMAC_256", "ECC_NIST_P256"]
        lock = s3.get_object_lock_configuration(Bucket=outputs["AuditLogBucket"])["ObjectLockConfiguration"]
        assert lock["Rule"]["DefaultRetention"]["Days"] == 2
        assert settings.tenant == "clinic"


def test_published_notices_arrive_raw_in_the_queue() -> None:
    with mock_aws():
        outputs = emulated.deploy(boto3.client)
        boto3.client("sns").publish(TopicArn=outputs["NoticesTopic"], Message='{"person":"p"}')
        found = boto3.client("sqs").receive_message(QueueUrl=outputs["NotifyQueue"])["Messages"]
        assert [message["Body"] for message in found] == ['{"person":"p"}']
