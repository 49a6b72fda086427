"""File an order once, or keep it until it can be filed; in both cases tell the customer what is true.

The key is conversation + form instance, so a turn that runs again files nothing twice. A write whose outcome is unknown
is looked up by its key before anything is said (the client does); what is still unknown becomes a job
(`actions.file_order`) that goes on until the order stands and then tells the customer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from actions import services
from actions.turn import Turn
from clients.ticketing.protocol import Consult, FaultReport, Order, Ticketing
from kernel.errors import Unavailable
from kernel.ids import digest
from kit import logging

log = logging.get("actions.filing")
FILING_S = 2.4  # inside the 3 s an action has, with time left to queue the job
CHANNELS = {"web": "web_chat", "phone": "phone", "wechat": "wechat", "sms": "sms", "app": "app"}


@dataclass(frozen=True)
class Filing:
    """What is to be filed: `kind` is fault_report, consult or another order type; `fields` as JSON."""

    kind: str
    fields: Mapping[str, Any]

    async def send(self, ticketing: Ticketing, key: str) -> Order:
        if self.kind == "fault_report":
            return await ticketing.open_fault_report(FaultReport(**self.fields), key=key)
        if self.kind == "consult":
            return await ticketing.open_consult(Consult(**self.fields), key=key)
        return await ticketing.open_order(self.kind, self.fields, key=key)


@dataclass(frozen=True)
class Filed:
    """`order` stands, or is None and the filing waits as a job (`is_kept`), or not even that."""

    order: Order | None
    is_kept: bool = False


def fault_filing(report: FaultReport) -> Filing:
    return Filing("fault_report", _plain(asdict(report)))


def consult_filing(consult: Consult) -> Filing:
    return Filing("consult", _plain(asdict(consult)))


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def filing_key(turn: Turn, step: str) -> str:
    """One key for one form instance of one conversation."""
    return digest(turn.conversation_id, str(turn.slots.get("task_id") or turn.turn_key), step)


async def file_once(filing: Filing, *, key: str, turn: Turn) -> Filed:
    """File now, or keep the filing as a job.

    Raises:
        Rejected: the ticketing system refuses these fields; asking again would not help.
    """
    try:
        return Filed(await _bounded(lambda: filing.send(services.ticketing(), key)))
    except Unavailable as err:
        log.warning("filing kept for later", code=err.code, kind=filing.kind, conversation_id=turn.conversation_id)
        return Filed(None, is_kept=await _keep(filing, key, turn))


async def _bounded(send: Callable[[], Awaitable[Order]]) -> Order:
    try:
        async with asyncio.timeout(FILING_S):
            return await send()
    except TimeoutError as err:
        raise Unavailable("ticketing took too long", code="ticketing_timed_out") from err


async def _keep(filing: Filing, key: str, turn: Turn) -> bool:
    jobs = services.current().jobs
    if jobs is None:
        return False
    from kit.jobs import defer

    args = {"kind": filing.kind, "fields": dict(filing.fields), "key": key, "conversation_id": turn.conversation_id}
    try:
        async with asyncio.timeout(1.5), jobs.transaction() as session:
            await defer(session, "actions.file_order", args, key=f"file:{key}")
    except (
        Exception
    ) as err:  # the queue is the last resort: whatever is wrong with it, the customer must hear the truth
        log.error("filing could not be kept", error=type(err).__name__, conversation_id=turn.conversation_id)
        return False
    return True
