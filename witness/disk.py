"""Files that survive a power cut: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


class Disk:
    """The four steps of a durable replacement, apart, so that tests can cut the power between any two."""

    def replace(self, path: Path, content: bytes) -> None:
        """When this returns, ``path`` holds ``content`` for good. Raises OSError; then it holds the old or the new."""
        draft = path.with_name(f"{path.name}.new")
        self.write(draft, content)
        self.sync(draft)
        self.rename(draft, path)
        self.sync(path.parent)

    def write(self, path: Path, content: bytes) -> None:
        """Readable by the owner only, from the first byte on."""
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)

    def sync(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        source.rename(target)
