"""SMS by SNS and e-mail by SES. Texts come from the catalogue (domain/texts/) and say nothing medical."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.errors import AddressRefusedError, OutcomeUnknownError, UnavailableError

REFUSED = {"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "OptedOut"}
"""Codes of both that say that this one goes nowhere. What is about all of them (a sender, a limit) is tried again."""


class AwsMessenger:
    def __init__(self, sns: Callable[[], Any], ses: Callable[[], Any], sender: str, configuration: str = "") -> None:
        """``configuration``: the configuration set of SES that says what became of an e-mail; "" for none."""
        self._sns = sns
        self._ses = ses
        self._sender = sender
        self._set = {"ConfigurationSetName": configuration} if configuration else {}

    def sms(self, phone: str, text: str) -> str:
        """``phone`` in E.164."""
        kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        return _call(lambda: self._sns().publish(PhoneNumber=phone, Message=text, MessageAttributes=kind))

    def email(self, address: str, subject: str, text: str) -> str:
        message = {
            "Subject": {"Data": subject, "Charset": "UTF-8"},
            "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
        }
        destination = {"ToAddresses": [address]}
        return _call(
            lambda: self._ses().send_email(Source=self._sender, Destination=destination, Message=message, **self._set)
        )


def _call(send: Callable[[], Any]) -> str:
    from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

    # Never the provider's text: it may quote the number or the address.
    try:
        return str(send()["MessageId"])
    except ClientError as refusal:
        raise (AddressRefusedError if refusal.response["Error"]["Code"] in REFUSED else UnavailableError) from None
    except HTTPClientError:  # the connection stood: it may have been taken
        raise OutcomeUnknownError from None
    except BotoCoreError:
        raise UnavailableError from None
