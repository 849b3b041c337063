"""What each function may do once a year or in trouble, and what nobody needs: against the policies as written."""

from __future__ import annotations

import pytest

from tests.functional.front import Front
from tests.functional.rights import MAIL, Wish, allowed

pytestmark = pytest.mark.xdist_group("functional-rights-apart")

WRITERS = (
    "api_handler",
    "audit_reader",
    "on_card_change",
    "send_sms",
    "send_email",
    "on_audit_entry",
    "sweep_audit",
    "sweep_audit_long",
    "review_audit",
    "check_cards",
    "close_month",
    "carry_merges",
    "gather",
    "check_policies",
    "pharmacy_orders",
    "appoint_administrator",
)
"""Functions that write entries, so may have to make an audit subject."""
SUBJECT = ["cert", "earlier_tag", "earlier_year", "key_arn", "pk", "public", "sk", "tag", "wrapped"]
TAG = ["person", "pk", "sk", "year"]
HAPPENED = ["_w", "at", "expires", "id", "patient", "pk", "react", "sk", "ver"]
RECORD = {"dynamodb:Attributes": [*HAPPENED, "sealed"]}
OPENING = {"kms:EncryptionContext:purpose": "audit-subject", "kms:EncryptionContext:tenant": "demo"}
TAGGING = {"kms:MacAlgorithm": "HMAC_SHA_256"}
SIGNING = {"kms:EncryptionContext:purpose": "signing", "kms:EncryptionContext:tenant": "demo"}


@pytest.mark.parametrize(
    "wish",
    [
        Wish("on_card_change", "dynamodb:ConditionCheckItem", "CardTable", {"dynamodb:LeadingKeys": ["S#p"]}),
        Wish("sweep", "dynamodb:UpdateItem", "KeysTable", {"dynamodb:LeadingKeys": ["signing#access"]}),
        Wish("sweep", "dynamodb:PutItem", "KeysTable", {"dynamodb:LeadingKeys": ["signing#access"]}),
        *(
            Wish(name, "dynamodb:PutItem", "KeysTable", {"dynamodb:Attributes": SUBJECT, "dynamodb:LeadingKeys": ["p"]})
            for name in WRITERS
        ),
        *(
            Wish(name, "dynamodb:PutItem", "KeysTable", {"dynamodb:Attributes": TAG, "dynamodb:LeadingKeys": ["tag#t"]})
            for name in WRITERS
        ),
        *(Wish(name, "dynamodb:ConditionCheckItem", "KeysTable") for name in WRITERS),
        *(Wish(name, "dynamodb:Query", "KeysTable") for name in WRITERS),
        *(Wish(name, "kms:GenerateMac", "IndexKey", TAGGING) for name in (*WRITERS, "eraser")),
        *(Wish(name, "kms:Encrypt", "AuditKey", OPENING) for name in (*WRITERS, "eraser")),
        *(
            Wish("check_policies", f"dynamodb:{does}Item", "IdentityTable", {"dynamodb:LeadingKeys": ["BI#oms#t"]})
            for does in ("Put", "Delete")
        ),
        *(
            Wish(name, "kms:Decrypt", "SystemKey", {**SIGNING, "kms:EncryptionContext:use": "oidc-client"})
            for name in ("gather", "pharmacy_orders")
        ),
        *(
            Wish(name, "dynamodb:PutItem", "KeysTable", {"dynamodb:LeadingKeys": ["signing#oidc-client"]})
            for name in ("gather", "pharmacy_orders")
        ),
        Wish("ring_timers", "dynamodb:GetItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PERSON#p"]}),
        Wish("ring_timers", "dynamodb:BatchGetItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PERSON#p"]}),
        Wish("audit_reader", "s3:ListBucket", "AuditLogBucket"),
        Wish("audit_reader", "s3:GetObject", "AuditLogBucket/2026/segment/1"),
        Wish("audit_reader", "kms:Decrypt", "AuditKey", OPENING),
        Wish("audit_reader", "dynamodb:UpdateItem", "IdentityTable", {"dynamodb:LeadingKeys": ["LIMIT#all#p"]}),
        Wish("review_audit", "s3:GetObject", "KeyLogBucket/AWSLogs/1/CloudTrail/eu-central-1/2026/01/01/1.json.gz"),
        Wish("review_audit", "dynamodb:PutItem", "AuditIndexTable", {"dynamodb:LeadingKeys": ["KEYLOG#2026-01-01"]}),
        *(
            Wish(name, "dynamodb:PutItem", "CardTable", {"dynamodb:LeadingKeys": [row]})
            for name in ("audit_reader", "review_audit", "check_cards")
            for row in ("FINDING#f", "QUEUE#findings-system")
        ),
        *(
            Wish(name, "dynamodb:PutItem", "CardTable", {"dynamodb:Attributes": HAPPENED})
            for name in ("audit_reader", "review_audit", "check_cards", "close_month")
        ),
        Wish("sweep_audit", "s3:PutObject", "AuditLogBucket/2026/segment/1"),
        Wish("sweep_audit", "kms:Sign", "LogKey", {"kms:SigningAlgorithm": "ECDSA_SHA_256"}),
        Wish("on_card_change", "sqs:SendMessage", "ParkedQueue"),
        Wish("on_card_change", "dynamodb:BatchGetItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PARTNERS"]}),
        Wish("on_card_change", "s3:PutObject", "DocumentsBucket/exports/c/e/1-Patient-x"),
        Wish("api_handler", "s3:GetObject", "DocumentsBucket/exports/c/e/1-Patient-x"),
        Wish("tidy_files", "s3:DeleteObject", "DocumentsBucket/exports/c/e/1-Patient-x"),
        Wish("eraser", "sqs:SendMessage", "ErasureQueue"),
        Wish("eraser", "dynamodb:DeleteItem", "CardTable", {"dynamodb:LeadingKeys": ["QUEUE#applications"]}),
        *(Wish("eraser", f"dynamodb:{does}Item", "KeysTable") for does in ("Put", "ConditionCheck")),
    ],
    ids=str,
)
def test_what_happens_once_a_year_or_in_trouble_is_allowed(front: Front, wish: Wish) -> None:
    """A new signing key, the audit subject of a new year, a reaction that is parked."""
    assert allowed(wish)


