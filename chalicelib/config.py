"""Settings of one function, read from the environment once."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields

from chalicelib.ports.tables import Store


@dataclass(frozen=True, slots=True)
class Settings:
    """Each field is the environment variable ``MEDKARTA_<FIELD>``; ``infra/`` sets them all."""

    tenant: str
    public_url: str
    edge_key_hash: str  # SHA-256 of what CloudFront shows the gateway (handlers/edge.py); empty: no CloudFront
    identity_table: str
    card_table: str
    keys_table: str
    audit_outbox_table: str
    audit_index_table: str
    documents_bucket: str
    quarantine_bucket: str  # uploads that were not checked yet
    audit_log_bucket: str  # locked objects of the audit log
    audit_edge_bucket: str  # what may be rebuilt from them
    key_log_bucket: str  # calls to KMS, as CloudTrail delivers them
    patient_key: str  # KMS ARN: wraps every patient's key-encryption key
    system_key: str  # KMS ARN: wraps signing keys
    index_key: str  # KMS ARN: HMAC_256, blind index
    audit_key: str  # KMS ARN: wraps the private halves of audit subjects
    writer_ca_key: str  # KMS ARN: ECC_NIST_P256, certifies audit writers
    log_key: str  # KMS ARN: ECC_NIST_P256, signs checkpoints of the audit log
    audit_log_name: str  # origin of a log is <name>/<year>
    witness_url: str  # empty: no witness
    witness_keys: str  # C2SP verifier keys, with blanks between
    notices_topic: str
    outgoing_topic: str
    sms_queue: str
    email_queue: str
    feedback_queue: str
    parked_queue: str
    erasure_queue: str
    recognition_queue: str
    mail_sender: str
    mail_configuration: str  # configuration set of SES
    migration_registry_url: str  # interop/migration_registry.py; empty: none is asked
    virus_scanner: str  # clamd as tcp://host:port or unix:///path; empty: none is connected
    oms_registry_url: str  # interop/oms_registry.py; empty: none is asked
    sources: str  # JSON list, see domain/sources.py; [] for none
    pharmacies: str  # JSON list of chains, see domain/pharmacies.py; [] for none
    identity_providers: str  # JSON list, see domain/single_sign_on.py; [] for none
    recogniser: str  # tesseract; empty: scans are not recognised here
    handwriting: str  # JSON list of one service at most, see domain/recognition/service.py; [] for none
    no_show_threshold: (
        str  # probability from which on there is one more reminder of a visit; empty: none (docs/no-show.md)
    )
    network_countries: str  # JSON of networks to countries, see interop/networks.py; {} for none

    @classmethod
    def from_env(cls) -> Settings:
        return cls(**{f.name: os.environ[f"MEDKARTA_{f.name.upper()}"] for f in fields(cls)})

    @staticmethod
    def function() -> str:
        """Name of the Lambda function that this is; "" elsewhere."""
        return os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")

    @staticmethod
    def on_lambda() -> bool:
        return "AWS_LAMBDA_FUNCTION_NAME" in os.environ

    def tables(self) -> dict[Store, str]:
        return {store: getattr(self, f"{store.value}_table") for store in Store}
