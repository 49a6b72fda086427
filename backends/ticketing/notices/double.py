"""The recording double: stands in for doors that do not exist yet. It sends nothing; it writes down what it was given,
in a table, so that a restart keeps it and `times` shows whether anything was handed over twice.

What arrives together is written together: one statement for all that waits, as a mass mailing needs.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import sqlalchemy as sa

from backends.ticketing.notices.channels import Outgoing, Receipt
from backends.ticketing.notices.models import RecordedSend
from kernel import clock
from kit.db import Database

_MOST_TOGETHER = 500
_COLUMNS = ("delivery_id", "channel", "phone", "text", "speech")
_WRITE = sa.text("""
    INSERT INTO ticketing.recorded_sends AS known (delivery_id, channel, phone, text, speech, times, at)
    SELECT given.*, 1, :at
      FROM unnest(CAST(:delivery_id AS text[]), CAST(:channel AS text[]), CAST(:phone AS text[]),
                  CAST(:text AS text[]), CAST(:speech AS text[])) AS given
    ON CONFLICT (delivery_id) DO UPDATE SET times = known.times + 1""")


@dataclass
class RecordingChannel:
    """Takes every delivery of any channel; answers as a door would."""

    db: Database
    _waiting: dict[str, Outgoing] = field(default_factory=dict)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send(self, delivery: Outgoing) -> Receipt:
        self._waiting[delivery.delivery_id] = delivery
        try:
            async with self._writing:  # whoever comes first writes for all who came meanwhile
                if delivery.delivery_id in self._waiting:
                    await self._write()
        finally:
            self._waiting.pop(delivery.delivery_id, None)
        return _receipt(delivery.delivery_id)

    async def _write(self) -> None:
        taken = list(self._waiting.values())[:_MOST_TOGETHER]
        columns = {name: [getattr(d, name) for d in taken] for name in _COLUMNS}
        async with self.db.transaction() as session:
            await session.execute(_WRITE, {**columns, "at": clock.now()})
        for delivery in taken:
            self._waiting.pop(delivery.delivery_id, None)

    async def look_up(self, delivery_id: str) -> Receipt | None:
        known = sa.select(RecordedSend.delivery_id).where(RecordedSend.delivery_id == delivery_id)
        async with self.db.reading() as session:
            found = (await session.execute(known)).scalar_one_or_none()
        return _receipt(delivery_id) if found else None


def _receipt(delivery_id: str) -> Receipt:
    return Receipt(f"recorded:{delivery_id}")
