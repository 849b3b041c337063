"""Errors: what goes outside: by which channel, when, and what became of it."""

from __future__ import annotations

from chalicelib.errors.core import UnavailableError

__all__ = ["AddressRefusedError"]


class AddressRefusedError(UnavailableError):
    """The provider takes nothing for this number or address, however often it is tried."""

    code = "address-refused"
    status = 422
    title = "Messages cannot be sent to this number or address"
    title_ru = "На этот номер или адрес сообщения не отправить"
    fhir_issue = "value"
