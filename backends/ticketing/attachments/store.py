"""Files on disk under a random name; written whole or not at all."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from kernel.errors import Unavailable


@dataclass(frozen=True)
class Store:
    """`folder`: `attachments` of the house's home."""

    folder: Path

    def path_of(self, key: str) -> Path:
        return self.folder / key[:2] / key

    def keep(self, key: str, data: bytes) -> None:
        """Raises Unavailable when the disk will not have it."""
        path = self.path_of(key)
        partial = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except OSError as err:
            partial.unlink(missing_ok=True)
            raise Unavailable("the file cannot be kept now", code="attachment_not_kept") from err

    def read(self, key: str) -> bytes | None:
        """None when it is gone."""
        try:
            return self.path_of(key).read_bytes()
        except FileNotFoundError:
            return None

    def drop(self, key: str) -> None:
        self.path_of(key).unlink(missing_ok=True)
