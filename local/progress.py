"""How far the event pump has come, in one small file that is never half written."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path


class Progress:
    """String values by key, on disk before ``set`` returns. Safe for threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._values: dict[str, str] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def get(self, key: str) -> str:
        """Empty when unknown."""
        with self._lock:
            return self._values.get(key, "")

    def set(self, key: str, value: str) -> None:
        with self._lock:
            self._values[key] = value
            draft = self._path.with_suffix(".tmp")
            with draft.open("w", encoding="utf-8") as file:
                json.dump(self._values, file, indent=1, sort_keys=True)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(self._path)
