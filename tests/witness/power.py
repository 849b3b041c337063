"""A disk whose power can be cut between any two steps, and which then forgets what was not flushed."""

from __future__ import annotations

from pathlib import Path

from witness.disk import Disk


class PowerCut(BaseException):
    """Nothing may catch it."""


class FragileDisk(Disk):
    """``left`` steps are done, the next one meets the power cut; below 0: none does."""

    def __init__(self, left: int = -1) -> None:
        self.left = left
        self.torn: set[Path] = set()  # content not flushed
        self.replaced: dict[Path, bytes | None] = {}  # renames not flushed, with what was there before

    def _step(self) -> None:
        if self.left == 0:
            raise PowerCut
        self.left -= 1

    def write(self, path: Path, content: bytes) -> None:
        if self.left == 0:
            super().write(path, content[: len(content) // 2])
        self._step()
        super().write(path, content)
        self.torn.add(path)

    def sync(self, path: Path) -> None:
        self._step()
        if path.is_dir():
            self.replaced = {p: old for p, old in self.replaced.items() if p.parent != path}
        self.torn.discard(path)

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        self.replaced.setdefault(target, target.read_bytes() if target.exists() else None)
        super().rename(source, target)
        if source in self.torn:
            self.torn.remove(source)
            self.torn.add(target)

    def come_back(self, *, renames_lost: bool, content_lost: bool) -> None:
        """What the disk holds after the cut: of what was not flushed, some may have arrived all the same."""
        if content_lost:
            for path in self.torn:
                path.write_bytes(path.read_bytes()[:10])
        if renames_lost:
            for path, old in self.replaced.items():
                if old is None:
                    path.unlink()
                else:
                    path.write_bytes(old)
