"""MiniStack with consistent checkpoints. Run by the emulator's own Python (``local/emulator.py`` starts it).

Stock MiniStack 1.5.33 saves only on a graceful stop, service by service, and forgets table streams and sent e-mails.
Here a checkpoint is one moment of all services: it is forked off between two requests, written as a new folder
``gen-N`` and published by renaming the link ``current``; a crash at any point leaves the last whole checkpoint.
What a SIGKILL can lose is therefore the last ``AUTOSAVE_SECONDS`` and no more (object bodies: nothing, they are
written at once). It also notes every use of a KMS key, as CloudTrail would (``key_log.py`` delivers). Uses internals
of MiniStack: the pin in requirements/emulator.txt and tests/emulator hold it.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import fcntl
import json
import os
import re
import shutil
import signal
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import Any

STATE = Path(os.environ["EMULATOR_STATE"])
CURRENT = STATE / "current"
PERIOD = float(os.environ.get("AUTOSAVE_SECONDS", "2"))
CHECKPOINT_LIMIT = 120.0  # seconds; a forked writer that hangs is killed and the next round tries again

SPOOL_LIMIT = 64 * 1024 * 1024
ACCOUNT = "000000000000"
CREDENTIAL = re.compile("Credential=([^/]+)/")

READ_ONLY = (
    "Get", "Describe", "List", "Query", "Scan", "BatchGet", "TransactGet", "ReceiveMessage", "Decrypt", "Encrypt",
    "GenerateDataKey", "GenerateMac", "VerifyMac", "GenerateRandom", "Sign", "Verify",
)  # fmt: skip
EXTRAS = {"dynamodb": ("_stream_records", "_stream_trimmed"), "ses": ("_sent_emails",)}


def hold_state() -> int:
    """Own the state alone. A predecessor that is still saving after its runner died is waited for."""
    STATE.mkdir(parents=True, exist_ok=True)
    lock = os.open(STATE / "emulator.lock", os.O_RDWR | os.O_CREAT, 0o600)
    for _ in range(300):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.1)
        else:
            return lock
    sys.exit("another emulator holds this state")


def die_with_parent() -> None:
    """Standard input is a pipe that only the runner holds: its end, even by SIGKILL, is a clean stop here."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 64):
                pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()


def writes(scope: dict[str, Any]) -> bool:
    """Could this request change state? When in doubt, yes."""
    if scope.get("type") != "http" or scope["method"] in ("GET", "HEAD"):
        return False
    target = dict(scope.get("headers", ())).get(b"x-amz-target", b"").decode("latin-1")
    return not target.rpartition(".")[2].startswith(READ_ONLY)


class Checkpoints:
    """Writes and publishes generations of the state."""

    def __init__(self, ministack: Any) -> None:
        self.ministack = ministack
        self.number = int(CURRENT.readlink().name.removeprefix("gen-")) if CURRENT.is_symlink() else 0
        self.dirty = False
        self.child = 0
        self.closing = False

    def watched(self, app: Any) -> Any:
        async def counting(scope: dict[str, Any], receive: Any, send: Any) -> None:
            changes = writes(scope)
            try:
                await app(scope, receive, send)
            finally:
                self.dirty = self.dirty or changes

        return counting

    def states(self) -> dict[str, Any]:
        return {name: get() for name, get in self.ministack._build_persistence_save_dict().items()}  # noqa: SLF001

    def write(self, number: int) -> None:
        from ministack.core import persistence

        folder = STATE / f"gen-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, state in self.states().items():
            if state is None:
                continue
            wrapped = {"__ministack_format__": persistence._state_format_version(name), "payload": state}  # noqa: SLF001
            with (folder / f"{name}.json").open("w", encoding="utf-8") as file:
                json.dump(wrapped, file, default=persistence._json_default)  # noqa: SLF001
                file.flush()
                os.fsync(file.fileno())
        link = STATE / f"link-{number}"
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name)
        link.rename(CURRENT)

    def published(self, number: int) -> None:
        self.number = number
        for folder in STATE.glob("gen-*"):
            if folder.name != f"gen-{number}":
                shutil.rmtree(folder, ignore_errors=True)

    async def fork(self) -> int:
        """On the event loop, so between two requests. The child owns a frozen copy of all services."""
        if self.closing:
            return 0
        self.dirty = False
        self.child = os.fork()
        if self.child:
            return self.child
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            self.write(self.number + 1)
            code = 0
        except BaseException as error:  # noqa: BLE001 - the child must never return into the server
            print(f"checkpoint failed: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(code)

    def periodic(self) -> None:
        """Body of the autosave thread; the only place that waits for children."""
        while True:
            time.sleep(PERIOD)
            loop = getattr(self.ministack, "_MAIN_LOOP", None)
            if not self.dirty or loop is None:
                continue
            child = asyncio.run_coroutine_threadsafe(self.fork(), loop).result()
            if child and self.ended(child):
                self.published(self.number + 1)
            elif child:
                self.dirty = True
            self.child = 0

    @staticmethod
    def ended(child: int) -> bool:
        deadline = time.monotonic() + CHECKPOINT_LIMIT
        while time.monotonic() < deadline:
            pid, status = os.waitpid(child, os.WNOHANG)
            if pid:
                return status == 0
            time.sleep(0.02)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False

    def final(self, _states: dict[str, Any]) -> None:
        """Instead of MiniStack's own save at shutdown, which is neither atomic nor one moment."""
        self.closing = True
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)  # an older moment must not be published after this one
        while self.child:
            time.sleep(0.01)
        self.write(self.number + 1)
        self.published(self.number + 1)


