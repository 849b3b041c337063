"""The whole local system as one object: starts its parts in order and stops them in the reverse order."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chalicelib.domain.identifiers import snils_check_digits
from chalicelib.handlers import measuring
from local import audit_policy, counting, limits, mend, portal, recognition, server
from local.demo_people import PATIENTS
from local.emulator import Emulator
from local.fhir_source import FhirSource
from local.identity_provider import IdentityProvider
from local.key_log import KeyLog
from local.layout import Layout, require_port
from local.metrics import Metrics
from local.migration_registry import MigrationRegistry
from local.oms_registry import OmsRegistry
from local.outbox import Outbox
from local.pharmacies import DemoPharmacies
from local.progress import Progress
from local.pump import Pump
from local.stack import deploy
from local.tools import Tools
from local.witness import Witness
from local.wsgi import ChaliceWSGI

log = logging.getLogger("local.system")

SHUTDOWN = 5  # seconds for requests that are being answered
NO_DEMO = "demo data could not be loaded"


class System:
    """``port`` is where the site is served on loopback, ``app`` the module that holds the Chalice app.

    ``fresh`` forgets what earlier runs stored.
    """

    def __init__(self, layout: Layout, port: int, *, fresh: bool = False, app: str = "app") -> None:
        self.app = app
        self.layout = layout
        self.port = port
        self.fresh = fresh
        self.url = f"http://localhost:{port}"
        self.emulator = Emulator(layout.emulator)
        self.witness = Witness(layout.witness)
        self.identity_provider = IdentityProvider(layout.identity_provider)
        self.migration_registry = MigrationRegistry()
        self.oms_registry = OmsRegistry()
        self.fhir_source = FhirSource(birth_dates())
        self.pharmacies = DemoPharmacies()
        self.accounts: list[str] = []
        self._killed = False
        self._parts = ExitStack()
        self._started = time.monotonic()

    def start(self, say: Callable[[str], None]) -> None:
        """Returns when requests are answered. Raises StartError; what was started is stopped again by ``stop``."""
        self._parts.callback(self.layout.lock().close)
        require_port(self.port)
        if self.fresh or not self.layout.deployed.exists():
            self.layout.wipe()
        self._killed = self.layout.running.exists()
        self._parts.callback(self.layout.running.unlink, missing_ok=True)  # the last of the parts to stop
        self.layout.running.touch()
        self._parts.callback(self.emulator.stop)
        self.emulator.start()
        os.environ.update(self.emulator.environment())
        say(f"emulator of AWS at {self.emulator.url}")
        self._serve(say)
        self._load_demo(say)
        say(f"ready after {time.monotonic() - self._started:.1f} s")

    def stop(self) -> None:
        """No new requests, then no new events, then the emulator saves its state. Harmless when half started."""
        self._parts.close()

    def _serve(self, say: Callable[[str], None]) -> None:
        self.witness.prepare()
        self.identity_provider.prepare()
        for registry in (self.migration_registry, self.oms_registry, self.fhir_source, self.pharmacies):
            self._parts.callback(registry.stop)
            registry.start()
        stack = deploy(aws, self.url, self._parameters())
        self.layout.deployed.touch()
        os.environ.update(stack.environment())
        if sender := stack.outputs.get("MailSender"):
            aws("ses").verify_email_identity(EmailAddress=sender)  # on AWS by DNS, once for the domain
        say("stores deployed from infra/stores.yaml")
        key_log = KeyLog(self.emulator.folder, aws, stack.outputs["KeyLogBucket"])
        self._parts.callback(key_log.stop)
        key_log.start()
        audit_policy.write(self.layout.policy, aws("kms"), stack.outputs, self.witness.key)
        self._parts.callback(self.witness.stop)
        self.witness.start(self.layout.policy)
        say(f"witness of the audit log at {self.witness.url}")
        self._parts.callback(self.identity_provider.stop)
        self.identity_provider.start(self.url)
        say(f"stand-in for identity providers at {self.identity_provider.url}")
        say(f"stand-in for the registry of migration cards at {self.migration_registry.url}")
        say(f"stand-in for the registry of policies at {self.oms_registry.url}")
        say(f"stand-in for another clinic's records at {self.fhir_source.url}")
        say(f"stand-in for a chain of pharmacies at {self.pharmacies.url}")
        app = import_module(self.app).app
        counting.watch()
        pump = Pump(app, aws, stack.outputs, Progress(self.layout.progress))
        measures = Metrics()
        measuring.PROCESS.listeners.append(measures.heard)
        tools = Tools(pump, Outbox(self.emulator.url), self._health, _forget_limits, measures)
        site = server.Site(ChaliceWSGI(app), tools.answer, portal.BUILT)
        http = server.create(site, self.port)
        if self._killed:
            mend.audit_index(aws("s3"), stack.outputs["AuditLogBucket"], pump.functions.invoke)
        self._parts.callback(pump.stop)
        pump.start()
        threading.Thread(target=http.run, name="http", daemon=True).start()
        self._parts.callback(_close, http)

    def _parameters(self) -> dict[str, str]:
        return {
            "MigrationRegistryUrl": self.migration_registry.url,
            "OmsRegistryUrl": self.oms_registry.url,
            "Recogniser": recognition.setting(),
            "Sources": self.fhir_source.setting,
            "Pharmacies": self.pharmacies.setting,
            "IdentityProviders": self.identity_provider.setting,
            "AuditLogName": audit_policy.LOG_NAME,
            "WitnessUrl": self.witness.url,
            "WitnessKeys": self.witness.key,
            "NoShowThreshold": "0.2775",  # a fifth of the visits (docs/model-cards/no-show.md)
        }

    def _load_demo(self, say: Callable[[str], None]) -> None:
        """Once a state, by ``local.demo.load(base_url)``; it returns the lines to print, with the accounts."""
        marker = self.layout.demo_marker
        if marker.exists():
            self.accounts = json.loads(marker.read_text("utf-8"))
        elif find_spec("local.demo"):
            say("loading demo people")
            try:
                self.accounts = [str(line) for line in import_module("local.demo").load(self.url) or ()]
            except Exception as error:
                log.exception("demo data")
                say(f"{NO_DEMO}: {error} (see the log). The system runs without all of it; --fresh begins anew")
                return
            marker.write_text(json.dumps(self.accounts, ensure_ascii=False), "utf-8")

    def _health(self) -> dict[str, Any]:
        return {
            "emulator": self.emulator.url,
            "emulator_running": self.emulator.running(),
            "witness": self.witness.url,
            "witness_running": self.witness.answers(),
            "fhir_source": self.fhir_source.url,
            "pharmacies": self.pharmacies.url,
            "identity_provider": self.identity_provider.url,
            "identity_provider_running": self.identity_provider.answers(),
            "audit_log": published(aws("s3"), os.environ["MEDKARTA_AUDIT_EDGE_BUCKET"]),
            "url": self.url,
        }


def birth_dates() -> dict[str, str]:
    """The demo patients, as another clinic knows them."""
    people = [person for person, _ in PATIENTS]
    return {one["snils"] + snils_check_digits(one["snils"]): one["birth_date"] for one in people}


def _forget_limits() -> int:
    return limits.forget(aws("dynamodb"), os.environ["MEDKARTA_IDENTITY_TABLE"])


def published(s3: Any, bucket: str) -> dict[str, Any] | None:
    """Origin and size of this year's audit log as it is published now; None before its first entry."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        note = s3.get_object(Bucket=bucket, Key=f"{datetime.now(UTC):%Y}/checkpoint")["Body"].read().decode()
    except (BotoCoreError, ClientError):
        return None
    origin, size, *_ = note.split("\n")
    return {"origin": origin, "size": int(size)}


@cache
def aws(service: str) -> Any:
    """One client a service for the runner's own needs; found through AWS_ENDPOINT_URL like everywhere."""
    import boto3
    from botocore.config import Config

    return boto3.client(service, config=Config(retries={"mode": "standard", "max_attempts": 3}, max_pool_connections=8))  # type: ignore[call-overload]  # any service


def _close(http: Any) -> None:
    http.close()
    http.task_dispatcher.shutdown(cancel_pending=True, timeout=SHUTDOWN)
