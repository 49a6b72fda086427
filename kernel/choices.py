"""One word that may mean several things, and which of several things was chosen in words. Shared by bot and actions."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SIGNS = " ，。！？,.!?~…、"
# What is asked narrowly instead of guessed, likeliest first (intents of domain/intents.md).
ASKED_NARROWLY: dict[str, tuple[str, ...]] = {
    "电费": ("bill_query", "bill_detail", "pay_bill"),
    "电费单": ("bill_query", "bill_detail", "invoice"),
    "账单": ("bill_query", "bill_detail", "invoice"),
    "停电": ("fault_report", "outage_query"),
    "停电了吗": ("outage_query", "fault_report"),
    "电": ("fault_report", "bill_query", "outage_query"),
    "电表": ("meter_issue", "bill_detail", "fault_report"),
    "工单": ("ticket_progress", "ticket_urge"),
    "单子": ("ticket_progress", "ticket_urge"),
    "户号": ("bill_query", "account_change"),
    "发票": ("invoice", "bill_query"),
    "欠费": ("bill_query", "reconnect", "pay_bill"),
}
_ORDINALS = (
    re.compile(r"第?[一1]个?$|^(前|上)(面|一个|者)|^头一个|^第一"),
    re.compile(r"第?[二2两]个?$|^(后|下)(面|一个|者)|^第二"),
    re.compile(r"第?[三3]个?$|^第三|^最后"),
)
_SHORT = 8  # signs

_USEFUL = re.compile(r"^(很|挺|蛮)?(有用|有帮助|有帮到|帮到我?了|帮上忙了|解决了)[了的吧]?$")
_USELESS = re.compile(r"^(没|没有|无|不|没什么|没啥|没得)(啥|什么)?(用|有用|帮助|帮到|帮上忙|解决)[了的]?$|^答案不对$")


def meanings(text: str) -> tuple[str, ...]:
    """The intents a lone word may mean, empty when it is not such a word."""
    return ASKED_NARROWLY.get(text.strip(_SIGNS), ())


def ordinal(text: str) -> int | None:
    """前面那个, 第二个: which of the choices that were offered, from 0."""
    short = text.strip(_SIGNS)
    return next(
        (place for place, pattern in enumerate(_ORDINALS) if len(short) <= _SHORT and pattern.search(short)), None
    )


def chosen(text: str, offered: Sequence[str]) -> int | None:
    """Which of the questions offered is meant: its own words, or its place; from 0."""
    short = text.strip(_SIGNS)
    place = next((number for number, words in enumerate(offered) if words.strip(_SIGNS) == short), ordinal(text))
    return place if place is not None and place < len(offered) else None


def verdict(text: str) -> bool | None:
    """有用 is True, 没用 is False, anything else None."""
    short = text.strip(_SIGNS)
    if _USEFUL.match(short):
        return True
    return False if _USELESS.match(short) else None
