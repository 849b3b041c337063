"""What the code relies on of AWS, as checks that any backend can be held against.

Each takes a backend with ``client(service)`` and ``outputs`` and fails by AssertionError (or by what boto3 raises).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from botocore.exceptions import ClientError

from tests.emulator.rows import fresh, key


class Backend(Protocol):
    outputs: Mapping[str, str]

    def client(self, service: str) -> Any: ...


def refused(call: Callable[[], Any]) -> dict[str, Any]:
    """The error that the call raises; an AssertionError when it raises none."""
    try:
        call()
    except ClientError as error:
        return error.response
    raise AssertionError("it was allowed")


def refused_with(call: Callable[[], Any]) -> str:
    return str(refused(call)["Error"]["Code"])


def a_conditional_put_is_refused(on: Backend) -> None:
    card, where = on.outputs["CardTable"], key(fresh("put"))
    put = {"TableName": card, "Item": where, "ConditionExpression": "attribute_not_exists(pk)"}
    on.client("dynamodb").put_item(**put)
    assert refused_with(lambda: on.client("dynamodb").put_item(**put)) == "ConditionalCheckFailedException"


def a_transaction_over_two_tables_is_all_or_nothing(on: Backend) -> None:
    """And it says which write failed, with the row that stood in the way."""
    dynamodb, card, identity = on.client("dynamodb"), on.outputs["CardTable"], on.outputs["IdentityTable"]
    taken, free = key(fresh("taken")), key(fresh("free"))
    dynamodb.put_item(TableName=identity, Item={**taken, "ver": {"N": "7"}})
    answer = refused(
        lambda: dynamodb.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": card, "Item": free}},
                {
                    "Put": {
                        "TableName": identity,
                        "Item": taken,
                        "ConditionExpression": "attribute_not_exists(pk)",
                        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                    }
                },
            ]
        )
    )
    assert answer["Error"]["Code"] == "TransactionCanceledException"
    reasons = answer["CancellationReasons"]
    assert [r["Code"] for r in reasons] == ["None", "ConditionalCheckFailed"]
    assert reasons[1]["Item"]["ver"] == {"N": "7"}
    assert "Item" not in dynamodb.get_item(TableName=card, Key=free, ConsistentRead=True)


def a_repeated_request_token_is_applied_once(on: Backend) -> None:
    dynamodb, card, where = on.client("dynamodb"), on.outputs["CardTable"], key(fresh("token"))
    token = f"t-{time.time_ns()}"[:36]
    update = {
        "TableName": card,
        "Key": where,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    for _ in range(2):
        dynamodb.transact_write_items(ClientRequestToken=token, TransactItems=[{"Update": update}])
    assert dynamodb.get_item(TableName=card, Key=where, ConsistentRead=True)["Item"]["n"] == {"N": "1"}


def the_same_row_twice_in_a_transaction_is_refused(on: Backend) -> None:
    card, where = on.outputs["CardTable"], key(fresh("twice"))
    writes = [{"Put": {"TableName": card, "Item": where}}, {"Delete": {"TableName": card, "Key": where}}]
    answer = refused_with(lambda: on.client("dynamodb").transact_write_items(TransactItems=writes))
    assert answer == "ValidationException"


def one_batch_reads_two_tables(on: Backend) -> None:
    """Session and consent are read by one call (design section 6); absent rows are just absent."""
    dynamodb, card, identity = on.client("dynamodb"), on.outputs["CardTable"], on.outputs["IdentityTable"]
    where = key(fresh("both"))
    for table in (card, identity):
        dynamodb.put_item(TableName=table, Item={**where, "in": {"S": table}})
    wanted = {"Keys": [where, key(fresh("absent"))], "ConsistentRead": True}
    answer = dynamodb.batch_get_item(RequestItems={card: wanted, identity: wanted})
    assert {t: [i["in"]["S"] for i in rows] for t, rows in answer["Responses"].items()} == {
        card: [card],
        identity: [identity],
    }
    assert not answer["UnprocessedKeys"]


def the_local_index_orders_by_date_and_reads_its_own_writes(on: Backend) -> None:
    dynamodb, card, pk = on.client("dynamodb"), on.outputs["CardTable"], fresh("index")
    for sk, kd in (("a", "K#3"), ("b", "K#1"), ("c", "L#2"), ("d", None)):
        dynamodb.put_item(TableName=card, Item={**key(pk, sk), **({"kd": {"S": kd}} if kd else {})})
    answer = dynamodb.query(
        TableName=card,
        IndexName="by_date",
        ConsistentRead=True,
        ScanIndexForward=False,
        KeyConditionExpression="pk = :p AND begins_with(kd, :k)",
        ExpressionAttributeValues={":p": {"S": pk}, ":k": {"S": "K#"}},
    )
    assert [i["sk"]["S"] for i in answer["Items"]] == ["a", "b"]


def a_wrong_type_in_an_index_key_is_refused(on: Backend) -> None:
    item = {**key(fresh("type")), "kd": {"N": "1"}}
    answer = refused_with(lambda: on.client("dynamodb").put_item(TableName=on.outputs["CardTable"], Item=item))
    assert answer == "ValidationException"


def expired_rows_are_removed_by_ttl(on: Backend) -> None:
    """Only that it is switched on: AWS itself takes up to two days, so readers filter anyway."""
    for table in ("IdentityTable", "CardTable", "AuditOutboxTable"):
        description = on.client("dynamodb").describe_time_to_live(TableName=on.outputs[table])
        ttl = description["TimeToLiveDescription"]
        assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "expires")


def read_stream(on: Backend, pk: str, after: str = "") -> list[dict[str, Any]]:
    """Records of the card table that belong to one partition, from the horizon or after a sequence number."""
    streams = on.client("dynamodbstreams")
    table = on.client("dynamodb").describe_table(TableName=on.outputs["CardTable"])["Table"]
    shards = streams.describe_stream(StreamArn=table["LatestStreamArn"])["StreamDescription"]["Shards"]
    found = []
    for shard in shards:
        start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after} if after else {}
        where = {"ShardIteratorType": "TRIM_HORIZON", **start, "ShardId": shard["ShardId"]}
        iterator = streams.get_shard_iterator(StreamArn=table["LatestStreamArn"], **where)["ShardIterator"]
        while True:
            page = streams.get_records(ShardIterator=iterator)
            found += [r for r in page["Records"] if r["dynamodb"]["Keys"]["pk"]["S"] == pk]
            if not page["Records"] or "NextShardIterator" not in page:
                break
            iterator = page["NextShardIterator"]
    return found


def the_stream_shows_changes_with_both_images(on: Backend) -> None:
    dynamodb, card, pk = on.client("dynamodb"), on.outputs["CardTable"], fresh("stream")
    dynamodb.put_item(TableName=card, Item={**key(pk), "b": {"B": b"\x00\xff"}})
    dynamodb.put_item(TableName=card, Item={**key(pk), "b": {"B": b"\x01"}})
    dynamodb.delete_item(TableName=card, Key=key(pk))
    records = read_stream(on, pk)
    assert [r["eventName"] for r in records] == ["INSERT", "MODIFY", "REMOVE"]
    assert records[1]["dynamodb"]["OldImage"]["b"] == {"B": b"\x00\xff"}
    assert records[1]["dynamodb"]["NewImage"]["b"] == {"B": b"\x01"}
    rest = read_stream(on, pk, after=records[0]["dynamodb"]["SequenceNumber"])
    assert [r["eventName"] for r in rest] == ["MODIFY", "REMOVE"]


def a_write_that_changes_nothing_is_not_in_the_stream(on: Backend) -> None:
    dynamodb, card, pk = on.client("dynamodb"), on.outputs["CardTable"], fresh("noop")
    for _ in range(2):
        dynamodb.put_item(TableName=card, Item={**key(pk), "n": {"N": "1"}})
    assert [r["eventName"] for r in read_stream(on, pk)] == ["INSERT"]


def a_cancelled_transaction_is_not_in_the_stream(on: Backend) -> None:
    dynamodb, card, pk = on.client("dynamodb"), on.outputs["CardTable"], fresh("cancelled")
    check = {"TableName": card, "Key": key(fresh("no")), "ConditionExpression": "attribute_exists(pk)"}
    writes = [{"Put": {"TableName": card, "Item": key(pk)}}, {"ConditionCheck": check}]
    refused(lambda: dynamodb.transact_write_items(TransactItems=writes))
    assert read_stream(on, pk) == []


def a_wrong_encryption_context_is_refused(on: Backend) -> None:
    kms, patient = on.client("kms"), on.outputs["PatientKey"]
    context = {"purpose": "patient-key", "tenant": "demo", "patient_id": "p1"}
    blob = kms.encrypt(KeyId=patient, Plaintext=b"secret", EncryptionContext=context)["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"secret"
    for wrong in ({**context, "patient_id": "p2"}, {}):
        answer = refused_with(lambda c=wrong: kms.decrypt(CiphertextBlob=blob, EncryptionContext=c))
        assert answer == "InvalidCiphertextException"


def a_disabled_key_decrypts_nothing(on: Backend) -> None:
    kms = on.client("kms")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=made, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=made)
    assert refused_with(lambda: kms.decrypt(CiphertextBlob=blob)) == "DisabledException"


def a_key_to_be_deleted_decrypts_nothing(on: Backend) -> None:
    kms = on.client("kms")
    made = kms.create_key()["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=made, Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
    assert refused_with(lambda: kms.decrypt(CiphertextBlob=blob)) == "KMSInvalidStateException"


def the_blind_index_is_the_same_each_time(on: Backend) -> None:
    kms, index = on.client("kms"), on.outputs["IndexKey"]

    def mac(message: bytes) -> bytes:
        return bytes(kms.generate_mac(KeyId=index, Message=message, MacAlgorithm="HMAC_SHA_256")["Mac"])

    assert mac(b"snils") == mac(b"snils") != mac(b"oms")
    assert len(mac(b"snils")) == 32


def a_signature_verifies_with_the_public_key(on: Backend) -> None:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    kms, log = on.client("kms"), on.outputs["LogKey"]
    made = kms.sign(KeyId=log, Message=b"head", MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256")["Signature"]
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=log)["PublicKey"])
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(made, b"head", ec.ECDSA(hashes.SHA256()))


def a_locked_object_cannot_be_deleted(on: Backend) -> None:
    """By the bucket's own default retention: the writer of the audit log sets none."""
    s3, bucket, name = on.client("s3"), on.outputs["AuditLogBucket"], fresh("locked")
    version = s3.put_object(Bucket=bucket, Key=name, Body=b"entry")["VersionId"]
    assert s3.head_object(Bucket=bucket, Key=name)["ObjectLockMode"] == "COMPLIANCE"
    delete = {"Bucket": bucket, "Key": name, "VersionId": version}
    assert refused_with(lambda: s3.delete_object(**delete)) == "AccessDenied"
    assert refused_with(lambda: s3.delete_object(**delete, BypassGovernanceRetention=True)) == "AccessDenied"
    s3.put_object(Bucket=bucket, Key=name, Body=b"forged")
    assert s3.get_object(Bucket=bucket, Key=name, VersionId=version)["Body"].read() == b"entry"


