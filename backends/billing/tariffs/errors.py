"""What can go wrong with prices."""

from __future__ import annotations

from kernel.errors import NotFound


class NoTariff(NotFound):
    """The book has no row for it; a bill is not made rather than guessed."""

    code = "tariff_missing"
