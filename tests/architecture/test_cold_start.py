"""What a new environment loads before it can show one record: nothing that only other requests need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

READ_PATH = (
    "app",
    "chalicelib.services.gate",
    "chalicelib.services.records",
    "chalicelib.crypto.patient_keys",
    "chalicelib.crypto.signer",
    "chalicelib.crypto.vault",
    "chalicelib.crypto.messages",
    "chalicelib.audit.log",
    "chalicelib.audit.subjects",
    "chalicelib.audit.writer",
    "chalicelib.storage.tables",
    "boto3",
)
HEAVY = frozenset(
    {
        *(
            "fpdf",
            "qrcode",
            "PIL",
            "pydantic",
            "phonenumbers",
            "argon2",
            "jwt",
            "moto",
            "jsonschema_rs",
            "webauthn",
            "cbor2",
        ),
        *("asn1crypto", "pyhanko", "pyhanko_certvalidator", "snowballstemmer"),
    }
)


def loaded_after(*modules: str) -> set[str]:
    """Top-level packages in a fresh interpreter after importing ``modules``."""
    lines = [f"import {name}" for name in modules]
    lines += ["import json, sys", "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout))


def test_reading_a_record_loads_nothing_heavy() -> None:
    loaded = loaded_after(*READ_PATH)
    assert {"aws_encryption_sdk", "boto3", "chalicelib"} <= loaded
    assert not loaded & HEAVY


def test_the_routes_alone_load_no_client_of_aws_and_no_encryption() -> None:
    """Chalice itself brings botocore's names, but a client and its service models come with the first call."""
    assert not loaded_after("app") & (HEAVY | {"boto3", "aws_encryption_sdk", "cryptography"})
