"""Adapters to the world outside: what they send, and that no error of a provider comes through with its text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import ses_backends
from moto.sns.models import sns_backends

from chalicelib.bootstrap import aws
from chalicelib.documents import store
from chalicelib.documents.store import S3Documents
from chalicelib.domain.identity import PersonId
from chalicelib.errors import (
    AddressRefusedError,
    MedkartaError,
    NotFoundError,
    OutcomeUnknownError,
    TooLargeError,
    UnavailableError,
)
from chalicelib.notify.messenger import AwsMessenger
from chalicelib.notify.parking import SqsParking
from chalicelib.notify.topic import SnsNotifier
from chalicelib.ports.parking import Parked

REGION = "eu-central-1"
PHONE = "+79161234567"


@pytest.fixture(autouse=True)
def cloud() -> Iterator[None]:
    with mock_aws():
        yield


def service(name: str) -> Callable[[], Any]:
    client = boto3.client(name)
    return lambda: client


def queue() -> tuple[str, Callable[[], list[Any]]]:
    """URL of a new queue, and a function that empties it."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]

    def drain() -> list[Any]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return url, drain


@pytest.mark.requirement("MSG-2")
def test_the_topic_hears_ids_and_the_event_only() -> None:
    sns = service("sns")
    topic = sns().create_topic(Name="notices")["TopicArn"]
    url, drain = queue()
    arn = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns().subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    SnsNotifier(sns, topic).publish(PersonId("p1"), "result_ready", "n1")
    assert drain() == [{"person": "p1", "event": "result_ready", "notice": "n1"}]


@pytest.mark.requirement("MSG-2")
def test_an_sms_goes_to_the_number() -> None:
    AwsMessenger(service("sns"), service("ses"), "card@medkarta.example").sms(PHONE, "Код: 123456")
    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].sms_messages.values()
    assert [tuple(message)[:2] for message in sent] == [(PHONE, "Код: 123456")]


@pytest.mark.requirement("MSG-2")
def test_a_letter_comes_from_the_sender_in_cyrillic() -> None:
    ses = service("ses")
    ses().verify_email_identity(EmailAddress="card@medkarta.example")
    AwsMessenger(service("sns"), ses, "card@medkarta.example").email("anna@example.org", "Вход", "Новый вход")
    (letter,) = ses_backends[DEFAULT_ACCOUNT_ID][REGION].sent_messages
    assert letter.destinations["ToAddresses"] == ["anna@example.org"]
    assert (letter.source, letter.subject, letter.body) == ("card@medkarta.example", "Вход", "Новый вход")


def test_what_is_parked_lies_in_the_queue() -> None:
    url, drain = queue()
    SqsParking(service("sqs"), {"parked": url}).park("parked", {"key": "R#x#1", "code": "unavailable"})
    assert drain() == [{"key": "R#x#1", "code": "unavailable"}]


def test_what_was_taken_is_nobody_elses_until_it_is_given_back_and_an_end_is_one() -> None:
    url, drain = queue()
    parking, client = SqsParking(service("sqs"), {"parked": url}), boto3.client("sqs")
    for number in range(12):
        parking.park("parked", {"number": number})
    client.send_message(QueueUrl=url, MessageBody="no JSON")
    taken = parking.take("parked", 100)
    assert sorted(one.payload.get("number", -1) for one in taken) == list(range(-1, 12))
    assert parking.take("parked", 100) == []
    kept = taken[0]
    for one in taken[1:]:
        parking.end("parked", one)
    parking.end("parked", taken[1])
    parking.give_back("parked", kept)
    [again] = parking.take("parked", 100)
    assert (again.id, again.payload, again.taken) == (kept.id, kept.payload, 2)
    assert drain() == []


