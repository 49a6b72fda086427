"""Later work of the actions: file what could not be filed at once, then tell the customer its number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.filing import Filing
from clients.ticketing.http import HttpTicketing
from clients.ticketing.protocol import Order
from kernel.speech import speak_order_no
from kit import settings
from kit.db import Database
from kit.jobs import defer, task


@task("actions.file_order")
async def file_order(*, kind: str, fields: Mapping[str, Any], key: str, conversation_id: str) -> None:
    """Safe to repeat: the same key is the same order, and the announcement has a key of its own."""
    config = settings.load()
    ticketing = HttpTicketing(
        config.ticketing.url,
        config.service.token.get_secret_value(),
        timeout_s=config.time_limits.backend_s,
        client="actions",
    )
    database = Database(config.database.url)
    try:
        order = await Filing(kind, fields).send(ticketing, key)
        text, speech = announcement(order)
        async with database.transaction() as session:
            await defer(
                session,
                "conversations.announce",
                {"conversation_id": conversation_id, "key": f"filed:{key}", "text": text, "speech": speech},
                key=f"filed:{key}",
            )
    finally:
        await ticketing.aclose()
        await database.close()


def announcement(order: Order) -> tuple[str, str]:
    """The sentence for the eye and the one for the ear."""
    if order.query_code:
        return (
            f"刚才没登记上的举报已经登记好了，查询码 {order.query_code}，请记好。",
            "刚才的举报已经登记好了，查询码短信发给您。",
        )
    by = f"，抢修 {order.on_site_by:%H:%M} 前到场" if order.on_site_by else ""
    text = f"刚才没登记上的那件事，现在登记好了，单号 {order.order_no}{by}。让您久等了。"
    return text, f"刚才那件事登记好了，单号是{speak_order_no(order.order_no)}。"
