"""Vectors of training sentences, each computed once and kept in a file: a second training asks only for new sentences.

The file is a convenience: it may be deleted, and where it cannot be written everything is computed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np

from bot.nlu.embedding import SIZE, VERSION, Embedder
from bot.settings import ROOT

FILE = ROOT / "var" / "embeddings.npz"
MOST = 40_000  # sentences kept; beyond that only those of the present training stay
Kept = dict[int, np.ndarray]


def vectors_of(texts: list[str], embedder: Embedder, file: Path = FILE) -> np.ndarray:
    """`(texts, SIZE)` float32, those of unchanged sentences out of `file`."""
    keys = [_key(text) for text in texts]
    kept = _load(file)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
    if new:
        # Equal lengths together: the cores end a batch at the same time.
        order = sorted(new, key=lambda key: len(new[key]))
        kept.update(zip(order, embedder.many([new[key] for key in order]), strict=True))
        _save(kept if len(kept) <= MOST else {key: kept[key] for key in keys}, file)
    return np.array([kept[key] for key in keys], dtype=np.float32).reshape(len(texts), SIZE)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{VERSION}\0{text}".encode()).digest()[:8], "little")


def _load(file: Path) -> Kept:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
    except (OSError, ValueError, KeyError):
        return {}


def _save(kept: Kept, file: Path) -> None:
    """Written beside and moved: two trainings at once may lose each other's new lines, never the file."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as out:
            np.savez(
                out, keys=np.array(list(kept), dtype=np.uint64), vectors=np.array(list(kept.values()), dtype=np.float16)
            )
        Path(name).replace(file)
