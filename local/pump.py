"""The event pump: what the Chalice app registers, driven as AWS would drive it, one thread a source.

On AWS the sources are bound in infra/functions.yaml; the ARNs in the app's decorators are place-holders. So here a
function is bound by its name to an output of infra/stores.yaml.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalice.app import Chalice, DynamoDBEventConfig, ScheduledEventConfig, SQSEventConfig

from local.functions import Functions, UnknownFunctionError
from local.layout import REGION, StartError
from local.progress import Progress
from local.queues import QueuePoller
from local.schedules import Rate, Schedule, parse
from local.streams import StreamPoller

log = logging.getLogger("local.pump")

TABLES = {"on_card_change": "CardTable", "on_audit_entry": "AuditOutboxTable"}
ENDLESS = frozenset({"on_audit_entry"})
"""Streams that are tried again until they succeed, whole batches and nothing parked (infra/functions.yaml)."""
QUEUES = {
    "on_notice": "NotifyQueue",
    "send_sms": "SmsQueue",
    "send_email": "EmailQueue",
    "on_mail_feedback": "FeedbackQueue",
    "eraser": "ErasureQueue",
    "recognise": "RecognitionQueue",
}
STREAM_DEAD_LETTERS = "StreamDeadLetters"
RESTART = 1.0  # seconds before a source that broke is started again
LONGEST_NAP = 3600.0


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    kind: str
    run: Callable[[], None]


class Pump:
    """``clients`` is ``boto3.client`` or the like; ``outputs`` are those of the stack."""

    def __init__(
        self, app: Chalice, clients: Callable[[str], Any], outputs: Mapping[str, str], progress: Progress
    ) -> None:
        self.functions = Functions(app)
        self.clients = clients
        self.outputs = outputs
        self.progress = progress
        self.stopping = threading.Event()
        self.schedules: dict[str, Schedule] = {}
        self.sources = [self._source(config) for config in app.event_sources]
        self.threads: list[threading.Thread] = []

    def start(self) -> None:
        for source in self.sources:
            thread = threading.Thread(target=self._guard, args=(source,), name=source.name, daemon=True)
            thread.start()
            self.threads.append(thread)

    def stop(self, limit: float = 10.0) -> None:
        """Let running calls end; what was not handled comes again at the next start."""
        self.stopping.set()
        for thread in self.threads:
            thread.join(limit)

    def fire(self, name: str) -> Any:
        """Run a schedule now. Raises UnknownFunctionError."""
        if name not in self.schedules:
            raise UnknownFunctionError(name)
        return self.functions.invoke(name, scheduled_event(name, datetime.now(UTC)))

    def health(self) -> dict[str, Any]:
        return {
            "sources": [
                {"name": s.name, "kind": s.kind, "alive": t.is_alive()}
                for s, t in zip(self.sources, self.threads, strict=False)
            ],
            "functions": self.functions.plain,
        }

    def _source(self, config: Any) -> Source:
        if isinstance(config, DynamoDBEventConfig):
            return Source(config.name, "stream", self._stream(config))
        if isinstance(config, SQSEventConfig):
            return Source(config.name, "queue", self._queue(config))
        if isinstance(config, ScheduledEventConfig):
            given = config.schedule_expression
            expression = given if isinstance(given, str) else given.to_string()
            schedule = self.schedules[config.name] = parse(expression)
            return Source(config.name, "schedule", lambda: self._keep_time(config.name, schedule))
        raise StartError(f"no local source for {config.name} ({type(config).__name__}); add one to local/pump.py")

    def _stream(self, config: DynamoDBEventConfig) -> Callable[[], None]:
        def run() -> None:
            table = self.clients("dynamodb").describe_table(TableName=self._bound(TABLES, config.name))["Table"]
            StreamPoller(
                client=self.clients("dynamodbstreams"),
                arn=table["LatestStreamArn"],
                function=config.name,
                invoke=self.functions.invoke,
                park=self._park,
                progress=self.progress,
                stop=self.stopping,
                batch_size=config.batch_size,
                window=config.maximum_batching_window_in_seconds,
                endless=config.name in ENDLESS,
            ).run()

        self._bound(TABLES, config.name)
        return run

    def _queue(self, config: SQSEventConfig) -> Callable[[], None]:
        def run() -> None:
            url = self._bound(QUEUES, config.name)
            sqs = self.clients("sqs")
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
            QueuePoller(
                client=sqs,
                url=url,
                arn=attributes["QueueArn"],
                function=config.name,
                invoke=self.functions.invoke,
                stop=self.stopping,
                batch_size=config.batch_size,
            ).run()

        self._bound(QUEUES, config.name)
        return run

    def _bound(self, bindings: Mapping[str, str], name: str) -> str:
        """The store that a function listens to. Raises StartError when local/pump.py does not know it."""
        try:
            return self.outputs[bindings[name]]
        except KeyError:
            raise StartError(f"{name} is bound to no store: see the tables on top of local/pump.py") from None

    def _park(self, message: str) -> None:
        self.clients("sqs").send_message(QueueUrl=self.outputs[STREAM_DEAD_LETTERS], MessageBody=message)

    def _keep_time(self, name: str, schedule: Schedule) -> None:
        """Fires in time; a rate that fell due while the system was off fires at once."""
        key = f"schedule:{name}"
        if not self.progress.get(key):
            self.progress.set(key, datetime.now(UTC).isoformat())
        last = datetime.fromisoformat(self.progress.get(key))
        while not self.stopping.is_set():
            now = datetime.now(UTC)
            due = schedule.after(last if isinstance(schedule, Rate) else max(last, now))
            if self.stopping.wait(min(max((due - now).total_seconds(), 0.0), LONGEST_NAP)):
                return
            if datetime.now(UTC) < due:
                continue
            last = datetime.now(UTC)
            self.progress.set(key, last.isoformat())
            self._fire_quietly(name)

    def _fire_quietly(self, name: str) -> None:
        try:
            self.fire(name)
        except Exception as error:  # noqa: BLE001 - a schedule that fails once runs again next time
            log.warning("%s failed: %s", name, type(error).__name__)

    def _guard(self, source: Source) -> None:
        while not self.stopping.is_set():
            try:
                source.run()
            except Exception:
                if self.stopping.is_set():
                    return
                log.exception("%s broke and is started again", source.name)
                self.stopping.wait(RESTART)


def scheduled_event(name: str, now: datetime) -> dict[str, Any]:
    """The event that EventBridge sends for a schedule."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:000000000000:rule/{name}"],
        "detail": {},
    }
