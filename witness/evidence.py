"""Checkpoints that the log signed and the witness refused: the operator's proof that a log forked."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from witness.disk import Disk

log = logging.getLogger("witness")

MOST = {"fork": 1000, "proof": 100}  # anybody can send a wrong proof, only the log's key two trees of one size


@dataclass(frozen=True, slots=True)
class Refusal:
    """``known`` and ``refused`` are notes as the log signed them, ``proof`` base64, ``received`` seconds."""

    reason: str
    received: int
    old: int
    proof: list[str]
    known: str
    refused: str


class Evidence:
    """One file a refused note, each once; of each reason the first ones, up to a number."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._disk = disk
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def count(self, reason: str = "*") -> int:
        return len(list(self._folder.glob(f"{reason}-*.json")))

    def keep(self, refusal: Refusal) -> None:
        """Best effort: a full disk must not turn the refusal into something else."""
        text = refusal.refused[: refusal.refused.rindex("\n\n")]
        path = self._folder / f"{refusal.reason}-{hashlib.sha256(text.encode()).hexdigest()}.json"
        log.error("refused (%s) what the log signed: %s", refusal.reason, path.name)
        if path.exists() or self.count(refusal.reason) >= MOST[refusal.reason]:
            return
        try:
            self._disk.replace(path, json.dumps(asdict(refusal), ensure_ascii=False, indent=1).encode())
        except OSError as error:
            log.error("%s could not be written: %s", path.name, error.strerror)  # noqa: TRY400 - the reason says it all
