"""Vectors of training sentences, each computed once and kept: a training asks the embedding for new sentences only.

`data/embeddings.npz` comes with the clone, so that the first training is quick too; `python -m bot.nlu.kept_vectors`
writes it anew after `data/nlu` has changed much. `var/embeddings.npz` holds what this machine has computed since. Both
are conveniences: without them everything is computed again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path

import numpy as np

from bot.nlu.embedding import SIZE, VERSION, Embedder, embedder, shortened
from bot.settings import ROOT

SHIPPED = ROOT / "data" / "embeddings.npz"
HERE = ROOT / "var" / "embeddings.npz"
MOST = 40_000  # sentences kept here; beyond that only those of the present training stay
Kept = dict[int, tuple[np.ndarray, float]]
"""Key → bytes (SIZE,) and their scale: a quarter of the room of floats, cosines within a thousandth."""


def vectors_of(texts: list[str], engine: Embedder, here: Path = HERE, shipped: Path = SHIPPED) -> np.ndarray:
    """`(texts, SIZE)` float32; what is in neither file is computed and kept `here`."""
    keys = [_key(text) for text in texts]
    kept = _load(shipped) | _load(here)
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in kept}
    if new:
        # Equal lengths together: the cores end a batch at the same time.
        order = sorted(new, key=lambda key: len(new[key]))
        kept.update(zip(order, map(_small, engine.many([new[key] for key in order])), strict=True))
        _save(kept if len(kept) <= MOST else {key: kept[key] for key in keys}, here)
    return np.array([kept[key][0] * np.float32(kept[key][1]) for key in keys], dtype=np.float32).reshape(-1, SIZE)


def _key(text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{VERSION}\0{text}".encode()).digest()[:8], "little")


def _small(vector: np.ndarray) -> tuple[np.ndarray, float]:
    scale = float(np.abs(vector).max()) / 127 or 1.0
    return np.round(vector / scale).astype(np.int8), scale


def _load(file: Path) -> Kept:
    try:
        with np.load(file, allow_pickle=False) as kept:
            pairs = zip(kept["vectors"], kept["scales"].tolist(), strict=True)
            return dict(zip(kept["keys"].tolist(), pairs, strict=True))
    except (OSError, ValueError, KeyError):
        return {}


def _save(kept: Kept, file: Path) -> None:
    """Written beside and moved: two trainings at once may lose each other's new lines, never the file."""
    keys = sorted(kept)
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent, suffix=".npz")
        with os.fdopen(handle, "wb") as out:
            np.savez(
                out,
                keys=np.array(keys, dtype=np.uint64),
                vectors=np.array([kept[key][0] for key in keys], dtype=np.int8),
                scales=np.array([kept[key][1] for key in keys], dtype=np.float32),
            )
        Path(name).chmod(0o644)
        Path(name).replace(file)


def main() -> int:
    """Write the file that comes with the clone: the sentences of data/nlu and nothing else."""
    from bot.nlu.examples import examples
    from bot.nlu.prepared import prepare
    from kernel import clock

    engine = embedder()
    if engine is None:
        print("The embedding cannot run here; nothing written.", file=sys.stderr)
        return 1
    texts = [shortened(prepare(example.text, clock.today()).meant) for example in examples()]
    vectors_of(texts, engine)
    kept = _load(SHIPPED) | _load(HERE)
    _save({key: kept[key] for key in map(_key, texts)}, SHIPPED)
    print(f"{SHIPPED.relative_to(ROOT)}: {len(set(texts))} sentences.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
