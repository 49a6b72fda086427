"""Which files a model is made from, and whether the newest model is stale. Standard library only: the supervisor
imports it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TRAINED_FROM = (
    "config.yml",
    "domain.yml",
    "domain",
    "data",
    "bot/nlu",
    "bot/policies",
    "bot/lexicon.txt",
    "kernel",
    "locks/bot.txt",
)
LEFT_OUT = {"__pycache__"}


def input_files(root: Path = ROOT) -> Iterator[Path]:
    """Every file a training reads, in a stable order."""
    for name in TRAINED_FROM:
        place = root / name
        found = sorted(place.rglob("*")) if place.is_dir() else [place]
        yield from (path for path in found if path.is_file() and not LEFT_OUT & set(path.parts))


def input_hash(root: Path = ROOT) -> str:
    """A digest of the names and bytes of all inputs."""
    digest = hashlib.sha256()
    for path in input_files(root):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def newest_model(models: Path) -> Path | None:
    """The newest `*.tar.gz`, or None."""
    found = sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    return found[-1] if found else None


def hash_file(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".inputs")


def is_stale(models: Path = ROOT / "models", root: Path = ROOT) -> bool:
    """Whether there is no model, or the newest one was made from other inputs."""
    model = newest_model(models)
    if model is None or not hash_file(model).exists():
        return True
    return hash_file(model).read_text().strip() != input_hash(root)
