"""统一社会信用代码: the eighteen signs of a tax number, the last a check sign over the others (GB 32100)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_WHOLE = re.compile(rf"(?<![0-9A-Za-z])([0-9A-HJ-NPQRTUWXY]{{2}}\d{{6}}[{_SIGNS}]{{10}})(?![0-9A-Za-z])")
_NEARLY = re.compile(r"(?<![0-9A-Za-z@.])[0-9A-Z]{14,21}(?![0-9A-Za-z@])")


@dataclass(frozen=True)
class TaxNo:
    """`number` has the shape of a tax number; `fits_check` whether its last sign is right."""

    number: str

    @classmethod
    def in_text(cls, text: str) -> Self | None:
        """The first one in a text, blanks inside and small letters allowed."""
        match = _WHOLE.search(text.upper()) or _WHOLE.search(_joined(text))
        return cls(match[1]) if match else None

    @staticmethod
    def nearly_in_text(text: str) -> str | None:
        """What was meant as one but has not its shape."""
        match = _NEARLY.search(_joined(text))
        return match[0] if match else None

    @property
    def fits_check(self) -> bool:
        return check_sign(self.number[:17]) == self.number[17]


def _joined(text: str) -> str:
    """9132 0101 MA12 as one piece."""
    return re.sub(r"(?<=[0-9A-Z])\s+(?=[0-9A-Z])", "", text.upper())


def check_sign(first17: str) -> str:
    total = sum(_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(first17))
    return _SIGNS[(31 - total % 31) % 31]
