"""A table stream to a function, as a Lambda event source mapping does it.

All shards, parents before children; in order inside a shard; batches; ``ReportBatchItemFailures``; a batch that throws
is halved until the bad record stands alone; that one is tried again a few times and then parked in the dead-letter
queue, so it never blocks the shard. An ``endless`` mapping does neither: its batch is tried until it succeeds. The last
sequence number that is done is on disk: nothing written before a stop is lost, and a record may come twice, as on AWS.
"""

from __future__ import annotations

import base64
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from local.progress import Progress

log = logging.getLogger("local.streams")

POLL = 0.15  # seconds between two looks at an idle stream
SHARDS_EVERY = 10.0  # seconds between two looks for new shards
RETRIES = 4  # of one bad record
DONE = "done"

Record = dict[str, Any]


@dataclass(slots=True)
class StreamPoller:
    """``invoke`` calls the function with an event; ``park`` gets the JSON text for the dead-letter queue.

    ``window``: seconds that a batch is gathered for, unless it is full before.
    """

    client: Any
    arn: str
    function: str
    invoke: Callable[[str, Any], Any]
    park: Callable[[str], None]
    progress: Progress
    stop: threading.Event
    batch_size: int = 100
    window: float = 0.0
    endless: bool = False
    retries: int = RETRIES
    pause: float = 0.2
    _iterators: dict[str, str] = field(default_factory=dict)
    _shards: list[Mapping[str, Any]] = field(default_factory=list)
    _looked: float = 0.0

    def run(self) -> None:
        while not self.stop.is_set():
            if not self.round():
                self.stop.wait(POLL)

    def round(self) -> int:
        """Read once from every open shard; returns how many records were done."""
        if time.monotonic() - self._looked > SHARDS_EVERY or not self._shards:
            self._shards = self._list_shards()
            self._looked = time.monotonic()
        return sum(self._read(shard["ShardId"]) for shard in self._shards if self._is_open(shard))

    def _list_shards(self) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        more: dict[str, str] = {}
        while True:
            page = self.client.describe_stream(StreamArn=self.arn, **more)["StreamDescription"]
            found += page["Shards"]
            if "LastEvaluatedShardId" not in page:
                return found
            more = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}

    def _is_open(self, shard: Mapping[str, Any]) -> bool:
        """Not read to its end, and its parent (if that still exists) is."""
        known = {s["ShardId"] for s in self._shards}
        parent = shard.get("ParentShardId", "")
        blocked = parent in known and self.progress.get(self._key(parent) + ":" + DONE) != DONE
        return not blocked and self.progress.get(self._key(shard["ShardId"]) + ":" + DONE) != DONE

    def _key(self, shard: str) -> str:
        return f"stream:{self.arn}:{shard}"

    def _read(self, shard: str) -> int:
        from botocore.exceptions import ClientError

        if shard not in self._iterators:
            self._iterators[shard] = self._iterator(shard)
        try:
            page = self.client.get_records(ShardIterator=self._iterators[shard], Limit=min(self.batch_size, 1000))
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("ExpiredIteratorException", "TrimmedDataAccessException"):
                raise
            del self._iterators[shard]
            return 0
        if self.window and page["Records"]:
            page = self._gathered(page)
        records = self._not_yet_done(shard, [as_lambda(r, self.arn) for r in page["Records"]])
        self._deliver(shard, records)
        if self.stop.is_set():  # perhaps in the middle of the page: the next start reads it again
            self._iterators.pop(shard, None)
        elif page.get("NextShardIterator"):
            self._iterators[shard] = page["NextShardIterator"]
        else:
            self.progress.set(self._key(shard) + ":" + DONE, DONE)
        return len(records)

    def _gathered(self, page: Mapping[str, Any]) -> dict[str, Any]:
        """The page with what follows it in the window, as one page."""
        found, after = list(page["Records"]), page.get("NextShardIterator")
        end = time.monotonic() + self.window
        while after and len(found) < self.batch_size and (left := end - time.monotonic()) > 0:
            if self.stop.wait(min(POLL, left)):
                break
            more = self.client.get_records(ShardIterator=after, Limit=min(self.batch_size - len(found), 1000))
            found, after = found + more["Records"], more.get("NextShardIterator")
        return {"Records": found, "NextShardIterator": after}

    def _iterator(self, shard: str) -> str:
        from botocore.exceptions import ClientError

        where = {"StreamArn": self.arn, "ShardId": shard}
        last = self.progress.get(self._key(shard))
        if last:
            try:
                after = self.client.get_shard_iterator(
                    **where, ShardIteratorType="AFTER_SEQUENCE_NUMBER", SequenceNumber=last
                )
                return str(after["ShardIterator"])
            except ClientError as error:
                # Trimmed after a day, or the emulator was killed and came back from before this record.
                if error.response["Error"]["Code"] != "TrimmedDataAccessException":
                    raise
        return str(self.client.get_shard_iterator(**where, ShardIteratorType="TRIM_HORIZON")["ShardIterator"])

    def _not_yet_done(self, shard: str, records: list[Record]) -> list[Record]:
        last = self.progress.get(self._key(shard))
        return [r for r in records if not last or int(sequence(r)) > int(last)]

    def _deliver(self, shard: str, records: list[Record]) -> None:
        waiting = [records] if records else []
        attempts: dict[str, int] = {}
        while waiting and not self.stop.is_set():
            batch = waiting.pop()
            done, threw = self._call(batch)
            if done:
                self.progress.set(self._key(shard), sequence(batch[done - 1]))
            rest = batch[done:]
            if threw and len(rest) > 1 and not self.endless:
                middle = len(rest) // 2
                waiting += [rest[middle:], rest[:middle]]
            elif rest:
                waiting += self._again(shard, rest, attempts)

    def _again(self, shard: str, rest: list[Record], attempts: dict[str, int]) -> list[list[Record]]:
        """What is still to be done after the first of ``rest`` has failed once more."""
        head = sequence(rest[0])
        attempts[head] = attempts.get(head, 0) + 1
        if self.endless or attempts[head] <= self.retries:
            self.stop.wait(min(self.pause * 2 ** min(attempts[head] - 1, 9), 5.0))
            return [rest]
        log.error("%s: record %s is parked", self.function, head)
        self.park(json.dumps(parked(self.function, self.arn, shard, rest[0], attempts[head])))
        self.progress.set(self._key(shard), head)
        return [rest[1:]] if rest[1:] else []

    def _call(self, batch: Sequence[Record]) -> tuple[int, bool]:
        """How many of the batch are done, counted from its start, and whether the function threw."""
        try:
            answer = self.invoke(self.function, {"Records": list(batch)})
            return first_failure([sequence(r) for r in batch], answer), False
        except Exception as error:  # noqa: BLE001 - whatever the function raises is its failure, not ours
            log.warning("%s failed: %s", self.function, type(error).__name__)
            return 0, True


def sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def first_failure(ids: Sequence[str], answer: Any) -> int:
    """Index of the lowest failed id, or the length when all went well. Raises ValueError for an id not of the batch.

    The rule of ReportBatchItemFailures: an empty list or no list means success, an unknown id fails the whole batch.
    """
    failures = (answer or {}).get("batchItemFailures") or []
    return min((ids.index(f["itemIdentifier"]) for f in failures), default=len(ids))


def as_lambda(record: Mapping[str, Any], arn: str) -> Record:
    """A record of the Streams API as Lambda hands it on: binary as base64 text, times as seconds."""

    def plain(value: Any) -> Any:
        if isinstance(value, bytes | bytearray):
            return base64.b64encode(value).decode("ascii")
        if isinstance(value, datetime):
            return value.timestamp()
        raise TypeError(type(value).__name__)

    event: Record = json.loads(json.dumps(record, default=plain))
    event["eventSourceARN"] = arn
    return event


def parked(function: str, arn: str, shard: str, record: Record, attempts: int) -> dict[str, Any]:
    """The message that Lambda sends to the failure destination of a stream: where the record is, not what it holds."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return {
        "version": "1.0",
        "timestamp": now,
        "requestContext": {
            "functionArn": function,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": attempts,
        },
        "DDBStreamBatchInfo": {
            "shardId": shard,
            "startSequenceNumber": sequence(record),
            "endSequenceNumber": sequence(record),
            "batchSize": 1,
            "streamArn": arn,
        },
    }
