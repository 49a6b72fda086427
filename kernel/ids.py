"""Names for things we make, and fingerprints of things we were given."""

from __future__ import annotations

import hashlib
import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no letters that read alike


def _base32(number: int, length: int) -> str:
    chars = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        chars.append(_ALPHABET[rest])
    return "".join(reversed(chars))


def new_id(prefix: str) -> str:
    """A fresh id such as `c_01jd…`: sorts by time (ms), 80 random bits, safe in URLs."""
    return f"{prefix}_{_base32(time.time_ns() // 1_000_000, 9)}{_base32(int.from_bytes(os.urandom(10), 'big'), 16)}"


def digest(*parts: str) -> str:
    """A stable key out of several strings; no two different lists of parts share one."""
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode()).hexdigest()[:40]