def keep_extras() -> None:
    """Streams and sent e-mails travel with the state of their service."""
    from importlib import import_module

    for name, attributes in EXTRAS.items():
        module: Any = import_module(f"ministack.services.{name}")
        get, load = module.get_state, module.load_persisted_state

        def get_all(module: Any = module, get: Any = get, attributes: Any = attributes) -> dict[str, Any]:
            return {**get(), **{f"medkarta{a}": getattr(module, a) for a in attributes}}

        def load_all(data: Any, module: Any = module, load: Any = load, attributes: Any = attributes) -> Any:
            for attribute in attributes:
                if data and f"medkarta{attribute}" in data:
                    getattr(module, attribute).update(data.pop(f"medkarta{attribute}"))
            return load(data)

        module.get_state, module.load_persisted_state = get_all, load_all


class Stamped(list[dict[str, Any]]):
    """Messages with the moment of sending, which MiniStack does not keep for SMS."""

    def append(self, message: dict[str, Any]) -> None:
        super().append({**message, "SentAt": time.time()})


def stamp_messages() -> None:
    from ministack.services import sns

    def stamped(phone: str) -> list[dict[str, Any]]:
        known = sns._sms_messages.get(phone)  # noqa: SLF001
        if not isinstance(known, Stamped):
            known = sns._sms_messages[phone] = Stamped(known or [])  # noqa: SLF001
        return known

    sns._sms_log_for = stamped  # noqa: SLF001


def log_key_uses() -> None:
    """A record of every Decrypt is in the spool before its answer goes out; kills lose none."""
    from ministack.services import kms

    handle = kms.handle_request

    async def logged(method: str, path: str, headers: dict[str, str], body: bytes, query: Any) -> Any:
        answer = await handle(method, path, headers, body, query)
        if headers.get("x-amz-target", "").rpartition(".")[2] == "Decrypt":
            try:
                spool(key_use(headers, json.loads(body), answer[0], json.loads(answer[2]), kms))
            except Exception as error:  # noqa: BLE001 - whatever was asked, the answer goes out
                print(f"a use of a key was not noted: {error}", file=sys.stderr, flush=True)
        return answer

    kms.handle_request = logged


def key_use(headers: dict[str, str], asked: Any, status: int, answered: Any, kms: Any) -> dict[str, Any]:
    """What CloudTrail says of it. Source: AWS KMS developer guide, "Decrypt" among the log entry examples."""
    blob = base64.b64decode(asked.get("CiphertextBlob", ""))[:36].decode("ascii", "replace")
    key = kms._resolve_key(asked.get("KeyId") or blob)  # noqa: SLF001
    credential = CREDENTIAL.search(headers.get("authorization", ""))
    failed = {"errorCode": answered.get("__type", "Unknown").rpartition("#")[2]} if status >= 400 else {}  # noqa: PLR2004
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "accessKeyId": credential[1] if credential else ""},
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "eventSource": "kms.amazonaws.com",
        "eventName": "Decrypt",
        "awsRegion": os.environ["MINISTACK_REGION"],
        "userAgent": headers.get("user-agent", ""),
        **failed,
        "requestParameters": {
            "encryptionContext": asked.get("EncryptionContext", {}),
            "encryptionAlgorithm": asked.get("EncryptionAlgorithm", "SYMMETRIC_DEFAULT"),
        },
        "responseElements": None,
        "eventID": str(uuid.uuid4()),
        "readOnly": True,
        "resources": [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": key["Arn"]}] if key else None,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }


def spool(record: dict[str, Any]) -> None:
    """One line more. Under the lock that ``key_log.py`` takes to move the file away. Raises OSError."""
    line = json.dumps(record).encode() + b"\n"
    with (STATE / "key-calls.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with (STATE / "key-calls.jsonl").open("ab") as file:
            if file.tell() + len(line) > SPOOL_LIMIT:
                raise OSError(f"{file.name} is full; nothing delivers it")
            file.write(line)


def main() -> None:
    lock = hold_state()
    os.set_inheritable(lock, False)
    die_with_parent()
    # "files" is where services write on their own; the checkpoints must not share it.
    os.environ.update(PERSIST_STATE="1", STATE_DIR=str(STATE / "files"), S3_PERSIST="1", S3_DATA_DIR=str(STATE / "s3"))
    from ministack import app as ministack
    from ministack.core import persistence

    persistence.STATE_DIR = str(CURRENT)  # load_state reads it at call time; services took theirs at import
    keep_extras()
    stamp_messages()
    log_key_uses()
    checkpoints = Checkpoints(ministack)
    ministack.save_all = checkpoints.final
    ministack.app = checkpoints.watched(ministack.app)
    threading.Thread(target=checkpoints.periodic, daemon=True, name="autosave").start()
    sys.argv = sys.argv[:1]
    ministack.main()


if __name__ == "__main__":
    main()
