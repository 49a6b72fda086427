"""Where a list goes on: an opaque word made of the last row's sort key."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from backends.ticketing.fields import clean
from kernel.errors import Malformed


def write(at: datetime, number: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), number]).encode()).decode().rstrip("=")


def read(cursor: str | None) -> tuple[datetime, str] | None:
    """Raises Malformed when it is no cursor of ours."""
    if cursor is None:
        return None
    try:
        at, number = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not 2000 <= moment.year < 2100:
            raise ValueError("no moment of ours")
        return moment, clean(str(number))
    except (binascii.Error, ValueError, TypeError, RecursionError) as err:
        raise Malformed(
            "cursor: not one of ours", fields=[{"at": "query.cursor", "problem": "not one of ours"}]
        ) from err
