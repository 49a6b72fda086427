"""What callers of readings may be told."""

from __future__ import annotations

from kernel.errors import Conflict, NotFound


class MeterNotFound(NotFound):
    code = "meter_not_found"


class ReadingGoesBack(Conflict):
    """Less than the last one, and not by going past the last digit."""

    code = "reading_goes_back"


class ReadingUnlikely(Conflict):
    """Far more than this meter ever counted in such a time; say `confirmed` or send a photo."""

    code = "reading_unlikely"
