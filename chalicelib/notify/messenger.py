"""SMS by SNS and e-mail by SES. Texts come from the catalogue (domain/texts/) and say nothing medical."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chalicelib.errors import UnavailableError


class AwsMessenger:
    def __init__(self, sns: Callable[[], Any], ses: Callable[[], Any], sender: str) -> None:
        self._sns = sns
        self._ses = ses
        self._sender = sender

    def sms(self, phone: str, text: str) -> None:
        """``phone`` in E.164. Raises UnavailableError."""
        kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
        _call(lambda: self._sns().publish(PhoneNumber=phone, Message=text, MessageAttributes=kind))

    def email(self, address: str, subject: str, text: str) -> None:
        message = {
            "Subject": {"Data": subject, "Charset": "UTF-8"},
            "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
        }
        destination = {"ToAddresses": [address]}
        _call(lambda: self._ses().send_email(Source=self._sender, Destination=destination, Message=message))


def _call(send: Callable[[], Any]) -> None:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        send()
    except (BotoCoreError, ClientError):
        # Never the provider's text: it may quote the number or the address.
        raise UnavailableError from None
