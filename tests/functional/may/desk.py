"""Routes of the identity desk, of recoveries, of sign-ins and of tickets."""

from __future__ import annotations

from typing import Any

from tests.functional.may.people import EVERYBODY, ID, PEOPLE

OPERATOR = {"identity-operator"}

MAY: dict[str, set[str]] = {
    "desk-look-up": OPERATOR,
    "desk-confirm": OPERATOR,
    "first-account-open": OPERATOR,
    "desk-four-eyes": {"administrator"},
    "recovery-open": OPERATOR,
    "recovery-list": OPERATOR,
    "recovery-approve": OPERATOR,
    "recovery-issue": OPERATOR,
    "recovery-cancel": OPERATOR,
    "recovery-redeem": EVERYBODY,
    "recovery-send-code": EVERYBODY,
    "recovery-complete": EVERYBODY,
    "recovery-read": PEOPLE,
    "recovery-stop": PEOPLE,
    "password-change": PEOPLE,
    "sign-in-list": PEOPLE,
    "sign-in-report": PEOPLE,
    "session-unblock": PEOPLE,
    "ticket-mine": PEOPLE,
    "ticket-create": PEOPLE,
    "ticket-list": {"security-officer"},
    "ticket-read": {"security-officer"},
    "ticket-step": {"security-officer"},
    "ticket-unblock": {"security-officer"},
}

BODIES: dict[str, Any] = {
    "DeskLookUp": {
        "snils": "112-233-445 95",
        "passport_series": "4510",
        "passport_number": "999999",
        "birth_date": "1987-04-12",
    },
    "DeskConfirmation": {"look_up_id": ID},
    "RecoveryOpening": {"look_up_id": ID, "reason": "lost-phone"},
    "FirstAccount": {
        "last_name": "Иванова",
        "first_name": "Анна",
        "birth_date": "2012-01-10",
        "snils": "112-233-445 95",
        "passport_series": "4510",
        "passport_number": "999999",
        "phone": "+79161230001",
        "email": "nobody@example.org",
    },
    "FourEyes": {"four_eyes": True},
    "Redemption": {"code": "ABCDE-FGHJK", "password": "Синица-в-руках-8"},
    "RecoveryHandle": {"handle": "h" * 43},
    "RecoveryCompletion": {"handle": "h" * 43, "code": "000000"},
    "TicketText": {"text": "Кто-то вошёл под моим именем"},
    "TicketStep": {"step": "take"},
    "PasswordChange": {"old_password": "not-that-one", "new_password": "Синица-в-руках-8"},
}
