"""Delivers the emulator's notes about the use of KMS keys as CloudTrail does: gzip JSON in the bucket of the key log.

The emulator appends to ``key-calls.jsonl``. Here the file is moved away, put into the bucket under a name that follows
from its content, and deleted only when the emulator has certainly saved the object. After a kill at any point the same
file is delivered again under the same name; ``eventID`` tells a reader what came twice.
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.layout import REGION

log = logging.getLogger("local.key_log")

ACCOUNT = "000000000000"
PERIOD = 3.0  # seconds; CloudTrail takes minutes
KEPT = 30.0  # seconds after delivery, well above the emulator's autosave period


class KeyLog:
    """``folder`` is the emulator's; ``clients`` ``boto3.client`` or the like."""

    def __init__(
        self, folder: Path, clients: Callable[[str], Any], bucket: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder = folder
        self._clients = clients
        self._bucket = bucket
        self._clock = clock
        self._delivered: dict[Path, float] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="key-log", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Delivers what there is. Harmless when not started."""
        self._stopping.set()
        if self._thread.ident:
            self._thread.join()

    def deliver(self) -> None:
        """Everything noted so far is in the bucket afterwards. Raises what the client raises; nothing is lost then."""
        self._move_away()
        for file in sorted(self._folder.glob("key-calls-*.jsonl")):
            if file not in self._delivered:
                records = _records(file)
                if records:
                    self._put(records)
                self._delivered[file] = self._clock()
            elif self._clock() - self._delivered[file] > KEPT:
                file.unlink()
                del self._delivered[file]

    def _run(self) -> None:
        while True:
            last = self._stopping.wait(PERIOD)
            try:
                self.deliver()
            except Exception:
                log.exception("the key log could not be delivered; it is tried again")
            if last:
                return

    def _move_away(self) -> None:
        """Under the emulator's lock: no line is written into a file that is being read."""
        current = self._folder / "key-calls.jsonl"
        with (self._folder / "key-calls.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if current.exists():
                current.rename(self._folder / f"key-calls-{time.time_ns():020d}.jsonl")

    def _put(self, records: list[dict[str, Any]]) -> None:
        text = json.dumps({"Records": records}, separators=(",", ":")).encode()
        self._clients("s3").put_object(
            Bucket=self._bucket,
            Key=name_of(text, records[-1]["eventTime"]),
            Body=gzip.compress(text, mtime=0),
            ContentType="application/json",
            ContentEncoding="gzip",
        )


def name_of(text: bytes, moment: str) -> str:
    """CloudTrail's name of a file; its sixteen random characters are taken from the content."""
    unique = hashlib.sha256(text).hexdigest()[:16]
    stamp = moment[:16].replace("-", "").replace(":", "")
    return (
        f"AWSLogs/{ACCOUNT}/CloudTrail/{REGION}/{moment[:10].replace('-', '/')}/"
        f"{ACCOUNT}_CloudTrail_{REGION}_{stamp}Z_{unique}.json.gz"
    )


def _records(file: Path) -> list[dict[str, Any]]:
    """A line that a power cut has torn is left out."""
    found = []
    for line in file.read_bytes().splitlines():
        try:
            record = json.loads(line)
            _ = record["eventTime"], record["eventID"]
        except (ValueError, KeyError, TypeError):
            log.error("%s: a line that is no record", file.name)  # noqa: TRY400 - the reason says nothing more
            continue
        found.append(record)
    return found