@pytest.mark.requirement("SEC-2")
@pytest.mark.parametrize(
    "wish",
    [
        Wish("api_handler", "dynamodb:DeleteItem", "KeysTable"),
        Wish("api_handler", "dynamodb:GetItem", "AuditOutboxTable"),
        Wish("api_handler", "dynamodb:GetItem", "AuditIndexTable"),
        Wish("api_handler", "s3:GetObject", "AuditLogBucket/2026/checkpoints/1"),
        Wish("api_handler", "kms:Decrypt", "AuditKey", OPENING),
        Wish("on_card_change", "kms:Decrypt", "AuditKey", OPENING),
        Wish("on_audit_entry", "kms:Decrypt", "AuditKey", OPENING),
        Wish("on_audit_entry", "dynamodb:BatchWriteItem", "AuditIndexTable", {"dynamodb:LeadingKeys": ["HEAD"]}),
        Wish("on_audit_entry", "dynamodb:DeleteItem", "AuditIndexTable"),
        Wish("on_audit_entry", "dynamodb:Query", "AuditOutboxTable"),
        Wish("audit_reader", "dynamodb:UpdateItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PERSON#p"]}),
        *(
            Wish(name, f"dynamodb:{does}Item", "CardTable", {"dynamodb:LeadingKeys": ["P#p"], **RECORD})
            for name in ("audit_reader", "review_audit", "check_cards")
            for does in ("Put", "Update", "Delete")
        ),
        *(
            Wish("review_audit", "dynamodb:PutItem", "AuditIndexTable", {"dynamodb:LeadingKeys": [row]})
            for row in ("HEAD", "E#e", "P#t", "W#w", "H#t")
        ),
        *(Wish(name, "kms:GenerateMac", "IndexKey", TAGGING) for name in ("sweep", "rebuild_audit_index")),
        Wish("send_sms", "kms:GenerateMac", "IndexKey", {"kms:MacAlgorithm": "HMAC_SHA_512"}),
        Wish("check_cards", "s3:GetObject", "KeyLogBucket/AWSLogs/1.json.gz"),
        Wish("review_audit", "kms:Decrypt", "PatientKey", {**OPENING, "kms:EncryptionContext:purpose": "patient-kek"}),
        Wish("review_audit", "kms:Decrypt", "SystemKey", {**SIGNING, "kms:EncryptionContext:use": "access"}),
        Wish("audit_reader", "kms:Sign", "LogKey", {"kms:SigningAlgorithm": "ECDSA_SHA_256"}),
        Wish("audit_reader", "s3:PutObject", "AuditEdgeBucket/2026/checkpoint"),
        Wish("eraser", "kms:Decrypt", "PatientKey", {"kms:EncryptionContext:purpose": "patient-kek"}),
        Wish("eraser", "kms:Decrypt", "AuditKey", OPENING),
        Wish("eraser", "kms:Decrypt", "SystemKey", {"kms:EncryptionContext:use": "access"}),
        Wish("eraser", "dynamodb:DeleteItem", "CardTable", {"dynamodb:LeadingKeys": ["P#p"]}),
        Wish("on_notice", "dynamodb:PutItem", "IdentityTable"),
        Wish("on_notice", "sns:Publish", "NoticesTopic"),
        Wish("on_notice", "sns:Publish", "+79161234567"),
        Wish("on_notice", "ses:SendEmail", MAIL),
        Wish("on_notice", "kms:Decrypt", "PatientKey", {"kms:EncryptionContext:purpose": "patient-kek"}),
        Wish("send_sms", "ses:SendEmail", MAIL),
        Wish("send_sms", "sns:Publish", "OutgoingTopic"),
        Wish("send_email", "sns:Publish", "+79161234567"),
        Wish("on_mail_feedback", "dynamodb:GetItem", "IdentityTable"),
        Wish("gather", "dynamodb:PutItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PERSON#p"]}),
        Wish("gather", "kms:Decrypt", "SystemKey", {**SIGNING, "kms:EncryptionContext:use": "access"}),
        Wish("check_policies", "dynamodb:PutItem", "IdentityTable", {"dynamodb:LeadingKeys": ["BI#snils#t"]}),
        Wish(
            "check_policies",
            "dynamodb:PutItem",
            "IdentityTable",
            {"dynamodb:LeadingKeys": ["PERSON#p"], "dynamodb:Attributes": ["pk", "sk", "state"]},
        ),
        Wish("sweep", "kms:Decrypt", "PatientKey", {"kms:EncryptionContext:purpose": "patient-kek"}),
        Wish("sweep", "dynamodb:UpdateItem", "KeysTable", {"dynamodb:LeadingKeys": ["somebody"]}),
        Wish("ring_timers", "dynamodb:GetItem", "IdentityTable", {"dynamodb:LeadingKeys": ["BI#snils#t"]}),
        Wish("ring_timers", "dynamodb:BatchGetItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PERSON#p", "BI#t"]}),
        Wish("ring_timers", "dynamodb:PutItem", "IdentityTable", {"dynamodb:LeadingKeys": ["PERSON#p"]}),
        Wish("ring_timers", "kms:Decrypt", "PatientKey", {"kms:EncryptionContext:purpose": "patient-kek"}),
        Wish("pharmacy_orders", "dynamodb:GetItem", "IdentityTable"),
        Wish("pharmacy_orders", "kms:Decrypt", "SystemKey", {**SIGNING, "kms:EncryptionContext:use": "access"}),
        Wish("on_card_change", "dynamodb:Query", "CardTable", {"dynamodb:LeadingKeys": ["QUEUE#applications"]}),
        Wish("on_card_change", "dynamodb:PutItem", "KeysTable", {"dynamodb:Attributes": ["pk", "sk", "state"]}),
        Wish("api_handler", "kms:Decrypt", "PatientKey", {"kms:EncryptionContext:purpose": "patient-kek"}),
    ],
    ids=str,
)
def test_what_nobody_needs_is_refused(front: Front, wish: Wish) -> None:
    assert not allowed(wish)