def a_lock_cannot_be_shortened(on: Backend) -> None:
    s3, bucket, name = on.client("s3"), on.outputs["AuditLogBucket"], fresh("shorter")
    version = s3.put_object(Bucket=bucket, Key=name, Body=b"entry")["VersionId"]
    soon = {"Mode": "COMPLIANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(seconds=5)}
    weak = {"Mode": "GOVERNANCE", "RetainUntilDate": datetime.now(UTC) + timedelta(days=9999)}
    for retention in (soon, weak):
        answer = refused_with(
            lambda r=retention: s3.put_object_retention(Bucket=bucket, Key=name, VersionId=version, Retention=r)
        )
        assert answer == "AccessDenied"


def an_object_is_created_once(on: Backend) -> None:
    """If-None-Match: two writers of one segment cannot both win."""
    s3, bucket, name = on.client("s3"), on.outputs["AuditLogBucket"], fresh("once")
    s3.put_object(Bucket=bucket, Key=name, Body=b"1", IfNoneMatch="*")
    again = refused_with(lambda: s3.put_object(Bucket=bucket, Key=name, Body=b"2", IfNoneMatch="*"))
    assert again == "PreconditionFailed"


def a_notice_reaches_its_queue(on: Backend) -> None:
    sqs, queue, mark = on.client("sqs"), on.outputs["NotifyQueue"], fresh("notice")
    on.client("sns").publish(TopicArn=on.outputs["NoticesTopic"], Message=json.dumps({"mark": mark}))
    for _ in range(5):
        for message in sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1, MaxNumberOfMessages=10).get(
            "Messages", []
        ):
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            body = json.loads(message["Body"])
            if mark in (body.get("mark"), json.loads(body.get("Message", "{}")).get("mark")):
                return
    raise AssertionError("the notice did not come")


PROMISES: list[Callable[[Backend], None]] = [
    a_conditional_put_is_refused,
    a_transaction_over_two_tables_is_all_or_nothing,
    a_repeated_request_token_is_applied_once,
    the_same_row_twice_in_a_transaction_is_refused,
    one_batch_reads_two_tables,
    the_local_index_orders_by_date_and_reads_its_own_writes,
    a_wrong_type_in_an_index_key_is_refused,
    expired_rows_are_removed_by_ttl,
    the_stream_shows_changes_with_both_images,
    a_write_that_changes_nothing_is_not_in_the_stream,
    a_cancelled_transaction_is_not_in_the_stream,
    a_wrong_encryption_context_is_refused,
    a_disabled_key_decrypts_nothing,
    a_key_to_be_deleted_decrypts_nothing,
    the_blind_index_is_the_same_each_time,
    a_signature_verifies_with_the_public_key,
    a_locked_object_cannot_be_deleted,
    a_lock_cannot_be_shortened,
    an_object_is_created_once,
    a_notice_reaches_its_queue,
]