@pytest.fixture
def documents() -> S3Documents:
    boto3.client("s3").create_bucket(Bucket="docs", CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Documents(service("s3"), "docs")


@pytest.mark.requirement("DOC-2")
def test_a_document_is_got_as_it_was_put_and_may_be_put_again(documents: S3Documents) -> None:
    for ciphertext in (b"\x00one", b"\x01two"):  # sealing again gives other bytes of the same plaintext
        documents.put("d/1", ciphertext)
        assert documents.get("d/1") == ciphertext
    with pytest.raises(NotFoundError):
        documents.get("d/2")


def test_documents_have_a_greatest_size_in_both_directions(
    documents: S3Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents.put("d/1", b"x" * 11)
    monkeypatch.setattr(store, "MAX_BYTES", 10)
    with pytest.raises(TooLargeError):
        documents.put("d/2", b"x" * 11)
    with pytest.raises(TooLargeError):
        documents.get("d/1")
    documents.put("d/3", b"x" * 10)
    assert documents.get("d/3") == b"x" * 10


class Broken:
    """A client of any service whose every call fails with a text that quotes its arguments."""

    def __init__(self, error: str) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            if self._error == "timeout":
                raise ReadTimeoutError(endpoint_url=f"https://example/{arguments}")
            raise ClientError({"Error": {"Code": self._error, "Message": f"bad {arguments}"}}, name)

        return call


SECRET = Parked("secret", 1, {}, "secret")
CALLS: dict[str, Callable[[Any], Any]] = {
    "sms": lambda c: AwsMessenger(c, c, "card@medkarta.example").sms(PHONE, "secret"),
    "email": lambda c: AwsMessenger(c, c, "card@medkarta.example").email("anna@example.org", "secret", "secret"),
    "publish": lambda c: SnsNotifier(c, "arn").publish(PersonId("p1"), "secret", "n1"),
    "park": lambda c: SqsParking(c, {"parked": "url"}).park("parked", {"secret": 1}),
    "take": lambda c: SqsParking(c, {"parked": "url"}).take("parked", 9),
    "give_back": lambda c: SqsParking(c, {"parked": "url"}).give_back("parked", SECRET),
    "end": lambda c: SqsParking(c, {"parked": "url"}).end("parked", SECRET),
    "put": lambda c: S3Documents(c, "docs").put("secret", b""),
    "get": lambda c: S3Documents(c, "docs").get("secret"),
}


@pytest.mark.requirement("SEC-3")
@pytest.mark.parametrize("error", ["timeout", "ThrottlingException", "InvalidParameter"])
@pytest.mark.parametrize("call", CALLS)
def test_failures_are_ours_and_quote_nothing(call: str, error: str) -> None:
    with pytest.raises(UnavailableError) as failed:
        CALLS[call](lambda: Broken(error))
    shown = str(failed.value) + failed.value.detail
    assert not any(word in shown for word in ("secret", "anna", PHONE))
    assert failed.value.__suppress_context__  # a logged traceback does not quote it either
    assert isinstance(failed.value, MedkartaError)


@pytest.mark.requirement("MSG-2")
@pytest.mark.parametrize("call", ["sms", "email"])
@pytest.mark.parametrize(
    ("error", "means"),
    [
        ("InvalidParameter", AddressRefusedError),
        ("InvalidParameterValue", AddressRefusedError),
        ("OptedOut", AddressRefusedError),
        ("timeout", OutcomeUnknownError),
        ("ThrottlingException", UnavailableError),
        ("MessageRejected", UnavailableError),  # the sender is not verified: not the address's fault
    ],
)
def test_what_a_providers_answer_means_for_another_try(call: str, error: str, means: type[MedkartaError]) -> None:
    with pytest.raises(UnavailableError) as failed:
        CALLS[call](lambda: Broken(error))
    assert type(failed.value) is means


@pytest.mark.requirement("MSG-2")
def test_senders_of_notices_do_not_repeat_a_call_by_themselves() -> None:
    assert aws("sns", 1).meta.config.retries["total_max_attempts"] == 1
    assert aws("sns").meta.config.retries["total_max_attempts"] > 1
